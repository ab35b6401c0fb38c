import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { EngineDefinition, EngineSource } from '../../src/model/engines/definition';
import { docker } from '../../src/model/engines/docker';
import { runc } from '../../src/model/engines/runc';
import { engineLimits } from '../../src/native-bridge/agent/engines/answers';
import { Engines } from '../../src/native-bridge/agent/engines/engines';
import { openInSameRoot } from '../../src/native-bridge/agent/engines/inRoot';
import { loadNsBridge } from '../../src/native-bridge/ffi/nsbridge';
import type { EngineAnswer } from '../../src/protocol/agent';
import { library, openFiles, skipWithoutLibrary } from '../support/agent';
import { until } from '../support/until';

const id = 'a'.repeat(64);

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'engines-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** An engine like another, at places of the test. */
const at = (like: EngineDefinition, change: (source: EngineSource) => EngineSource) => ({
  ...like,
  sources: like.sources.map(change),
});

const dockerAt = (...paths: readonly string[]): EngineDefinition =>
  at(docker, (source) =>
    source.kind === 'socket' ? { ...source, paths, daemon: 'no such daemon' } : source,
  );

const runcAt = (root: string): EngineDefinition =>
  at(runc, (source) => (source.kind === 'state' ? { ...source, roots: [root] } : source));

const patient = { ...engineLimits, timeoutMs: 60_000 };
const hasty = { ...engineLimits, timeoutMs: 300 };

const ask = async (
  definition: EngineDefinition,
  openInRoot = openInSameRoot,
  limits = patient,
): Promise<readonly EngineAnswer[]> =>
  (await new Engines([definition], openInRoot, limits).read()).answers;

/** A server that does as it likes with each connection. */
async function serverAt(
  t: TestContext,
  path: string,
  serve: (socket: Socket, request: string) => void,
): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // the agent hangs up on bad answers
    socket.once('data', (data) => serve(socket, data.toString()));
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(path);
  await once(server, 'listening');
  return server;
}

const http = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const list = (...states: readonly string[]): string =>
  JSON.stringify(
    states.map((State, i) => ({
      Id: `${i}`.repeat(64),
      Names: [`/c${i}`],
      Image: 'nginx',
      State,
      Created: 1,
    })),
  );

