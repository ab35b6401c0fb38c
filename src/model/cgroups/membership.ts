/** One line of /proc/PID/cgroup; cgroups(7). */
export interface CgroupMembership {
  /** Hierarchy id; 0 for cgroup v2. */
  readonly id: number;
  readonly version: 1 | 2;
  /** v1: controllers or `name=…`; v2: empty. */
  readonly controllers: readonly string[];
  /** Relative to the root of the reader's cgroup namespace. Hostile. */
  readonly path: string;
  /** The cgroup was removed while the process (a zombie, as a rule) still counts as its member. */
  readonly deleted: boolean;
  /** The cgroup is not below the root of the reader's cgroup namespace: the path goes up by `/..`. */
  readonly outside: boolean;
}

const deletedSuffix = ' (deleted)';
/** More hierarchies than controllers exist (13 in Linux 6.12) plus a few named ones. */
const maxLines = 64;

/**
 * Parses the text of /proc/PID/cgroup. A path may hold any byte but a newline, which mkdir in a
 * cgroup hierarchy refuses, so lines are safe to split and only the first two colons separate.
 * Lines that are none are left out.
 */
export function parseCgroupText(text: string): readonly CgroupMembership[] {
  const result: CgroupMembership[] = [];
  for (const line of text.split('\n', maxLines)) {
    const first = line.indexOf(':');
    const second = line.indexOf(':', first + 1);
    if (first < 1 || second < 0 || line[second + 1] !== '/') continue;
    const id = line.slice(0, first);
    if (!/^\d{1,9}$/.test(id)) continue;
    const controllers = line.slice(first + 1, second);
    const raw = line.slice(second + 1);
    const deleted = raw.endsWith(deletedSuffix);
    const path = deleted ? raw.slice(0, -deletedSuffix.length) : raw;
    result.push({
      id: Number(id),
      version: id === '0' && controllers === '' ? 2 : 1,
      controllers: controllers === '' ? [] : controllers.split(','),
      path,
      deleted,
      outside: path === '/..' || path.startsWith('/../'),
    });
  }
  return result;
}

/** The path of the cgroup above; undefined for the root. */
export function parentPath(path: string): string | undefined {
  if (path === '/' || !path.startsWith('/')) return undefined;
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
