import type { AgentParams, AgentResult, ProcessDetails } from '../../protocol/agent';
import { mapLimit, readCapped, within } from './cappedRead';
import { gapOf } from './gaps';
import { startOf } from './processIdentity';

const maxCmdline = 4096;
const maxWords = 1024;
const atOnce = 8;
const timeoutMs = 1000;

/** What the snapshot leaves out because it is large and changes when it likes: command lines. */
export async function readDetails({
  processes,
}: AgentParams<'process/details'>): Promise<AgentResult<'process/details'>> {
  return { processes: await mapLimit(processes, atOnce, readOne) };
}

async function readOne({ pid, start }: { pid: number; start: number }): Promise<ProcessDetails> {
  const path = `/proc/${pid}/cmdline`;
  try {
    const { bytes } = await within(timeoutMs, path, () => readCapped(path, maxCmdline));
    // A process that is there afterwards under this start time was there all the while.
    if (startOf(pid) !== start) return { pid, start, cmdline: [], gap: { kind: 'vanished' } };
    return { pid, start, cmdline: splitWords(bytes) };
  } catch (error) {
    return { pid, start, cmdline: [], gap: gapOf(error, path, 'CAP_SYS_PTRACE') };
  }
}

/** argv is NUL-terminated words; a process that wrote over it may leave anything. */
export function splitWords(bytes: Buffer): string[] {
  const words = bytes.toString('utf8').split('\0', maxWords);
  while (words.at(-1) === '') words.pop();
  return words;
}
