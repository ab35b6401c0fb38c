import { readdirSync, statSync } from 'node:fs';
import { cgroupKey, type CgroupKey } from '../../model/ids';
import type { Cgroup } from '../../model/snapshot';
import type { Hierarchy } from './hierarchies';
import { errnoOf, isDenied, isVanished, readKernelFile } from './procText';
import type { Slices } from './slices';

const maxMembersText = 16 * 1024 * 1024;

/** Every cgroup directory of the hierarchies; what goes away meanwhile is left out. */
export async function walkCgroups(
  hierarchies: readonly Hierarchy[],
  slices: Slices,
): Promise<Map<CgroupKey, Cgroup>> {
  const found = new Map<CgroupKey, Cgroup>();
  for (const [number, { mountPoint }] of hierarchies.entries()) {
    const todo: { path: string; parent: CgroupKey | undefined }[] = [
      { path: '/', parent: undefined },
    ];
    for (let at = todo.pop(); at; at = todo.pop()) {
      const dir = at.path === '/' ? mountPoint : mountPoint + at.path;
      const inode = inodeOf(dir);
      if (inode === undefined) continue;
      const key = cgroupKey(number, inode);
      found.set(key, {
        key,
        hierarchy: number,
        inode,
        path: at.path,
        parent: at.parent,
        processes: countMembers(dir),
      });
      const prefix = at.path === '/' ? '/' : `${at.path}/`;
      for (const name of childrenOf(dir)) todo.push({ path: prefix + name, parent: key });
      if (slices.usedUp) await slices.pause();
    }
  }
  return found;
}

function inodeOf(dir: string): number | undefined {
  try {
    return statSync(dir).ino;
  } catch (error) {
    if (isVanished(error) || isDenied(error)) return undefined;
    throw error;
  }
}

function childrenOf(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    if (isVanished(error) || isDenied(error)) return [];
    throw error;
  }
}

/** Undefined: not to be had, as in a threaded cgroup (EOPNOTSUPP), cgroups(7). */
function countMembers(dir: string): number | undefined {
  try {
    const text = readKernelFile(`${dir}/cgroup.procs`, maxMembersText);
    let lines = 0;
    for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) lines++;
    return lines;
  } catch (error) {
    if (errnoOf(error) !== '') return undefined;
    throw error;
  }
}
