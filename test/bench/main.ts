import { parseArgs } from 'node:util';
import { bundleProgram, ensureBundle } from '../../build/bundle.mjs';
import { lifetime } from '../../build/lib/lifetime.mjs';
import { run } from '../../build/lib/run.mjs';
import type { Figure } from './figure';
import { loadSizes, withLoad } from './load';
import { activation } from './measurements/activation';
import { agent } from './measurements/agent';
import { event } from './measurements/event';
import { full } from './measurements/full';
import type { Measurement } from './measurements/measurement';
import { picture } from './measurements/picture';
import { rpc } from './measurements/rpc';
import { tick } from './measurements/tick';
import { isMissed, jsonReport, tableReport } from './report';
import { programFolder, programs } from './workerProcess';

const measurements: readonly Measurement[] = [full, tick, rpc, event, picture, agent, activation];

const usage = `npm run bench -- [options]
Makes a load of its own and measures, in turns with lsns and other peers; docs/bench.md says how.

  --only NAME    ${measurements.map(({ name }) => name).join(', ')}; may be repeated
  --quick        fewer rounds
  --json         one line of JSON for each figure
  --check        exit code 1 when a target is missed
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  if (values.help) {
    write(usage);
    return;
  }
  const wanted = chosen(values.only);
  await run('make', ['-C', 'native', '--silent', 'all', 'load']);
  await ensureBundle();
  for (const [name, entry] of Object.entries(programs)) {
    await bundleProgram(name, entry, programFolder);
  }
  const report = values.json ? jsonReport(write) : tableReport(write);
  report.head();
  const missed: Figure[] = [];
  const take = (figures: readonly Figure[]) => {
    for (const figure of figures) report.figure(figure);
    missed.push(...figures.filter(isMissed));
  };
  for (const size of loadSizes) {
    const here = wanted.filter(({ at }) => at.includes(size.processes));
    if (here.length === 0) continue;
    await withLoad(size, async () => {
      for (const measurement of here) take(await measurement.run(size, values.quick));
    });
  }
  if (missed.length > 0 && values.check) process.exitCode = 1;
}

function chosen(names: readonly string[] | undefined): readonly Measurement[] {
  if (!names) return measurements;
  return names.map((name) => {
    const found = measurements.find((m) => m.name === name);
    if (!found) throw new Error(`no measurement ${JSON.stringify(name)}\n\n${usage}`);
    return found;
  });
}

main()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => lifetime.end());
