import { readlinkSync } from 'node:fs';
import { errnoOf } from '../../reader/procText';
import { openFd } from '../cappedRead';

/**
 * Opens a path as a process sees it, so that no link in it leads out of the process's root; rejects
 * with a system call's error. Undefined: this cannot be done here.
 */
export type OpenInRoot = (
  pid: number,
  start: number,
  path: string,
  flags: number,
) => Promise<number | undefined>;

/**
 * Without the library there is no openat2(2). What sees the same files as we do can be opened as
 * ours; into any other root nothing is opened at all.
 */
export const openInSameRoot: OpenInRoot = async (pid, _start, path, flags) =>
  sharesOurRoot(pid) ? openFd(path, flags) : undefined;

function sharesOurRoot(pid: number): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/ns/mnt`) === readlinkSync('/proc/self/ns/mnt') &&
      readlinkSync(`/proc/${pid}/root`) === readlinkSync('/proc/self/root')
    );
  } catch (error) {
    if (errnoOf(error) !== '') return false;
    throw error;
  }
}
