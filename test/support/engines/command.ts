import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface Result {
  /** Exit status; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
  /** Milliseconds until the command is killed; default 60 s. */
  readonly deadline?: number | undefined;
}

/** Runs a command to its end. Only failing to start it rejects. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Result> {
  const [file, ...args] = argv;
  if (file === undefined) {
    throw new TypeError('an empty command');
  }
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: 'pipe',
      cwd: options.cwd,
      env: options.env ?? process.env,
      timeout: options.deadline ?? 60_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
    // A command that ends without reading its input closes the pipe early.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') {
        reject(error);
      }
    });
    child.stdin.end(options.input ?? '');
  });
}

/** As `run`, and rejects unless the exit status is 0. Resolves to stdout. */
export async function runChecked(
  argv: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(argv, options);
  if (code !== 0) {
    throw new Error(`${argv.join(' ')}: exit ${String(code)}\n${stderr}${stdout}`);
  }
  return stdout;
}

/**
 * Starts a process of its own session that writes to a file: for daemons and for what leaves some
 * behind that would keep a pipe open.
 */
export function spawnLogged(argv: readonly string[], logPath: string): ChildProcess {
  const [file = '', ...args] = argv;
  const log = openSync(logPath, 'w');
  try {
    return spawn(file, args, { stdio: ['ignore', log, log], detached: true });
  } finally {
    closeSync(log);
  }
}

/** Runs a command that must succeed and whose children live on; its output goes to a file. */
export async function runLogged(argv: readonly string[], logPath: string): Promise<void> {
  const child = spawnLogged(argv, logPath);
  await ended(child, argv.join(' '));
  if (child.exitCode !== 0) {
    throw new Error(
      `${argv.join(' ')}: exit ${String(child.exitCode)}\n${readFileSync(logPath, 'utf8')}`,
    );
  }
}

/**
 * Resolves to the first answer of `ask` that is not undefined; rejects after `deadline`
 * milliseconds, naming `what` was waited for. It is asked at least once.
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  deadline = 60_000,
): Promise<T> {
  const end = performance.now() + deadline;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    if (performance.now() > end) {
      throw new Error(`waited ${deadline} ms in vain for: ${what}`);
    }
    await pause(25);
  }
}

/** The result, or undefined when it throws an error with one of these codes. */
export function ignoring<T>(codes: readonly string[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) {
      return undefined;
    }
    throw error;
  }
}

/** Resolves when the process has ended, at once if it already has; rejects after the deadline. */
export function ended(child: ChildProcess, what: string, deadline = 60_000): Promise<void> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    const timer = setTimeout(() => {
      reject(new Error(`${what} did not end within ${deadline} ms`));
    }, deadline);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
