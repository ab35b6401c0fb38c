import { namespaceTypes, type NamespaceKey, type NamespaceType } from '../../model/ids';
import type { Cgroup, Change, Namespace, Process } from '../../model/snapshot';
import {
  cgroup,
  commBytes,
  frameMagic,
  frameVersion,
  goneCgroup,
  goneNs,
  goneProc,
  header,
  membership,
  ns,
  nsFlags,
  proc,
  procFlags,
  section,
  sections,
  unknown32,
  type SectionName,
} from './layout';

/**
 * Packs a change as the C library does (native/include/nsbridge.h): for the Node reader, and the
 * other half of the decoder's tests. Membership ids count from 0 in each frame, which is enough,
 * since the newest text of an id wins. `comm` is cut to 15 bytes.
 */
export function encodeFrame(change: Change): Uint8Array {
  const pools = new Pools();
  const parts: Record<SectionName, (writer: DataView, start: number) => void> = {
    PROCS: each(change.processes, proc.size, (view, at, p) => writeProcess(view, at, p, pools)),
    GONE_PROCS: each(change.goneProcesses, goneProc.size, (view, at, p) => {
      u64(view, at + goneProc.start, p.start);
      view.setUint32(at + goneProc.pid, p.pid, true);
    }),
    NAMESPACES: each(change.namespaces, ns.size, writeNamespace),
    GONE_NAMESPACES: each(change.goneNamespaces, goneNs.size, (view, at, key) => {
      const [type, inode] = splitKey(key);
      u64(view, at + goneNs.ino, inode);
      view.setUint32(at + goneNs.type, typeIndex(type), true);
    }),
    CGROUPS: each(change.cgroups, cgroup.size, (view, at, c) => writeCgroup(view, at, c, pools)),
    GONE_CGROUPS: each(change.goneCgroups, goneCgroup.size, (view, at, key) => {
      const [hierarchy, inode] = splitKey(key);
      u64(view, at + goneCgroup.ino, inode);
      view.setUint32(at + goneCgroup.hierarchy, Number(hierarchy), true);
    }),
    MEMBERSHIPS: (view, start) =>
      pools.memberships.forEach((span, id) => {
        const at = start + id * membership.size;
        view.setUint32(at + membership.id, id, true);
        view.setUint32(at + membership.text, span.offset, true);
        view.setUint32(at + membership.text_len, span.length, true);
      }),
    PIDS: (view, start) => pools.pids.forEach((n, i) => view.setUint32(start + 4 * i, n, true)),
    STRINGS: (view, start) =>
      new Uint8Array(view.buffer, start).set(Buffer.concat(pools.strings, pools.stringBytes)),
  };

  for (const p of change.processes) pools.addProcess(p);
  for (const c of change.cgroups) pools.text(c.path);
  const counts: Record<SectionName, number> = {
    PROCS: change.processes.length,
    GONE_PROCS: change.goneProcesses.length,
    NAMESPACES: change.namespaces.length,
    GONE_NAMESPACES: change.goneNamespaces.length,
    CGROUPS: change.cgroups.length,
    GONE_CGROUPS: change.goneCgroups.length,
    MEMBERSHIPS: pools.memberships.length,
    PIDS: pools.pids.length,
    STRINGS: pools.stringBytes,
  };

  const starts = new Map<SectionName, number>();
  let end: number = header.size;
  for (const { name, record } of sections) {
    starts.set(name, end);
    end = align(end + counts[name] * record);
  }
  const view = new DataView(new ArrayBuffer(end));
  view.setUint32(header.magic, frameMagic, true);
  view.setUint32(header.version, frameVersion, true);
  u64(view, header.bytes, end);
  u64(view, header.revision, change.revision);
  u64(view, header.base, change.base);
  view.setBigUint64(header.boottime, BigInt(Math.round(change.bootTime * 1e6)), true);
  sections.forEach(({ name }, i) => {
    const at = header.sections + i * section.size;
    const start = starts.get(name) ?? 0;
    view.setUint32(at + section.offset, start, true);
    view.setUint32(at + section.count, counts[name], true);
    parts[name](view, start);
  });
  return new Uint8Array(view.buffer);
}

interface Span {
  readonly offset: number;
  readonly length: number;
}

/** The sections other records point into. Filled before any record is written. */
class Pools {
  readonly pids: number[] = [];
  readonly strings: Uint8Array[] = [];
  stringBytes = 0;
  readonly memberships: Span[] = [];
  readonly #texts = new Map<string, Span>();
  readonly #membershipIds = new Map<string, number>();
  readonly #nspid = new Map<Process, number>();

