export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  readonly anyExit?: boolean;
}

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly output: string;
}

export class CommandError extends Error {
  readonly output: string;
}

export function run(
  command: string,
  args?: readonly string[],
  options?: RunOptions,
): Promise<RunResult>;
