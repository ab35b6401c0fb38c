import { readdirSync, readFileSync } from 'node:fs';
import type { Cost } from '../figure';

/** CPU time of all threads of a process so far, ms: first field of schedstat, ns. */
export function cpuOf(pid: number): number {
  let ns = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ', 1)[0]);
  }
  return ns / 1e6;
}

/** What `work` costs this process in all its threads, and another process meanwhile. */
export async function costOf(work: () => unknown, otherPid?: number): Promise<Cost> {
  const other = otherPid === undefined ? 0 : cpuOf(otherPid);
  const wall = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = performance.now() - wall;
  const otherMs = otherPid === undefined ? 0 : cpuOf(otherPid) - other;
  return { cpuMs: (user + system) / 1000 + otherMs, wallMs };
}
