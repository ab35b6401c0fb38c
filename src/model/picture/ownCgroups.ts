import { parentPath } from '../cgroups/membership';
import type { CgroupKey } from '../ids';
import type { Cgroup, Process } from '../snapshot';
import type { Draft, Scene } from './draft';

/**
 * The topmost cgroups of each container, at most one in each hierarchy: the lowest directory that
 * holds all of its processes, or the one that the engine's pattern names. A cgroup that others
 * live in as well (the session's, of a container made with unshare) is not the container's.
 */
export function findOwnCgroups(
  scene: Scene,
  members: ReadonlyMap<Draft, readonly Process[]>,
  parents: ReadonlyMap<Draft, Draft>,
): ReadonlyMap<Draft, readonly CgroupKey[]> {
  const owners = findOwners(scene, parents);
  const result = new Map<Draft, readonly CgroupKey[]>();
  for (const [draft, processes] of members) {
    const keys: CgroupKey[] = [];
    for (const lowest of commonCgroups(scene, processes)) {
      const named = draft.top !== undefined && isBelow(lowest.path, draft.top);
      const top = named ? scene.cgroups.find(lowest.hierarchy, draft.top) : lowest;
      const own = named || owners.get(lowest.key) === draft;
      if (top !== undefined && top.path !== '/' && own) keys.push(top.key);
    }
    result.set(draft, keys);
  }
  return result;
}

const isBelow = (path: string, top: string): boolean => path === top || path.startsWith(`${top}/`);

/** In each hierarchy the lowest cgroup that is above or at those of all the processes. */
function commonCgroups(scene: Scene, processes: readonly Process[]): readonly Cgroup[] {
  const texts = new Map(processes.map((p) => [p.cgroupText, p]));
  const common = new Map<number, string>();
  for (const p of texts.values()) {
    for (const { hierarchy, path } of scene.cgroups.cgroupsOf(p)) {
      const before = common.get(hierarchy);
      common.set(hierarchy, before === undefined ? path : commonPath(before, path));
    }
  }
  return [...common].flatMap(([hierarchy, path]) => scene.cgroups.find(hierarchy, path) ?? []);
}

function commonPath(a: string, b: string): string {
  let path: string | undefined = a;
  while (path !== undefined && path !== '/' && !isBelow(b, path)) path = parentPath(path);
  return path ?? '/';
}

/** Whose all processes at or below a cgroup are: the innermost container around them; 0 = host's. */
function findOwners(
  scene: Scene,
  parents: ReadonlyMap<Draft, Draft>,
): ReadonlyMap<CgroupKey, Draft | 0> {
  const owners = new Map<CgroupKey, Draft | 0>();
  const seen = new Map<string | undefined, Set<Draft | 0>>();
  for (const p of scene.snapshot.processes.values()) {
    const home = scene.home.get(p.pid) ?? 0;
    const homes = seen.get(p.cgroupText);
    if (homes?.has(home) === true) continue;
    if (homes === undefined) seen.set(p.cgroupText, new Set([home]));
    else homes.add(home);
    for (const cgroup of scene.cgroups.cgroupsOf(p)) {
      for (let c: Cgroup | undefined = cgroup; c !== undefined; c = above(scene, c)) {
        const owner = owners.get(c.key);
        owners.set(c.key, owner === undefined ? home : innermostCommon(owner, home, parents));
      }
    }
  }
  return owners;
}

const above = (scene: Scene, { parent, path }: Cgroup): Cgroup | undefined =>
  parent === undefined || path === '/' ? undefined : scene.snapshot.cgroups.get(parent);

function innermostCommon(
  a: Draft | 0,
  b: Draft | 0,
  parents: ReadonlyMap<Draft, Draft>,
): Draft | 0 {
  if (a === b || a === 0) return a;
  const around = new Set<Draft>();
  for (let at: Draft | undefined = a; at !== undefined; at = parents.get(at)) around.add(at);
  for (let at = b === 0 ? undefined : b; at !== undefined; at = parents.get(at)) {
    if (around.has(at)) return at;
  }
  return 0;
}
