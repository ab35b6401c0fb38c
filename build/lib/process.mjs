import { readFileSync } from 'node:fs';

/**
 * Field 22 of /proc/PID/stat (proc(5)): clock ticks after boot at which the process started.
 * Together with the pid it names one process for the whole uptime of the machine.
 * @returns the start time, or undefined where no such process is visible or it is only a zombie
 */
export function startTimeOf(pid) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH' || error.code === 'EACCES')
      return undefined;
    throw error;
  }
  // comm is in parentheses and may itself contain blanks and parentheses
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return fields[19];
}

/** Whether the process recorded as `{ pid, startTime }` is still the one that has this pid. */
export function isAlive({ pid, startTime }) {
  return startTimeOf(pid) === startTime;
}

/** The identity under which a process is recorded in files. */
export function identityOf(pid) {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

/** Changes with every boot, so that a pid and start time of an earlier boot match nothing. */
export function bootId() {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Sends a signal to a process group; a group that is gone is no error. */
export function killGroup(pgid, signal) {
  try {
    process.kill(-pgid, signal);
    return true;
  } catch (error) {
    if (error.code === 'ESRCH' || error.code === 'EPERM') return false;
    throw error;
  }
}

/** Waits until the condition holds; false after the deadline. */
export async function waitFor(condition, deadlineMs, everyMs = 50) {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() >= end) return false;
    await new Promise((done) => setTimeout(done, everyMs));
  }
  return true;
}
