import { NotificationType, RequestType } from 'vscode-jsonrpc';
import * as z from 'zod/mini';
import { namespaceTypes } from '../model/ids';

/** Bumped when any shape below changes. A mismatch is refused in `hello`, never guessed around. */
export const agentProtocol = 1;

/** Stable codes: the client maps them to error classes and sentences; nobody parses messages. */
export const AgentErrorCode = {
  InvalidParams: -32602,
  Vanished: 1,
  Denied: 2,
  Unsupported: 3,
  ProtocolMismatch: 4,
  TooLarge: 5,
} as const;

const pid = z.int().check(z.minimum(1), z.maximum(4_194_304));
const startTime = z.int().check(z.minimum(0));
const text = (max: number) => z.string().check(z.maxLength(max));

export const gapSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('vanished') }),
  z.object({ kind: z.literal('denied'), needs: text(256) }),
  z.object({ kind: z.literal('unsupported'), since: text(256) }),
  z.object({ kind: z.literal('malformed'), where: text(4096), text: text(4096) }),
  z.object({ kind: z.literal('unreachable'), where: text(4096), why: text(4096) }),
]);

export const hierarchySchema = z.object({
  version: z.union([z.literal(1), z.literal(2)]),
  controllers: z.array(text(256)).check(z.maxLength(64)),
  mountPoint: text(4096),
});

export const helloParams = z.object({ protocol: z.int() });
export const helloResult = z.object({
  protocol: z.int(),
  /** Version of the extension the agent was built with. */
  version: text(64),
  /** `native`: libnsbridge; `node`: the slower reader without owners, parents and events. */
  reader: z.enum(['native', 'node']),
  /** Why the native reader is not in use. */
  readerWhy: z.optional(text(4096)),
  uid: z.int(),
  pid,
  hostname: text(256),
  kernel: text(256),
  bootId: text(64),
  /** sysconf(_SC_CLK_TCK): unit of every start time. */
  clockTick: z.int().check(z.minimum(1)),
  /** Event sources in use; missing ones cost latency, not truth. */
  events: z.array(z.enum(['proc', 'cgroup'])),
  hierarchies: z.array(hierarchySchema).check(z.maxLength(64)),
  /** Inodes of the initial namespaces (those of kthreadd), as far as they can be read. */
  initial: z.partialRecord(z.enum(namespaceTypes), z.int().check(z.minimum(1))),
  /** Inodes of the agent's own namespaces: the picture is taken from within these. */
  own: z.partialRecord(z.enum(namespaceTypes), z.int().check(z.minimum(1))),
});
export type Hello = z.infer<typeof helloResult>;

/** Base64 of a packed frame (native/include/nsbridge.h); `decodeFrame` checks every byte of it. */
export const frameResult = z.object({ frame: z.string().check(z.maxLength(512 * 1024 * 1024)) });

/**
 * How eagerly changes are looked for: `active` once a second (and on events), `idle` every 5 s,
 * `off` never. Changes come as `snapshot/change` after the first `snapshot/full`.
 */
export const watchParams = z.object({ mode: z.enum(['active', 'idle', 'off']) });

export const processRef = z.object({ pid, start: startTime });
export const detailsParams = z.object({
  processes: z.array(processRef).check(z.minLength(1), z.maxLength(512)),
});
export const processDetails = z.object({
  pid,
  start: startTime,
  /** argv, capped at 4096 bytes in all; empty for kernel threads and zombies. */
  cmdline: z.array(text(4096)).check(z.maxLength(1024)),
  gap: z.optional(gapSchema),
});
export const detailsResult = z.object({
  processes: z.array(processDetails).check(z.maxLength(512)),
});
export type ProcessDetails = z.infer<typeof processDetails>;

export const cgroupRef = z.object({
  hierarchy: z.int().check(z.minimum(0), z.maximum(63)),
  path: text(4096),
});
export const cgroupsParams = z.object({
  cgroups: z.array(cgroupRef).check(z.minLength(1), z.maxLength(512)),
});
/** Raw files of one cgroup by name (`memory.max`, `pids.current`, …); each capped at 64 KiB. */
export const cgroupFiles = z.object({
  hierarchy: z.int(),
  path: text(4096),
  files: z.record(text(128), text(65_536)),
  gap: z.optional(gapSchema),
});
export const cgroupsResult = z.object({ cgroups: z.array(cgroupFiles).check(z.maxLength(512)) });
export type CgroupFiles = z.infer<typeof cgroupFiles>;

export const engineContainer = z.object({
  id: text(256),
  name: z.optional(text(1024)),
  image: z.optional(text(4096)),
  command: z.optional(text(4096)),
  /** The engine's own word: running, paused, exited, created, … */
  state: text(64),
  /** Main process in the reader's pid namespace; undefined when it does not run. */
  pid: z.optional(pid),
  /** Start time of that process, clock ticks, where the engine recorded it (runc, crun). */
  start: z.optional(startTime),
  /** Unix time, seconds. */
  created: z.optional(z.number()),
  labels: z.optional(z.record(text(1024), text(8192))),
});
export type EngineContainer = z.infer<typeof engineContainer>;
/** What one place of one engine (a socket, a state directory) answered. */
export const engineAnswer = z.object({
  engine: text(64),
  source: text(4096),
  version: z.optional(text(256)),
  containers: z.array(engineContainer).check(z.maxLength(10_000)),
  gaps: z.array(gapSchema).check(z.maxLength(100)),
});
export type EngineAnswer = z.infer<typeof engineAnswer>;
export const enginesResult = z.object({ answers: z.array(engineAnswer).check(z.maxLength(100)) });

/**
 * Read-only text of a kernel file. `name` is one path below /proc/PID (from a fixed list) or one
 * file name of a cgroup directory (`[a-z0-9_.]+`): never a free path.
 */
export const readFileParams = z.discriminatedUnion('of', [
  z.object({ of: z.literal('process'), pid, start: startTime, name: text(64) }),
  z.object({ of: z.literal('cgroup'), cgroup: cgroupRef, name: text(128) }),
  z.object({ of: z.literal('process-list'), pid, start: startTime }),
  z.object({ of: z.literal('cgroup-list'), cgroup: cgroupRef }),
]);
export type ReadFileParams = z.infer<typeof readFileParams>;
/** Lists answer with one name a line. `truncated`: there was more than 1 MiB. */
export const readFileResult = z.object({ text: text(1_048_576), truncated: z.boolean() });

const none = z.object({});
/** The closed list of what the agent does. All of it reads; nothing here writes to the host. */
export const agentRequests = {
  hello: { params: helloParams, result: helloResult },
  'snapshot/full': { params: none, result: frameResult },
  'snapshot/watch': { params: watchParams, result: none },
  'process/details': { params: detailsParams, result: detailsResult },
  'cgroups/read': { params: cgroupsParams, result: cgroupsResult },
  'engines/read': { params: none, result: enginesResult },
  'file/read': { params: readFileParams, result: readFileResult },
} as const;
export type AgentMethod = keyof typeof agentRequests;
export type AgentParams<M extends AgentMethod> = z.infer<(typeof agentRequests)[M]['params']>;
export type AgentResult<M extends AgentMethod> = z.infer<(typeof agentRequests)[M]['result']>;

export const requestType = <M extends AgentMethod>(method: M) =>
  new RequestType<AgentParams<M>, AgentResult<M>, void>(method);

/** agent → client: a delta frame. The client checks `base`; a gap in revisions costs a full read. */
export const ChangeNotification = new NotificationType<z.infer<typeof frameResult>>(
  'snapshot/change',
);
