import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { AgentErrorCode, type AgentMethod } from '../../src/protocol/agent';
import type { AgentClient } from '../../src/native-bridge/client/agentClient';
import { RequestFailed } from '../../src/native-bridge/client/errors';
import { agentLaunch, isAlive, repository, scriptLaunch, testClient } from '../support/agent';
import { until } from '../support/until';

const launch = agentLaunch('--no-native');
const stat = readFileSync('/proc/self/stat', 'latin1');
const self = {
  pid: process.pid,
  start: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]),
};

/** Sends what the types would not let through. */
const send = (client: AgentClient, method: string, params: unknown): Promise<unknown> =>
  client.request(method as AgentMethod, params as never);

const refused = (code: number) => (error: unknown) =>
  error instanceof RequestFailed && error.code === code;

describe('requests to the agent', () => {
  test('hostile ones are refused, and it goes on', async (t) => {
    const { client } = testClient(t, launch);
    const { hierarchies } = await client.start();
    const bad: readonly [string, unknown][] = [
      ['hello', { protocol: '1' }],
      ['snapshot/watch', { mode: 'always' }],
      ['snapshot/watch', null],
      ['process/details', { processes: [] }],
      ['process/details', { processes: [{ pid: 0, start: 1 }] }],
      ['process/details', { processes: [{ pid: -1, start: 1 }] }],
      ['process/details', { processes: [{ pid: 1.5, start: 1 }] }],
      ['process/details', { processes: [{ pid: '1/../2', start: 1 }] }],
      ['process/details', { processes: Array.from({ length: 513 }, () => self) }],
      ['cgroups/read', { cgroups: [{ hierarchy: 64, path: '/' }] }],
      ['cgroups/read', { cgroups: [{ hierarchy: 63, path: '/' }] }],
      ['file/read', { of: 'process', ...self, name: 'mem' }],
      ['file/read', { of: 'process', ...self, name: 'root/etc/shadow' }],
      ['file/read', { of: 'process', ...self, name: 'fd/0' }],
      ['file/read', { of: 'process', ...self, name: '../self/status' }],
      ['file/read', { of: 'process', ...self, name: 'exe' }],
      ['file/read', { of: 'anything' }],
      ...['', '.', 'x/..', '/..', '/../etc', '/./a', '//', '/a//b', '/a/', '/a\0b'].map(
        (path) => ['cgroups/read', { cgroups: [{ hierarchy: 0, path }] }] as [string, unknown],
      ),
      ...['../x', 'cgroup/x', 'release_agent', 'cgroup.procs/..', 'passwd', ''].map(
        (name) =>
          ['file/read', { of: 'cgroup', cgroup: { hierarchy: 0, path: '/' }, name }] as [
            string,
            unknown,
          ],
      ),
    ];
    for (const [method, params] of bad) {
      const what = `${method} ${JSON.stringify(params)}`.slice(0, 200);
      if (hierarchies.length === 0 && /hierarchy/.test(what)) continue;
      await assert.rejects(
        send(client, method, params),
        refused(AgentErrorCode.InvalidParams),
        what,
      );
    }
    assert.equal(
      (await client.start()).pid,
      client.state.kind === 'ready' && client.state.hello.pid,
    );
  });

  test('another protocol is named as such', async (t) => {
    const { client } = testClient(t, launch);
    const request = client.request('hello', { protocol: 99 });
    await assert.rejects(request, refused(AgentErrorCode.ProtocolMismatch));
  });

  test('details have argv, and a gap for a process that is another by now', async (t) => {
    const { client } = testClient(t, launch);
    const { processes } = await client.request('process/details', {
      processes: [self, { ...self, start: self.start + 1 }, { pid: 4_194_304, start: 1 }],
    });
    assert.deepEqual(
      processes[0]?.cmdline,
      readFileSync('/proc/self/cmdline', 'utf8').split('\0').slice(0, -1),
    );
    assert.deepEqual(
      processes.map(({ gap }) => gap?.kind),
      [undefined, 'vanished', 'vanished'],
    );
  });

  test('files of a process', async (t) => {
    const { client } = testClient(t, launch);
    const file = (name: string) => client.request('file/read', { of: 'process', ...self, name });
    assert.equal((await file('limits')).text, readFileSync('/proc/self/limits', 'utf8'));
    assert.match((await file('ns-list')).text, /^mnt -> mnt:\[\d+\]$/m);
    const { text: list } = await client.request('file/read', { of: 'process-list', ...self });
    for (const name of ['status', 'net/unix', 'ns-list'])
      assert.ok(list.split('\n').includes(name));
    const other = client.request('file/read', {
      of: 'process',
      pid: self.pid,
      start: 1,
      name: 'stat',
    });
    await assert.rejects(other, refused(AgentErrorCode.Vanished));
  });

  test('files of a cgroup', async (t) => {
    const { client, live } = testClient(t, launch);
    await client.refresh();
    const cgroups = [...(live.picture?.snapshot.cgroups.values() ?? [])];
    if (cgroups.length === 0) {
      t.skip('no cgroup hierarchy is mounted');
      return;
    }
    const cgroup = cgroups.find(({ path }) => path === '/');
    assert.ok(cgroup);
    const { text: list } = await client.request('file/read', { of: 'cgroup-list', cgroup });
    assert.ok(list.split('\n').includes('cgroup.procs'), list);
    const { text } = await client.request('file/read', {
      of: 'cgroup',
      cgroup,
      name: 'cgroup.procs',
    });
    assert.match(text, /^(\d+\n)*$/);
    const answers = await client.request('cgroups/read', {
      cgroups: [cgroup, { hierarchy: cgroup.hierarchy, path: '/there is none' }],
    });
    assert.ok(Object.keys(answers.cgroups[0]?.files ?? {}).every((name) => list.includes(name)));
    assert.deepEqual(answers.cgroups[1]?.gap, { kind: 'vanished' });
  });
});

