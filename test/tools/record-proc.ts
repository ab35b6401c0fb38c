/**
 * Records parts of /proc for tests, without the names and addresses of the machine:
 * `node --import tsx test/tools/record-proc.ts DIRECTORY PID…`
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { parentPath, parseCgroupText } from '../../src/model/cgroups/membership';
import { namespaceTypes, type NamespaceType } from '../../src/model/ids';
import type { ProcFile } from '../../src/model/procfs/source';
import type { CgroupHierarchy } from '../../src/model/snapshot';
import type { RecordedCase, RecordedEngine } from '../support/recordedProc';

const allFiles: readonly ProcFile[] = [
  'stat',
  'status',
  'cgroup',
  'uid_map',
  'gid_map',
  'mountinfo',
];

export interface RecordOptions {
  readonly pids: readonly number[];
  readonly how: string;
  readonly odd?: readonly string[];
  /** Further texts that must not be recorded, and what stands for them. */
  readonly replace?: readonly (readonly [text: string, by: string])[];
  readonly engines?: readonly RecordedEngine[];
  /** Other files by name below the case: what engines answered. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Default: all of them. */
  readonly files?: readonly ProcFile[];
  /** Reads as this user (of uid and gid) would. */
  readonly as?: { readonly uid: number; readonly gid: number };
}

/** Writes a case; what was at `directory` before is gone. */
export function recordProc(directory: string, options: RecordOptions): void {
  rmSync(directory, { recursive: true, force: true });
  const clean = cleaner(options.replace ?? []);
  // Written at the end: whose eyes it is read with may not be allowed to write.
  const texts = new Map(Object.entries(options.texts ?? {}));
  const unreadable: Record<string, string> = {};
  const attempt = (name: string, read: () => string): string | undefined => {
    try {
      return read();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== undefined) unreadable[name] = code;
      return undefined;
    }
  };
  const hierarchies = mountedHierarchies();
  const cgroups = new Map<string, readonly [number, string, number]>();
  const seen = new Set<string>();
  asUser(options.as, () => {
    for (const pid of options.pids) {
      for (const file of options.files ?? allFiles) {
        const text = attempt(`${pid}/${file}`, () => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
        if (text === undefined) continue;
        texts.set(
          `${pid}/${file}`,
          file === 'mountinfo' ? withoutOddMounts(text) : firstIsInit(pid, text),
        );
        if (file === 'cgroup') addCgroups(cgroups, hierarchies, text, clean);
      }
      const links = namespaceTypes.flatMap((type) => {
        const target = attempt(`${pid}/ns/${type}`, () => readlinkSync(`/proc/${pid}/ns/${type}`));
        if (target !== undefined) seen.add(target);
        return target === undefined ? [] : `${type} ${target}\n`;
      });
      texts.set(`${pid}/ns`, links.join(''));
    }
  });
  const recorded: RecordedCase = {
    kernel: readFileSync('/proc/sys/kernel/osrelease', 'utf8').split('-')[0]?.trim() ?? '',
    how: options.how,
    odd: options.odd ?? [],
    uid: options.as?.uid ?? 0,
    clockTick: 100,
    bootTime: Math.round(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000),
    initial: options.as === undefined ? initialNamespaces() : {},
    hierarchies,
    cgroups: [...cgroups.values()],
    namespaces: options.as === undefined ? nsfsFacts(seen) : [],
    unreadable,
    engines: options.engines ?? [],
  };
  texts.set('case.json', `${JSON.stringify(recorded, undefined, 2)}\n`);
  for (const [name, text] of texts) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, clean(text));
  }
}

/** The host's name, users' names and addresses, and this process's own cgroups. */
function cleaner(replace: RecordOptions['replace'] & {}): (text: string) => string {
  const own = parseCgroupText(readFileSync('/proc/self/cgroup', 'utf8'))
    .filter(({ path }) => path !== '/')
    .flatMap(({ path }) => [
      [path, '/session/leaf'] as const,
      [path.split('/', 2).join('/'), '/session'] as const,
    ]);
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([, , uid]) => Number(uid) >= 1000 && Number(uid) < 65534)
    .map(([name = ''], i) => [name, `user${i + 1}`] as const);
  const literal = [...replace, ...own, ...users];
  return (text) => {
    let result = text;
    for (const [from, to] of literal) result = result.replaceAll(from, to);
    return result
      .replaceAll(new RegExp(`\\b${escapeRegExp(hostname())}\\b`, 'g'), 'host')
      .replaceAll(/\b(?!127\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}\b(?!\.)/g, '192.0.2.1')
      .replaceAll(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, '00:00:5e:00:53:01')
      .replaceAll(/\/dev\/[sv]d[a-z]\d*/g, '/dev/sda1');
  };
}

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Mounts of removable and foreign things say a lot about a machine and nothing to a test. */
const withoutOddMounts = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\S+ \S+ \S+ \S+ (?:\/\S*)?\/(?:mnt|media)\//.test(line))
    .join('\n');

