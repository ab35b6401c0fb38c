import { median } from '../figure';
import { withWorker } from '../workerProcess';
import { sizeOf, type Measurement } from './measurement';

/** All that the views can ask of a picture, asked of a new one: every index is built. */
export const picture: Measurement = {
  name: 'picture',
  at: [10_000],
  run: (size, fewer) =>
    withWorker(async (call) => {
      const warmUp = 5;
      const costs = await call('pictureCost', warmUp + (fewer ? 5 : 15));
      const cpu = costs.slice(warmUp).map(({ cpuMs }) => cpuMs);
      const name = `picture ${sizeOf(size)} CPU`;
      return [{ name, value: median(cpu), unit: 'ms', target: 50, peer: null }];
    }),
};
