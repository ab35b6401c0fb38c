import { readFileSync } from 'node:fs';
import { Lifetime } from '../../../src/native-bridge/agent/lifetime';
import { stderrLog } from '../../../src/native-bridge/agent/log';
import { openInSameRoot } from '../../../src/native-bridge/agent/engines/inRoot';
import { serve } from '../../../src/native-bridge/agent/serve';
import { QuietWriter } from '../../../src/native-bridge/pipe/quietWriter';
import { StrictReader } from '../../../src/native-bridge/pipe/strictReader';
import type { EventBatch, Reader } from '../../../src/native-bridge/reader/reader';
import { FrameDecoder } from '../../../src/protocol/frame/decode';
import { encodeFrame } from '../../../src/protocol/frame/encode';
import { header } from '../../../src/protocol/frame/layout';
import { deltaProcesses } from './objects';

/**
 * The real agent over a reader that reads nothing: a recorded frame is its full picture, and at
 * each SIGUSR2 the first processes of it have changed. What is measured is the way, not the read.
 */
function main(): void {
  const lifetime = new Lifetime(stderrLog);
  const facts = {
    reader: replay(readFileSync(process.argv[2] ?? '')),
    version: '0',
    readerWhy: undefined,
    hierarchies: [],
    openInRoot: openInSameRoot,
  };
  const served = serve(
    new StrictReader(process.stdin, 1024 * 1024),
    new QuietWriter(process.stdout),
    facts,
    { isCongested: () => false, log: stderrLog },
    () => lifetime.end(0),
  );
  lifetime.owns(served);
}

function replay(frame: Uint8Array): Reader {
  const full = new FrameDecoder().decode(frame);
  const delta = encodeFrame({
    revision: 0,
    base: 0,
    bootTime: full.bootTime,
    processes: full.processes.slice(0, deltaProcesses),
    goneProcesses: [],
    namespaces: [],
    goneNamespaces: [],
    cgroups: [],
    goneCgroups: [],
  });
  let revision = full.revision;
  const signals = new Signals();
  return {
    kind: 'native',
    events: { sources: ['proc'], wait: () => signals.next() },
    full: () => {
      revision = full.revision;
      return Promise.resolve(frame);
    },
    tick: () => Promise.resolve(undefined),
    touch: () => {
      const view = new DataView(delta.buffer, delta.byteOffset);
      view.setBigUint64(header.base, BigInt(revision++), true);
      view.setBigUint64(header.revision, BigInt(revision), true);
      return Promise.resolve(delta);
    },
    dispose: () => signals.stop(),
  };
}

/** SIGUSR2 as the event that a process changed; one is kept while nobody waits. */
class Signals {
  #pending = false;
  #stopped = false;
  #wake: () => void = () => undefined;

  constructor() {
    process.on('SIGUSR2', () => {
      this.#pending = true;
      this.#wake();
    });
  }

  async next(): Promise<EventBatch | undefined> {
    while (!this.#pending && !this.#stopped) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#pending = false;
    return this.#stopped ? undefined : { pids: [1], cgroups: false, lost: false };
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }
}

main();
