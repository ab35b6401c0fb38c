import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  cliOutput,
  type CliOutput,
  type ContainerJson,
  type NamespaceJson,
} from '../../../src/protocol/cli';
import { ended, run, until, type Result, type RunOptions } from './command';
import type { PipedProcess } from './scope';

const root = join(__dirname, '../../..');

/** The program as a VSIX installs it. */
const installed = [
  'package.json',
  'dist/agent.js',
  'dist/cli.js',
  'native/bin',
  'node_modules/koffi',
  'node_modules/@koromix',
];

type Command = CliOutput['command'];
type OutputOf<C extends Command> = Extract<CliOutput, { command: C }>;

/** What the program printed, checked against its schema. */
export function parseOutput<C extends Command>(command: C, text: string): OutputOf<C> {
  const output = cliOutput.parse(JSON.parse(text));
  if (output.command !== command) {
    throw new Error(`asked for ${command}, got ${output.command}`);
  }
  return output as OutputOf<C>;
}

/** `container-internals` as built in the clone. */
export const program: readonly string[] = [process.execPath, join(root, 'dist/cli.js')];

/** A copy that users who may not read the clone can run. Node itself is copied only for them. */
export async function installProgram(
  directory: string,
  runAs: (argv: readonly string[]) => Promise<Result>,
): Promise<readonly string[]> {
  for (const part of installed) {
    mkdirSync(dirname(join(directory, part)), { recursive: true });
    cpSync(join(root, part), join(directory, part), { recursive: true });
  }
  const usable = await runAs([process.execPath, '--version']).then(({ code }) => code === 0);
  const node = usable ? process.execPath : join(directory, 'node');
  if (!usable) {
    cpSync(process.execPath, node);
  }
  return [node, join(directory, 'dist/cli.js')];
}

/** Runs one command once; `runner` may run it as somebody else. */
export async function ask<C extends Command>(
  command: C,
  runner: (argv: readonly string[], options?: RunOptions) => Promise<Result> = run,
  argv: readonly string[] = program,
  ...options: readonly string[]
): Promise<OutputOf<C>> {
  const { code, stdout, stderr } = await runner([...argv, command, '--json', ...options]);
  if (code !== 0) {
    throw new Error(`${command}: exit ${String(code)}\n${stderr}`);
  }
  return parseOutput(command, stdout);
}

/** The program with `--watch`: its picture follows the host. */
export interface Watch<C extends Command> {
  /**
   * Resolves to the first answer of `look` that is not undefined, given the newest picture, then
   * each newer one.
   */
  until<T>(what: string, look: (output: OutputOf<C>) => T | undefined | Promise<T>): Promise<T>;
  /** Interrupts it; rejects unless it ends with status 0. */
  dispose(): Promise<void>;
}

/** Starts `COMMAND --watch --json` by way of `starter`, whose end would end it too. */
export function watch<C extends Command>(
  command: C,
  starter: { spawn(argv: readonly string[]): PipedProcess },
): Watch<C> {
  const child = starter.spawn([...program, command, '--watch', '--json']);
  let rest = '';
  let newest: string | undefined;
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    newest = lines.at(-1) ?? newest;
  });
  return {
    until: async (what, look) => {
      let last: string | undefined;
      const tell = (): string => `${last?.slice(0, 4000) ?? 'nothing was printed'}\n${complaint}`;
      try {
        return await until(what, async () => {
          if (child.exitCode !== null || child.signalCode !== null) {
            throw new Error(`it ended: ${String(child.exitCode ?? child.signalCode)}`);
          }
          last = newest;
          return last === undefined ? undefined : await look(parseOutput(command, last));
        });
      } catch (error) {
        throw new Error(`${what}: ${String(error)}\n${tell()}`, { cause: error });
      }
    },
    dispose: async () => {
      child.kill('SIGTERM');
      await ended(child, 'container-internals --watch');
      if (child.exitCode !== 0) {
        throw new Error(`--watch ended with ${String(child.exitCode ?? child.signalCode)}`);
      }
    },
  };
}

/** The containers in which the process is the first. */
export function withPid(
  { containers }: { readonly containers: readonly ContainerJson[] },
  pid: number | undefined,
): ContainerJson | undefined {
  return containers.find((container) => container.kind !== 'host' && container.pid === pid);
}

export function withId(
  { containers }: { readonly containers: readonly ContainerJson[] },
  engine: string,
  id: string,
): ContainerJson | undefined {
  return containers.find((container) => container.engine === engine && container.id === id);
}

export type { ContainerJson, NamespaceJson };
