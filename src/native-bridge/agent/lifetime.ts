import type { AgentLog } from './log';

/** How long native calls may take to come back before the process ends without them. */
const graceMs = 500;
const orphanCheckMs = 1000;
/** sysexits(3) EX_SOFTWARE. */
export const exitSoftware = 70;

export interface Leaving {
  /** Stops timers and wakes native threads that wait. */
  dispose(): void;
  /** Something runs in a thread that may not come back. */
  readonly isBusy: boolean;
}

/**
 * Ends the process when nobody is there to serve: end of input (the only stop signal a user can give
 * to a root process), signals, and errors nobody caught.
 *
 * exit(3) joins the threads of libuv, so it would hang behind a read that hangs. SIGKILL to ourselves
 * does not.
 */
export class Lifetime {
  #ending = false;
  #leaving: Leaving | undefined;

  constructor(private readonly log: AgentLog) {
    const parent = process.ppid;
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
      process.on(signal, () => this.end(0));
    }
    process.on('uncaughtException', (error) => {
      this.log.warn(`uncaught: ${error.stack ?? error.message}`);
      this.end(exitSoftware);
    });
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', () => this.end(0)); // EPIPE: the other end is gone
    }
    // The end of input tells first, unless somebody else holds the other end of the pipe.
    const orphan = setInterval(() => {
      if (process.ppid !== parent) this.end(0);
    }, orphanCheckMs);
    orphan.unref();
  }

  /** What has to be let go of at the end. */
  owns(leaving: Leaving): void {
    this.#leaving = leaving;
    if (this.#ending) leaving.dispose();
  }

  end(code: number): void {
    if (this.#ending) return;
    this.#ending = true;
    process.exitCode = code;
    const deadline = performance.now() + graceMs;
    this.#leaving?.dispose();
    const leave = () => {
      if (this.#leaving?.isBusy !== true) process.exit(code);
      if (performance.now() > deadline) process.kill(process.pid, 'SIGKILL');
      setTimeout(leave, 10);
    };
    leave();
  }
}
