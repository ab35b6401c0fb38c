import type { CgroupMembership } from '../cgroups/membership';
import { parentPath } from '../cgroups/membership';
import { containerKey, type ContainerKey } from '../ids';
import type { EngineDefinition } from '../engines/definition';

/** A container that a cgroup path names. */
export interface PathMatch {
  readonly key: ContainerKey;
  readonly engine: string;
  readonly id: string;
  readonly top: string;
}

/** More containers in containers than anybody nests; a bound for paths made to be long. */
const maxDepth = 16;

/** The containers a cgroup path lies in, innermost first. */
export function matchPath(
  definitions: readonly EngineDefinition[],
  path: string,
): readonly PathMatch[] {
  const result: PathMatch[] = [];
  for (let rest: string | undefined = path; rest !== undefined && result.length < maxDepth; ) {
    const best = deepestMatch(definitions, rest);
    if (best === undefined) break;
    result.push(best);
    rest = parentPath(best.top);
  }
  return result;
}

function deepestMatch(
  definitions: readonly EngineDefinition[],
  path: string,
): PathMatch | undefined {
  let best: PathMatch | undefined;
  for (const definition of definitions) {
    const engine = definition.id;
    const found = definition.match(path);
    if (found !== undefined && found.top.length > (best?.top.length ?? 0)) {
      best = { key: containerKey(engine, found.id), engine, ...found };
    }
  }
  return best;
}

/**
 * The containers that memberships name, innermost first: of the hierarchy where they are nested
 * deepest. On v1 and hybrid hosts a process may be in its container's cgroup in some only.
 */
export function matchMemberships(
  definitions: readonly EngineDefinition[],
  memberships: readonly CgroupMembership[],
): readonly PathMatch[] {
  let best: readonly PathMatch[] = [];
  for (const { path } of memberships) {
    if (path === '/') continue;
    const chain = matchPath(definitions, path);
    if (chain.length > best.length) best = chain;
  }
  return best;
}
