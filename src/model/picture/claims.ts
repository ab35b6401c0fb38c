import type { EngineDefinition } from '../engines/definition';
import type { EngineContainerFacts } from '../picture';
import type { Pid } from '../ids';
import type { Process } from '../snapshot';
import { initOf, isOwn, type Draft, type Scene } from './draft';
import { rankOf, type RankedFacts } from './facts';

/** The process an engine names as the container's first, if it is still the same one. */
export function claimedMain(
  scene: Scene,
  { pid, start }: EngineContainerFacts,
): Process | undefined {
  const process = pid === undefined ? undefined : scene.snapshot.processes.get(pid as Pid);
  return start === undefined || process?.start === start ? process : undefined;
}

/**
 * Containers that no cgroup path names but an engine, by the pid of the first process: plain runc
 * and crun, Docker with `--cgroup-parent`. Facts about a main process that already belongs to a
 * container (the runc below Docker) make no second one; the engine of lower rank gives it its name.
 */
export function addClaims(
  scene: Scene,
  facts: readonly RankedFacts[],
  definitions: readonly EngineDefinition[],
): void {
  const byMain = new Map<Pid, Draft>();
  for (const draft of scene.drafts.values()) {
    if (draft.main !== undefined) byMain.set(draft.main.pid, draft);
  }
  for (const f of facts) {
    if (scene.drafts.has(f.key)) continue;
    const main = claimedMain(scene, f.facts);
    if (main === undefined || main.kernelThread) continue;
    const current = scene.home.get(main.pid);
    const same = byMain.get(main.pid) ?? (current?.id === f.facts.id ? current : undefined);
    if (same !== undefined) {
      if (f.rank < rankOf(definitions, same.engine)) rename(scene, same, f);
      continue;
    }
    const draft: Draft = {
      key: f.key,
      kind: 'container',
      engine: f.engine,
      id: f.facts.id,
      by: 'claim',
      top: undefined,
      around: [],
      within: current,
      facts: f.facts,
      main,
    };
    scene.drafts.set(draft.key, draft);
    byMain.set(main.pid, draft);
    for (const p of claimedProcesses(scene, main)) {
      if (scene.home.get(p.pid) === current) scene.home.set(p.pid, draft);
    }
    scene.home.set(main.pid, draft);
  }
}

function rename(scene: Scene, draft: Draft, { key, engine, facts }: RankedFacts): void {
  scene.drafts.delete(draft.key);
  Object.assign(draft, { key, engine, facts, id: facts.id });
  scene.drafts.set(key, draft);
}

/** What belongs to a first process: by its own pid namespace, else mount namespace, else cgroup. */
function claimedProcesses(scene: Scene, main: Process): readonly Process[] {
  const pidNamespace = isOwn(scene, main, 'pid');
  if (pidNamespace !== undefined && initOf(scene, pidNamespace) === main) {
    return scene.namespaces.processesIn(pidNamespace);
  }
  const mountNamespace = isOwn(scene, main, 'mnt');
  const around = scene.home.get(main.pid)?.main?.namespaces.mnt;
  if (mountNamespace !== undefined && mountNamespace !== around) {
    return scene.namespaces.processesIn(mountNamespace);
  }
  return family(scene, main);
}

/**
 * A process and its descendants. Not "all of its cgroup": with the cgroup manager disabled that is
 * the cgroup of the shell which started the container.
 */
function family(scene: Scene, first: Process): readonly Process[] {
  const result = new Set([first]);
  for (const p of result) for (const child of scene.childrenOf(p.pid)) result.add(child);
  return [...result];
}
