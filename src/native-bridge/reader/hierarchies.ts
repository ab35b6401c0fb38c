import { statfsSync } from 'node:fs';
import { isDenied, isVanished, readKernelFile } from './procText';

/** A mounted cgroup hierarchy; the order of the list is its number in frames. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  readonly mountPoint: string;
}

/** statfs(2): CGROUP_SUPER_MAGIC and CGROUP2_SUPER_MAGIC. */
const superMagic = { 1: 0x27e0eb, 2: 0x63677270 } as const;
/** The library takes 20 (NSB_HIERARCHIES); Linux has 14 controllers for v1. */
const maxHierarchies = 20;
/** Superblock options of cgroup v1 that name no controller; cgroup1_show_options(). */
const plainOptions =
  /^(rw|ro|noprefix|xattr|clone_children|cpuset_v2_mode|favordynmods|release_agent=.*)$/;

/** The cgroup hierarchies that are mounted where we can see them; cgroups(7). */
export function findHierarchies(): readonly Hierarchy[] {
  return parseCgroupMounts(readMountinfo())
    .filter(isMounted)
    .slice(0, maxHierarchies)
    .map(({ version, mountPoint, controllers }) => ({
      version,
      mountPoint,
      controllers: version === 1 ? controllers : controllersOf(mountPoint),
    }));
}

/** Each hierarchy once, preferring a mount of its root. proc_pid_mountinfo(5). */
export function parseCgroupMounts(mountinfo: string): readonly Hierarchy[] {
  const found = new Map<string, Mount>();
  for (const line of mountinfo.split('\n')) {
    const mount = parseLine(line);
    if (!mount) continue;
    const known = found.get(mount.device);
    if (!known || (known.root !== '/' && mount.root === '/')) found.set(mount.device, mount);
  }
  return [...found.values()];
}

interface Mount extends Hierarchy {
  readonly device: string;
  readonly root: string;
}

function parseLine(line: string): Mount | undefined {
  const [before, after] = line.split(' - ', 2);
  const [, , device, root, mountPoint] = before?.split(' ') ?? [];
  const [type, , options] = after?.split(' ') ?? [];
  if (device === undefined || root === undefined || mountPoint === undefined) return undefined;
  if (type !== 'cgroup' && type !== 'cgroup2') return undefined;
  return {
    version: type === 'cgroup' ? 1 : 2,
    device,
    root: unescape(root),
    mountPoint: unescape(mountPoint),
    controllers: (options?.split(',') ?? []).filter((option) => !plainOptions.test(option)),
  };
}

/** Space, tab, newline and backslash are written as `\040` and the like. */
const unescape = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );

/** Another file system may be mounted over it. */
function isMounted({ mountPoint, version }: Hierarchy): boolean {
  try {
    return statfsSync(mountPoint).type === superMagic[version];
  } catch (error) {
    if (isVanished(error) || isDenied(error)) return false;
    throw error;
  }
}

function controllersOf(mountPoint: string): readonly string[] {
  try {
    const text = readKernelFile(`${mountPoint}/cgroup.controllers`, 4096).toString('utf8');
    return text.split(/\s+/).filter((name) => name !== '');
  } catch (error) {
    if (isVanished(error) || isDenied(error)) return [];
    throw error;
  }
}

const readMountinfo = (): string =>
  readKernelFile('/proc/self/mountinfo', 16 * 1024 * 1024).toString('utf8');
