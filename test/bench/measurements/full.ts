import { run } from '../../../build/lib/run.mjs';
import { pairFigures, type Cost, type Pair } from '../figure';
import { stopwatch } from '../load';
import { withWorker } from '../workerProcess';
import { sizeOf, type Measurement } from './measurement';

const rounds = new Map([
  [300, 25],
  [2_000, 15],
  [10_000, 7],
]);
/** Of lsns' CPU time. */
const ratios = new Map([
  [300, 0.45],
  [2_000, 0.3],
  [10_000, 0.18],
]);

/** The whole program, as a person would run it. */
async function lsnsCost(): Promise<Cost> {
  const { stdout } = await run(stopwatch, ['lsns', '--noheadings']);
  const [cpu = NaN, wall = NaN] = stdout.trim().split(' ').map(Number);
  return { cpuMs: cpu / 1000, wallMs: wall / 1000 };
}

/** A full read into JavaScript objects, in turns with lsns. */
export const full: Measurement = {
  name: 'full',
  at: [300, 2_000, 10_000],
  run: (size, fewer) =>
    withWorker(async (call) => {
      const read = () => call('fullCost', size.processes);
      for (let i = 0; i < (fewer ? 1 : 3); i++) await read(); // the compiler's turn
      const pairs: Pair[] = [];
      const count = fewer ? 3 : (rounds.get(size.processes) ?? 7);
      for (let i = 0; i < count; i++) pairs.push({ ours: await read(), peer: await lsnsCost() });
      const ratio = ratios.get(size.processes);
      return pairFigures(`full ${sizeOf(size)}`, pairs, ratio === undefined ? {} : { ratio });
    }),
};
