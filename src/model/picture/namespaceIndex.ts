import type { NamespaceKey, NamespaceType } from '../ids';
import { lazy } from '../lazy';
import type { Namespace, Process, Snapshot } from '../snapshot';
import { addTo } from './lists';
import { byAge } from './processIndex';

export interface NamespaceIndex {
  /** Processes in a namespace, oldest first. */
  readonly processesIn: (key: NamespaceKey) => readonly Process[];
  /** Namespaces of a type that have processes. */
  readonly inUse: (type: NamespaceType) => Iterable<NamespaceKey>;
  readonly ofType: (type: NamespaceType) => readonly Namespace[];
  readonly userRoots: () => readonly Namespace[];
  readonly children: (key: NamespaceKey) => readonly Namespace[];
  readonly ownedBy: (user: NamespaceKey) => readonly Namespace[];
}

const byInode = (a: Namespace, b: Namespace): number => a.inode - b.inode;
const none: readonly never[] = [];

export function namespaceIndex(snapshot: Snapshot): NamespaceIndex {
  const byAgeList = lazy(() => [...snapshot.processes.values()].sort(byAge));
  // An index for each type by itself: finding containers needs two of the eight.
  const indexes = new Map<string, ReadonlyMap<NamespaceKey, readonly Process[]>>();
  const members = (type: string): ReadonlyMap<NamespaceKey, readonly Process[]> => {
    let index = indexes.get(type);
    if (index === undefined) indexes.set(type, (index = membersOfType(byAgeList(), type)));
    return index;
  };
  const sorted = lazy(() => [...snapshot.namespaces.values()].sort(byInode));
  const types = lazy(() => {
    const result = new Map<NamespaceType, Namespace[]>();
    for (const n of sorted()) addTo(result, n.type, n);
    return result;
  });
  const children = lazy(() => {
    const result = new Map<NamespaceKey, Namespace[]>();
    for (const n of sorted()) if (n.parent !== undefined) addTo(result, n.parent, n);
    return result;
  });
  const owned = lazy(() => {
    const result = new Map<NamespaceKey, Namespace[]>();
    for (const n of sorted()) {
      if (n.owner !== undefined && n.type !== 'user') addTo(result, n.owner, n);
    }
    return result;
  });
  const ofType = (type: NamespaceType): readonly Namespace[] => types().get(type) ?? none;
  return {
    processesIn: (key) => members(key.slice(0, key.indexOf(':'))).get(key) ?? none,
    inUse: (type) => members(type).keys(),
    ofType,
    // A parent that is not in the snapshot would leave its children nowhere.
    userRoots: lazy(() =>
      ofType('user').filter((n) => n.parent === undefined || !snapshot.namespaces.has(n.parent)),
    ),
    children: (key) => children().get(key) ?? none,
    ownedBy: (user) => owned().get(user) ?? none,
  };
}

/** `processes` are sorted, so every list comes out sorted. */
function membersOfType(
  processes: readonly Process[],
  type: string,
): ReadonlyMap<NamespaceKey, readonly Process[]> {
  const result = new Map<NamespaceKey, Process[]>();
  for (const p of processes) {
    const key = p.namespaces[type as NamespaceType];
    if (key !== undefined) addTo(result, key, p);
  }
  return result;
}
