import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { ended, until } from '../support/engines/command';
import { startDocker } from '../support/engines/docker';
import { ownTypes, usualTypes } from '../support/engines/hostNamespaces';
import { traces } from '../support/engines/leaks';
import { startOciRuntime } from '../support/engines/ociRuntime';
import { startPodman } from '../support/engines/podman';
import { skipWithout, skipWithoutV1 } from '../support/engines/requirements';
import { startScope } from '../support/engines/scope';
import { removeOrphans, scopeParent } from '../support/engines/sweep';
import { startUnshare } from '../support/engines/unshare';
import { makeUser } from '../support/engines/user';

/** Engines answer a little before the runtime has become the program, and nginx renames itself. */
async function untilCommand(pid: number, command: RegExp): Promise<void> {
  await until(`${pid} to be ${String(command)}`, () => {
    const seen = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return command.test(seen) ? true : undefined;
  });
}

/** A zombie still has a directory, but no namespaces. */
function isGone(pid: number): boolean {
  return !existsSync(`/proc/${pid}/ns/mnt`);
}

function untilGone(pid: number): Promise<true> {
  return until(`the end of ${pid}`, () => (isGone(pid) ? true : undefined));
}

describe('support: engines', () => {
  let before: readonly string[] = [];
  beforeEach(() => {
    before = traces();
  });
  afterEach(() => {
    assert.deepEqual(traces(), before, 'something was left behind or changed');
  });

  test('a scope hides what is written to the machine', { skip: skipWithout() }, async () => {
    const scope = await startScope();
    try {
      const paths = ['/run', '/etc', '/opt', '/var/lib', '/dev/shm'].map((path) =>
        join(path, scope.name),
      );
      await scope.runChecked(['touch', ...paths]);
      await scope.runChecked(['stat', ...paths]);
      assert.deepEqual(paths.filter(existsSync), []);
      const links = (await scope.runChecked(['ip', '-oneline', 'link'])).trim().split('\n');
      assert.deepEqual(
        links.map((line) => line.split(' ')[1]),
        ['lo:'],
      );
    } finally {
      await scope.dispose();
    }
  });

  test('a process that stays behind ends with its scope', { skip: skipWithout() }, async () => {
    const scope = await startScope({ view: 'plain' });
    try {
      const pid = Number(
        await scope.runChecked(['sh', '-c', 'sleep infinity >/dev/null 2>&1 & echo $!']),
      );
      assert.equal(isGone(pid), false);
      assert.deepEqual(ownTypes(pid), []);
      await scope.dispose();
      assert.equal(isGone(pid), true);
    } finally {
      await scope.dispose();
    }
  });

  test('a scope outlives no killed test', { skip: skipWithout() }, async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(__dirname, '../support/engines/abandonScope.ts')],
      { stdio: ['pipe', 'pipe', 'inherit'], cwd: join(__dirname, '../..') },
    );
    try {
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
      const name = await until('the name of a scope', () => {
        assert.equal(child.exitCode, null, 'it ended by itself');
        return /^(ci-test-\S+)\n/.exec(said)?.[1];
      });
      assert.notDeepEqual(traces(name), before);
      child.kill('SIGKILL');
      await ended(child, 'the killed process');
      await until('the removal of its scope', () =>
        isDeepStrictEqual(traces(name), before) ? true : undefined,
      );
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('the next run removes what a killed supervisor left', { skip: skipWithout() }, async () => {
    const child = spawn('true', { stdio: 'ignore' });
    const name = `ci-test-${(child.pid ?? 0).toString(36)}-0-abcdef`;
    await ended(child, 'true');
    const own = await startScope({ view: 'plain' });
    try {
      mkdirSync(join(scopeParent, name, 'directory'), { recursive: true });
      await removeOrphans();
      assert.equal(existsSync(join(scopeParent, name)), false);
      assert.equal(existsSync(own.directory), true, 'a living scope was removed');
    } finally {
      await own.dispose();
    }
  });

  test('docker', { skip: skipWithout('dockerd', 'busybox') }, async () => {
    const docker = await startDocker();
    try {
      const box = await docker.run({ name: 'box', image: 'busybox' });
      const web = await docker.run({ name: 'web', image: 'nginx' });
      await untilCommand(box.pid, /^\/bin\/sleep infinity$/);
      await untilCommand(web.pid, /^nginx: master process/);
      assert.deepEqual(ownTypes(web.pid), usualTypes);
      await docker.pause('box');
      await docker.unpause('box');
      await docker.stop('box');
      await untilGone(box.pid);
      assert.deepEqual(await docker.inspect('box'), { ...box, pid: 0, running: false });
      await docker.remove('web');
      await untilGone(web.pid);
      await assert.rejects(docker.inspect('web'), /404/);
    } finally {
      await docker.dispose();
    }
  });

  test('podman', { skip: skipWithout('podman', 'conmon', 'busybox') }, async () => {
    const podman = await startPodman();
    try {
      await podman.serve();
      const box = await podman.run({ name: 'box' });
      await untilCommand(box.pid, /^sleep infinity$/);
      assert.deepEqual(ownTypes(box.pid), usualTypes);
      await podman.stop('box');
      await untilGone(box.pid);
      assert.deepEqual(await podman.inspect('box'), { ...box, pid: 0, running: false });
      await podman.remove('box');
      await assert.rejects(podman.inspect('box'), /no such container/);
    } finally {
      await podman.dispose();
    }
  });

  const v1 = skipWithoutV1('dockerd', 'runc', 'busybox');
  test('docker and runc with cgroup v1', { skip: v1 }, async () => {
    const docker = await startDocker('v1');
    try {
      const box = await docker.run({ name: 'box', image: 'busybox' });
      const cgroups = readFileSync(`/proc/${box.pid}/cgroup`, 'utf8');
      assert.match(cgroups, new RegExp(`:pids:/${docker.scope.name}/docker/${box.id}$`, 'm'));
    } finally {
      await docker.dispose();
    }
    const runc = await startOciRuntime('runc', { view: 'v1' });
    try {
      const box = await runc.run('box');
      const cgroups = readFileSync(`/proc/${box.pid}/cgroup`, 'utf8');
      assert.match(cgroups, new RegExp(`:pids:/${runc.scope.name}/box$`, 'm'));
    } finally {
      await runc.dispose();
    }
  });

  for (const program of ['runc', 'crun'] as const) {
    for (const state of ['own', 'default'] as const) {
      test(`${program}, ${state} state`, { skip: skipWithout(program, 'busybox') }, async () => {
        const runtime = await startOciRuntime(program, { state });
        try {
          const id = `${runtime.scope.name}-box`;
          const box = await runtime.run(id);
          assert.equal(existsSync(join(runtime.root, id)), true);
          await untilCommand(box.pid, /^sleep infinity$/);
          assert.deepEqual(ownTypes(box.pid), usualTypes);
          await runtime.remove(id);
          await untilGone(box.pid);
          // Left to the scope to remove.
          await runtime.run(`${id}2`);
        } finally {
          await runtime.dispose();
        }
      });
    }
  }

  test('unshare, nested', { skip: skipWithout() }, async () => {
    const scope = await startScope({ view: 'plain' });
    try {
      const unshared = await startUnshare(
        scope,
        ['--mount', '--uts'],
        ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc'],
        ['--net'],
      );
      const [outer, middle, inner] = unshared.pids;
      assert.deepEqual(ownTypes(outer), ['mnt', 'uts']);
      assert.deepEqual(ownTypes(middle), ['mnt', 'pid', 'user', 'uts']);
      assert.deepEqual(ownTypes(inner), ['mnt', 'net', 'pid', 'user', 'uts']);
      await unshared.stop();
      for (const pid of unshared.pids) {
        await untilGone(pid);
      }
    } finally {
      await scope.dispose();
    }
  });

  for (const sudo of [false, true]) {
    const name = `an ordinary user ${sudo ? 'with' : 'without'} sudo`;
    test(name, { skip: skipWithout('sudo', 'useradd') }, async () => {
      const user = await makeUser({ sudo });
      try {
        assert.equal((await user.run(['id', '--user'])).stdout, `${user.uid}\n`);
        const elevated = await user.run(['sudo', '-n', 'id', '--user']);
        assert.equal(elevated.stdout, sudo ? '0\n' : '');
        const unshared = await startUnshare(user, ['--user', '--map-root-user', '--mount']);
        assert.deepEqual(ownTypes(unshared.pids[0]), ['mnt', 'user']);
      } finally {
        await user.dispose();
      }
    });
  }
});
