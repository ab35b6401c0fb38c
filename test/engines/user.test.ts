import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startDocker, type Docker } from '../support/engines/docker';
import type { Inspected } from '../support/engines/container';
import { namespacesOf } from '../support/engines/hostNamespaces';
import { ask, installProgram, withId, withPid } from '../support/engines/product';
import { skipWithout } from '../support/engines/requirements';
import { startUnshare } from '../support/engines/unshare';
import { makeUser, type OrdinaryUser, type UserOptions } from '../support/engines/user';

/** Prints the pids of which the mount namespace cannot be read. */
const unreadable =
  'for p in /proc/[0-9]*; do readlink $p/ns/mnt >/dev/null || echo ${p#/proc/}; done';

async function unreadableBy(user: OrdinaryUser): Promise<ReadonlySet<number>> {
  const { stdout } = await user.run(['sh', '-c', unreadable]);
  return new Set(stdout.trim().split('\n').map(Number));
}

describe(
  'engines: as an ordinary user',
  { skip: skipWithout('dockerd', 'sudo', 'useradd') },
  () => {
    let docker: Docker;
    let web: Inspected;
    before(async () => {
      docker = await startDocker();
      web = await docker.run({ name: 'web', image: 'busybox' });
    });
    after(() => docker.dispose());

    async function withUser(
      options: UserOptions,
      work: (user: OrdinaryUser, program: readonly string[]) => Promise<void>,
    ): Promise<void> {
      const user = await makeUser(options);
      try {
        await work(user, await installProgram(user.scope.directory, user.run));
      } finally {
        await user.dispose();
      }
    }

    test('sees its own sandbox, and the rest as counted gaps', async () => {
      await withUser({}, async (user, program) => {
        const own = await startUnshare(user, ['--user', '--map-root-user', '--mount', '--uts']);
        const output = await ask('containers', user.run, program);
        assert.equal(output.host.uid, user.uid);
        const found = withPid(output, own.pids[0]);
        assert.equal(found?.engine, 'unshare');
        assert.deepEqual(found.own, ['mnt', 'user', 'uts']);
        assert.deepEqual(found.namespaces, namespacesOf(own.pids[0] ?? 0));

        const before = await unreadableBy(user);
        const { hidden, processes } = await ask('processes', user.run, program);
        const after = await unreadableBy(user);
        const gaps = processes.filter((process) => process.gaps.length > 0);
        assert.equal(hidden.processes, gaps.length);
        for (const process of processes) {
          const [was, is] = [before.has(process.pid), after.has(process.pid)];
          // A pid in only one of them has come, gone or changed meanwhile.
          if (was === is && process.pid <= Math.max(...before)) {
            assert.equal(process.gaps.includes('namespaces'), was, `pid ${process.pid}`);
          }
        }
        assert.equal(before.has(web.pid), true);
      });
    });

    test('knows a container that it may not ask about by its cgroup', async () => {
      await withUser({}, async (user, program) => {
        const output = await ask('containers', user.run, program);
        const found = withId(output, 'docker', web.id);
        assert.equal(found?.kind, 'container');
        assert.deepEqual(found.processes, [web.pid]);
        assert.deepEqual(found.namespaces, {});
      });
    });

    test('is refused --sudo where sudo asks for a password', async () => {
      await withUser({}, async (user, program) => {
        const { code, stderr } = await user.run([...program, 'containers', '--sudo']);
        assert.equal(code, 5);
        assert.match(stderr, /sudo/);
      });
    });

    test('sees everything with --sudo', async () => {
      await withUser({ sudo: true }, async (user, program) => {
        const output = await ask('containers', user.run, program, '--sudo');
        assert.equal(output.host.uid, 0);
        const found = withId(output, 'docker', web.id);
        assert.equal(found?.name, 'web');
        assert.equal(found.pid, web.pid);
        assert.deepEqual(found.namespaces, namespacesOf(web.pid));
      });
    });
  },
);
