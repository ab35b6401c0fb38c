import { readFileSync } from 'node:fs';
import { ended, ignoring, until } from './command';
import type { PipedProcess } from './scope';

/** Anything that starts processes: a scope, or a user in one. */
export interface Starter {
  spawn(argv: readonly string[]): PipedProcess;
}

/** Processes started by unshare(1), one in the namespaces of the other. */
export interface Unshared {
  /** First process of each level as the host counts, the outermost first. */
  readonly pids: readonly number[];
  /** Ends them all and resolves when they have ended. */
  stop(): Promise<void>;
}

const outer = 'echo ready; "$@"; :';
const innermost = 'echo ready; exec cat';

/** From the inside out: each level's shell waits for the next level, the last one for its input. */
function commandLine(levels: readonly (readonly string[])[]): readonly string[] {
  const [flags = [], ...deeper] = levels;
  const body =
    deeper.length === 0
      ? ['sh', '-c', innermost]
      : ['sh', '-c', outer, 'sh', ...commandLine(deeper)];
  return ['unshare', ...flags, '--', ...body];
}

function onlyChild(pid: number): number | undefined {
  const text = ignoring(['ENOENT', 'ESRCH'], () =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'),
  );
  const child = text?.trim().split(' ')[0];
  return child === undefined || child === '' ? undefined : Number(child);
}

/** With --fork unshare(1) stays as the parent of the level's first process. */
async function firstProcesses(
  top: number,
  levels: readonly (readonly string[])[],
): Promise<readonly number[]> {
  const pids: number[] = [];
  let unsharing = top;
  for (const flags of levels) {
    const last = pids.at(-1);
    if (last !== undefined) {
      unsharing = await until(`a child of ${last}`, () => onlyChild(last));
    }
    const parent = unsharing;
    pids.push(
      flags.includes('--fork')
        ? await until(`a child of ${parent}`, () => onlyChild(parent))
        : parent,
    );
  }
  return pids;
}

/** Resolves when the shell of every level has said that it runs. */
async function untilReady(child: PipedProcess, levels: number): Promise<void> {
  let said = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
  await until('unshare to run its command', () => {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`unshare ended: ${complaint}`);
    }
    return said.split('ready').length > levels ? true : undefined;
  });
}

/**
 * Runs unshare(1) with the long flags of the first level, within it with those of the second, and
 * so on. End of input ends the innermost process and with it all others.
 */
export async function startUnshare(
  starter: Starter,
  ...levels: readonly (readonly string[])[]
): Promise<Unshared> {
  const child = starter.spawn(commandLine(levels));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended(child, 'unshare');
  };
  try {
    await untilReady(child, levels.length);
    if (child.pid === undefined) {
      throw new Error('unshare has no pid');
    }
    return { pids: await firstProcesses(child.pid, levels), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
