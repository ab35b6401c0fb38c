import type { CgroupKey, ContainerKey, NamespaceKey, NamespaceType, Pid, ProcessKey } from './ids';
import type { Gap } from './outcome';
import type { Cgroup, Namespace, Process, Snapshot } from './snapshot';

/** Facts about the host that do not change while the agent lives. */
export interface HostFacts {
  readonly hostname: string;
  readonly kernel: string;
  /** Effective uid of the agent: 0 sees everything a root process in this place may see. */
  readonly uid: number;
  readonly clockTick: number;
  /** Initial namespaces as far as known; a type missing here is guessed from the most members. */
  readonly initial: Readonly<Partial<Record<NamespaceType, NamespaceKey>>>;
}

/** One container as an engine names it; the pure side of the wire type of the same shape. */
export interface EngineContainerFacts {
  readonly id: string;
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  readonly command?: string | undefined;
  readonly state: string;
  readonly pid?: number | undefined;
  /** Start time of that process (clock ticks after boot), where the engine recorded it. */
  readonly start?: number | undefined;
  readonly created?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export interface EngineFacts {
  readonly engine: string;
  readonly source: string;
  readonly version?: string | undefined;
  readonly containers: readonly EngineContainerFacts[];
  readonly gaps: readonly Gap[];
}

/**
 * A set of processes that an engine (or somebody with unshare) started together in namespaces of
 * their own. `host` is the initial namespaces; `service` is an isolated systemd service.
 */
export interface Container {
  readonly key: ContainerKey;
  readonly kind: 'host' | 'container' | 'service';
  /** `docker`, `podman`, `runc`, `crun`, `unshare`, …; undefined for the host. */
  readonly engine: string | undefined;
  /** The engine's id; undefined where there is no engine. */
  readonly id: string | undefined;
  /** What a person calls it: the engine's name, else the short id, else the first process. Hostile. */
  readonly name: string;
  readonly image: string | undefined;
  readonly command: string | undefined;
  readonly state: 'running' | 'paused' | 'stopped';
  /** Unix time, seconds. */
  readonly created: number | undefined;
  /** First process: pid 1 of its pid namespace where it has one, else the oldest. */
  readonly main: Pid | undefined;
  /** All member processes, by pid; those of nested containers are not among them. */
  readonly processes: readonly Pid[];
  /** Namespaces of the main process, all types known. */
  readonly namespaces: readonly NamespaceKey[];
  /** The topmost cgroup of the container in each hierarchy where it is not the root. */
  readonly cgroups: readonly CgroupKey[];
  readonly parent: ContainerKey | undefined;
  readonly gaps: readonly Gap[];
}

/** Who is in a namespace. */
export interface NamespaceMembers {
  /** Ascending by start time, then pid. */
  readonly processes: readonly Pid[];
  /** Containers with at least one process in it, the host included. */
  readonly containers: readonly ContainerKey[];
}

/** How much is hidden for lack of rights: what the status bar counts. */
export interface Hidden {
  /** Processes of which some namespace, the status or the cgroup could not be read. */
  readonly processes: number;
  readonly namespaces: number;
}

/**
 * A snapshot joined with what the engines say: everything the views ask. Each answer is computed
 * on first use and kept, so what is not shown costs nothing.
 */
export interface Picture {
  readonly snapshot: Snapshot;
  readonly host: HostFacts;
  readonly engines: readonly EngineFacts[];
  readonly hidden: Hidden;
  /** The host first, then containers by name, then services. */
  containers(): readonly Container[];
  container(key: ContainerKey): Container | undefined;
  containerOf(pid: Pid): Container | undefined;
  /** Containers directly inside (nested) of this one. */
  nested(key: ContainerKey): readonly Container[];
  process(key: ProcessKey): Process | undefined;
  childrenOf(pid: Pid): readonly Process[];
  members(key: NamespaceKey): NamespaceMembers;
  isInitial(key: NamespaceKey): boolean;
  namespacesOfType(type: NamespaceType): readonly Namespace[];
  /** User namespaces without a known parent: normally the initial one only. */
  userRoots(): readonly Namespace[];
  /** Child namespaces in the hierarchy of pid or user namespaces. */
  childNamespaces(key: NamespaceKey): readonly Namespace[];
  /** Namespaces of other types that this user namespace owns. */
  ownedBy(user: NamespaceKey): readonly Namespace[];
  cgroupRoots(): readonly Cgroup[];
  childCgroups(key: CgroupKey): readonly Cgroup[];
  /** The cgroup a process is in, in each hierarchy. */
  cgroupsOf(process: Process): readonly Cgroup[];
  /** Containers whose topmost cgroup this is. */
  containersAt(key: CgroupKey): readonly Container[];
  /** Processes that are direct members. */
  processesIn(key: CgroupKey): readonly Process[];
}
