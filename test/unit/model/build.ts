import {
  cgroupKey,
  namespaceKey,
  namespaceTypes,
  pid,
  processKey,
  type NamespaceKey,
  type NamespaceType,
} from '../../../src/model/ids';
import type { HostFacts } from '../../../src/model/picture';
import type {
  Cgroup,
  CgroupHierarchy,
  Ids,
  Namespace,
  Process,
  Snapshot,
} from '../../../src/model/snapshot';

/** Inodes of the host's namespaces in built snapshots. */
export const hostInode: Readonly<Record<NamespaceType, number>> = {
  cgroup: 4026531835,
  ipc: 4026531839,
  mnt: 4026531841,
  net: 4026531840,
  pid: 4026531836,
  time: 4026531834,
  user: 4026531837,
  uts: 4026531838,
};

export const hostNamespaces: Readonly<Record<NamespaceType, NamespaceKey>> = Object.fromEntries(
  namespaceTypes.map((type) => [type, namespaceKey(type, hostInode[type])]),
) as Record<NamespaceType, NamespaceKey>;

export const host: HostFacts = {
  hostname: 'host',
  kernel: '6.1.0',
  uid: 0,
  clockTick: 100,
  initial: hostNamespaces,
};

export const v2: CgroupHierarchy = { version: 2, controllers: [], mountPoint: '/sys/fs/cgroup' };

const root: Ids = [0, 0, 0, 0];

/** What a test says of a process; the rest is a process of the host. */
export interface Wanted {
  readonly ppid?: number;
  readonly start?: number;
  readonly comm?: string;
  /** Own namespaces by inode. */
  readonly ns?: Partial<Record<NamespaceType, number>>;
  readonly nspid?: readonly number[];
  readonly cgroup?: string;
  readonly denied?: boolean;
  readonly kernelThread?: boolean;
}

export function process(n: number, wanted: Wanted = {}): Process {
  const start = wanted.start ?? n;
  const namespaces = Object.fromEntries(
    namespaceTypes.map((type) => [type, namespaceKey(type, wanted.ns?.[type] ?? hostInode[type])]),
  );
  return {
    key: processKey(n, start),
    pid: pid(n),
    ppid: pid(wanted.ppid ?? 1),
    start,
    comm: wanted.comm ?? `p${n}`,
    state: 'S',
    uid: root,
    gid: root,
    capabilities: { inheritable: 0n, permitted: 0n, effective: 0n, bounding: 0n, ambient: 0n },
    namespaces: wanted.denied === true ? {} : namespaces,
    nspid: wanted.nspid ?? [n],
    seccomp: 'disabled',
    seccompFilters: undefined,
    noNewPrivs: false,
    threads: 1,
    kernelThread: wanted.kernelThread ?? false,
    cgroupText: wanted.cgroup?.startsWith('/') === true ? `0::${wanted.cgroup}\n` : wanted.cgroup,
    gaps: { namespaces: wanted.denied ?? false, status: false, cgroup: false },
  };
}

/** A snapshot of these processes, with the namespaces and v2 cgroups that they imply. */
export function snapshot(
  processes: readonly Process[],
  namespaces: readonly Partial<Namespace>[] = [],
  hierarchies: readonly CgroupHierarchy[] = [v2],
): Snapshot {
  const found = new Map<NamespaceKey, Namespace>();
  for (const key of processes.flatMap((p) => Object.values(p.namespaces))) {
    found.set(key, namespace(key));
  }
  for (const n of namespaces) {
    if (n.key !== undefined) found.set(n.key, { ...namespace(n.key), ...n });
  }
  const cgroups = new Map<string, Cgroup>();
  for (const p of processes) {
    for (const line of p.cgroupText?.split('\n') ?? []) {
      if (line.startsWith('0::/')) addCgroup(cgroups, line.slice(3));
    }
  }
  return {
    revision: 1,
    bootTime: 1000,
    hierarchies,
    processes: new Map(processes.map((p) => [p.pid, p])),
    namespaces: found,
    cgroups: new Map([...cgroups.values()].map((c) => [c.key, c])),
  };
}

export function namespace(key: NamespaceKey): Namespace {
  const [type, inode] = key.split(':') as [NamespaceType, string];
  return {
    key,
    type,
    inode: Number(inode),
    id: undefined,
    owner: undefined,
    parent: undefined,
    ownerUid: undefined,
    openDenied: false,
    ownerDenied: false,
    parentDenied: false,
    hidden: false,
  };
}

function addCgroup(cgroups: Map<string, Cgroup>, path: string): Cgroup {
  const known = cgroups.get(path);
  if (known !== undefined) return known;
  const above = path === '/' ? undefined : path.slice(0, path.lastIndexOf('/')) || '/';
  const parent = above === undefined ? undefined : addCgroup(cgroups, above).key;
  const inode = cgroups.size + 1;
  const cgroup: Cgroup = {
    key: cgroupKey(0, inode),
    hierarchy: 0,
    inode,
    path,
    parent,
    processes: undefined,
  };
  cgroups.set(path, cgroup);
  return cgroup;
}
