import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  cgroupKey,
  namespaceKey,
  namespaceTypes,
  pid,
  processKey,
  type NamespaceKey,
  type NamespaceType,
} from '../../../src/model/ids';
import type { Cgroup, Change, Namespace, Process } from '../../../src/model/snapshot';
import { FrameDecoder } from '../../../src/protocol/frame/decode';
import { encodeFrame } from '../../../src/protocol/frame/encode';
import { MalformedFrame } from '../../../src/protocol/frame/frameView';
import { header, proc, section, sections } from '../../../src/protocol/frame/layout';

/** Plain objects, as the decoder makes them. */
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true });
const u32 = fc.nat(0xffff_fffe);
const inode = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const text = (max: number) =>
  fc.string({ unit: 'grapheme', maxLength: max }).map((s) => s.replaceAll('\0', ''));
const comm = text(15).filter((s) => Buffer.byteLength(s) <= 15);
const type = fc.constantFrom(...namespaceTypes);
const ids = fc.tuple(u32, u32, u32, u32);

const process: fc.Arbitrary<Process> = plain({
  pid: fc.integer({ min: 1, max: 4_194_304 }),
  ppid: fc.nat(4_194_304),
  start: fc.nat(Number.MAX_SAFE_INTEGER),
  comm,
  state: fc.constantFrom('R', 'S', 'D', 'Z', 'T', 'I', 'x'),
  uid: ids,
  gid: ids,
  capabilities: plain({
    inheritable: u64,
    permitted: u64,
    effective: u64,
    bounding: u64,
    ambient: u64,
  }),
  inodes: fc.array(fc.option(inode), { minLength: 8, maxLength: 8 }),
  nspid: fc.array(u32, { maxLength: 33 }),
  seccomp: fc.constantFrom('disabled' as const, 'strict' as const, 'filter' as const),
  seccompFilters: fc.option(u32, { nil: undefined }),
  noNewPrivs: fc.boolean(),
  threads: u32,
  kernelThread: fc.boolean(),
  cgroupText: fc.option(text(40), { nil: undefined }),
  gaps: plain({ namespaces: fc.boolean(), status: fc.boolean(), cgroup: fc.boolean() }),
}).map(({ inodes, ...p }) => {
  const namespaces: Partial<Record<NamespaceType, NamespaceKey>> = {};
  namespaceTypes.forEach((t, i) => {
    const n = inodes[i];
    if (n) namespaces[t] = namespaceKey(t, n);
  });
  return {
    ...p,
    key: processKey(p.pid, p.start),
    pid: pid(p.pid),
    ppid: pid(p.ppid),
    namespaces,
  };
});

const namespace: fc.Arbitrary<Namespace> = plain({
  type,
  inode,
  id: fc.option(fc.bigInt({ min: 1n, max: 0xffff_ffff_ffff_ffffn }), { nil: undefined }),
  owner: fc.option(inode, { nil: undefined }),
  parent: fc.option(inode, { nil: undefined }),
  ownerUid: fc.option(u32, { nil: undefined }),
  openDenied: fc.boolean(),
  ownerDenied: fc.boolean(),
  parentDenied: fc.boolean(),
  hidden: fc.boolean(),
}).map((n) => ({
  ...n,
  key: namespaceKey(n.type, n.inode),
  owner: n.owner === undefined ? undefined : namespaceKey('user', n.owner),
  parent: n.parent === undefined ? undefined : namespaceKey(n.type, n.parent),
  ownerUid: n.type === 'user' ? n.ownerUid : undefined,
}));

const hierarchy = fc.nat(63);
const cgroup: fc.Arbitrary<Cgroup> = plain({
  hierarchy,
  inode,
  path: text(60),
  parent: fc.option(inode, { nil: undefined }),
  processes: fc.option(u32, { nil: undefined }),
}).map((c) => ({
  ...c,
  key: cgroupKey(c.hierarchy, c.inode),
  parent: c.parent === undefined ? undefined : cgroupKey(c.hierarchy, c.parent),
}));

