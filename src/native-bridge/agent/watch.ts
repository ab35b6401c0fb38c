import { setTimeout as delay } from 'node:timers/promises';
import type { AgentParams } from '../../protocol/agent';
import type { EventBatch, Reader } from '../reader/reader';
import type { AgentLog } from './log';

export type WatchMode = AgentParams<'snapshot/watch'>['mode'];

export interface WatchTimes {
  /** From one tick to the next, ms. */
  readonly active: number;
  readonly idle: number;
  /** How long a burst of events is given to end, ms. */
  readonly settle: number;
}

export const watchTimes: WatchTimes = { active: 1000, idle: 5000, settle: 10 };

/** Of the time from one tick to the next, at most this part is spent on the tick. */
const maxShare = 0.05;
const maxPeriod = 30_000;
/** Reads caused by events may take more: somebody looks, and something happens. */
const maxEventShare = 0.2;
const eventWait = 1000;

export interface WatchTarget {
  publish(frame: Uint8Array): void;
  /** The other side does not take what it was sent, so nothing more is read for now. */
  isCongested(): boolean;
}

/**
 * Keeps the picture current: a tick every period, and in between what events name. The reader takes
 * one call at a time, so all calls stand in one queue.
 */
export class Watch {
  #mode: WatchMode = 'off';
  /** Somebody asked for a full picture, so deltas are welcome. */
  #wanted = false;
  #hasPicture = false;
  #everyNext = false;
  #queue: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #pumping = false;
  #disposed = false;
  #busy = false;
  /** CPU time of the last tick and of the last call whatever it was, ms. */
  #tickCost = 0;
  #lastCost = 0;

  constructor(
    private readonly reader: Reader,
    private readonly target: WatchTarget,
    private readonly log: AgentLog,
    private readonly times: WatchTimes = watchTimes,
  ) {}

  /** A new full picture; the deltas that follow build on it. */
  full(): Promise<Uint8Array> {
    return this.#enqueue(async () => {
      this.#wanted = true;
      // A call that fails takes the picture with it.
      this.#hasPicture = false;
      const frame = await this.reader.full();
      this.#hasPicture = true;
      this.#everyNext = false;
      this.#schedule();
      return frame;
    });
  }

  setMode(mode: WatchMode): void {
    const wakes = mode === 'active' && this.#mode !== 'active';
    this.#mode = mode;
    // Who begins to look wants to see what is, not what was a period ago.
    this.#schedule(wakes ? 0 : undefined);
    if (mode !== 'off') void this.#pump();
  }

  /** A call is inside the reader, perhaps in a native thread that cannot be interrupted. */
  get isBusy(): boolean {
    return this.#busy;
  }

  dispose(): void {
    this.#disposed = true;
    this.#mode = 'off';
    clearTimeout(this.#timer);
  }

  #enqueue<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(async () => {
      this.#busy = true;
      const since = performance.now();
      const cpu = process.cpuUsage();
      try {
        return await call();
      } finally {
        const { user, system } = process.cpuUsage(cpu);
        // Waiting for a busy machine is no cost of ours, and neither is what another request burns.
        this.#lastCost = Math.min(performance.now() - since, (user + system) / 1000);
        this.#busy = false;
      }
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Sets the one timer anew. Before the first full picture was asked for there is nothing to do. */
  #schedule(ms?: number): void {
    clearTimeout(this.#timer);
    if (this.#mode === 'off' || this.#disposed || !this.#wanted) return;
    this.#timer = setTimeout(() => void this.#tick(), ms ?? this.#period(this.#mode));
  }

  #period(mode: Exclude<WatchMode, 'off'>): number {
    const wanted = this.times[mode];
    return Math.max(wanted, Math.min(maxPeriod, this.#tickCost / maxShare));
  }

  async #tick(): Promise<void> {
    await this.#read(async () => {
      const every = this.#everyNext;
      this.#everyNext = false;
      return this.reader.tick(every);
    });
    this.#tickCost = this.#lastCost;
    this.#schedule();
  }

  /** One delta. A failure leaves the reader without a picture, so the next one is a full frame. */
  async #read(call: () => Promise<Uint8Array | undefined>): Promise<void> {
    if (this.target.isCongested()) return;
    try {
      await this.#enqueue(async () => {
        if (this.#disposed) return;
        const frame = this.#hasPicture ? await call() : await this.reader.full();
        this.#hasPicture = true;
        if (frame) this.target.publish(frame);
      });
    } catch (error) {
      this.#hasPicture = false;
      this.log.warn(`reading failed, next is a full picture: ${String(error)}`);
    }
  }

  async #pump(): Promise<void> {
    const events = this.reader.events;
    if (this.#pumping || !events) return;
    this.#pumping = true;
    try {
      while (this.#mode !== 'off') {
        // Nobody looks in idle mode: the queue is only kept from overflowing.
        const settle = this.#mode === 'active' ? this.times.settle : eventWait;
        const batch = await events.wait(eventWait, settle);
        if (!batch) return;
        await this.#onEvents(batch);
      }
    } catch (error) {
      this.log.warn(`no more events, ticks go on: ${String(error)}`);
    } finally {
      this.#pumping = false;
    }
  }

  async #onEvents({ pids, cgroups, lost }: EventBatch): Promise<void> {
    if (lost) this.#everyNext = true;
    if (this.#mode !== 'active' || !this.#hasPicture) return;
    if (lost || cgroups) await this.#tick();
    else if (pids.length > 0) await this.#read(() => this.reader.touch(pids));
    else return;
    // In a storm of events the reads are spaced out; what happens meanwhile is one larger batch.
    const pause = Math.min(this.times.active, this.#lastCost * (1 / maxEventShare - 1));
    if (pause > this.times.settle) await delay(pause);
  }
}
