import type { Pid } from '../ids';
import { lazy } from '../lazy';
import type { Process, Snapshot } from '../snapshot';
import { addTo } from './lists';

/** Oldest first; pids only decide between processes of the same clock tick. */
export const byAge = (a: Process, b: Process): number => a.start - b.start || a.pid - b.pid;

/** Children by pid of the parent, oldest first. */
export function processIndex(snapshot: Snapshot): (pid: Pid) => readonly Process[] {
  const children = lazy(() => {
    const byParent = new Map<Pid, Process[]>();
    for (const p of snapshot.processes.values()) addTo(byParent, p.ppid, p);
    for (const list of byParent.values()) list.sort(byAge);
    return byParent;
  });
  return (pid) => children().get(pid) ?? [];
}
