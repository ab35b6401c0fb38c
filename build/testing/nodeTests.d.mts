import type { Add } from './tally.mjs';

export interface LevelOptions {
  readonly concurrency?: number;
  readonly fileTimeoutMs?: number;
  readonly timeoutMs?: number;
}

export function testFiles(folder: string): string[];
export function nodeTests(folder: string, options?: LevelOptions): (add: Add) => Promise<void>;
