import { median, quantile } from '../figure';
import { starter } from '../load';
import { withWorker } from '../workerProcess';
import { sizeOf, type Measurement } from './measurement';

/** From just before fork(2) to the snapshot in the client that holds the new process. */
export const event: Measurement = {
  name: 'event',
  at: [300, 10_000],
  run: (size, fewer) =>
    withWorker(async (call) => {
      const times = await call('eventLatency', starter, fewer ? 15 : 60);
      const of = { unit: 'ms', peer: null };
      const name = `event ${sizeOf(size)}`;
      return [
        { ...of, name: `${name} median`, value: median(times), target: 15 },
        { ...of, name: `${name} 90 %`, value: quantile(times, 0.9), target: null },
      ];
    }),
};
