import type { Disposable } from 'vscode';

/** Runs at once, then at most once every `intervalMs`; calls in between are answered by one run at its end. */
export class Coalescer implements Disposable {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #again = false;
  #disposed = false;

  constructor(
    private readonly run: () => void,
    private readonly intervalMs: number,
  ) {}

  request(): void {
    if (this.#disposed) return;
    if (this.#timer) {
      this.#again = true;
      return;
    }
    this.#timer = setTimeout(() => this.#rested(), this.intervalMs);
    this.run();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  #rested(): void {
    this.#timer = undefined;
    if (!this.#again) return;
    this.#again = false;
    this.request();
  }
}
