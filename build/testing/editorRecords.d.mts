import type { Add } from './tally.mjs';

export class EditorRecords {
  constructor(mark: string, add: Add);
  take(text: string): boolean;
  fault(): string | undefined;
}