describe('the end of the agent', () => {
  async function started(t: TestContext) {
    const [command, ...args] = [launch.command, ...launch.args];
    const child = spawn(command, args, { env: launch.env, stdio: ['pipe', 'pipe', 'pipe'] });
    t.after(() => child.kill('SIGKILL'));
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'hello',
      params: { protocol: 1 },
    });
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    await once(child.stdout, 'data');
    child.stdout.resume();
    const exit = once(child, 'exit').then(() => ({
      code: child.exitCode,
      signal: child.signalCode,
    }));
    return { child, exit };
  }

  test('comes with the end of its input', async (t) => {
    const { child, exit } = await started(t);
    child.stdin.end();
    assert.deepEqual(await exit, { code: 0, signal: null });
  });

  test('comes with a signal', async (t) => {
    const { child, exit } = await started(t);
    child.kill('SIGTERM');
    assert.deepEqual(await exit, { code: 0, signal: null });
  });

  test('comes with garbage on its input', async (t) => {
    const { child, exit } = await started(t);
    child.stdin.write('GET / HTTP/1.1\r\n\r\n');
    assert.deepEqual(await exit, { code: 0, signal: null });
  });

  test('comes when nobody takes its answers', async (t) => {
    const { child } = await started(t);
    child.stdout.destroy();
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 2,
      method: 'hello',
      params: { protocol: 1 },
    });
    child.stdin.on('error', () => undefined); // it may be gone already
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    await until('it is gone', () => child.pid !== undefined && !isAlive(child.pid));
  });

  test('does not wait for a read that hangs', async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'stuck-'));
    t.after(() => rmSync(dir, { recursive: true, force: true }));
    const fifo = join(dir, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const { command, args, env } = scriptLaunch(
      join(repository, 'test/support/stuckProcess.ts'),
      fifo,
    );
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.stdin.end();
    await once(child, 'exit');
    assert.equal(child.signalCode, 'SIGKILL', 'exit(3) would have waited');
  });

  test('unknown methods have the code of JSON-RPC', async (t) => {
    const { child } = await started(t);
    const body = JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'shell/run', params: ['id'] });
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    const [data] = (await once(child.stdout, 'data')) as [Buffer];
    assert.match(data.toString(), /"code":-32601/);
  });
});
