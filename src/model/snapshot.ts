import type { CgroupKey, NamespaceKey, NamespaceType, Pid, ProcessKey } from './ids';

/** Real, effective, saved and filesystem id; credentials(7). In the reader's user namespace. */
export type Ids = readonly [real: number, effective: number, saved: number, filesystem: number];

/** The five sets of capabilities(7) of a thread, as bit masks. */
export interface CapabilitySets {
  readonly inheritable: bigint;
  readonly permitted: bigint;
  readonly effective: bigint;
  readonly bounding: bigint;
  readonly ambient: bigint;
}

/** What could not be read of a process for lack of rights. */
export interface ProcessGaps {
  readonly namespaces: boolean;
  readonly status: boolean;
  readonly cgroup: boolean;
}

/** One thread group leader; proc_pid_status(5), proc_pid_stat(5). */
export interface Process {
  readonly key: ProcessKey;
  readonly pid: Pid;
  readonly ppid: Pid;
  /** Clock ticks after boot (stat field 22). */
  readonly start: number;
  /** At most 15 bytes, decoded as UTF-8, unescaped: hostile. Escape with `text/safe` before display. */
  readonly comm: string;
  /** State letter as in /proc/PID/stat; running, sleeping, waiting and idle all read `S` in deltas. */
  readonly state: string;
  readonly uid: Ids;
  readonly gid: Ids;
  readonly capabilities: CapabilitySets;
  /** Missing key: unknown (see `gaps`) or a type this kernel does not have. */
  readonly namespaces: Readonly<Partial<Record<NamespaceType, NamespaceKey>>>;
  /** Pids from the reader's pid namespace inwards; the last is the one inside. Empty: unknown. */
  readonly nspid: readonly number[];
  readonly seccomp: 'disabled' | 'strict' | 'filter';
  /** Number of seccomp filters, Linux 5.9; undefined: unknown. */
  readonly seccompFilters: number | undefined;
  readonly noNewPrivs: boolean;
  readonly threads: number;
  readonly kernelThread: boolean;
  /** Text of /proc/PID/cgroup as the kernel wrote it, shared between processes; undefined: unknown. */
  readonly cgroupText: string | undefined;
  readonly gaps: ProcessGaps;
}

/** namespaces(7), ioctl_nsfs(2). */
export interface Namespace {
  readonly key: NamespaceKey;
  readonly type: NamespaceType;
  /** nsfs inode: the number in `mnt:[4026531840]`. */
  readonly inode: number;
  /** 64-bit namespace id, Linux 6.18 (mount namespaces: 6.11); undefined: none. */
  readonly id: bigint | undefined;
  /** Owning user namespace; undefined: unknown. */
  readonly owner: NamespaceKey | undefined;
  /** pid and user namespaces only; undefined: the initial one, or unknown (see `parentDenied`). */
  readonly parent: NamespaceKey | undefined;
  /** User namespaces only: effective uid of the creator. */
  readonly ownerUid: number | undefined;
  /** Could not be opened for lack of rights: owner, parent and id are unknown. */
  readonly openDenied: boolean;
  readonly ownerDenied: boolean;
  readonly parentDenied: boolean;
  /** No process is in it; found as owner or parent of another. */
  readonly hidden: boolean;
}

/** A mounted cgroup hierarchy; cgroups(7). The index in `Snapshot.hierarchies` is its number. */
export interface CgroupHierarchy {
  readonly version: 1 | 2;
  /** v1: the controllers or `name=…`; v2: those of cgroup.controllers at the root. */
  readonly controllers: readonly string[];
  /** Where it is mounted on the host; hostile only as much as root's own mounts are. */
  readonly mountPoint: string;
}

/** One cgroup directory. */
export interface Cgroup {
  readonly key: CgroupKey;
  readonly hierarchy: number;
  readonly inode: number;
  /** From the root of the hierarchy as mounted; `/` is the root. Hostile. */
  readonly path: string;
  readonly parent: CgroupKey | undefined;
  /** Direct member processes; undefined: not read. */
  readonly processes: number | undefined;
}

/** The whole picture at one time. Immutable; `apply` makes the next one from a change. */
export interface Snapshot {
  readonly revision: number;
  /** CLOCK_BOOTTIME when reading ended, milliseconds. */
  readonly bootTime: number;
  readonly hierarchies: readonly CgroupHierarchy[];
  readonly processes: ReadonlyMap<Pid, Process>;
  readonly namespaces: ReadonlyMap<NamespaceKey, Namespace>;
  readonly cgroups: ReadonlyMap<CgroupKey, Cgroup>;
}

/** What one frame says: a full picture (`base` 0) or the change from revision `base` to `revision`. */
export interface Change {
  readonly revision: number;
  readonly base: number;
  readonly bootTime: number;
  readonly processes: readonly Process[];
  readonly goneProcesses: readonly { readonly pid: Pid; readonly start: number }[];
  readonly namespaces: readonly Namespace[];
  readonly goneNamespaces: readonly NamespaceKey[];
  readonly cgroups: readonly Cgroup[];
  readonly goneCgroups: readonly CgroupKey[];
}
