import { constants } from 'node:os';
import { promisify } from 'node:util';
import koffi from 'koffi';

/** NSB_ABI in native/include/nsbridge.h. */
const abi = 1;
const maxEvents = 1024;
const eventBytes = 24;

/** A call into the library failed. `code` is the errno's name, as in Node's own errors. */
export class NativeError extends Error {
  override readonly name = 'NativeError';
  constructor(
    readonly call: string,
    readonly code: string,
    readonly path: string,
  ) {
    super(`${call}(${path}): ${code}`);
  }
}

/** enum nsb_event_type. */
export const eventType = { fork: 1, exec: 2, exit: 3, id: 4, cgroup: 5 } as const;

export interface NativeEvent {
  readonly type: number;
  readonly pid: number;
  readonly arg: number;
}

/** One `struct nsb`: a reader and the picture it holds. One call at a time (EBUSY otherwise). */
export interface NativeReader {
  /** The number of the hierarchy in frames. */
  addHierarchy(path: string, version: 1 | 2): number;
  full(threads: number): Promise<Uint8Array>;
  /** Undefined: nothing changed. */
  tick(every: boolean): Promise<Uint8Array | undefined>;
  touch(pids: Uint32Array): Promise<Uint8Array | undefined>;
  close(): void;
}

/** One `struct nsb_events`. */
export interface NativeEvents {
  readonly proc: boolean;
  readonly cgroup: boolean;
  /** The number of directories watched. */
  watch(path: string): number;
  /** Rejects with EOVERFLOW: events were lost; with ECANCELED: stopped. */
  wait(timeoutMs: number, settleMs: number): Promise<readonly NativeEvent[]>;
  stop(): void;
  /** Only after `wait` came back. */
  close(): void;
}

export interface NsBridge {
  open(proc: string): NativeReader;
  /** Undefined: no source of events could be opened. */
  openEvents(): NativeEvents | undefined;
  /** In a thread: a path in somebody's root may lead to a file system that hangs. */
  readonly openInRoot: (pid: number, start: number, path: string, flags: number) => Promise<number>;
}

const errnoNames = new Map(Object.entries(constants.errno).map(([name, n]) => [n, name]));

function checked(call: string, path: string, result: number | bigint): number {
  const value = Number(result);
  if (value >= 0) return value;
  throw new NativeError(call, errnoNames.get(-value) ?? `errno ${-value}`, path);
}

/** A native function, with koffi's way to call it in a thread. */
interface NativeFunction<A extends unknown[], R> {
  (...args: A): R;
  readonly async: (...args: [...A, (error: Error | null, result: R) => void]) => void;
}

const inThread = <A extends unknown[], R>(fn: NativeFunction<A, R>): ((...args: A) => Promise<R>) =>
  promisify(fn.async) as (...args: A) => Promise<R>;

/** Loads the library, and refuses one built from another header rather than misread its structs. */
export function loadNsBridge(file: string): NsBridge {
  const lib = koffi.load(file);
  const bind = <A extends unknown[], R>(prototype: string): NativeFunction<A, R> =>
    lib.func(prototype) as NativeFunction<A, R>;

  const found = bind<[], number>('int nsb_abi(void)')();
  if (found !== abi) throw new NativeError('nsb_abi', `ABI ${found}, expected ${abi}`, file);

  // void * and not a struct: the library alone looks inside.
  const nsbOpen = bind<[string, unknown[]], number>('int nsb_open(const char *, _Out_ void **)');
  const nsbClose = bind<[unknown], undefined>('void nsb_close(void *)');
  const addHierarchy = bind<[unknown, string, number], number>(
    'int nsb_add_hierarchy(void *, const char *, int)',
  );
  const full = inThread(bind<[unknown, number], number>('int64_t nsb_full(void *, unsigned int)'));
  const tick = inThread(bind<[unknown, number], number>('int64_t nsb_tick(void *, int)'));
  const touch = inThread(
    bind<[unknown, Uint32Array, number], number>(
      'int64_t nsb_touch(void *, const uint32_t *, uint64_t)',
    ),
  );
  const copy = bind<[unknown, Uint8Array, number], number>(
    'int64_t nsb_copy(void *, uint8_t *, uint64_t)',
  );
  const eventsOpen = bind<[number, unknown[]], number>(
    'int nsb_events_open(uint32_t, _Out_ void **)',
  );
  const eventsWatch = bind<[unknown, string], number>('int nsb_events_watch(void *, const char *)');
  const eventsWait = inThread(
    bind<[unknown, number, number, Uint8Array, number], number>(
      'int64_t nsb_events_wait(void *, int, unsigned int, uint8_t *, uint64_t)',
    ),
  );
  const eventsStop = bind<[unknown], undefined>('void nsb_events_stop(void *)');
  const eventsClose = bind<[unknown], undefined>('void nsb_events_close(void *)');
  const openInRoot = inThread(
    bind<[number, number, string, number], number>(
      'int nsb_open_in_root(uint32_t, uint64_t, const char *, int)',
    ),
  );

  const openReader = (proc: string): NativeReader => {
    const out: unknown[] = [null];
    checked('nsb_open', proc, nsbOpen(proc, out));
    const reader = out[0];
    const frame = (call: string, result: number): Uint8Array | undefined => {
      const bytes = checked(call, proc, result);
      if (bytes === 0) return undefined;
      const copied = new Uint8Array(bytes);
      checked('nsb_copy', proc, copy(reader, copied, bytes));
      return copied;
    };
    return {
      addHierarchy: (path, version) =>
        checked('nsb_add_hierarchy', path, addHierarchy(reader, path, version)),
      full: async (threads) => {
        const bytes = frame('nsb_full', await full(reader, threads));
        if (!bytes) throw new NativeError('nsb_full', 'no frame', proc);
        return bytes;
      },
      tick: async (every) => frame('nsb_tick', await tick(reader, every ? 1 : 0)),
      touch: async (pids) => frame('nsb_touch', await touch(reader, pids, pids.length)),
      close: () => nsbClose(reader),
    };
  };

  const openEvents = (): NativeEvents | undefined => {
    const out: unknown[] = [null];
    const mask = checked('nsb_events_open', '', eventsOpen(0b11, out));
    const events = out[0];
    if (mask === 0) {
      eventsClose(events);
      return undefined;
    }
    const buffer = new Uint8Array(maxEvents * eventBytes);
    return {
      proc: (mask & 0b01) !== 0,
      cgroup: (mask & 0b10) !== 0,
      watch: (path) => checked('nsb_events_watch', path, eventsWatch(events, path)),
      wait: async (timeoutMs, settleMs) => {
        const result = await eventsWait(events, timeoutMs, settleMs, buffer, maxEvents);
        return readEvents(buffer, checked('nsb_events_wait', '', result));
      },
      stop: () => eventsStop(events),
      close: () => eventsClose(events),
    };
  };

  return {
    open: openReader,
    openEvents,
    openInRoot: async (pid, start, path, flags) =>
      checked('nsb_open_in_root', path, await openInRoot(pid, start, path, flags)),
  };
}

/** struct nsb_event: time, type, pid, arg. */
function readEvents(buffer: Uint8Array, count: number): NativeEvent[] {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return Array.from({ length: Math.min(count, maxEvents) }, (_, i) => ({
    type: view.getUint32(i * eventBytes + 8, true),
    pid: view.getUint32(i * eventBytes + 12, true),
    arg: view.getUint32(i * eventBytes + 16, true),
  }));
}
