export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

export function startTimeOf(pid: number): string | undefined;
export function isAlive(process: ProcessIdentity): boolean;
export function identityOf(pid: number): ProcessIdentity | undefined;
export function bootId(): string;
export function killGroup(pgid: number, signal: NodeJS.Signals): boolean;
export function waitFor(
  condition: () => boolean | Promise<boolean>,
  deadlineMs: number,
  everyMs?: number,
): Promise<boolean>;
