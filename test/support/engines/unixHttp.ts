import type { ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { until } from './command';

export interface HttpCall {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON, or as it is when it is a buffer (then a tar archive). */
  readonly body?: unknown;
  /** Milliseconds; default 60 s. */
  readonly deadline?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** How a socket answers whose server is not listening yet, or is too busy to answer. */
const notYet: readonly string[] = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'ABORT_ERR'];

/** One HTTP request over a unix socket. */
export function callSocket(
  socketPath: string,
  path: string,
  call: HttpCall = {},
): Promise<HttpAnswer> {
  const raw = Buffer.isBuffer(call.body);
  const payload = Buffer.isBuffer(call.body) ? call.body : JSON.stringify(call.body ?? {});
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        socketPath,
        path,
        method: call.method ?? 'GET',
        signal: AbortSignal.timeout(call.deadline ?? 60_000),
        headers:
          call.body === undefined
            ? {}
            : {
                'Content-Type': raw ? 'application/x-tar' : 'application/json',
                'Content-Length': Buffer.byteLength(payload),
              },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, text });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(call.body === undefined ? undefined : payload);
  });
}

/** Waits until the daemon answers a ping; rejects with its log when it ends before. */
export async function untilAnswer(
  socketPath: string,
  daemon: ChildProcess,
  log: () => string,
): Promise<void> {
  daemon.unref();
  let failure: Error | undefined;
  daemon.once('error', (error) => (failure = error));
  await until(`an answer on ${socketPath}`, async () => {
    if (failure !== undefined || daemon.exitCode !== null || daemon.signalCode !== null) {
      throw new Error(`the daemon ended: ${failure?.message ?? log()}`);
    }
    try {
      const { status } = await callSocket(socketPath, '/_ping', { deadline: 2_000 });
      return status === 200 ? true : undefined;
    } catch (error) {
      if (notYet.includes((error as NodeJS.ErrnoException).code ?? '')) {
        return undefined;
      }
      throw error;
    }
  });
}