/** The first process of a host is called init, whatever a machine runs there. */
const firstIsInit = (pid: number, text: string): string =>
  pid === 1 ? text.replace(/^1 \(.*\)/s, '1 (init)').replace(/^Name:\t.*/, 'Name:\tinit') : text;

function asUser(user: RecordOptions['as'], read: () => void): void {
  if (user === undefined || process.setegid === undefined || process.seteuid === undefined) {
    read();
    return;
  }
  const groups = process.getgroups?.() ?? [];
  process.setgroups?.([]);
  process.setegid(user.gid);
  process.seteuid(user.uid);
  try {
    read();
  } finally {
    process.seteuid(0);
    process.setegid(0);
    process.setgroups?.(groups);
  }
}

function initialNamespaces(): RecordedCase['initial'] {
  return Object.fromEntries(
    namespaceTypes.map((type) => [type, inodeOf(readlinkSync(`/proc/2/ns/${type}`))]),
  );
}

const inodeOf = (target: string): number => Number(/\[(\d+)\]/.exec(target)?.[1]);

function mountedHierarchies(): readonly CgroupHierarchy[] {
  const result: CgroupHierarchy[] = [];
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const [, mountPoint = '', type = '', flags = ''] = line.split(' ');
    if (type === 'cgroup2') {
      const controllers = readFileSync(join(mountPoint, 'cgroup.controllers'), 'utf8').trim();
      result.push({ version: 2, controllers: controllers.split(' '), mountPoint });
    } else if (type === 'cgroup') {
      const general = new Set(['rw', 'ro', 'nosuid', 'nodev', 'noexec', 'relatime', 'xattr']);
      const controllers = flags.split(',').filter((flag) => !general.has(flag));
      result.push({ version: 1, controllers, mountPoint });
    }
  }
  return result;
}

function addCgroups(
  found: Map<string, readonly [number, string, number]>,
  hierarchies: readonly CgroupHierarchy[],
  text: string,
  clean: (text: string) => string,
): void {
  for (const m of parseCgroupText(text)) {
    const number = hierarchies.findIndex(
      (h) =>
        h.version === m.version &&
        (h.version === 2 || h.controllers.join() === m.controllers.join()),
    );
    const mountPoint = hierarchies[number]?.mountPoint;
    if (mountPoint === undefined || m.deleted || m.outside) continue;
    for (let path: string | undefined = m.path; path !== undefined; path = parentPath(path)) {
      const inode = statSync(join(mountPoint, path)).ino;
      found.set(`${number}:${path}`, [number, clean(path), inode]);
    }
  }
}

interface Lsns {
  readonly namespaces: readonly {
    readonly ns: number;
    readonly type: NamespaceType;
    readonly pns: number | null;
    readonly ons: number | null;
  }[];
}

/** Parents and owners, which /proc does not tell; lsns(8) of util-linux 2.38 asks nsfs. */
function nsfsFacts(seen: ReadonlySet<string>): RecordedCase['namespaces'] {
  const text = execFileSync('lsns', ['--json', '--output', 'NS,TYPE,PNS,ONS'], {
    encoding: 'utf8',
  });
  return (JSON.parse(text) as Lsns).namespaces
    .filter(({ type, ns }) => seen.has(`${type}:[${ns}]`))
    .map(({ ns, type, pns, ons }) => ({ type, inode: ns, parent: pns ?? 0, owner: ons ?? 0 }));
}

if (process.argv[1] === __filename) {
  const [directory, ...pids] = process.argv.slice(2);
  if (directory === undefined || pids.length === 0) {
    process.stderr.write('usage: record-proc DIRECTORY PID...\n');
    process.exitCode = 2;
  } else {
    recordProc(directory, { pids: pids.map(Number), how: 'record-proc of chosen pids' });
  }
}
