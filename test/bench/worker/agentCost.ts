import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { followAgent } from './clients';
import { cpuOf } from './cost';

const settleMs = 5_000;

export interface AgentCost {
  /** Of one core, with a view open and nothing that happens but what else runs on the machine. */
  readonly cpuPercent: number;
  readonly rssMiB: number;
  readonly pssMiB: number;
}

/** Of the agent that watches once a second. */
export async function agentCost(seconds: number): Promise<AgentCost> {
  const { client, agentPid } = await followAgent();
  await client.watch('active');
  await delay(settleMs);
  const cpu = cpuOf(agentPid);
  const since = performance.now();
  await delay(seconds * 1000);
  const cpuPercent = ((cpuOf(agentPid) - cpu) / (performance.now() - since)) * 100;
  const rollup = readFileSync(`/proc/${agentPid}/smaps_rollup`, 'utf8');
  const mib = (name: string) =>
    Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024;
  return { cpuPercent, rssMiB: mib('Rss'), pssMiB: mib('Pss') };
}
