import { spawn } from 'node:child_process';
import { dieWithParent } from './dieWithParent.mjs';
import { lifetime } from './lifetime.mjs';
import { killGroup } from './process.mjs';
import { root } from './paths.mjs';

const keptBytes = 4 << 20;

/** A command that could not be started, was stopped, or ended with another exit code than 0. */
export class CommandError extends Error {
  constructor(command, args, why, output) {
    const tail = output.trimEnd().split('\n').slice(-40).join('\n');
    super(`${[command, ...args].join(' ')}: ${why}${tail ? `\n${tail}` : ''}`);
    this.name = 'CommandError';
    this.output = output;
  }
}

/**
 * Runs a command in a process group of its own and returns what it wrote.
 * Being a group, it dies as a whole on a time-out, on Ctrl-C and when this script ends.
 * @param options.cwd working directory, by default the clone
 * @param options.env whole environment, by default that of this process
 * @param options.timeoutMs after which the group is killed and the call fails
 * @param options.onLine called with every full line of stdout and stderr as it arrives
 * @param options.anyExit return instead of throwing when the exit code is not 0
 */
export function run(command, args = [], options = {}) {
  const { cwd = root, env = process.env, timeoutMs, onLine, anyExit = false } = options;
  return new Promise((resolve, reject) => {
    const [program, argv] = dieWithParent('KILL', command, args);
    const child = spawn(program, argv, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    lifetime.ownGroup(child);
    const chunks = { stdout: '', all: '' };
    const rest = { stdout: '', stderr: '' };
    let stopped;
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        if (stream === 'stdout') chunks.stdout = (chunks.stdout + text).slice(-keptBytes);
        chunks.all = (chunks.all + text).slice(-keptBytes);
        if (!onLine) return;
        const lines = (rest[stream] + text).split('\n');
        rest[stream] = lines.pop();
        for (const line of lines) onLine(line, stream);
      });
    }
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            stopped = `no end after ${timeoutMs / 1000} s`;
            killGroup(child.pid, 'SIGKILL');
          }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      const why = error.code === 'ENOENT' ? 'not found' : error.message;
      reject(new CommandError(command, args, why, ''));
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      for (const stream of ['stdout', 'stderr']) if (rest[stream]) onLine?.(rest[stream], stream);
      // what the command left behind in its group ends with it
      killGroup(child.pid, 'SIGKILL');
      const why =
        stopped ?? (code === 0 ? undefined : signal ? `ended by ${signal}` : `exit code ${code}`);
      if (why === undefined || (anyExit && !stopped)) {
        resolve({ code, signal, stdout: chunks.stdout, output: chunks.all });
      } else reject(new CommandError(command, args, why, chunks.all));
    });
  });
}
