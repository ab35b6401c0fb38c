import type { EngineDefinition } from '../engines/definition';
import { hostKey, namespaceTypes, type CgroupKey, type NamespaceKey, type Pid } from '../ids';
import type { Gap } from '../outcome';
import type { Container, EngineFacts, HostFacts } from '../picture';
import type { Process } from '../snapshot';
import { shortId } from '../text/ids';
import type { Draft, Scene } from './draft';
import { joinFacts } from './facts';
import { addTo, byText } from './lists';
import { findParents } from './nesting';
import { findOwnCgroups } from './ownCgroups';
import { byAge } from './processIndex';
import { recognise } from './recognise';

export interface ContainerSources {
  readonly host: HostFacts;
  readonly engines: readonly EngineFacts[];
  readonly definitions: readonly EngineDefinition[];
  /** Cgroups that are frozen (cgroup.events of v2, freezer.state of v1), as far as asked for. */
  readonly frozen: ReadonlySet<CgroupKey>;
}

/** The host first, then containers by name, then isolated services. */
export function findContainers(scene: Scene, sources: ContainerSources): readonly Container[] {
  recognise(scene, sources.definitions, joinFacts(sources.definitions, sources.engines));
  const members = new Map<Draft, Process[]>();
  const hostProcesses: Process[] = [];
  for (const p of scene.snapshot.processes.values()) {
    const home = scene.home.get(p.pid);
    if (home === undefined) hostProcesses.push(p);
    else addTo(members, home, p);
  }
  const parents = findParents(scene);
  const cgroups = findOwnCgroups(scene, members, parents);
  const containers = [...scene.drafts.values()]
    // One whose every process turned out to be of an inner container is not there by itself.
    .filter((draft) => members.has(draft) || draft.by === 'word' || hasInner(draft, parents))
    .map((draft) =>
      finish(draft, members.get(draft) ?? [], {
        parent: parents.get(draft),
        cgroups: cgroups.get(draft) ?? [],
        sources,
      }),
    )
    .sort(
      (a, b) =>
        byText(a.kind, b.kind) || byText(a.name, b.name) || byMain(a, b) || byText(a.key, b.key),
    );
  return [hostRow(scene, sources.host, hostProcesses), ...containers];
}

/** Of those with equal names the lower pid first, as everywhere. */
const byMain = (a: Container, b: Container): number => (a.main ?? 0) - (b.main ?? 0);

const hasInner = (draft: Draft, parents: ReadonlyMap<Draft, Draft>): boolean =>
  [...parents.values()].includes(draft);

function hostRow(scene: Scene, host: HostFacts, processes: readonly Process[]): Container {
  return {
    key: hostKey,
    kind: 'host',
    engine: undefined,
    id: undefined,
    name: host.hostname,
    image: undefined,
    command: undefined,
    state: 'running',
    created: undefined,
    main: processes.find((p) => p.pid === 1)?.pid ?? [...processes].sort(byAge)[0]?.pid,
    processes: sortedPids(processes),
    namespaces: namespaceTypes.flatMap((type) => scene.initial[type] ?? []),
    cgroups: [],
    parent: undefined,
    gaps: gapsOf(processes),
  };
}

interface Surroundings {
  readonly parent: Draft | undefined;
  readonly cgroups: readonly CgroupKey[];
  readonly sources: ContainerSources;
}

function finish(draft: Draft, processes: readonly Process[], around: Surroundings): Container {
  const { facts, main } = draft;
  return {
    key: draft.key,
    kind: draft.kind,
    engine: draft.engine,
    id: draft.id,
    name: facts?.name ?? nameOf(draft),
    image: facts?.image,
    command: facts?.command,
    state: stateOf(facts?.state, processes, around),
    created: facts?.created,
    main: main?.pid,
    processes: sortedPids(processes),
    namespaces: namespacesOf(main),
    cgroups: around.cgroups,
    parent: around.parent?.key,
    gaps: [
      ...gapsOf(processes),
      ...(facts === undefined ? engineGaps(draft.engine, around.sources.engines) : []),
    ],
  };
}

function nameOf({ id, top, main, by }: Draft): string {
  if (id !== undefined) return shortId(id);
  return (by === 'service' ? top?.split('/').at(-1) : undefined) ?? main?.comm ?? '';
}

function stateOf(
  word: string | undefined,
  processes: readonly Process[],
  { cgroups, sources }: Surroundings,
): Container['state'] {
  if (word === 'paused' || cgroups.some((key) => sources.frozen.has(key))) return 'paused';
  return processes.length === 0 && word !== undefined ? 'stopped' : 'running';
}

const namespacesOf = (main: Process | undefined): readonly NamespaceKey[] =>
  namespaceTypes.flatMap((type) => main?.namespaces[type] ?? []);

const sortedPids = (processes: readonly Process[]): readonly Pid[] =>
  processes.map((p) => p.pid).sort((a, b) => a - b);

function gapsOf(processes: readonly Process[]): readonly Gap[] {
  return processes.some((p) => p.gaps.namespaces || p.gaps.status)
    ? [{ kind: 'denied', needs: 'CAP_SYS_PTRACE' }]
    : [];
}

/** Why the engine does not know a container of its own. */
const engineGaps = (engine: string, engines: readonly EngineFacts[]): readonly Gap[] =>
  engines.filter((e) => e.engine === engine).flatMap((e) => e.gaps);
