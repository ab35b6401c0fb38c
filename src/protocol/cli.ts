import * as z from 'zod';
import { namespaceTypes } from '../model/ids';
import { engineAnswer, gapSchema, hierarchySchema } from './agent';

/** Version of the JSON that the command line program prints. Only additions keep the number. */
export const cliSchemaVersion = 1;

const pid = z.int().min(1);
const inode = z.int().min(1);
const mask = z.string().regex(/^[0-9a-f]{16}$/);
const type = z.enum(namespaceTypes);

const processJson = z.object({
  pid,
  ppid: z.int().min(0),
  start: z.int().min(0).describe('Clock ticks after boot; with pid the identity of a process'),
  comm: z.string(),
  state: z.string().describe('State letter as in /proc/PID/stat'),
  uid: z.array(z.int()).length(4).describe('Real, effective, saved, filesystem'),
  gid: z.array(z.int()).length(4).describe('Real, effective, saved, filesystem'),
  capabilities: z.object({
    inheritable: mask,
    permitted: mask,
    effective: mask,
    bounding: mask,
    ambient: mask,
  }),
  namespaces: z.partialRecord(type, inode).describe('A missing type is unknown, see gaps'),
  nspid: z.array(z.int()).describe('Pids from the outermost pid namespace inwards'),
  seccomp: z.enum(['disabled', 'strict', 'filter']),
  seccompFilters: z.int().nullable(),
  noNewPrivs: z.boolean(),
  threads: z.int(),
  kernelThread: z.boolean(),
  cgroups: z.array(z.object({ hierarchy: z.int(), path: z.string() })),
  container: z.string().nullable().describe('Key of the container it belongs to'),
  gaps: z.array(z.enum(['namespaces', 'status', 'cgroup'])).describe('What rights did not reach'),
});

const namespaceJson = z.object({
  type,
  inode,
  id: z.string().nullable().describe('64-bit namespace id, decimal'),
  initial: z.boolean(),
  owner: inode.nullable().describe('Owning user namespace'),
  parent: inode.nullable().describe('pid and user namespaces only'),
  ownerUid: z.int().nullable(),
  hidden: z.boolean().describe('No process is in it; found as owner or parent of another'),
  processes: z.array(pid),
  containers: z.array(z.string()).describe('Keys of containers with a process in it'),
  gaps: z.array(z.enum(['open', 'owner', 'parent'])),
});

const amount = z.object({
  current: z.number().nullable(),
  max: z.number().nullable().describe('null: no limit at this cgroup'),
});
const usageJson = z.object({
  memory: amount.optional().describe('Bytes'),
  pids: amount.optional(),
  cpu: z
    .object({
      usageUsec: z.number().nullable(),
      quotaUsec: z.number().nullable().describe('In each period; null: no limit'),
      periodUsec: z.number().nullable(),
      weight: z.number().nullable().describe('v2: cpu.weight; v1: cpu.shares'),
    })
    .optional(),
  frozen: z.boolean().optional(),
  pressure: z
    .partialRecord(
      z.enum(['cpu', 'io', 'memory']),
      z.object({ some: z.number(), full: z.number().nullable() }),
    )
    .optional()
    .describe('Percent of the last 10 seconds that was lost by waiting'),
});

const cgroupJson = z.object({
  hierarchy: z.int().describe('Index into hierarchies'),
  path: z.string(),
  inode,
  parent: inode.nullable(),
  processes: z.int().nullable().describe('Number of direct members; null: not read'),
  members: z.array(pid).describe('The direct members that are among the processes'),
  usage: usageJson.nullable().describe('A missing part: no such controller here; null: not read'),
  containers: z.array(z.string()).describe('Keys of containers whose topmost cgroup it is'),
});

const containerJson = z.object({
  key: z.string(),
  kind: z.enum(['host', 'container', 'service']),
  engine: z.string().nullable(),
  id: z.string().nullable(),
  name: z.string(),
  image: z.string().nullable(),
  command: z.string().nullable(),
  state: z.enum(['running', 'paused', 'stopped']),
  created: z.number().nullable().describe('Unix time, seconds'),
  pid: pid.nullable().describe('First process'),
  processes: z.array(pid),
  namespaces: z.partialRecord(type, inode).describe('Of the first process'),
  own: z.array(type).describe('Types in which it is not in the initial namespace'),
  cgroups: z.array(z.object({ hierarchy: z.int(), path: z.string() })),
  parent: z.string().nullable().describe('Key of the container it runs in'),
  gaps: z.array(gapSchema).describe('What could not be known of it'),
});

const head = {
  schema: z.literal(cliSchemaVersion),
  /** Of the program, for bug reports. */
  version: z.string(),
  host: z.object({
    hostname: z.string(),
    kernel: z.string(),
    bootId: z.string(),
    uid: z.int().describe('Effective uid of the agent'),
    reader: z.enum(['native', 'node']),
    readerWhy: z.string().nullable().describe('Why the native reader is not in use'),
    events: z.array(z.enum(['proc', 'cgroup'])).describe('What wakes --watch besides its clock'),
    clockTick: z.int().describe('Unit of start times: so many a second'),
    initial: z.partialRecord(type, inode).describe('The initial namespaces, as far as known'),
    own: z.partialRecord(type, inode).describe('Namespaces that the host is seen from'),
  }),
  revision: z.int().describe('Counts the pictures of one run'),
  hidden: z.object({ processes: z.int(), namespaces: z.int() }),
  gaps: z.array(gapSchema).describe('What engines did not answer'),
};

/** One object a command prints, and with --watch one a line. */
export const cliOutput = z.discriminatedUnion('command', [
  z.object({
    command: z.literal('snapshot'),
    ...head,
    hierarchies: z.array(hierarchySchema),
    containers: z.array(containerJson),
    namespaces: z.array(namespaceJson),
    cgroups: z.array(cgroupJson),
    processes: z.array(processJson),
    engines: z.array(engineAnswer),
  }),
  z.object({ command: z.literal('containers'), ...head, containers: z.array(containerJson) }),
  z.object({ command: z.literal('namespaces'), ...head, namespaces: z.array(namespaceJson) }),
  z.object({
    command: z.literal('cgroups'),
    ...head,
    hierarchies: z.array(hierarchySchema),
    cgroups: z.array(cgroupJson),
  }),
  z.object({ command: z.literal('processes'), ...head, processes: z.array(processJson) }),
]);

export type ProcessJson = z.infer<typeof processJson>;
export type NamespaceJson = z.infer<typeof namespaceJson>;
export type UsageJson = z.infer<typeof usageJson>;
export type CgroupJson = z.infer<typeof cgroupJson>;
export type ContainerJson = z.infer<typeof containerJson>;
export type CliOutput = z.infer<typeof cliOutput>;
