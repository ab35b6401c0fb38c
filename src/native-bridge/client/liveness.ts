export interface LivenessTimes {
  readonly pingEvery: number;
}

export interface LivenessTarget {
  isWanted(): boolean;
  /** performance.now() of the last thing heard. */
  lastHeard(): number;
  /** Asks for a sign of life and does what is due when none comes. */
  check(): Promise<void>;
}

/** While somebody relies on changes to come, silence is looked into. */
export class Liveness {
  readonly #timer: NodeJS.Timeout;
  #checking = false;

  constructor(
    private readonly times: LivenessTimes,
    private readonly target: LivenessTarget,
  ) {
    this.#timer = setInterval(() => void this.#look(), times.pingEvery);
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const silent = performance.now() - this.target.lastHeard();
    if (this.#checking || !this.target.isWanted() || silent < this.times.pingEvery) return;
    this.#checking = true;
    await this.target.check();
    this.#checking = false;
  }
}
