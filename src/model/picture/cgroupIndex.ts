import { parseCgroupText, type CgroupMembership } from '../cgroups/membership';
import type { CgroupKey } from '../ids';
import { lazy } from '../lazy';
import type { Cgroup, CgroupHierarchy, Process, Snapshot } from '../snapshot';
import { addTo, byText } from './lists';

export interface CgroupIndex {
  readonly roots: () => readonly Cgroup[];
  readonly children: (key: CgroupKey) => readonly Cgroup[];
  /** Parsed once for each distinct text. */
  readonly membershipsOf: (process: Process) => readonly CgroupMembership[];
  readonly cgroupsOf: (process: Process) => readonly Cgroup[];
  /** By number of the hierarchy and path. */
  readonly find: (hierarchy: number, path: string) => Cgroup | undefined;
  /** Number of the mounted hierarchy a membership belongs to. */
  readonly hierarchyOf: (membership: CgroupMembership) => number | undefined;
  readonly processesIn: (key: CgroupKey) => readonly Process[];
}

const none: readonly never[] = [];

export function cgroupIndex(snapshot: Snapshot): CgroupIndex {
  const sorted = lazy(() =>
    [...snapshot.cgroups.values()].sort(
      (a, b) => a.hierarchy - b.hierarchy || byText(a.path, b.path),
    ),
  );
  const children = lazy(() => {
    const result = new Map<CgroupKey, Cgroup[]>();
    for (const c of sorted()) if (c.parent !== undefined) addTo(result, c.parent, c);
    return result;
  });
  const paths = lazy(() => new Map(sorted().map((c) => [`${c.hierarchy}:${c.path}`, c])));
  const find = (hierarchy: number, path: string): Cgroup | undefined =>
    paths().get(`${hierarchy}:${path}`);

  const hierarchies = lazy(
    () => new Map(snapshot.hierarchies.map((h, number) => [hierarchyName(h), number])),
  );
  const hierarchyOf = (m: CgroupMembership): number | undefined =>
    hierarchies().get(hierarchyName(m));

  const parsed = new Map<string, readonly CgroupMembership[]>();
  const membershipsOf = ({ cgroupText }: Process): readonly CgroupMembership[] => {
    if (cgroupText === undefined) return none;
    let result = parsed.get(cgroupText);
    if (result === undefined) parsed.set(cgroupText, (result = parseCgroupText(cgroupText)));
    return result;
  };
  const resolved = new Map<string, readonly Cgroup[]>();
  const cgroupsOf = (process: Process): readonly Cgroup[] => {
    const { cgroupText } = process;
    if (cgroupText === undefined) return none;
    let result = resolved.get(cgroupText);
    if (result === undefined) {
      result = membershipsOf(process).flatMap((m) => {
        const hierarchy = hierarchyOf(m);
        const found = hierarchy === undefined || m.deleted ? undefined : find(hierarchy, m.path);
        return found ?? none;
      });
      resolved.set(cgroupText, result);
    }
    return result;
  };
  const members = lazy(() => {
    const result = new Map<CgroupKey, Process[]>();
    const all = [...snapshot.processes.values()].sort((a, b) => a.pid - b.pid);
    for (const p of all) for (const c of cgroupsOf(p)) addTo(result, c.key, p);
    return result;
  });
  return {
    roots: lazy(() =>
      sorted().filter((c) => c.parent === undefined || !snapshot.cgroups.has(c.parent)),
    ),
    children: (key) => children().get(key) ?? none,
    membershipsOf,
    cgroupsOf,
    find,
    hierarchyOf,
    processesIn: (key) => members().get(key) ?? none,
  };
}

/** v1 hierarchies are told apart by what is attached; the order of controllers means nothing. */
const hierarchyName = (h: Pick<CgroupHierarchy, 'version' | 'controllers'>): string =>
  h.version === 2 ? 'v2' : [...h.controllers].sort(byText).join(',');
