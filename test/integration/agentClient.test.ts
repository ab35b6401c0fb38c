import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pid as toPid } from '../../src/model/ids';
import type { AgentState } from '../../src/native-bridge/client/agentClient';
import { AgentUnavailable, RequestTimeout } from '../../src/native-bridge/client/errors';
import type { Launch } from '../../src/native-bridge/client/launcher';
import { agentLaunch, isAlive, repository, testClient, textLaunch } from '../support/agent';
import { until } from '../support/until';

const node = agentLaunch('--no-native');
const readyPid = (state: AgentState): number | undefined =>
  state.kind === 'ready' ? state.hello.pid : undefined;

/** Answers hello as it likes, in plain JavaScript. */
const fakeAgent = (hello: string, then = ''): Launch =>
  textLaunch(`
    const send = (m) => { const s = JSON.stringify({ jsonrpc: '2.0', ...m });
      process.stdout.write('Content-Length: ' + Buffer.byteLength(s) + '\\r\\n\\r\\n' + s); };
    let rest = '';
    process.stdin.on('end', () => process.exit());
    process.stdin.on('data', (d) => {
      rest += d;
      for (let m; (m = /Content-Length: (\\d+)\\r\\n\\r\\n/.exec(rest)); ) {
        const from = m.index + m[0].length, to = from + Number(m[1]);
        if (rest.length < to) return;
        const { id, method } = JSON.parse(rest.slice(from, to));
        rest = rest.slice(to);
        if (method === 'hello') { send({ id, result: ${hello} }); ${then} }
      }
    });`);

const goodHello = `{ protocol: 1, version: '0', reader: 'node', uid: 0, pid: process.pid, hostname: 'h',
  kernel: 'k', bootId: 'b', clockTick: 100, events: [], hierarchies: [], initial: {}, own: {} }`;

