export interface BackoffTimes {
  readonly backoffMin: number;
  readonly backoffMax: number;
  readonly healthy: number;
}

/** How long to wait before the next attempt: twice as long each time, until one has lasted. */
export class Backoff {
  #failures = 0;
  #startedAt: number | undefined;

  constructor(
    private readonly times: BackoffTimes,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** An attempt came to something. */
  started(): void {
    this.#startedAt = this.now();
  }

  /** Something failed: the wait, ms. */
  next(): number {
    const lasted = this.#startedAt === undefined ? 0 : this.now() - this.#startedAt;
    this.#startedAt = undefined;
    if (lasted >= this.times.healthy) this.#failures = 0;
    const wait = this.times.backoffMin * 2 ** Math.min(this.#failures++, 16);
    return Math.min(wait, this.times.backoffMax);
  }
}
