import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { followAgent } from './clients';
import { own } from './owned';

const deadlineMs = 10_000;

/**
 * Starts processes one by one and tells how long each took, ms, from just before fork(2) to the
 * snapshot of the client that holds it. Both ends read CLOCK_MONOTONIC.
 */
export async function eventLatency(starterFile: string, times: number): Promise<readonly number[]> {
  const { client, live } = await followAgent();
  await client.watch('active');
  const starter = spawn(starterFile, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  own(() => starter.stdin.end());
  const lines = createInterface(starter.stdout);
  const seen = new Map<number, bigint>();
  let look: () => void = () => undefined;
  live.onDidChange(({ change }) => {
    const now = process.hrtime.bigint();
    for (const { pid } of change?.processes ?? []) seen.set(pid, now);
    look();
  });

  const latencies: number[] = [];
  for (let i = 0; i < times; i++) {
    // At odd moments, or the agent's own period would be what is measured.
    await delay(100 + Math.random() * 200);
    seen.clear();
    const line = once(lines, 'line') as Promise<[string]>;
    starter.stdin.write('x');
    const [pid = '', ns = ''] = (await line)[0].split(' ');
    const limit = AbortSignal.timeout(deadlineMs);
    while (!seen.has(Number(pid))) {
      await new Promise<void>((resolve, reject) => {
        look = resolve;
        limit.onabort = () => reject(new Error(`process ${pid} never came`));
      });
    }
    latencies.push(Number((seen.get(Number(pid)) ?? 0n) - BigInt(ns)) / 1e6);
  }
  return latencies;
}
