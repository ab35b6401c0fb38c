import type { Picture } from '../../model/picture';
import type { DetailSource, TreeOptions } from '../source';
import type { Matcher } from './filter';

/** All that rows are made from. */
export interface RowContext {
  readonly picture: Picture;
  readonly options: TreeOptions;
  readonly details: DetailSource;
  /** Undefined: everything is shown. */
  readonly match: Matcher | undefined;
}
