import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { Watch } from '../../../src/native-bridge/agent/watch';
import type { EventBatch, Reader } from '../../../src/native-bridge/reader/reader';
import { until } from '../../support/until';

interface Fake {
  readonly watch: Watch;
  /** What was asked of the reader, in order. */
  readonly calls: string[];
  readonly published: string[];
  /** Lets `events.wait` return. */
  readonly happen: (batch: Partial<EventBatch>) => void;
  failNext: boolean;
  congested: boolean;
}

/** A watch over a reader that answers each call with its name. */
function fake(t: TestContext, times = { active: 600_000, idle: 600_000, settle: 1 }): Fake {
  const calls: string[] = [];
  const published: string[] = [];
  const batches: EventBatch[] = [];
  let wake: (() => void) | undefined;
  let inside = 0;
  const call = async (name: string): Promise<Uint8Array> => {
    assert.equal(++inside, 1, 'one call at a time');
    calls.push(name);
    await new Promise(setImmediate);
    inside--;
    if (state.failNext) {
      state.failNext = false;
      throw new Error('reading failed');
    }
    return Buffer.from(name);
  };
  const reader: Reader = {
    kind: 'native',
    full: () => call('full'),
    tick: (every) => call(every ? 'tick every' : 'tick'),
    touch: (pids) => call(`touch ${pids.join()}`),
    dispose: () => wake?.(),
    events: {
      sources: ['proc'],
      wait: async () => {
        while (batches.length === 0 && !disposed) {
          await new Promise<void>((resolve) => (wake = resolve));
        }
        return batches.shift();
      },
    },
  };
  let disposed = false;
  const watch = new Watch(
    reader,
    {
      publish: (frame) => void published.push(Buffer.from(frame).toString()),
      isCongested: () => state.congested,
    },
    { info: () => undefined, warn: () => undefined },
    times,
  );
  t.after(() => {
    disposed = true;
    watch.dispose();
    reader.dispose();
  });
  const state: Fake = {
    watch,
    calls,
    published,
    happen: (batch) => {
      batches.push({ pids: [], cgroups: false, lost: false, ...batch });
      wake?.();
    },
    failNext: false,
    congested: false,
  };
  return state;
}

const saw = (f: Fake, name: string) => until(name, () => f.calls.at(-1) === name);

describe('Watch', () => {
  test('reads nothing before a picture was asked for', async (t) => {
    const f = fake(t, { active: 1, idle: 1, settle: 1 });
    f.watch.setMode('active');
    f.happen({ pids: [1] });
    await new Promise(setImmediate);
    assert.deepEqual(f.calls, []);
    await f.watch.full();
    await until('ticks', () => f.calls.length > 3);
    assert.deepEqual(f.calls.slice(0, 3), ['full', 'tick', 'tick']);
  });

  test('a tick at once when somebody begins to look, then events', async (t) => {
    const f = fake(t);
    await f.watch.full();
    f.watch.setMode('active');
    await saw(f, 'tick');
    f.happen({ pids: [5, 6] });
    await saw(f, 'touch 5,6');
    f.happen({ pids: [5], cgroups: true });
    await saw(f, 'tick');
    f.happen({ lost: true });
    await saw(f, 'tick every');
    await until('published', () => f.published.length === 4);
    assert.deepEqual(f.published, ['tick', 'touch 5,6', 'tick', 'tick every']);
  });

  test('events are only drained while nobody looks, and losses are not forgotten', async (t) => {
    const f = fake(t);
    await f.watch.full();
    f.watch.setMode('idle');
    f.happen({ pids: [5] });
    f.happen({ lost: true });
    await new Promise(setImmediate);
    assert.deepEqual(f.calls, ['full']);
    f.watch.setMode('active');
    await saw(f, 'tick every');
  });

  test('after a failure comes a full picture', async (t) => {
    const f = fake(t, { active: 1, idle: 1, settle: 1 });
    await f.watch.full();
    f.failNext = true;
    f.watch.setMode('active');
    await until('it went on', () => f.published.length > 1);
    assert.deepEqual(f.calls.slice(0, 4), ['full', 'tick', 'full', 'tick']);
    assert.deepEqual(f.published.slice(0, 2), ['full', 'tick']);
  });

  test('a failed first picture is the failure of who asked', async (t) => {
    const f = fake(t);
    f.failNext = true;
    await assert.rejects(f.watch.full(), /reading failed/);
    assert.equal(Buffer.from(await f.watch.full()).toString(), 'full');
  });

  test('nothing is read for one who does not listen', async (t) => {
    const f = fake(t, { active: 1, idle: 1, settle: 1 });
    await f.watch.full();
    f.congested = true;
    f.watch.setMode('active');
    f.happen({ pids: [5] });
    await new Promise(setImmediate);
    assert.deepEqual(f.calls, ['full']);
    f.congested = false;
    await saw(f, 'tick');
  });

  test('off is off', async (t) => {
    const f = fake(t, { active: 1, idle: 1, settle: 1 });
    await f.watch.full();
    f.watch.setMode('active');
    await saw(f, 'tick');
    f.watch.setMode('off');
    const before = f.published.length;
    f.happen({ pids: [5] });
    await until('what was on is over', () => !f.watch.isBusy);
    await new Promise(setImmediate);
    assert.ok(f.published.length <= before + 1);
    assert.ok(!f.calls.includes('touch 5'));
  });
});
