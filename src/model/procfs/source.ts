import type { NamespaceType } from '../ids';
import type { Gap } from '../outcome';

export type ProcFile = 'stat' | 'status' | 'cgroup' | 'uid_map' | 'gid_map' | 'mountinfo';

/**
 * The door to /proc, live or recorded. What cannot be read is a gap, never an exception: `vanished`
 * for ENOENT and ESRCH, `denied` for EACCES and EPERM.
 */
export interface ProcSource {
  pids(): Promise<readonly number[]>;
  readText(pid: number, file: ProcFile): Promise<string | Gap>;
  /** The target of /proc/PID/ns/TYPE. */
  readLink(pid: number, type: NamespaceType): Promise<string | Gap>;
}
