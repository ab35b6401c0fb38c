/** Standard output of a program that may be followed by `head`: a closed pipe ends it quietly. */
export class Output {
  #closed = false;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    onClosed: () => void,
  ) {
    // Errors of other kinds are told by the write that meets them.
    stream.on('error', (error: Error) => {
      if (!isClosedPipe(error)) return;
      this.#closed = true;
      onClosed();
    });
  }

  /** Columns of the screen; undefined: not a screen. */
  get width(): number | undefined {
    return this.stream.isTTY ? this.stream.columns : undefined;
  }

  /** Resolves when it is out, or when nobody reads any more. Rejects when the disk is full. */
  async write(text: string): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve, reject) => {
      this.stream.write(text, (error) => {
        if (error && !isClosedPipe(error)) reject(new OutputFailed(error));
        else resolve();
      });
    });
  }
}

/** Standard output cannot be written. */
export class OutputFailed extends Error {
  override readonly name = 'OutputFailed';
  constructor(cause: Error) {
    super(`standard output: ${cause.message}`, { cause });
  }
}

const isClosedPipe = (error: NodeJS.ErrnoException): boolean => error.code === 'EPIPE';
