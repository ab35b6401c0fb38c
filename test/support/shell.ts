import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { repository } from './agent';
import { until } from './until';

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** The command line program as it is shipped. */
export const cli = (...argv: readonly string[]): Command => ({
  command: process.execPath,
  args: [join(repository, 'dist', 'cli.js'), ...argv],
});

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is running; it ends with the test at the latest. */
export interface Running {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly input: (text: string) => void;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

export function start(t: TestContext, { command, args }: Command): Running {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
  }));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    input: (text) => void child.stdin.write(text),
    signal: (name) => void child.kill(name),
    ended,
  };
}

export const run = (t: TestContext, command: Command): Promise<Ended> => start(t, command).ended;

export interface Sandbox {
  /** The first process in its pid namespace, as seen from here. */
  readonly pid: number;
  readonly end: () => Promise<void>;
}

/** What its first process calls itself: an escape sequence that would clear a screen. */
export const sandboxComm = 'sb\x1b[2J';

const script = `printf 'sb\\033[2J' >/proc/self/comm; echo ready; cat`;

/** A process in pid, mount and UTS namespaces of its own; ends with the test at the latest. */
export async function startSandbox(t: TestContext): Promise<Sandbox> {
  const user = process.geteuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const child = spawn(
    'unshare',
    [...user, '--pid', '--fork', '--kill-child', '--mount', '--uts', '--', 'sh', '-c', script],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const gone = once(child, 'close');
  const end = async (): Promise<void> => {
    child.stdin.destroy();
    await gone;
  };
  t.after(async () => {
    child.kill('SIGKILL');
    await end();
  });
  await once(createInterface(child.stdout), 'line');
  const pid = await until('the child of unshare', () => childOf(child.pid ?? 0));
  return { pid, end };
}

/** The oldest child of a process: /proc/PID/task/TID/children, proc(5). */
export function childOf(parent: number): number | undefined {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').split(' ');
  return Number(children[0]) || undefined;
}

/** Inode of a namespace as the kernel says it. */
export const inodeOf = (pid: number, type: string): number =>
  Number(/\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/ns/${type}`))?.[1]);