const change: fc.Arbitrary<Change> = plain({
  base: fc.nat(1_000_000),
  step: fc.integer({ min: 1, max: 1000 }),
  bootTime: fc.nat(2 ** 32),
  processes: fc.array(process, { maxLength: 12 }),
  goneProcesses: fc.array(
    plain({
      pid: fc.integer({ min: 1, max: 4_194_304 }).map(pid),
      start: fc.nat(Number.MAX_SAFE_INTEGER),
    }),
    { maxLength: 5 },
  ),
  namespaces: fc.array(namespace, { maxLength: 8 }),
  goneNamespaces: fc.array(
    fc.tuple(type, inode).map(([t, i]) => namespaceKey(t, i)),
    { maxLength: 5 },
  ),
  cgroups: fc.array(cgroup, { maxLength: 8 }),
  goneCgroups: fc.array(
    fc.tuple(hierarchy, inode).map(([h, i]) => cgroupKey(h, i)),
    { maxLength: 5 },
  ),
}).map(({ step, ...c }) => ({ ...c, revision: c.base + step }));

const decode = (bytes: Uint8Array) => new FrameDecoder().decode(bytes);

/** Only the typed error may come out, whatever goes in. */
function survives(bytes: Uint8Array): void {
  try {
    decode(bytes);
  } catch (error) {
    assert.ok(error instanceof MalformedFrame, String(error));
  }
}