  addProcess(p: Process): void {
    this.#nspid.set(p, this.pids.length);
    this.pids.push(...p.nspid);
    const text = p.cgroupText;
    if (text === undefined || this.#membershipIds.has(text)) return;
    this.#membershipIds.set(text, this.memberships.length);
    this.memberships.push(this.text(text));
  }

  nspid(p: Process): number {
    return this.#nspid.get(p) ?? 0;
  }

  membership(text: string | undefined): number {
    return text === undefined ? unknown32 : (this.#membershipIds.get(text) ?? unknown32);
  }

  text(text: string): Span {
    const known = this.#texts.get(text);
    if (known) return known;
    const bytes = Buffer.from(text, 'utf8');
    const span = { offset: this.stringBytes, length: bytes.length };
    this.strings.push(bytes);
    this.stringBytes += bytes.length;
    this.#texts.set(text, span);
    return span;
  }
}

const each =
  <T>(items: readonly T[], size: number, write: (view: DataView, at: number, item: T) => void) =>
  (view: DataView, start: number): void =>
    items.forEach((item, i) => write(view, start + i * size, item));

function writeProcess(view: DataView, at: number, p: Process, pools: Pools): void {
  const u32 = (offset: number, value: number) => view.setUint32(at + offset, value, true);
  u64(view, at + proc.start, p.start);
  namespaceTypes.forEach((type, i) => {
    const key = p.namespaces[type];
    u64(view, at + proc.ns + 8 * i, key === undefined ? 0 : splitKey(key)[1]);
  });
  const { inheritable, permitted, effective, bounding, ambient } = p.capabilities;
  [inheritable, permitted, effective, bounding, ambient].forEach((set, i) =>
    view.setBigUint64(at + proc.cap + 8 * i, set, true),
  );
  u32(proc.pid, p.pid);
  u32(proc.ppid, p.ppid);
  p.uid.forEach((id, i) => u32(proc.uid + 4 * i, id));
  p.gid.forEach((id, i) => u32(proc.gid + 4 * i, id));
  u32(proc.threads, p.threads);
  u32(proc.membership, pools.membership(p.cgroupText));
  u32(proc.nspid, pools.nspid(p));
  u32(
    proc.flags,
    (p.gaps.namespaces ? procFlags.nsDenied : 0) |
      (p.gaps.status ? procFlags.statusDenied : 0) |
      (p.gaps.cgroup ? procFlags.cgroupDenied : 0) |
      (p.kernelThread ? procFlags.kthread : 0),
  );
  new Uint8Array(view.buffer, at + proc.comm, commBytes - 1).set(
    Buffer.from(p.comm, 'utf8').subarray(0, commBytes - 1),
  );
  view.setUint8(at + proc.nspid_count, p.nspid.length);
  view.setUint8(at + proc.state, p.state.charCodeAt(0));
  view.setUint8(at + proc.seccomp, ['disabled', 'strict', 'filter'].indexOf(p.seccomp));
  view.setUint8(at + proc.no_new_privs, p.noNewPrivs ? 1 : 0);
  u32(proc.seccomp_filters, p.seccompFilters ?? unknown32);
}

function writeNamespace(view: DataView, at: number, n: Namespace): void {
  u64(view, at + ns.ino, n.inode);
  view.setBigUint64(at + ns.id, n.id ?? 0n, true);
  u64(view, at + ns.owner, n.owner === undefined ? 0 : splitKey(n.owner)[1]);
  u64(view, at + ns.parent, n.parent === undefined ? 0 : splitKey(n.parent)[1]);
  view.setUint32(at + ns.owner_uid, n.ownerUid ?? unknown32, true);
  view.setUint32(at + ns.type, namespaceTypes.indexOf(n.type), true);
  view.setUint32(
    at + ns.flags,
    (n.openDenied ? nsFlags.openDenied : 0) |
      (n.ownerDenied ? nsFlags.ownerDenied : 0) |
      (n.parentDenied ? nsFlags.parentDenied : 0) |
      (n.hidden ? nsFlags.hidden : 0),
    true,
  );
}

function writeCgroup(view: DataView, at: number, c: Cgroup, pools: Pools): void {
  const path = pools.text(c.path);
  u64(view, at + cgroup.ino, c.inode);
  u64(view, at + cgroup.parent, c.parent === undefined ? 0 : splitKey(c.parent)[1]);
  view.setUint32(at + cgroup.hierarchy, c.hierarchy, true);
  view.setUint32(at + cgroup.procs, c.processes ?? unknown32, true);
  view.setUint32(at + cgroup.path, path.offset, true);
  view.setUint32(at + cgroup.path_len, path.length, true);
}

const u64 = (view: DataView, at: number, value: number): void =>
  view.setBigUint64(at, BigInt(value), true);

const align = (n: number): number => (n + 7) & ~7;

const typeIndex = (type: string): number => namespaceTypes.indexOf(type as NamespaceType);

/** `type:inode` or `hierarchy:inode`. */
function splitKey(key: NamespaceKey | string): readonly [string, number] {
  const colon = key.indexOf(':');
  return [key.slice(0, colon), Number(key.slice(colon + 1))];
}
