import type { EngineDefinition } from '../engines/definition';
import { engineDefinitions } from '../engines/engines';
import {
  hostKey,
  processKey,
  type CgroupKey,
  type ContainerKey,
  type NamespaceKey,
  type Pid,
} from '../ids';
import { lazy } from '../lazy';
import type { Container, EngineFacts, HostFacts, NamespaceMembers, Picture } from '../picture';
import type { Snapshot } from '../snapshot';
import { cgroupIndex } from './cgroupIndex';
import { findContainers } from './containers';
import { countHidden } from './hidden';
import { findInitial } from './initial';
import { addTo } from './lists';
import { namespaceIndex } from './namespaceIndex';
import { processIndex } from './processIndex';

export interface PictureOptions {
  /** Cgroups known to be frozen: containers in them are paused. */
  readonly frozen?: ReadonlySet<CgroupKey>;
  readonly definitions?: readonly EngineDefinition[];
}

const none: readonly never[] = [];

/** Joins a snapshot with what the engines say. Nothing is computed before it is asked for. */
export function makePicture(
  snapshot: Snapshot,
  host: HostFacts,
  engines: readonly EngineFacts[],
  { frozen = new Set(), definitions = engineDefinitions }: PictureOptions = {},
): Picture {
  const namespaces = namespaceIndex(snapshot);
  const cgroups = cgroupIndex(snapshot);
  const childrenOf = processIndex(snapshot);
  const initial = lazy(() => findInitial(snapshot, host));
  const initialKeys = lazy(() => new Set(Object.values(initial())));
  const hidden = lazy(() => countHidden(snapshot));

  const containers = lazy(() =>
    findContainers(
      {
        snapshot,
        initial: initial(),
        namespaces,
        cgroups,
        childrenOf,
        drafts: new Map(),
        home: new Map(),
        pidOwner: new Map(),
      },
      { host, engines, definitions, frozen },
    ),
  );
  const byKey = lazy(() => new Map(containers().map((c) => [c.key, c])));
  const byPid = lazy(() => {
    const result = new Map<Pid, Container>();
    for (const c of containers()) for (const pid of c.processes) result.set(pid, c);
    return result;
  });
  const inner = lazy(() => {
    const result = new Map<ContainerKey, Container[]>();
    for (const c of containers()) if (c.parent !== undefined) addTo(result, c.parent, c);
    return result;
  });
  const atCgroup = lazy(() => {
    const result = new Map<CgroupKey, Container[]>();
    for (const c of containers()) for (const key of c.cgroups) addTo(result, key, c);
    return result;
  });
  const known = new Map<NamespaceKey, NamespaceMembers>();
  const members = (key: NamespaceKey): NamespaceMembers => {
    let result = known.get(key);
    if (result === undefined) {
      const processes = namespaces.processesIn(key).map((p) => p.pid);
      const keys = new Set(processes.map((pid) => byPid().get(pid)?.key ?? hostKey));
      known.set(key, (result = { processes, containers: [...keys] }));
    }
    return result;
  };

  return {
    snapshot,
    host,
    engines,
    get hidden() {
      return hidden();
    },
    containers,
    container: (key) => byKey().get(key),
    containerOf: (pid) => byPid().get(pid),
    nested: (key) => inner().get(key) ?? none,
    process: (key) => {
      const process = snapshot.processes.get(Number(key.split('@', 1)[0]) as Pid);
      return process !== undefined && processKey(process.pid, process.start) === key
        ? process
        : undefined;
    },
    childrenOf,
    members,
    isInitial: (key) => initialKeys().has(key),
    namespacesOfType: namespaces.ofType,
    userRoots: namespaces.userRoots,
    childNamespaces: namespaces.children,
    ownedBy: namespaces.ownedBy,
    cgroupRoots: cgroups.roots,
    childCgroups: cgroups.children,
    cgroupsOf: cgroups.cgroupsOf,
    containersAt: (key) => atCgroup().get(key) ?? none,
    processesIn: cgroups.processesIn,
  };
}