describe('frame', () => {
  test('what was encoded is decoded', () => {
    fc.assert(fc.property(change, (c) => assert.deepEqual(decode(encodeFrame(c)), c)));
  });

  test('any alignment of the buffer will do', () => {
    fc.assert(
      fc.property(change, fc.integer({ min: 1, max: 7 }), (c, shift) => {
        const frame = encodeFrame(c);
        const moved = new Uint8Array(frame.length + 8).subarray(shift, shift + frame.length);
        moved.set(frame);
        assert.deepEqual(decode(moved), c);
      }),
      { numRuns: 20 },
    );
  });

  test('changed bytes never do worse than MalformedFrame', () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(change, flips, (c, list) => {
        const frame = encodeFrame(c);
        for (const [at, value] of list) frame[at % frame.length] = value;
        survives(frame);
      }),
      { numRuns: 500 },
    );
  });

  test('neither do words in the header, short frames and noise', () => {
    const word = fc.constantFrom(0, 1, 7, 8, 0x7fff_ffff, 0xffff_fff8, 0xffff_ffff);
    fc.assert(
      fc.property(change, fc.nat(29), word, fc.nat(), (c, index, value, cut) => {
        const frame = encodeFrame(c);
        new DataView(frame.buffer).setUint32(4 * index, value, true);
        survives(frame);
        assert.throws(() => decode(frame.subarray(0, cut % frame.length)), MalformedFrame);
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 4096 }), survives));
  });

  test('a delta refers to texts of earlier frames, and the newest text of an id wins', () => {
    const [first] = fc.sample(process, 1);
    assert.ok(first);
    const empty: Change = {
      revision: 1,
      base: 0,
      bootTime: 0,
      processes: [],
      goneProcesses: [],
      namespaces: [],
      goneNamespaces: [],
      cgroups: [],
      goneCgroups: [],
    };
    const decoder = new FrameDecoder();
    const full = encodeFrame({ ...empty, processes: [{ ...first, cgroupText: '0::/a\n' }] });
    assert.equal(decoder.decode(full).processes[0]?.cgroupText, '0::/a\n');

    const delta = encodeFrame({
      ...empty,
      revision: 2,
      base: 1,
      processes: [{ ...first, cgroupText: '0::/b\n' }],
    });
    const withoutText = delta.slice();
    const at = header.sections + 6 * section.size + section.count;
    new DataView(withoutText.buffer).setUint32(at, 0, true);
    assert.equal(decoder.decode(withoutText).processes[0]?.cgroupText, '0::/a\n');
    assert.equal(decoder.decode(delta).processes[0]?.cgroupText, '0::/b\n');
    assert.equal(decoder.decode(withoutText).processes[0]?.cgroupText, '0::/b\n');

    decoder.decode(encodeFrame({ ...empty, revision: 3 }));
    assert.throws(() => decoder.decode(withoutText), new MalformedFrame('membership'));
  });

  test('each broken rule is named', () => {
    const [p] = fc.sample(process, 1);
    assert.ok(p);
    const frame = encodeFrame({
      revision: 2,
      base: 1,
      bootTime: 0,
      processes: [{ ...p, nspid: [1], cgroupText: 'x' }],
      goneProcesses: [],
      namespaces: [],
      goneNamespaces: [],
      cgroups: [],
      goneCgroups: [],
    });
    const broken = (change: (view: DataView) => void): Uint8Array => {
      const copy = frame.slice();
      change(new DataView(copy.buffer));
      return copy;
    };
    const at = header.size;
    const cases: readonly [string, (view: DataView) => void][] = [
      ['magic', (v) => v.setUint32(header.magic, 1, true)],
      ['version', (v) => v.setUint32(header.version, 9, true)],
      ['bytes', (v) => v.setUint32(header.bytes, 8, true)],
      ['base', (v) => v.setUint32(header.base, 2, true)],
      ['revision', (v) => v.setUint32(header.revision + 4, 0x20_0000, true)],
      ['PROCS', (v) => v.setUint32(header.sections + section.count, 2, true)],
      ['PROCS', (v) => v.setUint32(header.sections, 4, true)],
      ['pid', (v) => v.setUint32(at + proc.pid, 0, true)],
      ['ppid', (v) => v.setUint32(at + proc.ppid, 0xffff_ffff, true)],
      ['state', (v) => v.setUint8(at + proc.state, 10)],
      ['nspid', (v) => v.setUint8(at + proc.nspid_count, 2)],
      ['nspid', (v) => v.setUint32(at + proc.nspid, 0xffff_ffff, true)],
      ['ns', (v) => v.setUint32(at + proc.ns + 4, 0xffff_ffff, true)],
      ['membership', (v) => v.setUint32(at + proc.membership, 7, true)],
    ];
    for (const [where, change] of cases) {
      assert.throws(() => decode(broken(change)), new MalformedFrame(where), where);
    }
    assert.equal(sections.length, 9);
  });

  test('a small frame cannot ask for much text', () => {
    const names = Array.from({ length: 400 }, (_, i) => 'x'.repeat(4000) + String(i));
    const frame = encodeFrame({
      revision: 1,
      base: 0,
      bootTime: 0,
      processes: [],
      goneProcesses: [],
      namespaces: [],
      goneNamespaces: [],
      cgroups: names.map((path, i) => ({
        key: cgroupKey(0, i + 1),
        hierarchy: 0,
        inode: i + 1,
        path,
        parent: undefined,
        processes: 0,
      })),
      goneCgroups: [],
    });
    assert.equal(decode(frame).cgroups.length, 400);
    // All paths start one byte apart: 400 long texts out of little over 4000 bytes.
    const view = new DataView(frame.buffer);
    const start = view.getUint32(header.sections + 4 * section.size, true);
    for (let i = 0; i < 400; i++) view.setUint32(start + i * 40 + 24, i, true);
    const strings = view.getUint32(header.sections + 8 * section.size, true);
    const small = frame.slice(0, Math.ceil((strings + 8000) / 8) * 8);
    const smallView = new DataView(small.buffer);
    smallView.setUint32(header.bytes, small.length, true);
    smallView.setUint32(header.sections + 8 * section.size + 4, small.length - strings, true);
    assert.throws(() => decode(small), new MalformedFrame('overlapping texts'));
  });
});
