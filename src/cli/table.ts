import { displayWidth, truncate } from './width';

/** A column of a table. */
export interface Column<T> {
  readonly head: string;
  readonly align?: 'right';
  /** Text that is fit for a screen: hostile parts have been through `safe`. */
  readonly cell: (row: T) => string;
  /** What rows are sorted by where the text of the cell is not it. */
  readonly sortBy?: (row: T) => number;
}

export interface Sorting {
  /** `columnName` of a column. */
  readonly column: string;
  readonly descending: boolean;
}

export interface Screen {
  readonly headers: boolean;
  /** Columns, to which lines are cut; undefined: not cut, as for a pipe. */
  readonly width: number | undefined;
}

/** How a column is called on the command line: `own-namespaces`. */
export const columnName = (head: string): string => head.toLowerCase().replaceAll(' ', '-');

const gap = '  ';

export function table<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  { headers, width }: Screen,
): string {
  const lines = rows.map((row) => columns.map(({ cell }) => cell(row)));
  if (headers) lines.unshift(columns.map(({ head }) => head));
  const widths = columns.map((_, i) =>
    lines.reduce((most, line) => Math.max(most, displayWidth(line[i] ?? '')), 0),
  );
  return lines
    .map((line) => {
      const joined = line
        .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align === 'right'))
        .join(gap)
        .trimEnd();
      return `${width === undefined ? joined : truncate(joined, width)}\n`;
    })
    .join('');
}

/** Rows in the order of one column; equal ones, and all without `sorting`, stay as they were. */
export function sorted<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  sorting: Sorting | undefined,
): readonly T[] {
  const column = columns.find(({ head }) => columnName(head) === sorting?.column);
  if (!column || !sorting) return rows;
  const keyed = rows.map((row) => ({ row, key: keyOf(column, row) }));
  const sign = sorting.descending ? -1 : 1;
  return keyed
    .sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);
}

function keyOf<T>({ cell, align, sortBy }: Column<T>, row: T): number | string {
  if (sortBy) return sortBy(row);
  if (align !== 'right') return cell(row);
  const number = Number(cell(row));
  // `-` and `?` come before every number
  return Number.isNaN(number) ? -1 : number;
}

function pad(cell: string, width: number, right: boolean): string {
  const room = ' '.repeat(Math.max(0, width - displayWidth(cell)));
  return right ? room + cell : cell + room;
}
