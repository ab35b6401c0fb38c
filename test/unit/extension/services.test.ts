import assert from 'node:assert/strict';
import { beforeEach, describe, it, mock } from 'node:test';
import type { LogOutputChannel } from 'vscode';
import { cgroupKey } from '../../../src/model/ids';
import type { Cgroup } from '../../../src/model/snapshot';
import {
  AgentUnavailable,
  RequestFailed,
  RequestTimeout,
} from '../../../src/native-bridge/client/errors';
import { AgentErrorCode } from '../../../src/protocol/agent';
import { commands } from '../../../src/extension/contributions';
import { CommandRegistry } from '../../../src/extension/commands/register';
import { GoneError, NoPictureError } from '../../../src/extension/commands/subjects';
import { explain } from '../../../src/extension/errors';
import { ContextKeySetter } from '../../../src/extension/platform/contextKeys';
import { DisposableStore } from '../../../src/extension/platform/lifecycle';
import { EngineReader } from '../../../src/extension/services/engineReader';
import { OutageNotice } from '../../../src/extension/services/outageNotice';
import { UsageReader } from '../../../src/extension/services/usageReader';
import { Coalescer } from '../../../src/views/tree/coalesce';
import { recorded } from '../../support/vscode';

const log = {
  error: () => undefined,
  warn: () => undefined,
  debug: () => undefined,
} as unknown as LogOutputChannel;

beforeEach(() => recorded.reset());

