import { median } from '../figure';
import { withWorker } from '../workerProcess';
import { sizeOf, type Measurement } from './measurement';

/** A new picture in a process that made some before. */
export const picture: Measurement = {
  name: 'picture',
  at: [10_000],
  run: (size, fewer) =>
    withWorker(async (call) => {
      const warmUp = 5;
      const costs = await call('pictureCosts', warmUp + (fewer ? 5 : 25));
      const figure = (name: 'indexes' | 'everything', target: number | null) => ({
        name: `picture ${name} ${sizeOf(size)} CPU`,
        value: median(costs.slice(warmUp).map((cost) => cost[name].cpuMs)),
        unit: 'ms',
        target,
        peer: null,
      });
      return [figure('indexes', 50), figure('everything', null)];
    }),
};
