import { join } from 'node:path';
import { applyChange } from '../../../src/model/applyChange';
import type { Snapshot } from '../../../src/model/snapshot';
import { loadNsBridge, type NativeReader } from '../../../src/native-bridge/ffi/nsbridge';
import { findHierarchies } from '../../../src/native-bridge/reader/hierarchies';
import { FrameDecoder } from '../../../src/protocol/frame/decode';
import type { Cost } from '../figure';
import { costOf } from './cost';
import { own } from './owned';

const threads = 2;
export const hierarchies = findHierarchies();
const bridge = loadNsBridge(
  join(process.cwd(), 'native/bin', `linux-${process.arch}`, 'libnsbridge.so'),
);

function openReader(): NativeReader {
  const reader = bridge.open('/proc');
  for (const { mountPoint, version } of hierarchies) reader.addHierarchy(mountPoint, version);
  return reader;
}

/** A frame of this host. */
export async function readFrame(): Promise<Uint8Array> {
  const reader = openReader();
  try {
    return await reader.full(threads);
  } finally {
    reader.close();
  }
}

export function snapshotOf(frame: Uint8Array, before?: Snapshot, decoder = new FrameDecoder()) {
  const snapshot = applyChange(before, decoder.decode(frame), hierarchies);
  if (!snapshot) throw new Error('a delta was lost');
  return snapshot;
}

/** From nothing to a snapshot of JavaScript objects, with a reader that never read before. */
export async function fullCost(least: number): Promise<Cost> {
  const reader = openReader();
  try {
    return await costOf(async () => {
      const snapshot = snapshotOf(await reader.full(threads));
      if (snapshot.processes.size < least) throw new Error(`only ${snapshot.processes.size} seen`);
    });
  } finally {
    reader.close();
  }
}

let ticking: { reader: NativeReader; decoder: FrameDecoder; snapshot: Snapshot } | undefined;

export async function startTicks(): Promise<void> {
  const reader = openReader();
  own(() => reader.close());
  const decoder = new FrameDecoder();
  ticking = {
    reader,
    decoder,
    snapshot: snapshotOf(await reader.full(threads), undefined, decoder),
  };
}

/** One tick, to the next snapshot. */
export async function tickCost(): Promise<Cost> {
  const state = ticking;
  if (!state) throw new Error('startTicks comes first');
  return costOf(async () => {
    const frame = await state.reader.tick(false);
    if (frame) state.snapshot = snapshotOf(frame, state.snapshot, state.decoder);
  });
}
