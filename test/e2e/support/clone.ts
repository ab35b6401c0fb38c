import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repository } from '../../support/agent';
import { ignoring, runChecked } from '../../support/engines/command';

/** What is built, so that a start in the copy has nothing to do. */
const built = ['dist', 'out/.bundled', 'native/bin', 'native/build'];

/**
 * A copy of this clone as it is now, what is built included, with the npm packages of this one.
 * Times are kept: what is up to date here is so there.
 */
export async function copyClone(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'container-internals-e2e-clone-'));
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = (await runChecked(['git', ...list], { cwd: repository })).split('\0');
  const folders = new Set<string>();
  for (const name of [...files.filter(Boolean), ...built]) {
    const from = join(repository, name);
    if (!existsSync(from)) continue;
    for (let at = dirname(name); at !== '.'; at = dirname(at)) folders.add(at);
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    cpSync(from, join(directory, name), { recursive: true, preserveTimestamps: true });
  }
  for (const name of folders) {
    const { atime, mtime } = statSync(join(repository, name));
    utimesSync(join(directory, name), atime, mtime);
  }
  symlinkSync(join(repository, 'node_modules'), join(directory, 'node_modules'));
  return directory;
}

function readOf(pid: string, name: string): string {
  return (
    ignoring(['ENOENT', 'ESRCH', 'EACCES'], () => readFileSync(`/proc/${pid}/${name}`, 'utf8')) ??
    ''
  );
}

/** Living processes whose environment or command line has the text. */
export function processesWith(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => ['environ', 'cmdline'].some((name) => readOf(pid, name).includes(text)))
    .map((pid) => `${pid} ${readOf(pid, 'comm').trim()}`);
}

/** Cgroups of the demo in any hierarchy. */
export function demoCgroups(): readonly string[] {
  const top = '/sys/fs/cgroup';
  return ['', ...readdirSync(top)]
    .map((hierarchy) => join(top, hierarchy, 'container-internals-demo'))
    .filter((path) => existsSync(path));
}

/** Mounts of this mount namespace that bear the text. */
export function mountsWith(text: string): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(text));
}
