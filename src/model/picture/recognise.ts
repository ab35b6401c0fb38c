import type { EngineDefinition } from '../engines/definition';
import type { Process } from '../snapshot';
import { matchMemberships, type PathMatch } from './cgroupMatches';
import { addClaims, claimedMain } from './claims';
import { isInit, type Draft, type Scene } from './draft';
import type { RankedFacts } from './facts';
import { addTo } from './lists';
import { byAge } from './processIndex';
import { addLoose, addPidNamespaces, findPidOwners } from './unshared';

/**
 * Decides whose every process is, from the kernel outward. In this order, the surer sign first:
 * cgroups that an engine's definition knows, first processes that an engine names, own pid
 * namespaces, then whatever else is not the host's. Answers are left in the scene.
 */
export function recognise(
  scene: Scene,
  definitions: readonly EngineDefinition[],
  facts: readonly RankedFacts[],
): void {
  addByCgroup(scene, definitions);
  for (const f of facts) {
    const draft = scene.drafts.get(f.key);
    if (draft !== undefined) draft.facts = f.facts;
  }
  findMains(scene);
  addClaims(scene, facts, definitions);
  findPidOwners(scene);
  addPidNamespaces(scene);
  addLoose(scene);
  addByWord(scene, facts);
}

function addByCgroup(scene: Scene, definitions: readonly EngineDefinition[]): void {
  const chains = new Map<string, readonly PathMatch[]>();
  for (const p of scene.snapshot.processes.values()) {
    if (p.kernelThread || p.cgroupText === undefined) continue;
    let chain = chains.get(p.cgroupText);
    if (chain === undefined) {
      chain = matchMemberships(definitions, scene.cgroups.membershipsOf(p));
      chains.set(p.cgroupText, chain);
    }
    const match = chain[0];
    if (match !== undefined) scene.home.set(p.pid, draftOf(scene, match, chain.slice(1)));
  }
}

function draftOf(scene: Scene, match: PathMatch, around: readonly PathMatch[]): Draft {
  const { key, engine, id, top } = match;
  let draft = scene.drafts.get(key);
  if (draft === undefined) {
    draft = {
      key,
      kind: 'container',
      engine,
      id,
      by: 'cgroup',
      top,
      around: around.map((m) => m.key),
      within: undefined,
      facts: undefined,
      main: undefined,
    };
    scene.drafts.set(key, draft);
  }
  return draft;
}

function findMains(scene: Scene): void {
  const members = new Map<Draft, Process[]>();
  for (const p of scene.snapshot.processes.values()) {
    const home = scene.home.get(p.pid);
    if (home !== undefined) addTo(members, home, p);
  }
  for (const [draft, processes] of members) {
    const named = draft.facts === undefined ? undefined : claimedMain(scene, draft.facts);
    draft.main =
      named !== undefined && scene.home.get(named.pid) === draft
        ? named
        : firstOf(processes, (p) => scene.home.get(p.ppid) !== draft);
  }
}

/**
 * The process that the others come from. Only those whose parent is outside come into question: a
 * pid 1 below them is that of an inner namespace. Among them pid 1 before what was sent in later,
 * then the oldest.
 */
function firstOf(
  processes: readonly Process[],
  fromOutside: (process: Process) => boolean,
): Process | undefined {
  const candidates = processes.filter(fromOutside);
  return (candidates.length === 0 ? [...processes] : candidates).sort(
    (a, b) => Number(isInit(b)) - Number(isInit(a)) || byAge(a, b),
  )[0];
}

/** Containers without processes are listed only while an engine is about to start them. */
function addByWord(scene: Scene, facts: readonly RankedFacts[]): void {
  for (const { key, engine, facts: word } of facts) {
    if (scene.drafts.has(key) || (word.state !== 'created' && word.state !== 'paused')) continue;
    if (word.pid !== undefined && claimedMain(scene, word) !== undefined) continue;
    scene.drafts.set(key, {
      key,
      kind: 'container',
      engine,
      id: word.id,
      by: 'word',
      top: undefined,
      around: [],
      within: undefined,
      facts: word,
      main: undefined,
    });
  }
}
