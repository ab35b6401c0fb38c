import { withWorker } from '../workerProcess';
import { sizeOf, type Measurement } from './measurement';

/** What the agent takes while it watches once a second. */
export const agent: Measurement = {
  name: 'agent',
  at: [2_000, 10_000],
  run: (size, fewer) =>
    withWorker(async (call) => {
      const { cpuPercent, pssMiB, rssMiB } = await call('agentCost', fewer ? 5 : 20);
      const of = { target: null, peer: null };
      const name = `agent ${sizeOf(size)}`;
      return [
        { ...of, name: `${name} PSS`, value: pssMiB, unit: 'MiB' },
        { ...of, name: `${name} RSS`, value: rssMiB, unit: 'MiB' },
        { ...of, name: `${name} CPU at 1 Hz`, value: cpuPercent, unit: '% core' },
      ];
    }),
};
