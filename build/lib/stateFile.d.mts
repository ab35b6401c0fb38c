export interface RecordedDirectory {
  readonly path: string;
  readonly ino: number;
}

export interface RecordedState {
  readonly what: string;
  readonly owner: { readonly pid: number; readonly startTime: string };
  readonly address?: string;
}

export class StateFile {
  constructor(directory: string, what: string);
  addProcess(pid: number, what: string): void;
  addCgroup(path: string): void;
  addDirectory(path: string): void;
  set address(url: string);
  removeCgroups(): Promise<void>;
  remove(): void;
}

export function runningStates(directory: string): RecordedState[];
export function cleanLeftovers(directory: string): Promise<string[]>;
export function removeCgroup(cgroup: RecordedDirectory): Promise<boolean>;