describe('agent client', () => {
  test('after SIGKILL another agent comes, with a fresh picture', async (t) => {
    const { client, live } = testClient(t, node);
    const states: string[] = [];
    client.onState(({ kind }) => states.push(kind));
    const stale: boolean[] = [];
    live.onDidChange((picture) => stale.push(picture.stale));
    await client.watch('active');
    const first = readyPid(client.state);
    assert.ok(first !== undefined && live.picture?.stale === false);

    process.kill(first, 'SIGKILL');
    const second = await until('another agent', () => {
      const pid = readyPid(client.state);
      return pid !== first && pid;
    });
    await until('its picture', () => {
      const picture = live.picture;
      return picture?.stale === false && picture.snapshot.processes.has(toPid(second));
    });
    assert.ok(stale.includes(true), 'the last picture was marked stale meanwhile');
    assert.deepEqual(states.slice(0, 5), ['starting', 'ready', 'failed', 'starting', 'ready']);
  });

  test('an agent that stands still is replaced', async (t) => {
    const { client } = testClient(t, node, { pingEvery: 100, ping: 1500 });
    await client.watch('active');
    const first = readyPid(client.state);
    assert.ok(first !== undefined);
    const failure = new Promise<AgentUnavailable>((resolve) => {
      client.onState((state) => state.kind === 'failed' && resolve(state.error));
    });
    process.kill(first, 'SIGSTOP');
    assert.equal((await failure).kind, 'hangs');
    await until('the first is gone', () => !isAlive(first));
    await until('another agent', () => readyPid(client.state) !== undefined);
    assert.notEqual(readyPid(client.state), first);
  });

  test('a request that takes too long is given up; the agent is only slow', async (t) => {
    const { client } = testClient(t, fakeAgent(goodHello), { request: 100 });
    const { pid } = await client.start();
    const tooLong = new RequestTimeout('engines/read', 100);
    await assert.rejects(client.request('engines/read', {}), tooLong);
    await assert.rejects(client.request('engines/read', {}), tooLong);
    assert.equal(readyPid(client.state), pid);
  });

  test('a request can be taken back', async (t) => {
    const { client } = testClient(t, fakeAgent(goodHello));
    await client.start();
    const abort = new AbortController();
    const request = client.request('engines/read', {}, abort.signal);
    const reason = new Error('not needed any more');
    abort.abort(reason);
    await assert.rejects(request, reason);
    await assert.rejects(client.request('engines/read', {}, abort.signal), reason);
  });

  const garbage: readonly [string, Launch][] = [
    [
      'text before anything else',
      textLaunch(`console.log('hello there'); setInterval(() => {}, 1e6)`),
    ],
    [
      'binary noise',
      textLaunch(`process.stdout.write(Buffer.alloc(1e6, 0xfe)); setInterval(() => {}, 1e6)`),
    ],
    ['no JSON', fakeAgent(goodHello, `process.stdout.write('Content-Length: 4\\r\\n\\r\\n{{{{')`)],
    [
      'no JSON-RPC',
      fakeAgent(goodHello, `process.stdout.write('Content-Length: 2\\r\\n\\r\\n[]')`),
    ],
    [
      'a length beyond all measure',
      fakeAgent(goodHello, `process.stdout.write('Content-Length: 9999999999\\r\\n\\r\\n')`),
    ],
    [
      'a broken frame',
      fakeAgent(goodHello, `send({ method: 'snapshot/change', params: { frame: 'AAAA' } })`),
    ],
    ['no frame', fakeAgent(goodHello, `send({ method: 'snapshot/change', params: { frame: 7 } })`)],
    ['a hello that is none', fakeAgent(`{ protocol: 1, version: 7 }`)],
  ];
  for (const [what, launch] of garbage) {
    test(`garbage is noticed: ${what}`, async (t) => {
      const { client } = testClient(t, launch, { backoffMin: 600_000, backoffMax: 600_000 });
      client.start().catch(() => undefined); // may come to something before the garbage does
      const state = await until('it failed', () => client.state.kind === 'failed' && client.state);
      assert.equal(state.error.kind, 'garbage');
      assert.ok(state.retryAt !== undefined);
    });
  }

  test('another protocol is refused for good', async (t) => {
    const { client } = testClient(t, fakeAgent(goodHello.replace('protocol: 1', 'protocol: 2')));
    await assert.rejects(client.start(), { kind: 'protocol-mismatch' });
    assert.ok(client.state.kind === 'failed' && client.state.retryAt === undefined);
  });

  test('a command that does not exist', async (t) => {
    const launch: Launch = { rights: 'user', command: '/nonexistent', args: [], env: {} };
    const { client } = testClient(t, launch, { backoffMin: 600_000, backoffMax: 600_000 });
    await assert.rejects(client.start(), { kind: 'cannot-start' });
    const sudo = testClient(t, { ...launch, rights: 'sudo' });
    await assert.rejects(sudo.client.start(), { kind: 'sudo-missing' });
  });

  test('a crash before hello is retried until it works, with the log of why', async (t) => {
    const { client, lines } = testClient(
      t,
      textLaunch(`console.error('warn \\x1b[31mno'); process.exit(3)`),
    );
    await assert.rejects(client.start(), { kind: 'exited', detail: 'code 3' });
    await until('it was tried again', () => lines.filter((l) => l.includes('code 3')).length > 2);
    assert.ok(lines.includes('[agent] warn \\u{1b}[31mno'), lines.join('\n'));
  });

  test('a frame that builds on another revision costs a full read', async (t) => {
    const { client, live } = testClient(t, node);
    await client.refresh();
    const before = live.picture?.snapshot.revision;
    assert.ok(before !== undefined);
    await client.refresh();
    assert.ok((live.picture?.snapshot.revision ?? 0) > before);
  });

  test('disposing ends the agent and answers nothing more', async (t) => {
    const { client } = testClient(t, node);
    const { pid } = await client.start();
    await client.dispose();
    assert.equal(isAlive(pid), false);
    assert.equal(client.state.kind, 'stopped');
    await assert.rejects(client.request('engines/read', {}), { kind: 'stopped' });
  });

  test('disposing while it starts leaves nothing behind', async (t) => {
    const { client } = testClient(t, node);
    const starting = client.start();
    await client.dispose();
    await assert.rejects(starting, AgentUnavailable);
    assert.equal(client.state.kind, 'stopped');
  });

  test('an agent whose client is killed ends by itself', async (t) => {
    const script = join(repository, 'test/support/clientProcess.ts');
    const client = spawn(process.execPath, ['--import', require.resolve('tsx'), script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    t.after(() => client.kill('SIGKILL'));
    const [line] = (await once(client.stdout, 'data')) as [Buffer];
    const agent = Number(line.toString());
    assert.ok(isAlive(agent));
    client.kill('SIGKILL');
    await until('the agent is gone', () => !isAlive(agent));
  });
});
