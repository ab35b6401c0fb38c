/** A column of a table; the last one may be cut to the width of the screen. */
export interface Column<T> {
  readonly head: string;
  readonly align?: 'right';
  /** Text that is fit for a screen: hostile parts have been through `safe`. */
  readonly cell: (row: T) => string;
}

const gap = '  ';

/**
 * Lays out a table. `width`: columns of the screen, to which lines are cut; undefined: not cut,
 * as for a pipe.
 */
export function table<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  { headers, width }: { headers: boolean; width: number | undefined },
): string {
  const lines = rows.map((row) => columns.map(({ cell }) => cell(row)));
  if (headers) lines.unshift(columns.map(({ head }) => head));
  const widths = columns.map((_, i) =>
    lines.reduce((most, line) => Math.max(most, displayWidth(line[i] ?? '')), 0),
  );
  return lines
    .map((line) => {
      const text = line
        .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align === 'right'))
        .join(gap)
        .trimEnd();
      return `${width === undefined ? text : cut(text, width)}\n`;
    })
    .join('');
}

function pad(text: string, width: number, right: boolean): string {
  const room = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return right ? room + text : text + room;
}

function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += characterWidth(character);
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Columns a text takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** East Asian wide and full-width characters, and emoji (Unicode Standard Annex #11). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function characterWidth(character: string): number {
  if (/\p{Mn}|\p{Me}/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
