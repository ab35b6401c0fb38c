import { namespaceTypes, type NamespaceKey, type NamespaceType } from '../ids';
import { lazy } from '../lazy';
import type { Namespace, Process, Snapshot } from '../snapshot';
import { addTo } from './lists';
import { byAge } from './processIndex';

export interface NamespaceIndex {
  /** Processes in a namespace, oldest first. */
  readonly processesIn: (key: NamespaceKey) => readonly Process[];
  readonly ofType: (type: NamespaceType) => readonly Namespace[];
  readonly userRoots: () => readonly Namespace[];
  readonly children: (key: NamespaceKey) => readonly Namespace[];
  readonly ownedBy: (user: NamespaceKey) => readonly Namespace[];
}

const byInode = (a: Namespace, b: Namespace): number => a.inode - b.inode;
const none: readonly never[] = [];

export function namespaceIndex(snapshot: Snapshot): NamespaceIndex {
  const members = lazy(() => {
    const result = new Map<NamespaceKey, Process[]>();
    // Sorted once, so every list comes out sorted.
    for (const p of [...snapshot.processes.values()].sort(byAge)) {
      for (const type of namespaceTypes) {
        const key = p.namespaces[type];
        if (key !== undefined) addTo(result, key, p);
      }
    }
    return result;
  });
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
    processesIn: (key) => members().get(key) ?? none,
    ofType,
    // A parent that is not in the snapshot would leave its children nowhere.
    userRoots: lazy(() =>
      ofType('user').filter((n) => n.parent === undefined || !snapshot.namespaces.has(n.parent)),
    ),
    children: (key) => children().get(key) ?? none,
    ownedBy: (user) => owned().get(user) ?? none,
  };
}
