import type { ContainerKey, NamespaceKey, Pid } from '../ids';
import type { EngineContainerFacts } from '../picture';
import type { Process, Snapshot } from '../snapshot';
import type { CgroupIndex } from './cgroupIndex';
import type { InitialNamespaces } from './initial';
import type { NamespaceIndex } from './namespaceIndex';

/** A container while it is being recognised. */
export interface Draft {
  key: ContainerKey;
  readonly kind: 'container' | 'service';
  engine: string;
  id: string | undefined;
  /** What it was recognised by; it decides how its parent is found. */
  readonly by: 'cgroup' | 'claim' | 'pid' | 'mnt' | 'user' | 'service' | 'word';
  /** `by: 'cgroup'`: the topmost cgroup path; `service`: that of the unit. */
  readonly top: string | undefined;
  /** `by: 'cgroup'`: keys of the containers its cgroup lies in, innermost first. */
  readonly around: readonly ContainerKey[];
  /** The container whose processes its main process was among by cgroup. */
  within: Draft | undefined;
  facts: EngineContainerFacts | undefined;
  main: Process | undefined;
}

/** What recognition reads, and the answers so far. */
export interface Scene {
  readonly snapshot: Snapshot;
  readonly initial: InitialNamespaces;
  readonly namespaces: NamespaceIndex;
  readonly cgroups: CgroupIndex;
  readonly childrenOf: (pid: Pid) => readonly Process[];
  readonly drafts: Map<ContainerKey, Draft>;
  /** Whose a process is; missing: the host's. */
  readonly home: Map<Pid, Draft>;
  /** The container a pid namespace was made for. */
  readonly pidOwner: Map<NamespaceKey, Draft>;
}

/** Whether a namespace is known and not the host's. */
export const isOwn = (
  scene: Scene,
  process: Process,
  type: 'pid' | 'mnt' | 'user',
): NamespaceKey | undefined => {
  const key = process.namespaces[type];
  return key === scene.initial[type] ? undefined : key;
};

/** Whether it is pid 1 of a pid namespace below the reader's. */
export const isInit = ({ nspid }: Process): boolean => nspid.length > 1 && nspid.at(-1) === 1;

/** Pid 1 of a pid namespace; where that one is not to be seen, its oldest process. */
export function initOf(scene: Scene, pidNamespace: NamespaceKey): Process | undefined {
  const processes = scene.namespaces.processesIn(pidNamespace);
  return processes.find(isInit) ?? processes[0];
}
