/**
 * What one cgroup uses and may use. A missing part: the controller is not there or its files could
 * not be read. `max: undefined`: no limit here.
 */
export interface CgroupUsage {
  /** Bytes. */
  readonly memory?: { readonly current: number | undefined; readonly max: number | undefined };
  readonly cpu?: {
    /** Processor time used since the cgroup was made, microseconds. */
    readonly usageUsec: number | undefined;
    /** Microseconds of processor time in each period; undefined: no limit. */
    readonly quotaUsec: number | undefined;
    readonly periodUsec: number | undefined;
    /** v2: cpu.weight, 1 to 10000, 100 by default; v1: cpu.shares, 1024 by default. */
    readonly weight: number | undefined;
  };
  readonly pids?: { readonly current: number | undefined; readonly max: number | undefined };
  readonly frozen?: boolean;
  readonly pressure?: Readonly<Partial<Record<PressureKind, Pressure>>>;
}

export type PressureKind = 'cpu' | 'io' | 'memory';

/** Pressure stall information; the share of time (percent) lost over the last 10 s. */
export interface Pressure {
  readonly some: number;
  /** cpu has had this line since Linux 5.13. */
  readonly full: number | undefined;
}

const v2Files = [
  'cgroup.events',
  'cpu.max',
  'cpu.pressure',
  'cpu.stat',
  'cpu.weight',
  'io.pressure',
  'memory.current',
  'memory.max',
  'memory.pressure',
  'pids.current',
  'pids.max',
] as const;

const v1Files = [
  'cpu.cfs_period_us',
  'cpu.cfs_quota_us',
  'cpu.shares',
  'cpuacct.usage',
  'freezer.state',
  'memory.limit_in_bytes',
  'memory.usage_in_bytes',
  'pids.current',
  'pids.max',
] as const;

/** Files of a cgroup directory that `parseUsage` understands; which exist depends on controllers. */
export const usageFiles = (version: 1 | 2): readonly string[] =>
  version === 2 ? v2Files : v1Files;

/** Understands the files of either version (doc: admin-guide/cgroup-v2.rst and cgroup-v1/). */
export function parseUsage(files: Readonly<Record<string, string>>): CgroupUsage {
  const text = (name: string): string | undefined =>
    Object.hasOwn(files, name) ? files[name]?.trim() : undefined;
  const memory = {
    current: count(text('memory.current') ?? text('memory.usage_in_bytes')),
    max: limit(text('memory.max') ?? text('memory.limit_in_bytes')),
  };
  const pids = { current: count(text('pids.current')), max: limit(text('pids.max')) };
  const hasMemory = has(
    text,
    'memory.current',
    'memory.max',
    'memory.usage_in_bytes',
    'memory.limit_in_bytes',
  );
  const cpu = parseCpu(text);
  const frozen = parseFrozen(text('cgroup.events'), text('freezer.state'));
  const pressure = parsePressures(text);
  return {
    ...(hasMemory && { memory }),
    ...(cpu !== undefined && { cpu }),
    ...(has(text, 'pids.current', 'pids.max') && { pids }),
    ...(frozen !== undefined && { frozen }),
    ...(pressure !== undefined && { pressure }),
  };
}

/** Of one container in several v1 hierarchies: each knows its own controllers. */
export const joinUsage = (parts: readonly CgroupUsage[]): CgroupUsage =>
  Object.assign({}, ...[...parts].reverse()) as CgroupUsage;

type Text = (name: string) => string | undefined;

const has = (text: Text, ...names: readonly string[]): boolean =>
  names.some((name) => text(name) !== undefined);

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,20}$/.test(text) ? Number(text) : undefined;
}

/** v1 says "no limit" by the largest page-aligned number, near 2^63; v2 by `max`. */
const unlimited = 2 ** 62;

function limit(text: string | undefined): number | undefined {
  const value = count(text);
  return value !== undefined && value < unlimited ? value : undefined;
}

function parseCpu(text: Text): CgroupUsage['cpu'] {
  const stat = /^usage_usec (\d{1,20})$/m.exec(text('cpu.stat') ?? '')?.[1];
  const nanoseconds = count(text('cpuacct.usage'));
  const [quota, period] = text('cpu.max')?.split(' ') ?? [
    text('cpu.cfs_quota_us'),
    text('cpu.cfs_period_us'),
  ];
  const cpu = {
    usageUsec: count(stat) ?? (nanoseconds === undefined ? undefined : nanoseconds / 1000),
    // `max` and -1 are no numbers to `count`: no limit.
    quotaUsec: count(quota),
    periodUsec: count(period) === 0 ? undefined : count(period),
    weight: count(text('cpu.weight') ?? text('cpu.shares')),
  };
  return Object.values(cpu).some((value) => value !== undefined) ? cpu : undefined;
}

function parseFrozen(
  events: string | undefined,
  freezerState: string | undefined,
): boolean | undefined {
  const v2 = /^frozen ([01])$/m.exec(events ?? '')?.[1];
  if (v2 !== undefined) return v2 === '1';
  return freezerState === undefined ? undefined : freezerState === 'FROZEN';
}

function parsePressures(text: Text): CgroupUsage['pressure'] {
  const result: Partial<Record<PressureKind, Pressure>> = {};
  for (const kind of ['cpu', 'io', 'memory'] as const) {
    const lines = text(`${kind}.pressure`) ?? '';
    const average = (line: string): number | undefined => {
      const value = new RegExp(`^${line} avg10=(\\d{1,3}\\.\\d{1,2}) `, 'm').exec(lines)?.[1];
      return value === undefined ? undefined : Number(value);
    };
    const some = average('some');
    if (some !== undefined) result[kind] = { some, full: average('full') };
  }
  return Object.keys(result).length === 0 ? undefined : result;
}
