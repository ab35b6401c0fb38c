import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bootId, identityOf, isAlive, killGroup, waitFor } from './process.mjs';

/**
 * What one script started and the next must find if this one is killed: processes, cgroups, directories.
 * One file per script, so that two at once do not write over each other.
 */
export class StateFile {
  #file;
  #state;

  /** @param directory where the state files of this clone are */
  constructor(directory, what) {
    mkdirSync(directory, { recursive: true });
    const owner = identityOf(process.pid);
    this.#file = join(directory, `${owner.pid}-${owner.startTime}.json`);
    this.#state = {
      version: 1,
      what,
      boot: bootId(),
      owner,
      processes: [],
      cgroups: [],
      directories: [],
    };
    this.#write();
  }

  /** A process that leads a group of its own. */
  addProcess(pid, what) {
    const identity = identityOf(pid);
    if (identity) this.#add('processes', { ...identity, what });
  }

  /** A cgroup directory, by path and inode: a path alone could by then be somebody else's. */
  addCgroup(path) {
    this.#add('cgroups', { path, ino: statSync(path).ino });
  }

  addDirectory(path) {
    this.#add('directories', { path, ino: statSync(path).ino });
  }

  set address(url) {
    this.#state.address = url;
    this.#write();
  }

  /** Removes the cgroups, children before parents; what was in them has ended. */
  async removeCgroups() {
    for (const cgroup of [...this.#state.cgroups].reverse()) await removeCgroup(cgroup);
  }

  /** All that is written down has ended. */
  remove() {
    rmSync(this.#file, { force: true });
  }

  #add(kind, entry) {
    this.#state[kind].push(entry);
    this.#write();
  }

  #write() {
    // renamed into place: a crash in between leaves the former file, never half of one
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#state, null, 2), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

/** The states of scripts that are still running. */
export function runningStates(directory) {
  return readStates(directory)
    .filter(({ state }) => state.boot === bootId() && isAlive(state.owner))
    .map(({ state }) => state);
}

/**
 * Ends what scripts left that were killed. Touches only what is provably theirs: a process with the same
 * pid and start time since the same boot, a cgroup or directory with the recorded inode.
 * @returns one sentence for each thing that was ended
 */
export async function cleanLeftovers(directory) {
  const done = [];
  for (const { file, state } of readStates(directory)) {
    const sameBoot = state.boot === bootId();
    if (sameBoot && isAlive(state.owner)) continue;
    if (sameBoot) {
      for (const process of state.processes) {
        if (await endProcess(process)) done.push(`ended ${process.what} (pid ${process.pid})`);
      }
      // children were recorded after their parents
      for (const cgroup of [...state.cgroups].reverse()) {
        if (await removeCgroup(cgroup)) done.push(`removed the cgroup ${cgroup.path}`);
      }
    }
    for (const directory of state.directories) {
      if (!hasInode(directory)) continue;
      rmSync(directory.path, { recursive: true, force: true });
      done.push(`removed ${directory.path}`);
    }
    rmSync(file, { force: true });
  }
  return done;
}

/** Removes a cgroup that we made, with the processes still in it; false where it is gone or not the same one. */
export async function removeCgroup({ path, ino }) {
  if (!hasInode({ path, ino })) return false;
  // somebody else made a cgroup in it and still needs it
  if (readdirSync(path, { withFileTypes: true }).some((entry) => entry.isDirectory())) return false;
  const killed = () => {
    for (const pid of readFileSync(join(path, 'cgroup.procs'), 'utf8')
      .split('\n')
      .filter(Boolean)) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
    }
  };
  return waitFor(() => {
    try {
      killed();
      rmdirSync(path);
      return true;
    } catch (error) {
      if (error.code === 'ENOENT') return true;
      // rmdir of a cgroup fails with EBUSY until the kernel has reaped the last process in it
      if (error.code === 'EBUSY') return false;
      throw error;
    }
  }, 5000);
}

async function endProcess(process) {
  if (!isAlive(process)) return false;
  killGroup(process.pid, 'SIGTERM');
  if (!(await waitFor(() => !isAlive(process), 3000))) killGroup(process.pid, 'SIGKILL');
  return true;
}

function hasInode({ path, ino }) {
  try {
    return statSync(path).ino === ino;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function readStates(directory) {
  let names;
  try {
    names = readdirSync(directory);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  const states = [];
  for (const name of names.filter((n) => n.endsWith('.json'))) {
    const file = join(directory, name);
    try {
      const state = JSON.parse(readFileSync(file, 'utf8'));
      if (state.version === 1) states.push({ file, state });
    } catch (error) {
      // another script may just have removed its own; a damaged one names nothing that could be ended
      if (error.code !== 'ENOENT' && !(error instanceof SyntaxError)) throw error;
    }
  }
  return states;
}
