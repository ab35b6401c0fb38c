import { readlinkSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { namespaceTypes, type NamespaceType } from '../../model/ids';
import { parseNamespaceLink } from '../../model/procfs/namespaceLink';
import { agentProtocol, type AgentParams, type Hello } from '../../protocol/agent';
import type { Hierarchy } from '../reader/hierarchies';
import { readProcess } from '../reader/processFacts';
import { errnoOf, readKernelFile } from '../reader/procText';
import type { Reader } from '../reader/reader';
import { failure } from './failures';

type Inodes = Partial<Record<NamespaceType, number>>;

/** Inode numbers fixed by the kernel: PROC_*_INIT_INO, include/linux/proc_ns.h (net, mnt: 6.18). */
const fixedInodes: Inodes = {
  ipc: 0xefff_ffff,
  uts: 0xefff_fffe,
  user: 0xefff_fffd,
  pid: 0xefff_fffc,
  cgroup: 0xefff_fffb,
  time: 0xefff_fffa,
};
/** All others are counted up from here, PROC_DYNAMIC_FIRST in fs/proc/generic.c. */
const firstDynamicInode = 0xf000_0000;
/** Entry type of the ELF auxiliary vector, getauxval(3). */
const atClockTick = 17n;

export interface AgentFacts {
  readonly version: string;
  readonly reader: Reader;
  readonly readerWhy: string | undefined;
  readonly hierarchies: readonly Hierarchy[];
}

/** Answers who we are and what does not change while we live. */
export function hello(agent: AgentFacts, { protocol }: AgentParams<'hello'>): Hello {
  if (protocol !== agentProtocol) {
    throw failure('ProtocolMismatch', `agent speaks ${agentProtocol}, client ${protocol}`);
  }
  const own = ownNamespaces();
  return {
    protocol: agentProtocol,
    version: agent.version,
    reader: agent.reader.kind,
    ...(agent.readerWhy === undefined ? {} : { readerWhy: agent.readerWhy.slice(0, 4096) }),
    uid: process.geteuid?.() ?? 0,
    pid: process.pid,
    hostname: hostname().slice(0, 256),
    kernel: release().slice(0, 256),
    bootId: readKernelFile('/proc/sys/kernel/random/boot_id', 64).toString('utf8').trim(),
    clockTick: clockTick(),
    events: [...(agent.reader.events?.sources ?? [])],
    hierarchies: agent.hierarchies.map((h) => ({ ...h, controllers: [...h.controllers] })),
    initial: initialNamespaces(own),
    own,
  };
}

function ownNamespaces(): Inodes {
  const inodes: Inodes = {};
  for (const type of namespaceTypes) {
    try {
      const link = parseNamespaceLink(readlinkSync(`/proc/self/ns/${type}`));
      if (link?.type === type) inodes[type] = link.inode;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error; // time: Linux 5.6
    }
  }
  return inodes;
}

/**
 * kthreadd (pid 2 where we see the host) never leaves the initial namespaces. It cannot be looked at
 * without rights, but most initial namespaces have fixed numbers, and an own one may.
 */
function initialNamespaces(own: Inodes): Inodes {
  const kthreadd = readProcess(2)?.process;
  const inodes: Inodes = { ...fixedInodes };
  if (own.time === undefined) delete inodes.time;
  if (own.cgroup === undefined) delete inodes.cgroup;
  for (const type of namespaceTypes) {
    const inode = own[type];
    if (inode !== undefined && inode < firstDynamicInode) inodes[type] = inode;
    const key = kthreadd?.kernelThread === true ? kthreadd.namespaces[type] : undefined;
    if (key !== undefined) inodes[type] = Number(key.slice(type.length + 1));
  }
  return inodes;
}

/** AT_CLKTCK is what sysconf(_SC_CLK_TCK) answers; proc_pid_auxv(5): pairs of longs. */
function clockTick(): number {
  const vector = readKernelFile('/proc/self/auxv', 4096);
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === atClockTick) return Number(vector.readBigUInt64LE(at + 8));
  }
  return 100;
}
