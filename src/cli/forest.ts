/** A row and how deep it stands. */
export interface Placed<T> {
  readonly row: T;
  readonly level: number;
}

/**
 * Rows below their parents, each once; one whose parent is not listed is a root. Without recursion:
 * anybody may make a chain of processes deeper than the stack.
 */
export function forest<T>(
  rows: readonly T[],
  parentOf: (row: T) => T | undefined,
): readonly Placed<T>[] {
  const listed = new Set(rows);
  const children = new Map<T, T[]>();
  const roots: T[] = [];
  for (const row of rows) {
    const parent = parentOf(row);
    if (parent === undefined || parent === row || !listed.has(parent)) {
      roots.push(row);
      continue;
    }
    const siblings = children.get(parent);
    if (siblings) siblings.push(row);
    else children.set(parent, [row]);
  }
  const seen = new Set<T>();
  const result: Placed<T>[] = [];
  // All rows after the roots: parents that were read at different moments may go round in a circle.
  for (const root of [...roots, ...rows]) {
    const waiting: Placed<T>[] = [{ row: root, level: 0 }];
    for (let at = waiting.pop(); at; at = waiting.pop()) {
      if (seen.has(at.row)) continue;
      seen.add(at.row);
      result.push(at);
      const level = at.level + 1;
      const below = children.get(at.row) ?? [];
      for (const row of below.toReversed()) waiting.push({ row, level });
    }
  }
  return result;
}

export const flat = <T>(rows: readonly T[]): readonly Placed<T>[] =>
  rows.map((row) => ({ row, level: 0 }));

/** Deeper rows are not shifted any further: nothing would be left of them on a screen. */
const deepest = 32;

export const indent = (level: number): string => '  '.repeat(Math.min(level, deepest));
