import type { Writable } from 'node:stream';
import { AbstractMessageWriter, type Message } from 'vscode-jsonrpc/node';

/**
 * Writes messages as vscode-jsonrpc frames them. Writing into a pipe whose other end is gone is
 * reported by `onError` but rejects nothing: the package's own writer turns it into a rejection that
 * nobody can catch. That the other side is gone is learnt from its end.
 */
export class QuietWriter extends AbstractMessageWriter {
  constructor(private readonly output: Writable) {
    super();
    output.on('error', (error) => this.fireError(error));
    output.on('close', () => this.fireClose());
  }

  write(message: Message): Promise<void> {
    if (!this.output.writable) return Promise.resolve();
    const body = JSON.stringify(message);
    const header = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return new Promise((resolve) => {
      this.output.write(header + body, () => resolve());
    });
  }

  end(): void {
    this.output.end();
  }
}
