import { readdirSync, readlinkSync } from 'node:fs';
import { readProcess } from '../../reader/processFacts';
import { errnoOf, readKernelFile } from '../../reader/procText';
import { Slices } from '../../reader/slices';

export interface NamedProcess {
  readonly pid: number;
  readonly start: number;
  readonly comm: string;
  /** Effective uid. */
  readonly uid: number;
}

/** A name is cheaply taken: more of one name are not looked at. */
const maxPerName = 1024;

/** The processes with one of these comms. Anybody may take a name, so it proves nothing. */
export async function findByComm(comms: ReadonlySet<string>): Promise<readonly NamedProcess[]> {
  const found: NamedProcess[] = [];
  const counts = new Map<string, number>();
  const slices = new Slices();
  for (const name of readdirSync('/proc')) {
    if (!/^[1-9]\d{0,6}$/.test(name)) continue;
    if (slices.usedUp) await slices.pause();
    const comm = readComm(name);
    if (comm === undefined || !comms.has(comm)) continue;
    const count = (counts.get(comm) ?? 0) + 1;
    counts.set(comm, count);
    const process = count > maxPerName ? undefined : readProcess(Number(name))?.process;
    if (!process || process.kernelThread) continue;
    found.push({ pid: process.pid, start: process.start, comm, uid: process.uid[1] });
  }
  return found;
}

function readComm(pid: string): string | undefined {
  try {
    return readKernelFile(`/proc/${pid}/comm`, 64).toString('utf8').trimEnd();
  } catch (error) {
    if (errnoOf(error) !== '') return undefined;
    throw error;
  }
}

const maxSockets = 16;
const maxTable = 4 * 1024 * 1024;
/** A line with flag __SO_ACCEPTCON, type SOCK_STREAM and a path; proc_pid_net(5). */
const listeningLine = /^\S+: \S+ \S+ 00010000 0001 \S+ +(\d+) (\/.*)$/;

/** Paths of the stream sockets a process listens on, in its own root; what we may not see is none. */
export function listeningSockets({ pid }: NamedProcess): readonly string[] {
  try {
    const own = new Set<string>();
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      const inode = socketInode(`/proc/${pid}/fd/${fd}`);
      if (inode !== undefined) own.add(inode);
    }
    const table = readKernelFile(`/proc/${pid}/net/unix`, maxTable).toString('utf8');
    return parseUnixTable(table, own);
  } catch (error) {
    if (errnoOf(error) !== '') return [];
    throw error;
  }
}

function socketInode(link: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1];
  } catch (error) {
    if (errnoOf(error) !== '') return undefined; // closed meanwhile
    throw error;
  }
}

export function parseUnixTable(table: string, inodes: ReadonlySet<string>): readonly string[] {
  const paths = new Set<string>();
  for (const line of table.split('\n')) {
    const [, inode, path] = listeningLine.exec(line) ?? [];
    if (inode === undefined || path === undefined || !inodes.has(inode)) continue;
    if (paths.size < maxSockets) paths.add(path);
  }
  return [...paths];
}
