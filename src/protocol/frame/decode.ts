import {
  cgroupKey,
  namespaceKey,
  namespaceTypes,
  pid,
  processKey,
  type CgroupKey,
  type NamespaceKey,
  type NamespaceType,
} from '../../model/ids';
import type { CapabilitySets, Cgroup, Change, Ids, Namespace, Process } from '../../model/snapshot';
import { FrameView, MalformedFrame } from './frameView';
import { Intern } from './intern';
import {
  cgroup,
  commBytes,
  goneCgroup,
  goneNs,
  goneProc,
  maxPid,
  maxPidLevels,
  membership,
  ns,
  nsFlags,
  proc,
  procFlags,
  unknown32,
  type SectionName,
} from './layout';

/** As the library cuts off. Honest paths are below PATH_MAX, but mkdirat(2) can make longer ones. */
const maxMembershipText = 262_144;
const maxPath = 262_144;
const maxHierarchies = 64;

/**
 * Turns packed frames (native/include/nsbridge.h) into changes. Keeps only the cgroup texts by id,
 * which later frames refer to; a full frame forgets them. Throws MalformedFrame and nothing else;
 * after that only a full frame may follow.
 */
export class FrameDecoder {
  #memberships = new Map<number, string>();

  decode(bytes: Uint8Array): Change {
    const frame = new FrameView(bytes);
    if (frame.base === 0) this.#memberships = new Map<number, string>();
    for (const at of records(frame, 'MEMBERSHIPS', membership.size)) {
      this.#memberships.set(
        frame.u32(at + membership.id),
        frame.text(
          frame.u32(at + membership.text),
          frame.u32(at + membership.text_len),
          maxMembershipText,
          'membership text',
        ),
      );
    }
    return {
      revision: frame.revision,
      base: frame.base,
      bootTime: frame.bootTime,
      processes: decodeProcesses(frame, this.#memberships),
      goneProcesses: records(frame, 'GONE_PROCS', goneProc.size).map((at) => ({
        pid: pid(pidAt(frame, at + goneProc.pid)),
        start: frame.safe(at + goneProc.start, 'gone start'),
      })),
      namespaces: decodeNamespaces(frame),
      goneNamespaces: records(frame, 'GONE_NAMESPACES', goneNs.size).map((at) =>
        namespaceKey(typeAt(frame, at + goneNs.type), frame.safe(at + goneNs.ino, 'gone ino')),
      ),
      cgroups: records(frame, 'CGROUPS', cgroup.size).map((at) => decodeCgroup(frame, at)),
      goneCgroups: records(frame, 'GONE_CGROUPS', goneCgroup.size).map((at) =>
        cgroupKeyAt(frame, at + goneCgroup.hierarchy, at + goneCgroup.ino),
      ),
    };
  }
}

function records(frame: FrameView, name: SectionName, size: number): number[] {
  const { start, count } = frame.section(name);
  const out = new Array<number>(count);
  for (let i = 0; i < count; i++) out[i] = start + i * size;
  return out;
}

function decodeProcesses(frame: FrameView, memberships: ReadonlyMap<number, string>): Process[] {
  const key = namespaceKeys();
  const comm = new Intern(frame, commBytes / 4, (at) => commAt(frame, at));
  const ids = new Intern<Ids>(frame, 4, (at) => [
    frame.u32(at),
    frame.u32(at + 4),
    frame.u32(at + 8),
    frame.u32(at + 12),
  ]);
  const capabilities = new Intern<CapabilitySets>(frame, 10, (at) => ({
    inheritable: frame.u64(at),
    permitted: frame.u64(at + 8),
    effective: frame.u64(at + 16),
    bounding: frame.u64(at + 24),
    ambient: frame.u64(at + 32),
  }));
  const namespaces = new Intern(frame, 2 * namespaceTypes.length, (at) => {
    const out: Partial<Record<NamespaceType, NamespaceKey>> = {};
    namespaceTypes.forEach((type, i) => {
      const inode = frame.safe(at + 8 * i, 'ns');
      if (inode !== 0) out[type] = key(i, inode);
    });
    return out;
  });
  const gaps = gapSets();

  return records(frame, 'PROCS', proc.size).map((at) => {
    const number = pidAt(frame, at + proc.pid);
    const start = frame.safe(at + proc.start, 'start');
    const flags = frame.u32(at + proc.flags);
    const filters = frame.u32(at + proc.seccomp_filters);
    const ppid = frame.u32(at + proc.ppid);
    if (ppid > maxPid) throw new MalformedFrame('ppid');
    return {
      key: processKey(number, start),
      pid: pid(number),
      ppid: pid(ppid),
      start,
      comm: comm.at(at + proc.comm),
      state: stateAt(frame, at + proc.state),
      uid: ids.at(at + proc.uid),
      gid: ids.at(at + proc.gid),
      capabilities: capabilities.at(at + proc.cap),
      namespaces: namespaces.at(at + proc.ns),
      nspid: nspidAt(frame, at),
      seccomp: seccompOf(frame.u8(at + proc.seccomp)),
      seccompFilters: filters === unknown32 ? undefined : filters,
      noNewPrivs: frame.u8(at + proc.no_new_privs) !== 0,
      threads: frame.u32(at + proc.threads),
      kernelThread: (flags & procFlags.kthread) !== 0,
      cgroupText: membershipAt(frame, at + proc.membership, memberships),
      gaps: gaps(flags),
    };
  });
}

