import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

/** npm writes this file last, so it tells both that an install came to its end and when. */
const installed = join(root, 'node_modules/.package-lock.json');

export function nodePackagesAreCurrent() {
  return (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
  );
}

/** Installs exactly what package-lock.json says. */
export async function installNodePackages() {
  try {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { timeoutMs: 900_000 });
  } catch (error) {
    if (/E(NOTFOUND|AI_AGAIN|CONNREFUSED|TIMEDOUT|CONNRESET)|network/i.test(error.output ?? '')) {
      const { stdout } = await run('npm', ['config', 'get', 'registry'], { anyExit: true });
      throw new Error(
        `npm ci cannot reach its registry ${stdout.trim()}: ${firstError(error.output)}`,
      );
    }
    throw error;
  }
}

function firstError(output) {
  return output.split('\n').find((line) => /npm (ERR!|error)/.test(line)) ?? output.split('\n')[0];
}
