import type { Add } from './tally.mjs';

export class TapReader {
  constructor(add: Add, prefix?: string);
  readonly results: number;
  line(text: string): void;
  end(): void;
}
