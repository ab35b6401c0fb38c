import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { lifetime } from './lib/lifetime.mjs';
import { workDir } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { cleanLeftovers } from './lib/stateFile.mjs';
import { levels } from './testing/levels.mjs';
import { ensureRuntime } from './vscode/runtime.mjs';
import { Tally } from './testing/tally.mjs';

const usage = `npm test [-- options] [LEVEL…]
Runs every test, or those of the named levels, in the order that fails fastest first.

  --list    list the levels
  --help    show this
With CI=true a skipped test counts as failed. The last line is "N passed, N failed, N skipped".
`;

/** The named levels in their own order. */
function chosen(names) {
  const unknown = names.filter((name) => !levels.some((level) => level.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no such level: ${unknown.join(', ')}; there are ${levels.map((l) => l.name).join(', ')}`,
    );
  }
  return names.length === 0 ? levels : levels.filter(({ name }) => names.includes(name));
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) process.stdout.write(usage);
  else if (values.list) process.stdout.write(`${levels.map(({ name }) => name).join('\n')}\n`);
  else await runLevels(chosen(positionals));
}

async function runLevels(chosenLevels) {
  await cleanLeftovers(join(workDir, 'state'));
  const tally = new Tally({ strict: process.env.CI === 'true' });
  try {
    const tools = new Set(chosenLevels.flatMap((level) => level.tools ?? []));
    await bootstrap({ wanted: [...tools] });
    if (tools.has('chromium')) await step('VS Code', ensureRuntime);
  } catch (error) {
    if (lifetime.ending) return;
    await tally.level('bootstrap', () => Promise.reject(error));
    chosenLevels = [];
  }
  for (const level of chosenLevels) {
    const passed = await tally.level(level.name, level.run);
    if (lifetime.ending) return;
    if (!passed && level.static) {
      process.stdout.write(`stopped: the later levels mean nothing before ${level.name} passes\n`);
      break;
    }
  }
  tally.finish();
  if (tally.failed > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
await lifetime.end();
