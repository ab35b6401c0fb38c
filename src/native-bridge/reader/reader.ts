/** What a burst of kernel events asks for. */
export interface EventBatch {
  /** Processes that came, went or changed; without doubles. */
  readonly pids: readonly number[];
  /** A cgroup directory came or went. */
  readonly cgroups: boolean;
  /** Events were lost: only a tick that trusts nothing tells the truth again. */
  readonly lost: boolean;
}

export type EventSource = 'proc' | 'cgroup';

/** Hints that something changed. They shorten latency and may be lost. */
export interface ReaderEvents {
  readonly sources: readonly EventSource[];
  /**
   * Waits up to `timeoutMs` for an event, then `settleMs` for more of the same burst. Undefined:
   * stopped, no more will come.
   */
  wait(timeoutMs: number, settleMs: number): Promise<EventBatch | undefined>;
}

/**
 * Facts about processes, namespaces and cgroups as packed frames (native/include/nsbridge.h). One
 * call at a time; a failed call leaves nothing but `full` to be called.
 */
export interface Reader {
  readonly kind: 'native' | 'node';
  readonly events: ReaderEvents | undefined;
  /** Everything, as it is now. */
  full(): Promise<Uint8Array>;
  /** What changed since the frame before; undefined: nothing. `every`: re-read every process. */
  tick(every: boolean): Promise<Uint8Array | undefined>;
  /** The same for these processes and their namespaces only. */
  touch(pids: readonly number[]): Promise<Uint8Array | undefined>;
  /** Ends a waiting `events.wait` and lets go of everything once no call is inside. */
  dispose(): void;
}
