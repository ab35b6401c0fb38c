import type { Add } from '../testing/tally.mjs';

export interface SuiteOptions {
  readonly vsix?: string;
  readonly extension?: string;
  readonly tests?: string;
  readonly folder?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

export const suiteModule: string;
export function runEditorSuite(add: Add, options?: SuiteOptions): Promise<void>;
