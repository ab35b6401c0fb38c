import { close, constants, open, read } from 'node:fs';
import { promisify } from 'node:util';

/** Descriptors as numbers, since some come from the library. All in libuv's threads. */
export const openFd = promisify(open) as (path: string, flags: number) => Promise<number>;
export const closeFd = promisify(close);
const readFd = promisify(read);

/** Something did not answer in time. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

export interface Capped {
  readonly bytes: Buffer;
  /** There was more than the cap. */
  readonly truncated: boolean;
}

/** No symbolic link at the end, no waiting for the other end of a fifo. */
export const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Reads at most `max` bytes in libuv's threads. */
export async function readCapped(path: string, max: number): Promise<Capped> {
  const fd = await openFd(path, openFlags);
  try {
    return await readAll(fd, max);
  } finally {
    await closeFd(fd);
  }
}

export async function readAll(fd: number, max: number): Promise<Capped> {
  const chunks: Buffer[] = [];
  let size = 0;
  while (size <= max) {
    const buffer = Buffer.allocUnsafe(Math.min(65_536, max + 1 - size));
    const { bytesRead } = await readFd(fd, buffer, 0, buffer.length, null);
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
  const bytes = Buffer.concat(chunks);
  return size > max
    ? { bytes: bytes.subarray(0, max), truncated: true }
    : { bytes, truncated: false };
}

const stuck = new Set<string>();
let inside = 0;

/** How much of what `within` began is not over: each may hold a thread that cannot be stopped. */
export const workInside = (): number => inside;

/**
 * Gives `work` so much time. A read that hangs (/proc/PID/cmdline waits for the lock of an address
 * space that somebody else may hold for ever) keeps a thread, so the same `what` is not begun again
 * before it comes back.
 */
export async function within<T>(ms: number, what: string, work: () => Promise<T>): Promise<T> {
  if (stuck.has(what)) throw new TooSlow(what);
  inside++;
  const done = work().finally(() => inside--);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      stuck.add(what);
      const free = () => stuck.delete(what);
      done.then(free, free);
      reject(new TooSlow(what));
    }, ms);
  });
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Like Promise.all over a map, but no more than `limit` at once. */
export async function mapLimit<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
