/** What we use of /proc/PID/stat; proc_pid_stat(5). */
export interface Stat {
  readonly pid: number;
  /** Field 2, exactly as the process set it: it may hold spaces, parentheses and newlines. */
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  readonly threads: number;
  /** Field 22, clock ticks after boot. */
  readonly start: number;
  /** PF_KTHREAD of field 9 (include/linux/sched.h). */
  readonly kernelThread: boolean;
}

const PF_KTHREAD = 0x00200000;

/** Undefined: the text is cut or is no stat line. */
export function parseStat(text: string): Stat | undefined {
  // Only the last `)` is the kernel's: comm may contain some of its own.
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 1 || close < open) return undefined;
  // Field 3 is rest[0]: the index is the number of the field less three.
  const rest = text
    .slice(close + 1)
    .trim()
    .split(' ');
  const field = (number: number): number => parseNumber(rest[number - 3]);
  const pid = parseNumber(text.slice(0, open).trim());
  const [ppid, flags, threads, start] = [field(4), field(9), field(20), field(22)];
  const state = rest[0] ?? '';
  if (
    ![pid, ppid, flags, threads, start].every(Number.isSafeInteger) ||
    !/^[A-Za-z]$/.test(state)
  ) {
    return undefined;
  }
  return {
    pid,
    comm: text.slice(open + 1, close),
    state,
    ppid,
    threads,
    start,
    kernelThread: (flags & PF_KTHREAD) !== 0,
  };
}

const parseNumber = (text: string | undefined): number =>
  text !== undefined && /^\d{1,20}$/.test(text) ? Number(text) : NaN;
