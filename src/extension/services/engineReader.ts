import type { Disposable, LogOutputChannel } from 'vscode';
import type { EngineFacts } from '../../model/picture';

/** After a change the engine itself needs a moment to know of it. */
const settleMs = 150;
/** Pause, rename and the like raise no event that we see. */
const pollMs = 5_000;

/** What the engines say, asked when something bears on containers, and now and then while somebody looks. */
export class EngineReader implements Disposable {
  #facts: readonly EngineFacts[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;
  #reading = false;
  #active = false;
  #disposed = false;

  constructor(
    private readonly read: () => Promise<readonly EngineFacts[]>,
    private readonly onChange: () => void,
    private readonly log: LogOutputChannel,
  ) {}

  get facts(): readonly EngineFacts[] {
    return this.#facts;
  }

  /** While inactive only requests are answered, and nothing is polled. */
  set active(active: boolean) {
    this.#active = active;
    if (active) this.request();
    else this.#stop();
  }

  request(): void {
    this.#schedule(settleMs);
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#due = Infinity;
  }

  #schedule(ms: number): void {
    const due = performance.now() + ms;
    if (this.#disposed || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => void this.#run(), ms);
  }

  async #run(): Promise<void> {
    this.#due = Infinity;
    if (this.#reading) {
      this.#schedule(settleMs);
      return;
    }
    this.#reading = true;
    try {
      const facts = await this.read();
      const changed = JSON.stringify(facts) !== JSON.stringify(this.#facts);
      this.#facts = facts;
      if (changed && !this.#disposed) this.onChange();
    } catch (error) {
      // without the engines the containers still have what the kernel tells; the agent's own state is told elsewhere
      this.log.debug(`engines/read: ${String(error)}`);
    } finally {
      this.#reading = false;
    }
    if (this.#active) this.#schedule(pollMs);
  }
}
