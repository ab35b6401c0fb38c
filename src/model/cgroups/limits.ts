import type { CgroupUsage } from './usage';

/** One cgroup on the way up; `where` is whatever names it to the caller. */
export interface CgroupLevel<W> {
  readonly where: W;
  readonly usage: CgroupUsage;
}

/** A limit that holds, and the cgroup that sets it. */
export interface EffectiveLimit<W> {
  readonly value: number;
  readonly where: W;
}

export interface EffectiveLimits<W> {
  /** Bytes. */
  readonly memory: EffectiveLimit<W> | undefined;
  /** Processors: quota divided by period. */
  readonly cpus: EffectiveLimit<W> | undefined;
  readonly pids: EffectiveLimit<W> | undefined;
}

/**
 * The limits that hold for a cgroup: the smallest of its own and those of all above it. `levels`
 * goes from the cgroup up to the root; of equal limits the nearest is named.
 */
export function effectiveLimits<W>(levels: readonly CgroupLevel<W>[]): EffectiveLimits<W> {
  return {
    memory: smallest(levels, ({ memory }) => memory?.max),
    cpus: smallest(levels, cpus),
    pids: smallest(levels, ({ pids }) => pids?.max),
  };
}

/** Processors that a cgroup's own quota allows; undefined: no quota. */
export function cpus({ cpu }: CgroupUsage): number | undefined {
  return cpu?.quotaUsec === undefined || cpu.periodUsec === undefined
    ? undefined
    : cpu.quotaUsec / cpu.periodUsec;
}

function smallest<W>(
  levels: readonly CgroupLevel<W>[],
  limitOf: (usage: CgroupUsage) => number | undefined,
): EffectiveLimit<W> | undefined {
  let result: EffectiveLimit<W> | undefined;
  for (const { where, usage } of levels) {
    const value = limitOf(usage);
    if (value !== undefined && (result === undefined || value < result.value)) {
      result = { value, where };
    }
  }
  return result;
}
