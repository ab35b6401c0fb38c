import { errnoOf, readKernelFile } from '../reader/procText';

/** Start time of a process in clock ticks, field 22 of proc_pid_stat(5); undefined: it is gone. */
export function startOf(pid: number): number | undefined {
  try {
    const text = readKernelFile(`/proc/${pid}/stat`, 4096).toString('latin1');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19]);
  } catch (error) {
    if (errnoOf(error) !== '') return undefined;
    throw error;
  }
}
