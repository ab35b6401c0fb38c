import type { FrameView } from './frameView';

interface Entry<T> {
  readonly at: number;
  readonly value: T;
  readonly next: Entry<T> | undefined;
}

/**
 * One value for equal runs of 32-bit words of a frame: thousands of processes share a handful of
 * capability sets, id sets and namespace sets. Building each once is most of the decoder's speed.
 */
export class Intern<T> {
  readonly #entries = new Map<number, Entry<T>>();
  #last: Entry<T> | undefined;

  constructor(
    private readonly frame: FrameView,
    private readonly words: number,
    private readonly make: (at: number) => T,
  ) {}

  at(at: number): T {
    // Neighbours are often alike: children of one parent, threads of one kernel.
    if (this.#last && this.#equal(this.#last.at, at)) return this.#last.value;
    this.#last = this.#find(at);
    return this.#last.value;
  }

  #find(at: number): Entry<T> {
    let hash = 0x811c_9dc5;
    for (let i = 0; i < this.words; i++) {
      hash = Math.imul(hash ^ this.frame.u32(at + 4 * i), 0x0100_0193);
      hash ^= hash >>> 15;
    }
    const first = this.#entries.get(hash);
    for (let entry = first; entry; entry = entry.next) {
      if (this.#equal(entry.at, at)) return entry;
    }
    const value = this.make(at);
    // Words that collide on purpose must not make a chain as long as the frame.
    const next = first && depth(first) < maxChain ? first : undefined;
    const entry = { at, value, next };
    this.#entries.set(hash, entry);
    return entry;
  }

  #equal(a: number, b: number): boolean {
    for (let i = 0; i < this.words; i++) {
      if (this.frame.u32(a + 4 * i) !== this.frame.u32(b + 4 * i)) return false;
    }
    return true;
  }
}

const maxChain = 8;
const depth = (entry: Entry<unknown>): number => {
  let n = 0;
  for (let e: Entry<unknown> | undefined = entry; e; e = e.next) n++;
  return n;
};
