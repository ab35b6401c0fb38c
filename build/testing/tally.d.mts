export interface Record {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly ms?: number;
  readonly file?: string;
  readonly line?: number;
  readonly error?: string;
  readonly reason?: string;
}

export type Add = (record: Record) => void;

export class Tally {
  constructor(options?: { strict?: boolean; write?: (text: string) => void });
  get failed(): number;
  level(name: string, run: (add: Add) => Promise<unknown>): Promise<boolean>;
  finish(): void;
}

export function summary(counts: { passed: number; failed: number; skipped: number }): string;
