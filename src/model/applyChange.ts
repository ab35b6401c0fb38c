import type { Pid } from './ids';
import type { CgroupHierarchy, Change, Process, Snapshot } from './snapshot';

/**
 * The snapshot after a change. A full change (`base` 0) needs no snapshot before it. Undefined:
 * the change builds on another revision than `before`, so one was lost and only a full read helps.
 * Maps that nothing happened to are shared with `before`.
 */
export function applyChange(
  before: Snapshot | undefined,
  change: Change,
  hierarchies: readonly CgroupHierarchy[],
): Snapshot | undefined {
  const from = change.base === 0 ? nothing : before?.revision === change.base ? before : undefined;
  if (!from) return undefined;
  return {
    revision: change.revision,
    bootTime: change.bootTime,
    hierarchies,
    processes: nextProcesses(from.processes, change),
    namespaces: next(from.namespaces, change.namespaces, change.goneNamespaces),
    cgroups: next(from.cgroups, change.cgroups, change.goneCgroups),
  };
}

const nothing: Pick<Snapshot, 'processes' | 'namespaces' | 'cgroups'> = {
  processes: new Map(),
  namespaces: new Map(),
  cgroups: new Map(),
};

function nextProcesses(before: ReadonlyMap<Pid, Process>, change: Change): typeof before {
  if (change.processes.length + change.goneProcesses.length === 0) return before;
  const after = new Map(before);
  for (const { pid, start } of change.goneProcesses) {
    // The pid may be in use again, by a process that is not gone.
    if (after.get(pid)?.start === start) after.delete(pid);
  }
  for (const p of change.processes) after.set(p.pid, p);
  return after;
}

function next<K, V extends { readonly key: K }>(
  before: ReadonlyMap<K, V>,
  changed: readonly V[],
  gone: readonly K[],
): ReadonlyMap<K, V> {
  if (changed.length + gone.length === 0) return before;
  const after = new Map(before);
  for (const key of gone) after.delete(key);
  for (const value of changed) after.set(value.key, value);
  return after;
}
