import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { Change, Process } from '../../src/model/snapshot';
import { applyChange } from '../../src/model/applyChange';
import { loadNsBridge, NativeError } from '../../src/native-bridge/ffi/nsbridge';
import { findHierarchies } from '../../src/native-bridge/reader/hierarchies';
import { NativeReader } from '../../src/native-bridge/reader/nativeReader';
import { NodeReader } from '../../src/native-bridge/reader/nodeReader';
import type { Reader } from '../../src/native-bridge/reader/reader';
import { FrameDecoder } from '../../src/protocol/frame/decode';
import { library, skipWithoutLibrary } from '../support/agent';
import { until } from '../support/until';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';

const hierarchies = findHierarchies();

function nativeReader(t: TestContext): Reader {
  const reader = new NativeReader(loadNsBridge(library), hierarchies, { warn: () => undefined });
  t.after(() => reader.dispose());
  return reader;
}

function nodeReader(t: TestContext): Reader {
  const reader = new NodeReader(hierarchies);
  t.after(() => reader.dispose());
  return reader;
}

const fullOf = async (reader: Reader): Promise<Change> =>
  new FrameDecoder().decode(await reader.full());

/** What comes and goes by the millisecond, and what only one reader knows, left out. */
const comparable = (p: Process): unknown => ({
  ...p,
  state: 'RSDI'.includes(p.state) ? 'S' : p.state,
  // This very process: its pool of threads grows meanwhile.
  threads: p.pid === process.pid ? 0 : p.threads,
});

describe('the native and the node reader', { skip: skipWithoutLibrary }, () => {
  test('say the same of every process, namespace and cgroup', async (t) => {
    const [native, node] = [nativeReader(t), nodeReader(t)];
    // The machine goes on meanwhile: what both readings around the other agree on was so in between.
    const differences = await until('two readings with the same processes', async () => {
      const before = await fullOf(native);
      const between = await fullOf(node);
      const after = await fullOf(native);
      return compare(before, between, after);
    });
    assert.deepEqual(differences, []);
  });

  test('both leave nothing open', async (t) => {
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 4; i++) {
      const reader = nativeReader(t);
      await reader.full();
      reader.dispose();
      await fullOf(nodeReader(t));
    }
    assert.ok(readdirSync('/proc/self/fd').length <= before + 2);
  });
});

/** Undefined: too much changed while reading for a verdict. */
function compare(before: Change, between: Change, after: Change): string[] | undefined {
  const index = (c: Change) => new Map(c.processes.map((p) => [p.key, p]));
  const [a, b, c] = [index(before), index(between), index(after)];
  const differences: string[] = [];
  let compared = 0;
  for (const [key, p] of a) {
    const q = c.get(key);
    if (!q || !isSame(comparable(p), comparable(q))) continue;
    compared++;
    const other = b.get(key);
    if (!other) differences.push(`${p.comm} ${key}: not seen by the node reader`);
    else if (!isSame(comparable(p), comparable(other))) {
      differences.push(`${p.comm}: ${print(comparable(p))} is ${print(comparable(other))}`);
    }
  }
  if (compared < a.size / 2) return undefined;
  const visible = (change: Change) =>
    new Set(change.namespaces.filter((n) => !n.hidden).map((n) => n.key));
  const steady = <T>(x: Set<T>, y: Set<T>) => [...x].filter((k) => y.has(k));
  for (const key of steady(visible(before), visible(after))) {
    if (!visible(between).has(key)) differences.push(`${key}: not seen by the node reader`);
  }
  const cgroups = (change: Change) =>
    new Set(change.cgroups.map((g) => `${g.key} ${g.parent ?? ''} ${g.path}`));
  for (const text of steady(cgroups(before), cgroups(after))) {
    if (!cgroups(between).has(text))
      differences.push(`cgroup ${text}: not seen by the node reader`);
  }
  return differences;
}

const print = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
const isSame = (a: unknown, b: unknown): boolean => print(a) === print(b);

for (const [name, open, skip] of [
  ['native', nativeReader, skipWithoutLibrary],
  ['node', nodeReader, false],
] as const) {
  describe(`deltas of the ${name} reader`, { skip }, () => {
    test('add up to the picture as it is', async (t) => {
      const reader = open(t);
      const decoder = new FrameDecoder();
      let snapshot = applyChange(undefined, decoder.decode(await reader.full()), hierarchies);
      const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
      t.after(() => child.kill('SIGKILL'));
      const tick = async () => {
        const frame = await reader.tick(false);
        if (frame) snapshot = applyChange(snapshot, decoder.decode(frame), hierarchies);
        assert.ok(snapshot);
        return snapshot;
      };
      const has = (pid: number | undefined) =>
        [...(snapshot?.processes.values() ?? [])].some((p) => p.pid === pid);
      await until('the process came', async () => (await tick(), has(child.pid)));
      child.stdin.end();
      await until('the process went', async () => (await tick(), !has(child.pid)));
      assert.ok(has(process.pid));
    });

    test('a touch tells of the named process', async (t) => {
      const reader = open(t);
      const decoder = new FrameDecoder();
      decoder.decode(await reader.full());
      const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
      t.after(() => child.kill('SIGKILL'));
      assert.ok(child.pid !== undefined);
      const frame = await reader.touch([child.pid]);
      assert.ok(frame);
      const change = decoder.decode(frame);
      assert.deepEqual(
        change.processes.map(({ pid }) => pid),
        [child.pid],
      );
      assert.equal(change.base, change.revision - 1);
    });
  });
}

describe('the library', { skip: skipWithoutLibrary }, () => {
  test('errors have the name of the errno, the call and the path', () => {
    const bridge = loadNsBridge(library);
    assert.throws(
      () => bridge.open('/nonexistent'),
      new NativeError('nsb_open', 'ENOENT', '/nonexistent'),
    );
  });

  test('opens a path in the root of a process, and nothing outside', async () => {
    const bridge = loadNsBridge(library);
    await assert.rejects(bridge.openInRoot(process.pid, 1, '/etc/passwd', 0), { code: 'ESRCH' });
  });
});