function decodeNamespaces(frame: FrameView): Namespace[] {
  const key = namespaceKeys();
  const user = namespaceTypes.indexOf('user');
  return records(frame, 'NAMESPACES', ns.size).map((at) => {
    const type = typeAt(frame, at + ns.type);
    const index = frame.u32(at + ns.type);
    const inode = frame.safe(at + ns.ino, 'namespace ino');
    if (inode === 0) throw new MalformedFrame('namespace ino');
    const id = frame.u64(at + ns.id);
    const owner = frame.safe(at + ns.owner, 'owner');
    const parent = frame.safe(at + ns.parent, 'parent');
    const ownerUid = frame.u32(at + ns.owner_uid);
    const flags = frame.u32(at + ns.flags);
    return {
      key: key(index, inode),
      type,
      inode,
      id: id === 0n ? undefined : id,
      owner: owner === 0 ? undefined : key(user, owner),
      parent: parent === 0 ? undefined : key(index, parent),
      ownerUid: type !== 'user' || ownerUid === unknown32 ? undefined : ownerUid,
      openDenied: (flags & nsFlags.openDenied) !== 0,
      ownerDenied: (flags & nsFlags.ownerDenied) !== 0,
      parentDenied: (flags & nsFlags.parentDenied) !== 0,
      hidden: (flags & nsFlags.hidden) !== 0,
    };
  });
}

function decodeCgroup(frame: FrameView, at: number): Cgroup {
  const hierarchy = hierarchyAt(frame, at + cgroup.hierarchy);
  const inode = frame.safe(at + cgroup.ino, 'cgroup ino');
  const parent = frame.safe(at + cgroup.parent, 'cgroup parent');
  const processes = frame.u32(at + cgroup.procs);
  return {
    key: cgroupKey(hierarchy, inode),
    hierarchy,
    inode,
    path: frame.text(
      frame.u32(at + cgroup.path),
      frame.u32(at + cgroup.path_len),
      maxPath,
      'cgroup path',
    ),
    parent: parent === 0 ? undefined : cgroupKey(hierarchy, parent),
    processes: processes === unknown32 ? undefined : processes,
  };
}

function pidAt(frame: FrameView, at: number): number {
  const value = frame.u32(at);
  if (value === 0 || value > maxPid) throw new MalformedFrame('pid');
  return value;
}

function typeAt(frame: FrameView, at: number): NamespaceType {
  const type = namespaceTypes[frame.u32(at)];
  if (!type) throw new MalformedFrame('namespace type');
  return type;
}

function hierarchyAt(frame: FrameView, at: number): number {
  const value = frame.u32(at);
  if (value >= maxHierarchies) throw new MalformedFrame('hierarchy');
  return value;
}

const cgroupKeyAt = (frame: FrameView, hierarchy: number, ino: number): CgroupKey =>
  cgroupKey(hierarchyAt(frame, hierarchy), frame.safe(ino, 'cgroup ino'));

function commAt(frame: FrameView, at: number): string {
  let length = 0;
  while (length < commBytes && frame.u8(at + length) !== 0) length++;
  return frame.bytes(at, length);
}

/** 0: not known, shown as `?`. */
function stateAt(frame: FrameView, at: number): string {
  const code = frame.u8(at);
  if (code === 0) return '?';
  const letter = String.fromCharCode(code);
  if (!/^[A-Za-z?]$/.test(letter)) throw new MalformedFrame('state');
  return letter;
}

function nspidAt(frame: FrameView, at: number): readonly number[] {
  const count = frame.u8(at + proc.nspid_count);
  if (count === 0) return noPids;
  const pool = frame.section('PIDS');
  const first = frame.u32(at + proc.nspid);
  if (count > maxPidLevels || first > pool.count || count > pool.count - first) {
    throw new MalformedFrame('nspid');
  }
  const out = new Array<number>(count);
  for (let i = 0; i < count; i++) out[i] = frame.u32(pool.start + 4 * (first + i));
  return out;
}
const noPids: readonly number[] = [];

/** 3 is SECCOMP_MODE_DEAD (Linux 5.16): a filter is about to kill the process. */
const seccompOf = (mode: number): Process['seccomp'] =>
  mode === 0 ? 'disabled' : mode === 1 ? 'strict' : 'filter';

function membershipAt(
  frame: FrameView,
  at: number,
  texts: ReadonlyMap<number, string>,
): string | undefined {
  const id = frame.u32(at);
  if (id === unknown32) return undefined;
  const text = texts.get(id);
  if (text === undefined) throw new MalformedFrame('membership');
  return text;
}

/** Keys by type index and inode, each made once. */
function namespaceKeys(): (type: number, inode: number) => NamespaceKey {
  const made = namespaceTypes.map((type) => ({ type, keys: new Map<number, NamespaceKey>() }));
  return (index, inode) => {
    const of = made[index];
    if (!of) throw new MalformedFrame('namespace type');
    let key = of.keys.get(inode);
    if (key === undefined) of.keys.set(inode, (key = namespaceKey(of.type, inode)));
    return key;
  };
}

function gapSets(): (flags: number) => Process['gaps'] {
  const made = new Map<number, Process['gaps']>();
  return (all) => {
    const flags = all & (procFlags.nsDenied | procFlags.statusDenied | procFlags.cgroupDenied);
    let gaps = made.get(flags);
    if (!gaps) {
      gaps = {
        namespaces: (flags & procFlags.nsDenied) !== 0,
        status: (flags & procFlags.statusDenied) !== 0,
        cgroup: (flags & procFlags.cgroupDenied) !== 0,
      };
      made.set(flags, gaps);
    }
    return gaps;
  };
}
