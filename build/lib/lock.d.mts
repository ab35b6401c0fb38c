export interface LockHolder {
  readonly pid: number;
  readonly since: string;
}

export interface LockOptions {
  readonly wait?: boolean;
  readonly onWait?: (holder: LockHolder | undefined) => void;
}

export type Release = () => Promise<void>;

export function acquireLock(
  file: string,
  options: LockOptions & { wait: false },
): Promise<Release | undefined>;
export function acquireLock(file: string, options?: LockOptions): Promise<Release>;
export function holderOf(file: string): LockHolder | undefined;
export function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T>;
