import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ignoring } from './command';

/** Every cgroup, directory and user that engine tests make bears a name that starts so. */
export const namePrefix = 'ci-test-';

const pattern = /^ci-test-([0-9a-z]+)-([0-9a-z]+)-[0-9a-f]+$/;

/** Start time of a process in clock ticks since boot, field 22 of proc_pid_stat(5). */
function startTime(pid: number): string | undefined {
  const stat = ignoring(['ENOENT', 'ESRCH'], () => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** What all names made by this process begin with. */
export function ownPrefix(): string {
  const start = Number(startTime(process.pid));
  return `${namePrefix}${process.pid.toString(36)}-${start.toString(36)}-`;
}

/** A fresh name: it tells who made it, so that the leftovers of a crashed run can be recognised. */
export function makeName(): string {
  return ownPrefix() + randomBytes(3).toString('hex');
}

/** Whether the name is one of ours and the process that made it has ended. */
export function isOrphan(name: string): boolean {
  const match = pattern.exec(name);
  if (match === null) {
    return false;
  }
  const [pid, start] = match.slice(1).map((part) => parseInt(part, 36));
  return pid !== undefined && startTime(pid) !== String(start);
}
