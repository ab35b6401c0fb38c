import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AgentLines } from '../../../src/native-bridge/client/agentLines';
import { Backoff } from '../../../src/native-bridge/client/backoff';
import { exitFailure, launchOf, startFailure } from '../../../src/native-bridge/client/launcher';

const node = { execPath: '/usr/bin/node', electron: false };
const electron = { execPath: '/opt/code', electron: true };

describe('launchOf', () => {
  test('as the user', () => {
    const { command, args, env } = launchOf('user', '/x/agent.js', { runtime: node });
    assert.deepEqual([command, ...args], ['/usr/bin/node', '/x/agent.js']);
    assert.equal(env['ELECTRON_RUN_AS_NODE'], undefined);
    assert.equal(env['LC_ALL'], 'C');
    assert.equal(env['NODE_OPTIONS'], undefined);
  });

  test('Electron is told to be Node', () => {
    assert.equal(launchOf('user', '/x', { runtime: electron }).env['ELECTRON_RUN_AS_NODE'], '1');
    const { command, args } = launchOf('sudo', '/x', { runtime: electron, noNative: true });
    assert.deepEqual(
      [command, ...args],
      [
        'sudo',
        '-n',
        '--',
        '/usr/bin/env',
        'ELECTRON_RUN_AS_NODE=1',
        '/opt/code',
        '/x',
        '--no-native',
      ],
    );
  });

  test('through sudo', () => {
    const { command, args } = launchOf('sudo', '/x/agent.js', { runtime: node });
    assert.equal([command, ...args].join(' '), 'sudo -n -- /usr/bin/env /usr/bin/node /x/agent.js');
  });
});

describe('the end of a process', () => {
  const sudo = launchOf('sudo', '/x', { runtime: node });
  const user = launchOf('user', '/x', { runtime: node });
  const cases: readonly [string, string][] = [
    ['sudo: a password is required\n', 'sudo-needs-password'],
    [
      'sudo: a terminal is required to read the password; either use the -S\n',
      'sudo-needs-password',
    ],
    ['ann is not in the sudoers file.\n', 'sudo-refused'],
    ['Sorry, user ann is not allowed to execute /usr/bin/env as root on h.\n', 'sudo-refused'],
    ['Sorry, user ann may not run sudo on h.\n', 'sudo-refused'],
    ['sudo: The "no new privileges" flag is set\n', 'sudo-refused'],
    ['warn something of the agent\n', 'exited'],
  ];
  for (const [stderr, kind] of cases) {
    test(`${kind}: ${stderr.trim()}`, () => {
      assert.equal(exitFailure(sudo, 1, null, stderr).kind, kind);
      assert.equal(exitFailure(user, 1, null, stderr).kind, 'exited');
    });
  }

  test('by a signal, or before the start', () => {
    assert.deepEqual(exitFailure(sudo, null, 'SIGKILL', '').detail, 'SIGKILL');
    const missing = Object.assign(new Error('spawn'), { code: 'ENOENT' });
    assert.equal(startFailure(sudo, missing).kind, 'sudo-missing');
    assert.equal(startFailure(user, missing).kind, 'cannot-start');
  });
});

test('the wait doubles to its limit, and starts anew after good health', () => {
  let now = 0;
  const backoff = new Backoff({ backoffMin: 250, backoffMax: 3000, healthy: 60_000 }, () => now);
  assert.deepEqual(
    Array.from({ length: 6 }, () => backoff.next()),
    [250, 500, 1000, 2000, 3000, 3000],
  );
  backoff.started();
  now += 59_999;
  assert.equal(backoff.next(), 3000);
  backoff.started();
  now += 60_000;
  assert.equal(backoff.next(), 250);
});

describe('lines of the agent', () => {
  function lines() {
    const out: string[] = [];
    let now = 0;
    const log = {
      info: (m: string) => void out.push(`I ${m}`),
      warn: (m: string) => void out.push(`W ${m}`),
    };
    return { out, lines: new AgentLines(log, () => now), pass: (ms: number) => (now += ms) };
  }

  test('are put together, escaped and cut', () => {
    const { out, lines: l } = lines();
    l.push('info a');
    l.push('b\nwarn \x1b[2J\u202e\n');
    l.push('x'.repeat(5000));
    l.end();
    assert.deepEqual(out, [
      'I [agent] info ab',
      'W [agent] warn \\u{1b}[2J\\u{202e}',
      `W [agent] ${'x'.repeat(1000)}`,
    ]);
    assert.ok(l.tail.length <= 4096);
  });

  test('are counted when there are too many', () => {
    const { out, lines: l, pass } = lines();
    l.push('x\n'.repeat(80));
    assert.equal(out.length, 50);
    pass(10_001);
    l.push('y\n');
    assert.deepEqual(out.slice(50), ['W [agent] 30 more lines left out', 'W [agent] y']);
  });
});
