import type { Readable } from 'node:stream';
import {
  AbstractMessageReader,
  type DataCallback,
  type Disposable,
  type Message,
} from 'vscode-jsonrpc/node';

/** The other end sent what is no JSON-RPC. The text is hostile and capped. */
export class GarbageOnPipe extends Error {
  override readonly name = 'GarbageOnPipe';
}

/** Longer than any header that names one length. */
const maxHeader = 64;
const headerPattern = /^Content-Length: (\d{1,10})\r\n\r\n$/;

/**
 * Reads messages as vscode-jsonrpc frames them (LSP base protocol), but takes nothing else: where
 * the package's own reader waits for ever and keeps all it got, the first byte that cannot belong to
 * a message is an error here. After an error nothing more is read.
 */
export class StrictReader extends AbstractMessageReader {
  #chunks: Buffer[] = [];
  #size = 0;
  /** Length of the message that is coming; undefined: a header comes next. */
  #expected: number | undefined;
  #ended = false;

  constructor(
    private readonly input: Readable,
    private readonly maxMessage: number,
  ) {
    super();
  }

  override dispose(): void {
    this.#ended = true;
    this.#chunks = [];
    super.dispose();
  }

  listen(callback: DataCallback): Disposable {
    const onData = (chunk: Buffer) => {
      if (this.#ended) return;
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      try {
        for (let m = this.#next(); m !== undefined; m = this.#next()) callback(m);
      } catch (error) {
        if (!(error instanceof GarbageOnPipe)) throw error;
        this.#ended = true;
        this.#chunks = [];
        this.fireError(error);
      }
    };
    const onEnd = () => {
      if (this.#ended) return;
      this.#ended = true;
      this.fireClose();
    };
    this.input.on('data', onData);
    this.input.on('error', (error) => this.fireError(error));
    this.input.on('end', onEnd);
    this.input.on('close', onEnd);
    return { dispose: () => this.input.off('data', onData) };
  }

  #next(): Message | undefined {
    this.#expected ??= this.#header();
    if (this.#expected === undefined || this.#size < this.#expected) return undefined;
    const text = this.#take(this.#expected).toString('utf8');
    this.#expected = undefined;
    return parseMessage(text);
  }

  #header(): number | undefined {
    const start = this.#peek(maxHeader).toString('latin1');
    const end = start.indexOf('\r\n\r\n');
    const soFar = end < 0 ? start : start.slice(0, end + 4);
    if (end < 0) {
      if (couldBecomeHeader(soFar)) return undefined;
      throw new GarbageOnPipe(soFar);
    }
    const length = Number(headerPattern.exec(soFar)?.[1]);
    if (!(length <= this.maxMessage)) throw new GarbageOnPipe(soFar);
    this.#take(soFar.length);
    return length;
  }

  #peek(max: number): Buffer {
    const first = this.#chunks[0];
    if (!first) return Buffer.alloc(0);
    if (first.length < max && this.#chunks.length > 1) {
      this.#chunks = [Buffer.concat(this.#chunks)];
      return this.#peek(max);
    }
    return first.subarray(0, max);
  }

  #take(length: number): Buffer {
    // Joined once a message is complete, not for each chunk of a large one.
    const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    const rest = all?.subarray(length);
    this.#chunks = rest && rest.length > 0 ? [rest] : [];
    this.#size -= length;
    return all?.subarray(0, length) ?? Buffer.alloc(0);
  }
}

const headerName = 'Content-Length: ';

function couldBecomeHeader(text: string): boolean {
  if (text.length >= maxHeader) return false;
  if (text.length <= headerName.length) return headerName.startsWith(text);
  return /^Content-Length: \d{1,10}\r?\n?\r?$/.test(text);
}

function parseMessage(text: string): Message {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new GarbageOnPipe(text.slice(0, maxHeader));
  }
  if (typeof message !== 'object' || message === null || !('jsonrpc' in message)) {
    throw new GarbageOnPipe(text.slice(0, maxHeader));
  }
  return message as Message;
}
