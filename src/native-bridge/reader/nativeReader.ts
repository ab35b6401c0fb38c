import {
  eventType,
  NativeError,
  type NativeEvents,
  type NativeReader as Native,
  type NsBridge,
} from '../ffi/nsbridge';
import type { Hierarchy } from './hierarchies';
import type { EventBatch, Reader, ReaderEvents } from './reader';

/** Two: the first pass halves its time, a host's other cores stay its own. */
const threads = 2;

/** The reader over libnsbridge. */
export class NativeReader implements Reader {
  readonly kind = 'native';
  readonly events: (ReaderEvents & { dispose(): void }) | undefined;
  readonly #native: Native;
  #inside = 0;
  #disposed = false;

  /** `proc` is the procfs to read, `/proc` but in tests. Throws NativeError. */
  constructor(
    bridge: NsBridge,
    hierarchies: readonly Hierarchy[],
    { proc = '/proc', warn }: { proc?: string; warn: (message: string) => void },
  ) {
    this.#native = bridge.open(proc);
    try {
      for (const { mountPoint, version } of hierarchies) {
        this.#native.addHierarchy(mountPoint, version);
      }
    } catch (error) {
      this.#native.close();
      throw error;
    }
    this.events = openEvents(bridge, hierarchies, warn);
  }

  full(): Promise<Uint8Array> {
    return this.#call(() => this.#native.full(threads));
  }

  tick(every: boolean): Promise<Uint8Array | undefined> {
    return this.#call(() => this.#native.tick(every));
  }

  touch(pids: readonly number[]): Promise<Uint8Array | undefined> {
    return this.#call(() => this.#native.touch(Uint32Array.from(pids)));
  }

  dispose(): void {
    this.events?.dispose();
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#inside === 0) this.#native.close();
  }

  /** Memory that a thread works on must not be freed under it. */
  async #call<T>(call: () => Promise<T>): Promise<T> {
    if (this.#disposed) throw new Error('the reader is disposed');
    this.#inside++;
    try {
      return await call();
    } finally {
      if (--this.#inside === 0 && this.isDisposed()) this.#native.close();
    }
  }

  private isDisposed(): boolean {
    return this.#disposed;
  }
}

function openEvents(
  bridge: NsBridge,
  hierarchies: readonly Hierarchy[],
  warn: (message: string) => void,
): NativeReader['events'] {
  let native: NativeEvents | undefined;
  try {
    native = bridge.openEvents();
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    warn(`no events: ${error.message}`);
  }
  if (!native) return undefined;
  const watched = native.cgroup && watchCgroups(native, hierarchies, warn);
  return eventsOf(native, watched);
}

/** One v1 hierarchy stands for all: engines make a cgroup in each. Each directory costs a watch. */
function watchCgroups(
  native: NativeEvents,
  hierarchies: readonly Hierarchy[],
  warn: (message: string) => void,
): boolean {
  const v1 = hierarchies.filter(({ version }) => version === 1);
  const telling = v1.find(({ controllers }) => controllers.includes('pids')) ?? v1[0];
  let watched = 0;
  for (const hierarchy of hierarchies) {
    if (hierarchy.version === 1 && hierarchy !== telling) continue;
    try {
      watched += native.watch(hierarchy.mountPoint);
    } catch (error) {
      if (!(error instanceof NativeError)) throw error;
      warn(`cgroup changes come with the tick: ${error.message}`); // ENOSPC: max_user_watches
    }
  }
  return watched > 0;
}

function eventsOf(native: NativeEvents, cgroup: boolean): NonNullable<NativeReader['events']> {
  let waiting = 0;
  let stopped = false;
  const closeWhenQuiet = () => {
    if (stopped && waiting === 0) native.close();
  };
  return {
    sources: [
      ...(native.proc ? (['proc'] as const) : []),
      ...(cgroup ? (['cgroup'] as const) : []),
    ],
    wait: async (timeoutMs, settleMs) => {
      if (stopped) return undefined;
      waiting++;
      try {
        return batchOf(await native.wait(timeoutMs, settleMs));
      } catch (error) {
        if (!(error instanceof NativeError)) throw error;
        if (error.code === 'ECANCELED') return undefined;
        if (error.code === 'EOVERFLOW') return { pids: [], cgroups: false, lost: true };
        throw error;
      } finally {
        waiting--;
        closeWhenQuiet();
      }
    },
    dispose: () => {
      if (stopped) return;
      stopped = true;
      native.stop();
      closeWhenQuiet();
    },
  };
}

function batchOf(events: Awaited<ReturnType<NativeEvents['wait']>>): EventBatch {
  const pids = new Set<number>();
  let cgroups = false;
  for (const { type, pid } of events) {
    if (type === eventType.cgroup) cgroups = true;
    else pids.add(pid);
  }
  return { pids: [...pids], cgroups, lost: false };
}