/** Lets everything that waits for a promise go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('errors', () => {
  const kinds = [
    ...['cannot-start', 'exited', 'hangs', 'garbage', 'protocol-mismatch', 'sudo-missing'],
    ...['sudo-needs-password', 'sudo-refused', 'stopped'],
  ] as const;

  it('are a sentence without jargon and a button that helps', () => {
    const errors = [
      ...kinds.map((kind) => new AgentUnavailable(kind, 'detail\u202e')),
      ...Object.values(AgentErrorCode).map(
        (code) => new RequestFailed('file/read', code, 'detail'),
      ),
      new RequestTimeout('hello', 5000),
      new GoneError('x'),
      new NoPictureError('x'),
      new Error('anything'),
    ];
    for (const error of errors) {
      const { message, actions } = explain(error);
      assert.match(message, /^[A-Z].*[.g]$/, message);
      assert.ok(!message.includes('detail'), message);
      assert.ok(actions.length > 0, message);
    }
  });

  it('offer only commands that exist', async () => {
    for (const kind of kinds) {
      const { actions } = explain(new AgentUnavailable(kind, ''));
      for (const action of actions) await action.run();
    }
    for (const { id } of recorded.commands) {
      assert.ok(id in commands || id.startsWith('workbench.'), id);
    }
  });
});

describe('commands', () => {
  it('end their errors in one message', async () => {
    const registry = new CommandRegistry(log, () => undefined);
    registry.add('containerInternals.refresh', () => {
      throw new GoneError('x');
    });
    await recorded.registered.get('containerInternals.refresh')?.();
    assert.deepEqual(recorded.messages, ['This is not there any more.']);
  });
});

describe('an outage', () => {
  const failed = {
    kind: 'failed',
    error: new AgentUnavailable('exited', 'SIGKILL'),
    retryAt: 1,
  } as const;

  it('is told with what happens next', () => {
    new OutageNotice(log).show(failed, true);
    assert.equal(recorded.messages.length, 1);
    assert.match(recorded.messages[0] ?? '', /started again; the views show the last picture/);
  });

  it('promises no picture where there was none', () => {
    new OutageNotice(log).show(failed, false);
    assert.doesNotMatch(recorded.messages[0] ?? '', /picture/);
  });
});

describe('context keys', () => {
  it('are told to the editor only when they change', () => {
    const keys = new ContextKeySetter();
    for (const value of ['loading', 'loading', 'ready'] as const) {
      keys.set('containerInternals.state', value);
    }
    assert.equal(recorded.commands.length, 2);
  });
});

describe('DisposableStore', () => {
  it('ends the last first, and what comes too late at once', () => {
    const ended: string[] = [];
    const item = (name: string) => ({ dispose: () => ended.push(name) });
    const store = new DisposableStore();
    store.add(item('a'));
    store.add(item('b'));
    store.dispose();
    store.add(item('late'));
    store.dispose();
    assert.deepEqual(ended, ['b', 'a', 'late']);
  });
});

describe('Coalescer', () => {
  it('runs at once, then once for all that came meanwhile', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let runs = 0;
    const coalescer = new Coalescer(() => runs++, 250);
    coalescer.request();
    assert.equal(runs, 1);
    for (let i = 0; i < 100; i++) coalescer.request();
    assert.equal(runs, 1);
    t.mock.timers.tick(250);
    assert.equal(runs, 2);
    t.mock.timers.tick(1000);
    assert.equal(runs, 2);
    coalescer.request();
    coalescer.request();
    coalescer.dispose();
    t.mock.timers.tick(1000);
    assert.equal(runs, 3);
  });
});

const cgroup = (inode: number): Cgroup => ({
  key: cgroupKey(0, inode),
  hierarchy: 0,
  inode,
  path: `/${inode}`,
  parent: undefined,
  processes: undefined,
});

describe('UsageReader', () => {
  it('reads in one request what is asked for together, and only while somebody looks', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const asked: string[][] = [];
    const changes: string[] = [];
    const reader = new UsageReader(
      ({ cgroups }) => {
        asked.push(cgroups.map(({ path }) => path));
        return Promise.resolve({
          cgroups: cgroups.map((one) => ({ ...one, files: { 'pids.current': '4' } })),
        });
      },
      (what) => changes.push(what),
      log,
    );
    reader.usage(cgroup(1));
    t.mock.timers.tick(10_000);
    assert.deepEqual(asked, [], 'nobody looks');
    reader.active = true;
    assert.equal(reader.usage(cgroup(1)), undefined);
    reader.usage(cgroup(2));
    t.mock.timers.tick(50);
    await settle();
    assert.deepEqual(asked, [['/1', '/2']]);
    assert.deepEqual(changes, ['figures']);
    assert.equal(reader.usage(cgroup(1))?.pids?.current, 4);
    reader.active = false;
    t.mock.timers.tick(10_000);
    await settle();
    assert.equal(asked.length, 1);
    reader.dispose();
  });

  it('tells of a cgroup that froze, and forgets figures that could not be read', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let answer: 'frozen' | 'failure' = 'frozen';
    const changes: string[] = [];
    const reader = new UsageReader(
      ({ cgroups }) =>
        answer === 'failure'
          ? Promise.reject(new Error('gone'))
          : Promise.resolve({
              cgroups: cgroups.map((one) => ({ ...one, files: { 'cgroup.events': 'frozen 1\n' } })),
            }),
      (what) => changes.push(what),
      log,
    );
    reader.active = true;
    reader.usage(cgroup(1));
    t.mock.timers.tick(50);
    await settle();
    assert.deepEqual(changes, ['frozen']);
    assert.deepEqual([...reader.frozen], [cgroupKey(0, 1)]);
    answer = 'failure';
    reader.usage(cgroup(1));
    t.mock.timers.tick(5000);
    await settle();
    assert.equal(reader.usage(cgroup(1)), undefined);
    reader.dispose();
  });
});

describe('EngineReader', () => {
  it('asks once for many requests, polls only while active, and tells only of changes', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    let asked = 0;
    let changes = 0;
    const reader = new EngineReader(
      () => {
        asked++;
        return Promise.resolve([{ engine: 'docker', source: '/x', containers: [], gaps: [] }]);
      },
      () => changes++,
      log,
    );
    for (let i = 0; i < 5; i++) reader.request();
    mock.timers.tick(500);
    await settle();
    assert.equal(asked, 1);
    mock.timers.tick(60_000);
    await settle();
    assert.equal(asked, 1, 'inactive: no poll');
    reader.active = true;
    mock.timers.tick(200);
    await settle();
    mock.timers.tick(5_000);
    await settle();
    assert.equal(asked, 3);
    assert.equal(changes, 1);
    reader.dispose();
    mock.timers.tick(60_000);
    await settle();
    assert.equal(asked, 3);
    mock.timers.reset();
  });
});
