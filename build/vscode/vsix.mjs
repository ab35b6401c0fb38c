import { join, resolve } from 'node:path';
import { mkdirSync } from 'node:fs';
import { run } from '../lib/run.mjs';
import { ensureRuntime } from './runtime.mjs';
import { profileArguments, serverEnvironment } from './server.mjs';

/**
 * Installs a package into a profile as a user would from the command line.
 * @returns the identifiers with versions that VS Code then lists, such as `publisher.name@1.0.0`
 */
export async function installVsix(file, dataDir) {
  const runtime = await ensureRuntime();
  mkdirSync(join(dataDir, 'tmp'), { recursive: true });
  const code = (...args) =>
    run(
      runtime.node,
      [runtime.server, ...profileArguments(dataDir, join(dataDir, 'extensions')), ...args],
      { env: serverEnvironment(dataDir), timeoutMs: 120_000 },
    );
  await code('--install-extension', resolve(file));
  const { stdout } = await code('--list-extensions', '--show-versions');
  return stdout.split('\n').filter((line) => /^[\w-]+\.[\w-]+@/.test(line));
}
