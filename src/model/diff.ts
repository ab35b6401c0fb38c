import type { Change, Snapshot } from './snapshot';

/**
 * The change that leads from `a` to `b`: applied to `a` it gives `b`. Hierarchies are not part of
 * a change; they do not vary while an agent lives.
 */
export function diff(a: Snapshot, b: Snapshot): Change {
  const goneProcesses = [];
  for (const p of a.processes.values()) {
    if (b.processes.get(p.pid)?.start !== p.start)
      goneProcesses.push({ pid: p.pid, start: p.start });
  }
  return {
    revision: b.revision,
    base: a.revision,
    bootTime: b.bootTime,
    processes: changed(a.processes, b.processes),
    goneProcesses,
    namespaces: changed(a.namespaces, b.namespaces),
    goneNamespaces: gone(a.namespaces, b.namespaces),
    cgroups: changed(a.cgroups, b.cgroups),
    goneCgroups: gone(a.cgroups, b.cgroups),
  };
}

function changed<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): V[] {
  if (a === b) return [];
  const result: V[] = [];
  for (const [key, value] of b) {
    if (!sameData(a.get(key), value)) result.push(value);
  }
  return result;
}

function gone<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): K[] {
  return a === b ? [] : [...a.keys()].filter((key) => !b.has(key));
}

/** Equality of plain data: primitives (bigint included), arrays and objects of them. */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      sameData((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}
