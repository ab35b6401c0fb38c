import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone these scripts belong to. */
export const root = resolve(fileURLToPath(import.meta.url), '../../..');

/** Everything a start or a test run keeps in the clone (git-ignored): profile, logs, locks, state files. */
export const workDir = join(root, '.vscode-test');

/** Where downloads are kept that several clones share. */
export function cacheDir(env = process.env) {
  if (env.CONTAINER_INTERNALS_CACHE) return resolve(env.CONTAINER_INTERNALS_CACHE);
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'container-internals');
}
