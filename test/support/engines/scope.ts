import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { ended, run, runChecked, type Result, type RunOptions } from './command';
import { makeName } from './names';
import { scopeScript } from './paths';
import { scopeParent, sweep } from './sweep';

/**
 * What `/sys/fs/cgroup` shows in the scope: `v2` one cgroup2 mount, `v1` every v1 hierarchy but
 * memory; `plain` is a cgroup only, in the namespaces of the host.
 */
export type ScopeView = 'v1' | 'v2' | 'plain';

export interface ScopeOptions {
  readonly view?: ScopeView;
  /** `private` (default): an empty /run; `host`: that of the machine. */
  readonly run?: 'private' | 'host';
}

/** A place where engines cannot touch the machine's cgroups, network, /etc, /opt and /var/lib. */
export interface Scope {
  /** Name of the cgroup at the root of the hierarchies. */
  readonly name: string;
  /** Directory that vanishes with the scope; the host sees it under the same path. */
  readonly directory: string;
  /** The command line that runs `argv` inside. */
  command(argv: readonly string[]): readonly string[];
  /** Starts a process inside whose input and output are pipes. */
  spawn(argv: readonly string[], options?: SpawnOptions): PipedProcess;
  run(argv: readonly string[], options?: RunOptions): Promise<Result>;
  /** Stdout of a command that must succeed. */
  runChecked(argv: readonly string[], options?: RunOptions): Promise<string>;
  /** Kills all processes inside and removes every trace. Repeated calls do nothing more. */
  dispose(): Promise<void>;
}

export interface SpawnOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export type PipedProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** Waits for `ready PID` of the supervisor. */
function holderOf(supervisor: PipedProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    let complaint = '';
    const fail = (): void => {
      reject(new Error(`cannot make a scope: ${complaint}${said}`));
    };
    supervisor.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
    supervisor.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      const pid = /^ready ([0-9]+)$/m.exec(said)?.[1];
      if (pid !== undefined) {
        resolve(pid);
      } else if (said.includes('failed')) {
        fail();
      }
    });
    supervisor.once('error', reject);
    supervisor.once('close', fail);
  });
}

/**
 * A supervisor of its own session outlives this process by as long as it takes to remove the
 * scope, so that a killed test leaves nothing either.
 */
function startSupervisor(name: string, options: ScopeOptions): PipedProcess {
  return spawn(scopeScript, ['hold', name, options.view ?? 'v2', options.run ?? 'private'], {
    stdio: 'pipe',
    detached: true,
  });
}

async function stop(supervisor: ChildProcess, name: string): Promise<void> {
  supervisor.ref();
  supervisor.stdin?.end();
  await ended(supervisor, `the removal of ${name}`);
  if (supervisor.exitCode !== 0) {
    throw new Error(`scope ${name} was not removed: exit ${String(supervisor.exitCode)}`);
  }
}

/** Makes a scope; needs root. An abandoned one is removed when this process ends. */
export async function startScope(options: ScopeOptions = {}): Promise<Scope> {
  await sweep();
  const name = makeName();
  const directory = join(scopeParent, name);
  mkdirSync(directory, { mode: 0o755 });
  const supervisor = startSupervisor(name, options);
  let disposal: Promise<void> | undefined;
  const dispose = (): Promise<void> => (disposal ??= stop(supervisor, name));
  let holder: string;
  try {
    holder = await holderOf(supervisor);
  } catch (error) {
    await dispose();
    throw error;
  }
  supervisor.unref();
  for (const pipe of [supervisor.stdin, supervisor.stdout, supervisor.stderr]) {
    if (pipe instanceof Socket) {
      pipe.unref();
    }
  }
  const command = (argv: readonly string[]): readonly string[] => [
    scopeScript,
    'enter',
    name,
    holder,
    ...argv,
  ];
  return {
    name,
    directory,
    command,
    spawn: (argv, spawnOptions = {}) => {
      const [file = '', ...args] = command(argv);
      return spawn(file, args, { stdio: 'pipe', detached: true, ...spawnOptions });
    },
    run: (argv, runOptions) => run(command(argv), runOptions),
    runChecked: (argv, runOptions) => runChecked(command(argv), runOptions),
    dispose,
  };
}
