import type { Pid } from '../ids';
import type { Draft, Scene } from './draft';

/** MAX_PID_NS_LEVEL, include/linux/pid_namespace.h. */
const maxPidLevels = 32;

/** The container that each one is in. Hostile facts cannot make a circle of it. */
export function findParents(scene: Scene): ReadonlyMap<Draft, Draft> {
  const parents = new Map<Draft, Draft>();
  const inside = (inner: Draft, outer: Draft): boolean => {
    for (let at: Draft | undefined = inner; at !== undefined; at = parents.get(at)) {
      if (at === outer) return true;
    }
    return false;
  };
  // Outer pid namespaces first, so `inside` knows the parents it asks for.
  const drafts = [...scene.drafts.values()]
    .filter((draft) => draft.kind === 'container')
    .sort((a, b) => (a.main?.nspid.length ?? 0) - (b.main?.nspid.length ?? 0));
  for (const draft of drafts) {
    const byCgroup = aroundByCgroup(scene, draft);
    const byPid = aroundByPid(scene, draft);
    const deeper =
      byCgroup === undefined || (byPid !== undefined && inside(byPid, byCgroup)) ? byPid : byCgroup;
    // Who starts an engine's container is a daemon: its ancestors say nothing.
    const parent = deeper ?? (draft.by === 'cgroup' ? undefined : ancestor(scene, draft));
    if (parent !== undefined && !inside(parent, draft)) parents.set(draft, parent);
  }
  return parents;
}

function aroundByCgroup(scene: Scene, draft: Draft): Draft | undefined {
  for (const key of draft.around) {
    const found = scene.drafts.get(key);
    if (found !== undefined && found !== draft) return found;
  }
  return draft.within?.kind === 'container' ? draft.within : undefined;
}

/** The owner of the nearest pid namespace above. */
function aroundByPid(scene: Scene, draft: Draft): Draft | undefined {
  const start = draft.main?.namespaces.pid;
  if (start === undefined) return undefined;
  // A container that only joined the pid namespace of another is beside it, not inside.
  let key = scene.snapshot.namespaces.get(start)?.parent;
  for (let level = 0; key !== undefined && level < maxPidLevels; level++) {
    const owner = scene.pidOwner.get(key);
    if (owner !== undefined && owner !== draft) return owner;
    key = scene.snapshot.namespaces.get(key)?.parent;
  }
  return undefined;
}

function ancestor(scene: Scene, draft: Draft): Draft | undefined {
  const seen = new Set<Pid>();
  let process = draft.main;
  while (process !== undefined && !seen.has(process.pid)) {
    seen.add(process.pid);
    process = scene.snapshot.processes.get(process.ppid);
    const home = process === undefined ? undefined : scene.home.get(process.pid);
    if (home !== undefined && home !== draft && home.kind === 'container') return home;
  }
  return undefined;
}
