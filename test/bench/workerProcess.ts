import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { lifetime } from '../../build/lib/lifetime.mjs';
import { root } from '../../build/lib/paths.mjs';
import type { Ops } from './worker/ops';

/** Bundled like the shipped programs, so that their code is measured and not tsx's. */
export const programs = {
  worker: './test/bench/worker/main.ts',
  replayAgent: './test/bench/peers/replayAgent.ts',
  objectAgent: './test/bench/peers/objectAgent.ts',
  activation: './test/bench/activation.ts',
} as const;
export const programFolder = 'out/bench';
export const programFile = (name: keyof typeof programs): string =>
  join(root, programFolder, `${name}.js`);

/** What takes longer hangs. */
const deadlineMs = 300_000;

type Answer = { readonly result: unknown } | { readonly error: string };
export type Call = <O extends keyof Ops>(
  op: O,
  ...args: Parameters<Ops[O]>
) => Promise<Awaited<ReturnType<Ops[O]>>>;

/** Runs `work` with a fresh process that measures; what that started ends with it. */
export async function withWorker<T>(work: (call: Call) => Promise<T>): Promise<T> {
  const child = fork(programFile('worker'), { cwd: root, serialization: 'advanced', execArgv: [] });
  const gone = once(child, 'exit');
  const end = async () => {
    if (child.connected) child.disconnect();
    await gone;
  };
  const forget = lifetime.own(end);
  const ask = async (op: string, args: readonly unknown[]): Promise<unknown> => {
    child.send({ op, args });
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    const [answer] = (await Promise.race([
      once(child, 'message'),
      gone.then(() => [{ error: 'the measuring process ended' }]),
    ])) as [Answer];
    clearTimeout(timer);
    if ('error' in answer) throw new Error(`${op}: ${answer.error}`);
    return answer.result;
  };
  // The other side runs the very functions whose types these are.
  const call = ((op, ...args) => ask(op, args)) as Call;
  try {
    return await work(call);
  } finally {
    await end();
    forget();
  }
}
