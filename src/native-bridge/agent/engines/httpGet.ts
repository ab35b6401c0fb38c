import { request } from 'node:http';
import type { EngineLimits } from './answers';

/** An engine's socket did not answer as it should. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** GET over a unix socket: the whole exchange within the limits, or NoAnswer. unix(7). */
export function httpGet(
  socketPath: string,
  path: string,
  { timeoutMs, maxBytes }: EngineLimits,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath,
      path,
      agent: false,
      headers: { host: 'localhost', connection: 'close' },
    });
    const timer = setTimeout(() => stop(`no answer within ${timeoutMs} ms`), timeoutMs);
    const stop = (why: string) => {
      clearTimeout(timer);
      call.destroy();
      reject(new NoAnswer(why));
    };
    call.on('error', (error: NodeJS.ErrnoException) => stop(error.code ?? error.message));
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('error', (error: NodeJS.ErrnoException) => stop(error.code ?? error.message));
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) stop(`more than ${maxBytes} bytes`);
        else chunks.push(chunk);
      });
      response.on('end', () => {
        if (response.statusCode !== 200) {
          stop(`status ${response.statusCode ?? '?'}`);
          return;
        }
        clearTimeout(timer);
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
      response.on('close', () => stop('the answer broke off'));
    });
    call.end();
  });
}
