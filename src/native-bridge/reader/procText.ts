import { closeSync, constants, openSync, readSync } from 'node:fs';

const buffer = Buffer.allocUnsafe(65_536);

/**
 * Reads a small kernel file at once, at most `max` bytes. Not `readFileSync`: files of procfs claim
 * to be empty, and that makes it read twice. Throws what openSync and readSync throw.
 */
export function readKernelFile(path: string, max: number): Buffer {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    while (size < max) {
      const n = readSync(fd, buffer, 0, Math.min(buffer.length, max - size), null);
      if (n === 0) break;
      chunks.push(Buffer.from(buffer.subarray(0, n)));
      size += n;
    }
    return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  } finally {
    closeSync(fd);
  }
}

export const errnoOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The process or file is not there any more. */
export const isVanished = (error: unknown): boolean =>
  ['ENOENT', 'ESRCH', 'ENODEV'].includes(errnoOf(error));

export const isDenied = (error: unknown): boolean => ['EACCES', 'EPERM'].includes(errnoOf(error));
