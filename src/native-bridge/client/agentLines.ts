/** Where the client writes to. The extension gives its log channel, the CLI its stderr. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

const maxLine = 1000;
const linesPerWindow = 50;
const windowMs = 10_000;
const keptTail = 4096;

/**
 * Copies what the agent writes on stderr to the log: control characters escaped, long lines cut, and
 * no more than fifty lines in ten seconds.
 */
export class AgentLines {
  #rest = '';
  #tail = '';
  #windowStart = 0;
  #inWindow = 0;

  constructor(
    private readonly log: Log,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The end of all that was written, as it was. */
  get tail(): string {
    return this.#tail;
  }

  push(text: string): void {
    this.#tail = (this.#tail + text).slice(-keptTail);
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, maxLine);
    for (const line of lines) this.#write(line);
  }

  end(): void {
    if (this.#rest !== '') this.#write(this.#rest);
    this.#rest = '';
  }

  #write(line: string): void {
    const now = this.now();
    if (now - this.#windowStart > windowMs) {
      if (this.#inWindow > linesPerWindow) {
        this.log.warn(`[agent] ${this.#inWindow - linesPerWindow} more lines left out`);
      }
      this.#windowStart = now;
      this.#inWindow = 0;
    }
    if (++this.#inWindow > linesPerWindow) return;
    const text = `[agent] ${escapeControls(line.slice(0, maxLine))}`;
    if (line.startsWith('info ')) this.log.info(text);
    else this.log.warn(text);
  }
}

/** Controls, separators and bidirectional overrides as `\u{…}`: a log is read in a terminal. */
export const escapeControls = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`,
  );