describe('engines by socket', () => {
  test('containers and their pids', async (t) => {
    const path = join(folder(t), 'docker.sock');
    const asked: string[] = [];
    await serverAt(t, path, (socket, request) => {
      const target = request.split(' ')[1] ?? '';
      asked.push(target);
      const one = /^\/containers\/(\d+)\/json$/.exec(target);
      const inspected = {
        Id: one?.[1],
        Name: '/c',
        State: { Status: 'running', Pid: process.pid },
      };
      socket.end(http(one ? JSON.stringify(inspected) : list('running', 'exited')));
    });
    const engines = new Engines([dockerAt(path)], openInSameRoot, patient);
    const first = await engines.read();
    const [answer] = first.answers;
    assert.deepEqual(answer?.gaps, []);
    assert.deepEqual(
      answer.containers.map(({ name, state, pid }) => [name, state, pid]),
      [
        ['c0', 'running', process.pid],
        ['c1', 'exited', undefined],
      ],
    );
    assert.equal(asked.length, 2, 'one that does not run is not inspected');
    // As long as the process lives, its pid is not asked for again.
    assert.deepEqual(await engines.read(), first);
    assert.equal(asked.length, 3);
  });

  test('two paths to one socket are one place', async (t) => {
    const dir = folder(t);
    await serverAt(t, join(dir, 'a.sock'), (socket) => socket.end(http('[]')));
    symlinkSync(dir, join(dir, 'link'));
    const answers = await ask(dockerAt(join(dir, 'a.sock'), join(dir, 'link', 'a.sock')));
    assert.equal(answers.length, 1);
  });

  const hostile: readonly [string, (socket: Socket) => void, string, typeof hasty?][] = [
    ['says nothing', () => undefined, 'unreachable', hasty],
    ['hangs up', (s) => s.destroy(), 'unreachable'],
    ['is no HTTP', (s) => s.end('SSH-2.0-OpenSSH\r\n'), 'unreachable'],
    ['refuses', (s) => s.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'), 'unreachable'],
    ['redirects', (s) => s.end('HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n'), 'unreachable'],
    ['breaks off', (s) => s.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[]'), 'unreachable'],
    ['is no JSON', (s) => s.end(http('{{{{')), 'malformed'],
    ['is other JSON', (s) => s.end(http('{"Id":1}')), 'malformed'],
    ['nests deeply', (s) => s.end(http('['.repeat(1e6))), 'malformed'],
    ['lists nonsense', (s) => s.end(http('[1,null,{"Id":"../x"}]')), 'malformed'],
    [
      'never ends',
      (s) => {
        const more = () => {
          if (s.writable) s.write('x'.repeat(65_536), more);
        };
        s.write('HTTP/1.1 200 OK\r\n\r\n', more);
      },
      'unreachable',
    ],
    [
      'has endless headers',
      (s) => {
        const more = () => {
          if (s.writable) s.write(`X: ${'y'.repeat(4096)}\r\n`, more);
        };
        s.write('HTTP/1.1 200 OK\r\n', more);
      },
      'unreachable',
    ],
    [
      'drips',
      (s) => {
        s.write('HTTP/1.1 200 OK\r\n\r\n');
        const timer = setInterval(() => s.write(' '), 50);
        s.on('close', () => clearInterval(timer));
      },
      'unreachable',
      hasty,
    ],
  ];
  for (const [what, serve, kind, limits] of hostile) {
    test(`one that ${what} costs a gap`, async (t) => {
      const path = join(folder(t), 'docker.sock');
      await serverAt(t, path, serve);
      const [answer, ...others] = await ask(dockerAt(path), openInSameRoot, limits);
      assert.deepEqual(others, []);
      assert.deepEqual(answer?.containers, []);
      assert.ok(answer.gaps.length > 0);
      for (const gap of answer.gaps) assert.equal(gap.kind, kind, JSON.stringify(gap));
    });
  }

  test('what is no socket, or not there, is no place', async (t) => {
    const dir = folder(t);
    writeFileSync(join(dir, 'file'), '');
    assert.deepEqual(await ask(dockerAt(join(dir, 'file'), join(dir, 'none'), dir)), []);
  });

  test('nothing stays open', async (t) => {
    const path = join(folder(t), 'docker.sock');
    await serverAt(t, path, (socket) => socket.end(http('{{')));
    const engines = new Engines([dockerAt(path)], openInSameRoot, patient);
    await engines.read();
    const before = openFiles(process.pid);
    for (let i = 0; i < 10; i++) await engines.read();
    await until('all are closed', () => openFiles(process.pid) <= before + 2);
  });

  const skip =
    skipWithoutLibrary || (process.geteuid?.() === 0 ? false : 'needs root to make a namespace');
  test('a daemon is found by name, its socket in its own root', { skip }, async (t) => {
    const dir = folder(t);
    const hidden = join(dir, 'hidden');
    mkdirSync(hidden);
    const name = `d${process.pid}`;
    symlinkSync(process.execPath, join(dir, name));
    // like a real one it listens on more than its API
    const script = `require('node:http').createServer((q, r) => r.end('[]')).listen('${hidden}/d.sock',
      () => require('node:net').createServer((s) => s.end('?')).listen('${hidden}/other.sock',
      () => console.log('up'))); process.stdin.resume().on('end', () => process.exit());`;
    const daemon = spawn(
      'unshare',
      [
        '-m',
        'sh',
        '-c',
        'mount -t tmpfs none "$1" && exec "$2" -e "$3"',
        'sh',
        hidden,
        join(dir, name),
        script,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    t.after(async () => {
      daemon.stdin.end();
      if (daemon.exitCode === null) await once(daemon, 'exit');
    });
    await once(daemon.stdout, 'data');
    const definition = at(docker, (source) =>
      source.kind === 'socket' ? { ...source, paths: [], daemon: name } : source,
    );
    assert.deepEqual(await ask(definition, loadNsBridge(library).openInRoot), [
      { engine: 'docker', source: join(hidden, 'd.sock'), containers: [], gaps: [] },
    ]);
    assert.deepEqual(await ask(definition, openInSameRoot), [], 'another root is left alone');
  });
});

describe('engines by state directory', () => {
  const state = (own: string): string =>
    JSON.stringify({ id: own, init_process_pid: process.pid, init_process_start: 7 });

  test('each directory is a container; what is odd is a gap', async (t) => {
    const root = folder(t);
    for (const name of ['good', 'bad', 'empty', 'linked', 'fifo']) mkdirSync(join(root, name));
    writeFileSync(join(root, 'good', 'state.json'), state('good'));
    writeFileSync(join(root, 'bad', 'state.json'), '{');
    writeFileSync(join(root, 'secret'), state('linked'));
    symlinkSync(join(root, 'secret'), join(root, 'linked', 'state.json'));
    symlinkSync(join(root, 'good'), join(root, 'alias'));
    const [answer] = await ask(runcAt(root));
    assert.deepEqual(
      answer?.containers.map((c) => [c.id, c.pid]),
      [['good', process.pid]],
    );
    assert.deepEqual(answer.gaps.map(({ kind }) => kind).sort(), [
      'malformed',
      'unreachable',
      'unreachable',
    ]);
  });

  test('a root that does not exist is no place', async (t) => {
    assert.deepEqual(await ask(runcAt(join(folder(t), 'none'))), []);
  });
});

test('engines by monitor: the command line and the files it names', async (t) => {
  const dir = folder(t);
  const name = `m${process.pid}`;
  symlinkSync(process.execPath, join(dir, name));
  writeFileSync(join(dir, 'pidfile'), String(process.pid));
  const monitor = spawn(
    join(dir, name),
    ['-e', 'process.stdin.resume()', 'x', join(dir, 'pidfile')],
    {
      stdio: ['pipe', 'ignore', 'inherit'],
    },
  );
  t.after(() => monitor.kill('SIGKILL'));
  await once(monitor, 'spawn');
  const definition: EngineDefinition = {
    ...docker,
    id: 'test',
    sources: [
      {
        kind: 'monitor',
        comm: name,
        files: (argv) => [argv.at(-1) ?? '', join(dir, 'none'), '/proc/self/mem', '/dev/zero'],
        parse: (argv, files) => ({
          value: { id, name: argv[3], state: 'running', pid: Number(files.get(argv.at(-1) ?? '')) },
          gaps: [{ kind: 'malformed', where: 'files', text: [...files.keys()].join() }],
        }),
      },
    ],
  };
  const [answer] = await until('it is seen', async () => {
    const answers = await ask(definition);
    return answers.length > 0 && answers;
  });
  assert.deepEqual(answer?.containers, [{ id, name: 'x', state: 'running', pid: process.pid }]);
  assert.ok(
    answer.gaps.some((g) => g.kind === 'malformed' && g.text.startsWith(join(dir, 'pidfile'))),
  );
});
