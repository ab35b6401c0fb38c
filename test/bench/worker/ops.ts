import { agentCost } from './agentCost';
import { eventLatency } from './event';
import { pictureCosts } from './picture';
import { fullCost, startTicks, tickCost } from './read';
import { deltaCost, fullRpcCost, objectDeltaCost, objectFullCost, startRpc } from './rpc';

/** What the measuring process can be asked for. */
export const ops = {
  fullCost,
  startTicks,
  tickCost,
  pictureCosts,
  startRpc,
  fullRpcCost,
  objectFullCost,
  deltaCost,
  objectDeltaCost,
  eventLatency,
  agentCost,
} as const;
export type Ops = typeof ops;
