import {
  namespaceKey,
  namespaceTypes,
  pid as toPid,
  processKey,
  type NamespaceKey,
  type NamespaceType,
} from '../ids';
import type { Gap, Outcome } from '../outcome';
import type { CapabilitySets, Cgroup, Change, Ids, Namespace, Process } from '../snapshot';
import { parseNamespaceLink } from './namespaceLink';
import type { ProcSource } from './source';
import { parseStat } from './stat';
import { parseStatus } from './status';

/** What /proc/PID does not say: cgroup directories, and what nsfs says of namespaces. */
export interface BesidesProc {
  readonly cgroups: readonly Cgroup[];
  readonly namespaces: readonly Namespace[];
  /** CLOCK_BOOTTIME, milliseconds. */
  readonly bootTime: number;
}

const unknownIds: Ids = [0, 0, 0, 0];
const unknownCapabilities: CapabilitySets = {
  inheritable: 0n,
  permitted: 0n,
  effective: 0n,
  bounding: 0n,
  ambient: 0n,
};

/** A full picture (base 0, revision 1) from a source, one process after the other. */
export async function snapshotFromProc(
  source: ProcSource,
  besides: BesidesProc,
): Promise<Outcome<Change>> {
  const gaps: Gap[] = [];
  const processes: Process[] = [];
  const namespaces = new Map(besides.namespaces.map((n) => [n.key, n]));
  for (const pid of await source.pids()) {
    const process = await readProcess(source, pid, gaps);
    if (process === undefined) continue;
    processes.push(process);
    for (const type of namespaceTypes) {
      const key = process.namespaces[type];
      if (key !== undefined && !namespaces.has(key)) namespaces.set(key, bare(type, key));
    }
  }
  return {
    value: {
      revision: 1,
      base: 0,
      bootTime: besides.bootTime,
      processes,
      goneProcesses: [],
      namespaces: [...namespaces.values()],
      goneNamespaces: [],
      cgroups: besides.cgroups,
      goneCgroups: [],
    },
    gaps,
  };
}

async function readProcess(
  source: ProcSource,
  pid: number,
  gaps: Gap[],
): Promise<Process | undefined> {
  const statText = await source.readText(pid, 'stat');
  if (typeof statText !== 'string') {
    gaps.push(statText);
    return undefined;
  }
  const stat = parseStat(statText);
  if (stat?.pid !== pid) {
    // Without a start time there is no telling which process this is.
    gaps.push({ kind: 'malformed', where: `${pid}/stat`, text: statText.slice(0, 200) });
    return undefined;
  }
  const statusText = await source.readText(pid, 'status');
  const status = parseStatus(typeof statusText === 'string' ? statusText : '');
  const cgroup = await source.readText(pid, 'cgroup');
  const links = await readNamespaces(source, pid, gaps);
  const complete =
    status.uid !== undefined && status.gid !== undefined && status.capabilities !== undefined;
  if (typeof statusText === 'string' && !complete) {
    gaps.push({ kind: 'malformed', where: `${pid}/status`, text: statusText.slice(-200) });
  }
  return {
    key: processKey(pid, stat.start),
    pid: toPid(pid),
    ppid: toPid(stat.ppid),
    start: stat.start,
    comm: stat.comm,
    state: stat.state,
    uid: status.uid ?? unknownIds,
    gid: status.gid ?? unknownIds,
    capabilities: status.capabilities ?? unknownCapabilities,
    namespaces: links.namespaces,
    nspid: status.nspid ?? [],
    seccomp: status.seccomp ?? 'disabled',
    seccompFilters: status.seccompFilters,
    noNewPrivs: status.noNewPrivs ?? false,
    threads: stat.threads,
    kernelThread: stat.kernelThread,
    cgroupText: typeof cgroup === 'string' ? cgroup : undefined,
    gaps: {
      namespaces: links.denied,
      status: !complete,
      cgroup: typeof cgroup !== 'string' && cgroup.kind === 'denied',
    },
  };
}

async function readNamespaces(
  source: ProcSource,
  pid: number,
  gaps: Gap[],
): Promise<{ readonly namespaces: Process['namespaces']; readonly denied: boolean }> {
  const namespaces: Partial<Record<NamespaceType, NamespaceKey>> = {};
  let denied = false;
  for (const type of namespaceTypes) {
    const target = await source.readLink(pid, type);
    if (typeof target !== 'string') {
      denied ||= target.kind === 'denied';
      continue;
    }
    const link = parseNamespaceLink(target);
    if (link?.type === type) namespaces[type] = namespaceKey(type, link.inode);
    else {
      gaps.push({ kind: 'malformed', where: `${pid}/ns/${type}`, text: target.slice(0, 200) });
    }
  }
  return { namespaces, denied };
}

/** A namespace of which only type and inode are known. */
function bare(type: NamespaceType, key: NamespaceKey): Namespace {
  return {
    key,
    type,
    inode: Number(key.slice(type.length + 1)),
    id: undefined,
    owner: undefined,
    parent: undefined,
    ownerUid: undefined,
    openDenied: false,
    ownerDenied: false,
    parentDenied: false,
    hidden: false,
  };
}
