/** Remembers that something happened until somebody looks. */
export class News {
  #happened = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  tell(): void {
    this.#happened = true;
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wake?.();
  }

  /** Resolves when something happened since the last call, or after `ms`. Rejects after `fail`. */
  async next(ms: number): Promise<void> {
    if (!this.#happened && !this.#error) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    if (this.#error) throw this.#error;
    this.#happened = false;
  }
}
