import { readlinkSync } from 'node:fs';
import {
  namespaceKey,
  namespaceTypes,
  pid,
  processKey,
  type NamespaceKey,
  type NamespaceType,
} from '../../model/ids';
import { parseNamespaceLink } from '../../model/procfs/namespaceLink';
import { parseStat, type Stat } from '../../model/procfs/stat';
import { parseStatus, type Status } from '../../model/procfs/status';
import type { CapabilitySets, Ids, Process } from '../../model/snapshot';
import { errnoOf, isDenied, isVanished, readKernelFile } from './procText';

/** What a frame says of one process, with a text that differs when anything of it does. */
export interface ProcessFacts {
  readonly process: Process;
  readonly signature: string;
}

const maxText = 262_144;

/** Reads one process from procfs; undefined: it is gone. proc_pid_stat(5), proc_pid_status(5). */
export function readProcess(number: number): ProcessFacts | undefined {
  const dir = `/proc/${number}`;
  const stat = attempt(() => parseStat(readKernelFile(`${dir}/stat`, maxText).toString('latin1')));
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
    comm: commOf(stat),
    state: stat.state,
    ...statusFacts(status),
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

/** The first 15 bytes, as the kernel keeps them; procfs writes more for some kernel threads. */
function commOf({ comm, kernelThread }: Stat): string {
  const cut = Buffer.from(comm, 'latin1').subarray(0, 15).toString('utf8');
  // `kworker/0:1-events`: procfs appends the work queue served last, which is no name.
  return kernelThread && cut.startsWith('kworker/') ? cut.replace(/(:[^-+]*).*/s, '$1') : cut;
}

type StatusFacts = Pick<
  Process,
  'uid' | 'gid' | 'capabilities' | 'nspid' | 'seccomp' | 'seccompFilters' | 'noNewPrivs' | 'threads'
>;

const noIds: Ids = [0, 0, 0, 0];
const noCapabilities: CapabilitySets = {
  inheritable: 0n,
  permitted: 0n,
  effective: 0n,
  bounding: 0n,
  ambient: 0n,
};

/** A frame has no room for "unknown" here; the flag of the whole status says it. */
const statusFacts = (status: Status | undefined): StatusFacts => ({
  uid: status?.uid ?? noIds,
  gid: status?.gid ?? noIds,
  capabilities: status?.capabilities ?? noCapabilities,
  nspid: status?.nspid ?? [],
  seccomp: status?.seccomp ?? 'disabled',
  seccompFilters: status?.seccompFilters,
  noNewPrivs: status?.noNewPrivs ?? false,
  threads: status?.threads ?? 0,
});

function readNamespaces(dir: string): {
  readonly namespaces: Process['namespaces'];
  readonly denied: boolean;
} {
  const namespaces: Partial<Record<NamespaceType, NamespaceKey>> = {};
  for (const type of namespaceTypes) {
    try {
      const link = parseNamespaceLink(readlinkSync(`${dir}/ns/${type}`));
      if (link?.type === type) namespaces[type] = namespaceKey(type, link.inode);
    } catch (error) {
      if (isDenied(error)) return { namespaces: {}, denied: true };
      // A type this kernel does not have, or a zombie that left its namespaces.
      if (!isVanished(error)) throw error;
    }
  }
  return { namespaces, denied: false };
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
