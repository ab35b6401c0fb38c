import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lifetime } from '../../build/lib/lifetime.mjs';
import { root } from '../../build/lib/paths.mjs';
import { findHierarchies } from '../../src/native-bridge/reader/hierarchies';

export interface LoadSize {
  readonly processes: number;
  readonly sandboxes: number;
  readonly cgroups: number;
}

export const loadSizes: readonly LoadSize[] = [
  { processes: 300, sandboxes: 50, cgroups: 30 },
  { processes: 2_000, sandboxes: 200, cgroups: 200 },
  { processes: 10_000, sandboxes: 500, cgroups: 1_000 },
  // The machine as it is.
  { processes: 0, sandboxes: 0, cgroups: 0 },
];

const tool = (name: string): string => join(root, 'native/build', name);
export const stopwatch = tool('stopwatch');
export const starter = tool('starter');

/**
 * Runs `work` while mkload holds so many processes. mkload ends them at the end of its input, so
 * they go however we end.
 */
export async function withLoad(size: LoadSize, work: () => Promise<void>): Promise<void> {
  if (size.processes === 0) return work();
  const child = spawn(tool('mkload'), argumentsOf(size), { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const end = async () => {
    child.stdin.end();
    await gone;
  };
  const forget = lifetime.own(end);
  try {
    const [line] = (await Promise.race([
      once(createInterface(child.stdout), 'line'),
      gone.then(() => ['']),
    ])) as unknown[];
    if (line !== `ready ${size.processes}`) throw new Error('the load did not come up (root only)');
    await work();
  } finally {
    await end();
    forget();
  }
}

/** Its cgroups are below one directory of its own; none where no unified hierarchy is writable. */
function argumentsOf({ processes, sandboxes, cgroups }: LoadSize): string[] {
  const counts = [String(processes), String(sandboxes)];
  const v2 = findHierarchies().find(({ version }) => version === 2);
  if (!v2) return counts;
  try {
    accessSync(v2.mountPoint, constants.W_OK);
  } catch {
    return counts; // read-only in most containers
  }
  const directory = join(v2.mountPoint, `container-internals-bench-${process.pid}`);
  return [...counts, directory, String(cgroups)];
}
