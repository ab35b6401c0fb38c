import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { namespacesOf } from '../support/engines/hostNamespaces';
import { ask, watch, withPid, type ContainerJson, type Watch } from '../support/engines/product';
import { skipWithout } from '../support/engines/requirements';
import { startScope, type Scope } from '../support/engines/scope';
import { startUnshare } from '../support/engines/unshare';

describe('engines: unshare', { skip: skipWithout() }, () => {
  let scope: Scope;
  let live: Watch<'containers'>;
  before(async () => {
    scope = await startScope({ view: 'plain' });
    live = watch('containers', scope);
  });
  after(async () => {
    try {
      await live.dispose();
    } finally {
      await scope.dispose();
    }
  });

  function untilFound(pids: readonly number[]): Promise<readonly ContainerJson[]> {
    return live.until(`containers of ${pids.join(', ')}`, (output) => {
      const found = pids.flatMap((pid) => withPid(output, pid) ?? []);
      return found.length === pids.length ? found : undefined;
    });
  }

  function untilGone(pids: readonly number[]): Promise<true> {
    return live.until(`the end of ${pids.join(', ')}`, (output) =>
      pids.every((pid) => withPid(output, pid) === undefined) ? true : undefined,
    );
  }

  const sandboxes = [
    { flags: ['--mount'], own: ['mnt'] },
    { flags: ['--user', '--map-root-user', '--mount', '--uts'], own: ['mnt', 'user', 'uts'] },
    {
      flags: ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--fork', '--mount-proc'],
      own: ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'uts'],
    },
  ];
  for (const { flags, own } of sandboxes) {
    test(`unshare ${flags.join(' ')}`, async () => {
      const unshared = await startUnshare(scope, flags);
      const [found] = await untilFound(unshared.pids);
      assert.equal(found?.kind, 'container');
      assert.equal(found.engine, 'unshare');
      assert.equal(found.id, null);
      assert.equal(found.parent, null);
      assert.equal(found.processes.includes(unshared.pids[0] ?? 0), true);
      assert.deepEqual(found.namespaces, namespacesOf(unshared.pids[0] ?? 0));
      assert.deepEqual(found.own, own);
      await unshared.stop();
      await untilGone(unshared.pids);
    });
  }

  test('nested', async () => {
    const unshared = await startUnshare(
      scope,
      ['--mount', '--uts', '--pid', '--fork', '--mount-proc'],
      ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--mount-proc'],
      ['--mount', '--net', '--pid', '--fork', '--mount-proc'],
    );
    const levels = await untilFound(unshared.pids);
    assert.deepEqual(
      levels.map(({ own }) => own),
      [
        ['mnt', 'pid', 'uts'],
        ['mnt', 'pid', 'user', 'uts'],
        ['mnt', 'net', 'pid', 'user', 'uts'],
      ],
    );
    assert.deepEqual(
      levels.map(({ parent }) => parent),
      [null, levels[0]?.key, levels[1]?.key],
    );
    assert.deepEqual(
      levels.map(({ namespaces }) => namespaces),
      unshared.pids.map(namespacesOf),
    );
    const all = await ask('processes');
    const inner = all.processes.find(({ pid }) => pid === unshared.pids[2]);
    assert.equal(inner?.container, levels[2]?.key);
    // Once for the host and once for each level.
    assert.equal(inner?.nspid.length, 4);
    assert.equal(inner.nspid[0], unshared.pids[2]);
    assert.equal(inner.nspid[3], 1);
    await unshared.stop();
    await untilGone(unshared.pids);
  });
});
