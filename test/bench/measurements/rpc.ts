import { setTimeout as delay } from 'node:timers/promises';
import { pairFigures, type Figure, type Pair } from '../figure';
import { programFile, withWorker, type Call } from '../workerProcess';
import { sizeOf, type Measurement } from './measurement';

const spaceMs = 50;

/**
 * The way of a picture from the agent's frame to the client's objects, without the read; both ends'
 * CPU time. In turns with an agent that sends plain JSON objects.
 */
export const rpc: Measurement = {
  name: 'rpc',
  at: [10_000],
  run: (size, fewer) =>
    withWorker(async (call) => {
      await call('startRpc', programFile('replayAgent'), programFile('objectAgent'));
      const fulls = await pairs(call, 'fullRpcCost', 'objectFullCost', fewer ? 5 : 15);
      const deltas = await pairs(call, 'deltaCost', 'objectDeltaCost', fewer ? 15 : 60);
      const name = sizeOf(size);
      return [
        ...pairFigures(`rpc full ${name}`, fulls, { cpuMs: 60, wallMs: 60 }),
        ...pairFigures(`rpc delta of 100, ${name}`, deltas, { cpuMs: 3, wallMs: 3 }),
      ] satisfies Figure[];
    }),
};

type RpcOp = 'fullRpcCost' | 'objectFullCost' | 'deltaCost' | 'objectDeltaCost';

async function pairs(call: Call, ours: RpcOp, peer: RpcOp, count: number): Promise<Pair[]> {
  const warmUp = Math.ceil(count / 3);
  const taken: Pair[] = [];
  for (let i = 0; i < warmUp + count; i++) {
    // What the last one left to collect or to write is not the next one's.
    await delay(spaceMs);
    const pair = { ours: await call(ours), peer: await call(peer) };
    if (i >= warmUp) taken.push(pair);
  }
  return taken;
}
