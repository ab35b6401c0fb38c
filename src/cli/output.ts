/** Standard output of a program that may be followed by `head`: a closed pipe ends it quietly. */
export class Output {
  #closed = false;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    onClosed: () => void,
  ) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#closed = true;
      onClosed();
    });
  }

  /** Columns of the screen; undefined: not a screen. */
  get width(): number | undefined {
    return this.stream.isTTY ? this.stream.columns : undefined;
  }

  /** Resolves when it is out, or when nobody reads any more. */
  async write(text: string): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      this.stream.write(text, () => resolve());
    });
  }
}
