import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runtimePaths } from '../../../build/vscode/runtime.mjs';
import { repository } from '../../support/agent';
import { run, runChecked } from '../../support/engines/command';

/** What the extension needs at run time, as .vscodeignore says for its package. */
const parts = [
  'package.json',
  'package.nls.json',
  'l10n',
  'media',
  'dist',
  'native/bin',
  'node_modules/koffi',
  'node_modules/@koromix',
];

/** Copies the extension as it would be installed. */
export function stageExtension(directory: string): void {
  for (const part of parts.filter((name) => existsSync(join(repository, name)))) {
    const to = join(directory, part);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(repository, part), to, { recursive: true });
  }
}

/**
 * Copies the kit that starts VS Code, and VS Code itself, to where everybody may read them: a home directory is
 * nobody else's. Resolves to the cache.
 */
export async function stageKit(directory: string): Promise<string> {
  const cache = join(directory, 'cache');
  mkdirSync(cache, { recursive: true });
  cpSync(join(repository, 'build'), join(directory, 'build'), { recursive: true });
  const { directory: runtime } = runtimePaths();
  // links to the same files where that is one file system
  const { code } = await run(['cp', '--archive', '--link', runtime, cache]);
  if (code !== 0) await runChecked(['cp', '--archive', '--force', runtime, cache]);
  return cache;
}
