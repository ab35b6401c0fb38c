import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyChange } from '../../../src/model/applyChange';
import { diff, sameData } from '../../../src/model/diff';
import { cgroupKey, namespaceKey, namespaceTypes } from '../../../src/model/ids';
import type { Cgroup, Process, Snapshot } from '../../../src/model/snapshot';
import { namespace, process, snapshot, v2 } from './build';

const hierarchies = [v2];
// Few pids and start times, so that the same one, the same pid reused and new ones all happen.
const processes = fc.uniqueArray(
  fc.record({
    pid: fc.integer({ min: 1, max: 12 }),
    start: fc.integer({ min: 1, max: 3 }),
    comm: fc.string({ maxLength: 15 }),
    mnt: fc.integer({ min: 1, max: 4 }),
    effective: fc.bigInt({ min: 0n, max: 3n }),
    cgroup: fc.constantFrom('/', '/a', undefined),
  }),
  { selector: (p) => p.pid, maxLength: 12 },
);
const namespaces = fc.uniqueArray(
  fc.record({
    type: fc.constantFrom(...namespaceTypes),
    inode: fc.integer({ min: 1, max: 5 }),
    id: fc.option(fc.bigInt({ min: 1n, max: 3n }), { nil: undefined }),
  }),
  { selector: (n) => `${n.type}:${n.inode}`, maxLength: 10 },
);
const cgroups = fc.uniqueArray(
  fc.record({
    inode: fc.integer({ min: 1, max: 6 }),
    path: fc.string(),
    processes: fc.option(fc.nat(3), { nil: undefined }),
  }),
  { selector: (c) => c.inode, maxLength: 6 },
);

const snapshots: fc.Arbitrary<Omit<Snapshot, 'revision'>> = fc
  .tuple(processes, namespaces, cgroups, fc.nat(1e6))
  .map(([ps, ns, cs, bootTime]) => ({
    bootTime,
    hierarchies,
    processes: new Map(ps.map(toProcess).map((p) => [p.pid, p])),
    namespaces: new Map(
      ns
        .map(({ type, inode, id }) => ({ ...namespace(namespaceKey(type, inode)), id }))
        .map((n) => [n.key, n]),
    ),
    cgroups: new Map(
      cs
        .map((c): Cgroup => ({ ...c, key: cgroupKey(0, c.inode), hierarchy: 0, parent: undefined }))
        .map((c) => [c.key, c]),
    ),
  }));

function toProcess(p: {
  readonly pid: number;
  readonly start: number;
  readonly comm: string;
  readonly mnt: number;
  readonly effective: bigint;
  readonly cgroup: string | undefined;
}): Process {
  const { start, comm, mnt, effective, cgroup } = p;
  const made = process(p.pid, {
    start,
    comm,
    ns: { mnt },
    ...(cgroup !== undefined && { cgroup }),
  });
  return { ...made, capabilities: { ...made.capabilities, effective } };
}

describe('changes', () => {
  it('any sequence of deltas gives the same as a fresh snapshot', () => {
    fc.assert(
      fc.property(fc.array(snapshots, { minLength: 1, maxLength: 8 }), (states) => {
        let current: Snapshot | undefined;
        for (const [i, state] of states.entries()) {
          const fresh = { ...state, revision: i + 1 };
          const empty = { ...snapshot([], [], hierarchies), revision: 0 };
          current = applyChange(current, diff(current ?? empty, fresh), hierarchies);
          assert.deepEqual(current, fresh);
        }
      }),
    );
  });

  it('what did not change is shared, in whole and in part', () => {
    const a = snapshot([process(1), process(2)]);
    const b = { ...a, revision: 2, processes: new Map(a.processes) };
    const change = diff(a, b);
    assert.deepEqual([change.processes, change.goneProcesses], [[], []]);
    const after = applyChange(a, change, hierarchies);
    assert.equal(after?.processes, a.processes);
    assert.equal(after.namespaces, a.namespaces);
  });

  it('a change of another revision is refused', () => {
    const a = snapshot([process(1)]);
    const change = diff(a, { ...a, revision: 2 });
    assert.equal(applyChange(undefined, change, hierarchies), undefined);
    assert.equal(applyChange({ ...a, revision: 7 }, change, hierarchies), undefined);
    assert.equal(applyChange(a, change, hierarchies)?.revision, 2);
  });

  it('a full change needs nothing before it and keeps nothing of it', () => {
    const a = snapshot([process(1), process(2)]);
    const full = { ...diff({ ...snapshot([]), revision: 0 }, snapshot([process(3)])), base: 0 };
    assert.deepEqual([...(applyChange(a, full, hierarchies)?.processes.keys() ?? [])], [3]);
  });

  it('a process that is gone takes no other of its pid along', () => {
    const [one] = [process(5, { start: 1 })];
    const a = snapshot([one]);
    const change = diff(a, { ...a, revision: 2 });
    const late = { ...change, goneProcesses: [{ pid: one.pid, start: 9 }] };
    assert.deepEqual([...(applyChange(a, late, hierarchies)?.processes.values() ?? [])], [one]);
    const both = {
      ...change,
      goneProcesses: [{ pid: one.pid, start: 1 }],
      processes: [process(5)],
    };
    assert.equal(applyChange(a, both, hierarchies)?.processes.get(one.pid)?.start, 5);
  });

  it('sameData tells values apart', () => {
    const value = { a: [1, 2n, { b: 'x' }], c: undefined };
    assert.equal(sameData(value, structuredClone(value)), true);
    for (const other of [
      { ...value, a: [1, 2n] },
      { ...value, a: [1, 3n, { b: 'x' }] },
      { ...value, a: [1, 2, { b: 'x' }] },
      { ...value, a: [1, 2n, { b: 'y' }] },
      { a: value.a },
      { a: value.a, d: undefined },
      null,
      1,
    ]) {
      assert.equal(sameData(value, other), false);
      assert.equal(sameData(other, value), false);
    }
  });
});
