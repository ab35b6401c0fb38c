import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { until } from '../support/engines/command';
import {
  differences,
  listedByLsns,
  listedByUs,
  type NamespaceFacts,
} from '../support/engines/lsns';
import { startOciRuntime, type OciRuntime } from '../support/engines/ociRuntime';
import { ask, watch, type NamespaceJson } from '../support/engines/product';
import { skipWithout } from '../support/engines/requirements';
import { startScope, type Scope } from '../support/engines/scope';
import { startUnshare } from '../support/engines/unshare';

const skip = skipWithout('lsns', 'runc', 'busybox');

function initialOf(namespaces: readonly NamespaceJson[]): ReadonlySet<string> {
  return new Set(
    namespaces.filter(({ initial }) => initial).map(({ type, inode }) => `${type}:${inode}`),
  );
}

/**
 * What a picture and lsns differ in. Namespaces of which lsns says something else after the
 * picture than before it are left out: they changed meanwhile.
 */
async function compare(
  read: () => Promise<readonly NamespaceJson[]>,
  initial: ReadonlySet<string>,
): Promise<readonly string[]> {
  const before = await listedByLsns(initial);
  const ours = listedByUs(await read());
  const after = await listedByLsns(initial);
  const still = ([key]: [string, NamespaceFacts]): boolean =>
    isDeepStrictEqual(before.get(key), after.get(key));
  return differences(new Map([...after].filter(still)), new Map([...ours].filter(still)));
}

/** Resolves when both agree; rejects when a difference is still there in the next comparison. */
async function assertAgreement(read: () => Promise<readonly NamespaceJson[]>): Promise<void> {
  const initial = initialOf(await read());
  let last: readonly string[] = [];
  await until('lsns and us to agree', async () => {
    const found = await compare(read, initial);
    const lasting = found.filter((difference) => last.includes(difference));
    assert.deepEqual(lasting, [], 'lsns and we disagree');
    last = found;
    return found.length === 0 ? true : undefined;
  });
}

/**
 * The same for a picture that follows the host and may be behind it by a moment: rejects when a
 * difference is in every comparison until the deadline.
 */
async function untilAgreement(read: () => Promise<readonly NamespaceJson[]>): Promise<void> {
  const initial = initialOf(await read());
  let lasting: readonly string[] | undefined;
  await until('the live picture to follow', async () => {
    const found = await compare(read, initial);
    lasting = lasting?.filter((difference) => found.includes(difference)) ?? found;
    return lasting.length === 0 ? true : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${lasting?.join('\n') ?? ''}`, { cause: error });
  });
}

const fresh = async (): Promise<readonly NamespaceJson[]> => (await ask('namespaces')).namespaces;

/** One sandbox and one container come and go. */
async function comeAndGo(scope: Scope, runc: OciRuntime, turn: number): Promise<void> {
  const sandbox = await startUnshare(
    scope,
    ['--user', '--map-root-user', '--mount', '--net'],
    ['--uts', '--pid', '--fork'],
  );
  await runc.run(`box${turn}`);
  await sandbox.stop();
  await runc.remove(`box${turn}`);
}

describe('engines: against lsns', { skip }, () => {
  test('the same namespaces, processes, owners and parents', async () => {
    const scope = await startScope({ view: 'plain' });
    try {
      await startUnshare(scope, ['--mount', '--uts', '--ipc', '--net', '--cgroup']);
      await startUnshare(
        scope,
        ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc'],
        ['--user', '--map-root-user', '--net', '--time'],
      );
      // The middle one has no process: lsns knows it as a parent only.
      await startUnshare(scope, ['--user', '--map-root-user', '--', 'unshare', '--user', '--net']);
      await assertAgreement(fresh);
    } finally {
      await scope.dispose();
    }
  });

  test('while containers come and go none is missing and none invented', async () => {
    const scope = await startScope({ view: 'plain' });
    try {
      const runc = await startOciRuntime('runc');
      try {
        const live = watch('namespaces', scope);
        const stop = new AbortController();
        const churn = (async () => {
          for (let turn = 0; !stop.signal.aborted; turn += 1) {
            await comeAndGo(scope, runc, turn);
          }
        })();
        try {
          for (let round = 0; round < 6; round += 1) {
            await readDuringChange();
          }
        } finally {
          stop.abort();
          await churn;
        }
        await assertAgreement(fresh);
        await untilAgreement(() => live.until('a picture', ({ namespaces }) => namespaces));
        await live.dispose();
      } finally {
        await runc.dispose();
      }
    } finally {
      await scope.dispose();
    }
  });
});

/**
 * Two readings of ours, each between two of lsns. What lsns saw before and after one, with the
 * same first process, was there all the time and must be in it. What was in both of ours, with the
 * same first process, was there when lsns looked between them. Inodes alone prove nothing, since
 * the kernel gives them out again at once.
 */
async function readDuringChange(): Promise<void> {
  const none: ReadonlySet<string> = new Set();
  const before = await listedByLsns(none);
  const first = await fresh();
  const between = await listedByLsns(none);
  const second = await fresh();

  const members = new Map(first.map((n) => [`${n.type}:${n.inode}`, n.processes]));
  const missing = [...before].filter(
    ([key, { pid }]) =>
      pid !== 0 && between.get(key)?.pid === pid && members.get(key)?.includes(pid) !== true,
  );
  assert.deepEqual(missing, [], 'missing');

  const firstPids = new Map(first.map((n) => [`${n.type}:${n.inode}`, n.processes[0]]));
  const invented = second.filter(({ type, inode, processes }) => {
    const key = `${type}:${inode}`;
    return processes[0] !== undefined && firstPids.get(key) === processes[0] && !between.has(key);
  });
  assert.deepEqual(invented, [], 'invented');
}
