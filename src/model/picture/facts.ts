import { containerKey, type ContainerKey } from '../ids';
import type { EngineDefinition } from '../engines/definition';
import type { EngineContainerFacts, EngineFacts } from '../picture';
import { byText } from './lists';

/** What all sources of one engine say of one container, joined. */
export interface RankedFacts {
  readonly key: ContainerKey;
  readonly engine: string;
  /** Place in the list of engines: the lower, the closer to what a person started. */
  readonly rank: number;
  readonly facts: EngineContainerFacts;
}

export const rankOf = (definitions: readonly EngineDefinition[], engine: string): number => {
  const rank = definitions.findIndex(({ id }) => id === engine);
  return rank < 0 ? definitions.length : rank;
};

/** By rank, then key. Of two sources the earlier wins, field by field. */
export function joinFacts(
  definitions: readonly EngineDefinition[],
  engines: readonly EngineFacts[],
): readonly RankedFacts[] {
  const joined = new Map<ContainerKey, RankedFacts>();
  for (const { engine, containers } of engines) {
    const rank = rankOf(definitions, engine);
    for (const facts of containers) {
      const key = containerKey(engine, facts.id);
      const before = joined.get(key)?.facts;
      const both = before === undefined ? facts : join(before, facts);
      joined.set(key, { key, engine, rank, facts: both });
    }
  }
  return [...joined.values()].sort((a, b) => a.rank - b.rank || byText(a.key, b.key));
}

function join(a: EngineContainerFacts, b: EngineContainerFacts): EngineContainerFacts {
  // A start time says which process a pid meant, so the two come from one source.
  const process = a.pid === undefined ? b : a;
  return {
    id: a.id,
    name: a.name ?? b.name,
    image: a.image ?? b.image,
    command: a.command ?? b.command,
    // A monitor process or a state file only knows `running`; an API knows `paused` as well.
    state: a.state === 'running' ? b.state : a.state,
    pid: process.pid,
    start: process.start,
    created: a.created ?? b.created,
    labels: a.labels ?? b.labels,
  };
}
