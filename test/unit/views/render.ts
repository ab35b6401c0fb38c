import type { Picture } from '../../../src/model/picture';
import type { CgroupUsage } from '../../../src/model/cgroups/usage';
import type { Cgroup } from '../../../src/model/snapshot';
import { matcher } from '../../../src/views/tree/filter';
import type { RowList, RowNode } from '../../../src/views/tree/row';
import type { RowContext } from '../../../src/views/tree/rowContext';

export interface Wanted {
  readonly filter?: string;
  readonly showServices?: boolean;
  readonly showKernelThreads?: boolean;
  readonly usage?: (cgroup: Cgroup) => CgroupUsage | undefined;
}

/** What rows are made from, with nothing that costs a request. */
export function contextOf(picture: Picture, wanted: Wanted = {}): RowContext {
  const { filter = '', showServices = true, showKernelThreads = false, usage } = wanted;
  return {
    picture,
    options: { showServices, showKernelThreads },
    match: matcher(filter),
    details: {
      usage: usage ?? (() => undefined),
      cmdline: () => Promise.resolve(undefined),
      cardFacts: () => Promise.resolve({}),
    },
  };
}

export const all = (list: RowList): RowNode[] => list.ids.map((_, index) => list.at(index));

/** Every row with all that is below it. */
export function* unfold(list: RowList, depth = 0): Generator<{ node: RowNode; depth: number }> {
  for (const node of all(list)) {
    yield { node, depth };
    if (node.children) yield* unfold(node.children(), depth + 1);
  }
}

/** The tree as text: what a person sees. */
export function draw(list: RowList): string[] {
  return [...unfold(list)].map(
    ({ node, depth }) => `${'  '.repeat(depth)}${node.label} | ${node.description ?? ''}`,
  );
}

/** The rows with these ids, each below the one before. */
export function follow(list: RowList, path: readonly string[]): RowNode | undefined {
  let at: RowNode | undefined;
  let rows: RowList | undefined = list;
  for (const id of path) {
    const index: number = rows?.ids.indexOf(id) ?? -1;
    at = index < 0 ? undefined : rows?.at(index);
    if (!at) return undefined;
    rows = at.children?.();
  }
  return at;
}
