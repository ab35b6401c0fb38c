import type { Figure } from '../figure';
import type { LoadSize } from '../load';

export interface Measurement {
  /** What `--only` takes. */
  readonly name: string;
  /** Numbers of processes it is taken at; 0: without a load. */
  readonly at: readonly number[];
  /** `fewer`: the figures are wanted soon. */
  run(size: LoadSize, fewer: boolean): Promise<readonly Figure[]>;
}

/** The load in the name of a figure. */
export const sizeOf = ({ processes, sandboxes }: LoadSize): string => `${processes}/${sandboxes}`;
