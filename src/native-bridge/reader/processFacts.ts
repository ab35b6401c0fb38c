import { readlinkSync } from 'node:fs';
import {
  namespaceKey,
  namespaceTypes,
  pid,
  processKey,
  type NamespaceKey,
  type NamespaceType,
} from '../../model/ids';
import type { Ids, Process } from '../../model/snapshot';
import { errnoOf, isDenied, isVanished, readKernelFile } from './procText';

/** What a frame says of one process, with a text that differs when anything of it does. */
export interface ProcessFacts {
  readonly process: Process;
  readonly signature: string;
}

const maxText = 262_144;
/** Task flag PF_KTHREAD in field 9 of stat; proc_pid_stat(5). */
const kernelThreadFlag = 0x0020_0000;

/** Reads one process from procfs; undefined: it is gone. proc_pid_stat(5), proc_pid_status(5). */
export function readProcess(number: number): ProcessFacts | undefined {
  const dir = `/proc/${number}`;
  const stat = attempt(() => parseStat(readKernelFile(`${dir}/stat`, maxText)));
  if (stat === 'vanished' || stat === 'denied' || stat === undefined) return undefined;
  const statusText = attempt(() => readKernelFile(`${dir}/status`, maxText).toString('latin1'));
  if (statusText === 'vanished') return undefined;
  const status = statusText === 'denied' ? undefined : parseStatus(statusText);
  const links = readNamespaces(dir);
  // Last: the links of a process that has just been reaped answer EACCES, this file ESRCH.
  const cgroup = attempt(() => readKernelFile(`${dir}/cgroup`, maxText).toString('utf8'));
  if (cgroup === 'vanished') return undefined;

  const process: Process = {
    key: processKey(number, stat.start),
    pid: pid(number),
    ppid: pid(stat.ppid),
    start: stat.start,
    comm: stat.comm,
    state: stat.state,
    ...(status ?? unknownStatus),
    namespaces: links.namespaces,
    kernelThread: stat.kernelThread,
    cgroupText: cgroup === 'denied' ? undefined : cgroup,
    gaps: {
      namespaces: links.denied,
      status: status === undefined,
      cgroup: cgroup === 'denied',
    },
  };
  return { process, signature: signatureOf(process) };
}

function attempt<T>(read: () => T): T | 'vanished' | 'denied' {
  try {
    return read();
  } catch (error) {
    if (isVanished(error)) return 'vanished';
    // Anything else that a kernel file may answer leaves the fact unknown, as lack of rights does.
    if (errnoOf(error) !== '') return 'denied';
    throw error;
  }
}

interface Stat {
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  readonly start: number;
  readonly kernelThread: boolean;
}

/** comm may hold spaces and brackets, so the fields are counted from the last bracket. */
function parseStat(bytes: Buffer): Stat | undefined {
  const open = bytes.indexOf('(');
  const close = bytes.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = bytes.toString('latin1', close + 2).split(' ');
  const [state, ppid] = fields;
  const start = Number(fields[19]);
  if (state === undefined || !Number.isSafeInteger(start)) return undefined;
  const kernelThread = (Number(fields[6]) & kernelThreadFlag) !== 0;
  const comm = bytes.toString('utf8', open + 1, Math.min(close, open + 16));
  return {
    comm: kernelThread ? withoutWorkQueue(comm) : comm,
    state,
    ppid: Number(ppid),
    start,
    kernelThread,
  };
}

/** `kworker/0:1-events`: procfs appends the work queue served last, which is no name. */
const withoutWorkQueue = (comm: string): string =>
  comm.startsWith('kworker/') ? comm.replace(/(:[^-+]*).*/s, '$1') : comm;

type StatusFacts = Pick<
  Process,
  'uid' | 'gid' | 'capabilities' | 'nspid' | 'seccomp' | 'seccompFilters' | 'noNewPrivs' | 'threads'
>;

const noIds: Ids = [0, 0, 0, 0];
const unknownStatus: StatusFacts = {
  uid: noIds,
  gid: noIds,
  capabilities: { inheritable: 0n, permitted: 0n, effective: 0n, bounding: 0n, ambient: 0n },
  nspid: [],
  seccomp: 'disabled',
  seccompFilters: undefined,
  noNewPrivs: false,
  threads: 0,
};

function parseStatus(text: string): StatusFacts {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const numbers = (name: string): number[] =>
    (fields.get(name)?.split(/\s+/) ?? []).map(Number).filter(Number.isSafeInteger);
  const ids = (name: string): Ids => {
    const [real = 0, effective = 0, saved = 0, filesystem = 0] = numbers(name);
    return [real, effective, saved, filesystem];
  };
  const set = (name: string): bigint => {
    const hex = fields.get(name) ?? '';
    return /^[0-9a-f]{1,16}$/.test(hex) ? BigInt(`0x${hex}`) : 0n;
  };
  const seccomp = numbers('Seccomp')[0] ?? 0;
  return {
    uid: ids('Uid'),
    gid: ids('Gid'),
    capabilities: {
      inheritable: set('CapInh'),
      permitted: set('CapPrm'),
      effective: set('CapEff'),
      bounding: set('CapBnd'),
      ambient: set('CapAmb'),
    },
    nspid: numbers('NSpid'),
    seccomp: seccomp === 0 ? 'disabled' : seccomp === 1 ? 'strict' : 'filter',
    seccompFilters: numbers('Seccomp_filters')[0],
    noNewPrivs: numbers('NoNewPrivs')[0] === 1,
    threads: numbers('Threads')[0] ?? 0,
  };
}

function readNamespaces(dir: string): {
  readonly namespaces: Process['namespaces'];
  readonly denied: boolean;
} {
  const namespaces: Partial<Record<NamespaceType, NamespaceKey>> = {};
  for (const type of namespaceTypes) {
    try {
      const inode = namespaceInode(readlinkSync(`${dir}/ns/${type}`));
      if (inode !== undefined) namespaces[type] = namespaceKey(type, inode);
    } catch (error) {
      if (isDenied(error)) return { namespaces: {}, denied: true };
      // A type this kernel does not have, or a zombie that left its namespaces.
      if (!isVanished(error)) throw error;
    }
  }
  return { namespaces, denied: false };
}

/** The number in `mnt:[4026531840]`. */
export function namespaceInode(link: string): number | undefined {
  const match = /^[a-z_]+:\[(\d{1,15})\]$/.exec(link);
  return match ? Number(match[1]) : undefined;
}

/** R, S, D and I come and go by the millisecond: not worth a change, and the library agrees. */
const stateClass = (state: string): string => ('RSDI'.includes(state) ? 'S' : state);

function signatureOf(p: Process): string {
  const { capabilities: c, gaps } = p;
  return [
    p.key,
    p.ppid,
    p.comm,
    stateClass(p.state),
    p.uid.join(),
    p.gid.join(),
    [c.inheritable, c.permitted, c.effective, c.bounding, c.ambient].join(),
    namespaceTypes.map((type) => p.namespaces[type]).join(),
    p.nspid.join(),
    p.seccomp,
    p.seccompFilters,
    p.noNewPrivs,
    p.threads,
    p.cgroupText,
    gaps.namespaces,
    gaps.status,
    gaps.cgroup,
  ].join('\0');
}
