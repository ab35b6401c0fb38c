import { readdirSync } from 'node:fs';
import { uptime } from 'node:os';
import { namespaceTypes, type CgroupKey, type NamespaceKey } from '../../model/ids';
import type { Cgroup, Change, Namespace } from '../../model/snapshot';
import { encodeFrame } from '../../protocol/frame/encode';
import { walkCgroups } from './cgroupWalk';
import type { Hierarchy } from './hierarchies';
import { readProcess, type ProcessFacts } from './processFacts';
import type { Reader } from './reader';
import { Slices } from './slices';

interface Table {
  readonly processes: Map<number, ProcessFacts>;
  readonly namespaces: ReadonlyMap<NamespaceKey, Namespace>;
  readonly cgroups: ReadonlyMap<CgroupKey, Cgroup>;
}

const emptyTable = (): Table => ({
  processes: new Map<number, ProcessFacts>(),
  namespaces: new Map<NamespaceKey, Namespace>(),
  cgroups: new Map<CgroupKey, Cgroup>(),
});

/**
 * The reader for where the library cannot be loaded: the same facts from procfs and cgroupfs with
 * nothing but Node. It knows no owners, parents, ids and hidden namespaces, which take ioctls, has
 * no events, and each tick costs as much as a full read.
 */
export class NodeReader implements Reader {
  readonly kind = 'node';
  readonly events = undefined;
  #table = emptyTable();
  #revision = 0;

  constructor(private readonly hierarchies: readonly Hierarchy[]) {}

  async full(): Promise<Uint8Array> {
    const table = await this.#read();
    this.#table = table;
    return encodeFrame({ ...changes(emptyTable(), table), revision: ++this.#revision, base: 0 });
  }

  async tick(): Promise<Uint8Array | undefined> {
    return this.#delta(await this.#read());
  }

  touch(pids: readonly number[]): Promise<Uint8Array | undefined> {
    const processes = new Map(this.#table.processes);
    for (const pid of pids) {
      const facts = readProcess(pid);
      if (facts) processes.set(pid, facts);
      else processes.delete(pid);
    }
    const namespaces = namespacesOf(processes);
    return Promise.resolve(this.#delta({ ...this.#table, processes, namespaces }));
  }

  dispose(): void {
    this.#table = emptyTable();
  }

  async #read(): Promise<Table> {
    const slices = new Slices();
    const processes = new Map<number, ProcessFacts>();
    for (const name of readdirSync('/proc')) {
      if (!/^[1-9]\d{0,6}$/.test(name)) continue;
      const facts = readProcess(Number(name));
      if (facts) processes.set(Number(name), facts);
      if (slices.usedUp) await slices.pause();
    }
    const cgroups = await walkCgroups(this.hierarchies, slices);
    return { processes, namespaces: namespacesOf(processes), cgroups };
  }

  #delta(table: Table): Uint8Array | undefined {
    const change = changes(this.#table, table);
    this.#table = table;
    const size =
      change.processes.length +
      change.goneProcesses.length +
      change.namespaces.length +
      change.goneNamespaces.length +
      change.cgroups.length +
      change.goneCgroups.length;
    if (size === 0) return undefined;
    const base = this.#revision++;
    return encodeFrame({ ...change, base, revision: this.#revision });
  }
}

/** Namespaces with a process in them. */
function namespacesOf(processes: ReadonlyMap<number, ProcessFacts>): Map<NamespaceKey, Namespace> {
  const found = new Map<NamespaceKey, Namespace>();
  for (const { process } of processes.values()) {
    for (const type of namespaceTypes) {
      const key = process.namespaces[type];
      if (key === undefined || found.has(key)) continue;
      found.set(key, {
        key,
        type,
        inode: Number(key.slice(type.length + 1)),
        id: undefined,
        owner: undefined,
        parent: undefined,
        ownerUid: undefined,
        openDenied: false,
        ownerDenied: false,
        parentDenied: false,
        hidden: false,
      });
    }
  }
  return found;
}

function changes(before: Table, after: Table): Omit<Change, 'revision' | 'base'> {
  const processes = [...after.processes].filter(
    ([pid, { signature }]) => before.processes.get(pid)?.signature !== signature,
  );
  const goneProcesses = [...before.processes.values()].filter(
    ({ process }) => after.processes.get(process.pid)?.process.start !== process.start,
  );
  const sameCgroup = (a: Cgroup, b: Cgroup | undefined): boolean =>
    a.path === b?.path && a.processes === b.processes && a.parent === b.parent;
  return {
    bootTime: uptime() * 1000,
    processes: processes.map(([, { process }]) => process),
    goneProcesses: goneProcesses.map(({ process: { pid, start } }) => ({ pid, start })),
    namespaces: [...after.namespaces.values()].filter(({ key }) => !before.namespaces.has(key)),
    goneNamespaces: [...before.namespaces.keys()].filter((key) => !after.namespaces.has(key)),
    cgroups: [...after.cgroups.values()].filter((c) => !sameCgroup(c, before.cgroups.get(c.key))),
    goneCgroups: [...before.cgroups.keys()].filter((key) => !after.cgroups.has(key)),
  };
}
