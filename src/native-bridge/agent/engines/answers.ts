import type { Gap } from '../../../model/outcome';
import type { EngineContainerFacts } from '../../../model/picture';
import { engineContainer, type EngineAnswer, type EngineContainer } from '../../../protocol/agent';

/** What one question to one place of an engine may take. */
export interface EngineLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export const engineLimits: EngineLimits = { timeoutMs: 1000, maxBytes: 8 * 1024 * 1024 };

const maxContainers = 10_000;
const maxGaps = 100;

/** What may go over the wire of what an engine said: too much of it is cut and told. */
export function answerOf(
  engine: string,
  source: string,
  found: readonly EngineContainerFacts[],
  gaps: readonly Gap[],
  version?: string,
): EngineAnswer {
  const containers: EngineContainer[] = [];
  const all = [...gaps];
  for (const facts of found.slice(0, maxContainers)) {
    const parsed = engineContainer.safeParse(facts);
    if (parsed.success) containers.push(parsed.data);
    else all.push({ kind: 'malformed', where: source.slice(0, 4096), text: facts.id.slice(0, 64) });
  }
  return {
    engine,
    source: source.slice(0, 4096),
    ...(version === undefined ? {} : { version: version.slice(0, 256) }),
    containers,
    gaps: all.slice(0, maxGaps),
  };
}

export const unreachable = (where: string, why: string): Gap => ({
  kind: 'unreachable',
  where: where.slice(0, 4096),
  why: why.slice(0, 4096),
});
