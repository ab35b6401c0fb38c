/** One line of /proc/PID/uid_map or gid_map; user_namespaces(7). */
export interface IdRange {
  readonly inside: number;
  /** In the user namespace of the process that opened the file. */
  readonly outside: number;
  readonly length: number;
}

/** UID_GID_MAP_MAX_EXTENTS, Linux 4.15. */
const maxRanges = 340;
const maxId = 0xffffffff;

/** Lines that are none are left out. An empty file: nothing is mapped yet. */
export function parseIdMap(text: string): readonly IdRange[] {
  const result: IdRange[] = [];
  for (const line of text.split('\n', maxRanges)) {
    const match = /^ *(\d{1,10}) +(\d{1,10}) +(\d{1,10})$/.exec(line);
    if (match === null) continue;
    const range = { inside: Number(match[1]), outside: Number(match[2]), length: Number(match[3]) };
    const fits = range.inside + range.length - 1 <= maxId && range.outside <= maxId;
    if (range.length > 0 && fits) result.push(range);
  }
  return result;
}

/** The id outside for one inside; undefined: not mapped, shown as the overflow id (65534). */
export function mapOut(ranges: readonly IdRange[], inside: number): number | undefined {
  const range = ranges.find((r) => inside >= r.inside && inside < r.inside + r.length);
  return range === undefined ? undefined : range.outside + (inside - range.inside);
}

/** Whether this maps every id to itself, as in the initial user namespace. */
export const isIdentity = (ranges: readonly IdRange[]): boolean =>
  ranges.length === 1 &&
  ranges[0]?.inside === 0 &&
  ranges[0].outside === 0 &&
  ranges[0].length === maxId;
