import { setTimeout as delay } from 'node:timers/promises';
import { pairFigures, type Pair } from '../figure';
import { withWorker } from '../workerProcess';
import { sizeOf, type Measurement } from './measurement';

/** As while a view is open. */
const periodMs = 1000;
const targets = new Map([
  [2_000, 6],
  [10_000, 25],
]);

/** A tick while the load sleeps, in turns with a full read by another reader. */
export const tick: Measurement = {
  name: 'tick',
  at: [2_000, 10_000],
  run: (size, fewer) =>
    withWorker(async (call) => {
      await call('startTicks');
      const warmUp = fewer ? 2 : 5;
      const count = fewer ? 4 : 12;
      const pairs: Pair[] = [];
      for (let i = 0; i < warmUp + count; i++) {
        await delay(periodMs);
        const ours = await call('tickCost');
        if (i >= warmUp) pairs.push({ ours, peer: await call('fullCost', size.processes) });
      }
      const cpuMs = targets.get(size.processes);
      return pairFigures(`tick ${sizeOf(size)}`, pairs, cpuMs === undefined ? {} : { cpuMs });
    }),
};
