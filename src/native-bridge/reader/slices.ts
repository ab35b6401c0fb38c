import { setImmediate } from 'node:timers/promises';

/** Long enough to be cheap, short enough that requests and the end of input are seen in time. */
const sliceMs = 25;

/** Lets other work of the process run when the current slice of a long loop is used up. */
export class Slices {
  #since = performance.now();

  get usedUp(): boolean {
    return performance.now() - this.#since > sliceMs;
  }

  async pause(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}
