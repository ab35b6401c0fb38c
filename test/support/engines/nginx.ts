import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run, runChecked } from './command';

/** Lists that are missing or out of date are fetched once. */
async function download(directory: string): Promise<void> {
  const { code } = await run(['apt-get', 'download', 'nginx'], { cwd: directory });
  if (code !== 0) {
    await runChecked(['apt-get', 'update', '-qq'], { deadline: 180_000 });
    await runChecked(['apt-get', 'download', 'nginx'], { cwd: directory });
  }
}

/**
 * Path of an nginx program: the installed one, or the one of Debian's package, which is only
 * unpacked into the cache, since installing it would start a server on the machine.
 */
export async function nginxProgram(): Promise<string> {
  if (existsSync('/usr/sbin/nginx')) {
    return '/usr/sbin/nginx';
  }
  const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const parent = join(caches, 'container-internals');
  const unpacked = join(parent, 'nginx');
  const program = join(unpacked, 'usr/sbin/nginx');
  if (existsSync(program)) {
    return program;
  }
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(join(parent, 'nginx-'));
  try {
    await download(work);
    const archive = readdirSync(work).find((name) => name.endsWith('.deb'));
    if (archive === undefined) {
      throw new Error('apt-get download nginx brought no package');
    }
    await runChecked(['dpkg-deb', '--extract', join(work, archive), join(work, 'unpacked')]);
    // Whoever renames first wins: two test files may get here at once.
    if (!existsSync(program)) {
      renameSync(join(work, 'unpacked'), unpacked);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return program;
}
