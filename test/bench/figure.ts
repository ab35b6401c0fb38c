/** One line of the result. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** `value` is to be at most this; null: the figure is only named. */
  readonly target: number | null;
  /** What the peer needed in the same run, in the same unit. */
  readonly peer: number | null;
}

/** CPU time is user + system of all threads. */
export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) throw new Error('no value was measured');
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export interface Pair {
  readonly ours: Cost;
  readonly peer: Cost;
}

/** The targets of a paired measurement: of the CPU time, and of its ratio to the peer's. */
export interface PairTargets {
  readonly cpuMs?: number;
  readonly wallMs?: number;
  readonly ratio?: number;
}

/** Median times of both, and the median of the ratios of each round: a slow moment hits both. */
export function pairFigures(
  name: string,
  pairs: readonly Pair[],
  { cpuMs, wallMs, ratio }: PairTargets,
): Figure[] {
  const of = (pick: (pair: Pair) => number) => median(pairs.map(pick));
  return [
    {
      name: `${name} CPU`,
      value: of(({ ours }) => ours.cpuMs),
      unit: 'ms',
      target: cpuMs ?? null,
      peer: of(({ peer }) => peer.cpuMs),
    },
    {
      name: `${name} CPU ratio`,
      value: of(({ ours, peer }) => ours.cpuMs / peer.cpuMs),
      unit: '× peer',
      target: ratio ?? null,
      peer: 1,
    },
    {
      name: `${name} wall`,
      value: of(({ ours }) => ours.wallMs),
      unit: 'ms',
      target: wallMs ?? null,
      peer: of(({ peer }) => peer.wallMs),
    },
  ];
}
