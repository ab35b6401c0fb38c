import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const parentName = 'container-internals-demo';

/** Memory in bytes and tasks that the limited demo container may use. */
const limits = { memory: 64 << 20, pids: 32 };

/** Makes the cgroups of the demo, all under one parent, and writes each down in the state file first to last. */
export class DemoCgroups {
  #state;
  #parents = new Map();
  #hierarchies = hierarchies();

  constructor(state) {
    this.#state = state;
  }

  /**
   * The cgroup2 directory for a demo container.
   * @returns undefined where the host has no cgroup2, or this user may not make cgroups in it
   */
  plain(name) {
    return this.#hierarchies.unified && this.#make(this.#hierarchies.unified, name);
  }

  /**
   * The directories that limit a demo container, and the limit in words.
   * cgroup2's memory controller where a new cgroup has it, else its pids controller, else that of cgroup v1. The
   * memory hierarchy of cgroup v1 is left alone: a host that still uses it has its own arrangement there.
   */
  limited(name) {
    const { unified, pids } = this.#hierarchies;
    const plain = this.plain(name);
    for (const [controller, file, unit] of plain
      ? [
          ['memory', 'memory.max', `${limits.memory >> 20} MiB of memory`],
          ['pids', 'pids.max', `${limits.pids} tasks`],
        ]
      : []) {
      const parent = this.#parents.get(unified);
      if (!words(join(parent, 'cgroup.controllers')).includes(controller)) continue;
      writeFileSync(join(parent, 'cgroup.subtree_control'), `+${controller}`);
      writeFileSync(join(plain, file), String(limits[controller]));
      return { directories: [plain], limit: unit };
    }
    const v1 = pids && this.#make(pids, name);
    if (!v1) return undefined;
    writeFileSync(join(v1, 'pids.max'), String(limits.pids));
    return { directories: plain ? [plain, v1] : [v1], limit: `${limits.pids} tasks` };
  }

  #make(hierarchy, name) {
    if (!this.#parents.has(hierarchy))
      this.#parents.set(hierarchy, this.#directory(hierarchy, parentName));
    const parent = this.#parents.get(hierarchy);
    return parent && this.#directory(parent, name);
  }

  /** An empty cgroup of this name that is already there was left by a demo of another clone, and is taken over. */
  #directory(parent, name) {
    const path = join(parent, name);
    try {
      mkdirSync(path);
    } catch (error) {
      if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS')
        return undefined;
      if (error.code !== 'EEXIST') throw error;
      if (words(join(path, 'cgroup.procs')).length > 0)
        throw new Error(`${path} is in use by another demo`);
    }
    this.#state.addCgroup(path);
    return path;
  }
}

/** Where cgroup2 and the pids hierarchy of cgroup v1 are mounted (proc_pid_mountinfo(5)). */
function hierarchies() {
  const found = {};
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
    const [before, after] = line.split(' - ').map((part) => part.split(' '));
    if (!after) continue;
    const [type, , options] = after;
    const mountPoint = before[4];
    if (type === 'cgroup2') found.unified ??= mountPoint;
    if (type === 'cgroup' && options.split(',').includes('pids')) found.pids ??= mountPoint;
  }
  return found;
}

function words(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').split(/\s+/).filter(Boolean) : [];
}
