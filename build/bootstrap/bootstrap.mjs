import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lib/lock.mjs';
import { root, workDir } from '../lib/paths.mjs';
import { step } from '../lib/progress.mjs';
import { run } from '../lib/run.mjs';
import { checkHost } from './host.mjs';
import { installNodePackages, nodePackagesAreCurrent } from './nodePackages.mjs';
import { installTools, missingTools, neededToStart } from './systemPackages.mjs';

/**
 * Makes a fresh clone ready: system packages, npm packages, the native programs. Safe to call always;
 * what is there already is not touched. Two calls at once in one clone do not disturb each other.
 * @param options.wanted further tools, whose absence is only told
 */
export async function bootstrap({ wanted = [] } = {}) {
  checkHost();
  await systemTools(neededToStart, true);
  if (wanted.length > 0) await systemTools(wanted, false);
  const onWait = (holder) =>
    process.stdout.write(`waiting for process ${holder?.pid ?? '?'}, which prepares this clone\n`);
  await withLock(join(workDir, 'bootstrap.lock'), { onWait }, async () => {
    if (!nodePackagesAreCurrent()) {
      await step('npm packages', async () => {
        await installNodePackages();
        const now = new Date();
        utimesSync(join(root, 'node_modules/.package-lock.json'), now, now);
      });
    }
    await step('native bridge', () =>
      run('make', ['-C', 'native', '--silent'], { timeoutMs: 300_000 }),
    );
  });
}

async function systemTools(names, required) {
  if (missingTools(names).length === 0) return;
  const lacking = await step('system packages', (note) => installTools(names, note));
  if (lacking && required) throw new Error(lacking);
  if (lacking) process.stdout.write(`  ${lacking}\n`);
}
