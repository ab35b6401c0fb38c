import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import type { Hierarchy } from '../reader/hierarchies';
import { readKernelFile } from '../reader/procText';
import { failure } from './failures';

/** Files of the kernel's controllers. Nothing else is in cgroupfs, but another mount may cover it. */
const fileName =
  /^(memory|cpu|cpuacct|cpuset|pids|io|blkio|hugetlb|cgroup|freezer|notify_on_release|tasks|rdma|misc|devices|net_)[a-z0-9_.]*$/;

export const isCgroupFile = (name: string): boolean => name.length <= 128 && fileName.test(name);

/** Throws the failure to answer with. */
export function checkCgroupPath(path: string): void {
  const parts = path === '/' ? [] : path.split('/').slice(1);
  const isBad = (part: string) => part === '' || part === '.' || part === '..';
  if (!path.startsWith('/') || path.includes('\0') || parts.some(isBad)) {
    throw failure('InvalidParams', 'not the path of a cgroup');
  }
}

/** A cgroup directory, held open so that what is read is in it and nowhere else. */
export class CgroupDir {
  readonly #fd: number;

  /** Throws the failure to answer with, or what opening threw. */
  constructor(hierarchies: readonly Hierarchy[], ref: { hierarchy: number; path: string }) {
    const hierarchy = hierarchies[ref.hierarchy];
    if (!hierarchy) throw failure('InvalidParams', 'no such hierarchy');
    checkCgroupPath(ref.path);
    const { mountPoint } = hierarchy;
    const path = ref.path === '/' ? mountPoint : mountPoint + ref.path;
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      // The kernel's name of what was opened: another one if a link or a mount led away.
      const isThere =
        readlinkSync(`/proc/self/fd/${this.#fd}`) === path &&
        fstatSync(this.#fd).dev === statSync(mountPoint).dev;
      if (!isThere) throw failure('Vanished', 'not the cgroup that was asked for');
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  /** Names of kernel files in it, sorted. */
  list(): string[] {
    return readdirSync(`/proc/self/fd/${this.#fd}`).filter(isCgroupFile).sort();
  }

  read(name: string, max: number): Buffer {
    if (!isCgroupFile(name)) throw failure('InvalidParams', 'not a file of a cgroup');
    return readKernelFile(`/proc/self/fd/${this.#fd}/${name}`, max);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
