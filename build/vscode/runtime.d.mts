export interface RuntimePaths {
  readonly directory: string;
  readonly node: string;
  readonly server: string;
}

export function runtimePaths(): RuntimePaths;
export function ensureRuntime(note?: (text: string) => void): Promise<RuntimePaths>;
