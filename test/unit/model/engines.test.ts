import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { EngineSource } from '../../../src/model/engines/definition';
import { engineDefinitions } from '../../../src/model/engines/engines';

const id = 'c0ffee'.repeat(10) + 'abcd';

function source<K extends EngineSource['kind']>(
  engine: string,
  kind: K,
): Extract<EngineSource, { kind: K }> {
  const found = engineDefinitions
    .find((e) => e.id === engine)
    ?.sources.find((s): s is Extract<EngineSource, { kind: K }> => s.kind === kind);
  return found ?? assert.fail(`${engine} has no ${kind}`);
}

describe('Docker API', () => {
  const socket = source('docker', 'socket');
  const web = {
    Id: id,
    Names: ['/webserver'],
    Image: 'nginx:latest',
    Command: "nginx -g 'daemon off;'",
    Created: 1700000000,
    State: 'running',
    Labels: { role: 'web' },
  };

  it('list', () => {
    assert.deepEqual(socket.parseList(JSON.stringify([web])), {
      value: {
        containers: [
          {
            id,
            name: 'webserver',
            image: 'nginx:latest',
            command: "nginx -g 'daemon off;'",
            state: 'running',
            pid: undefined,
            created: 1700000000,
            labels: { role: 'web' },
          },
        ],
      },
      gaps: [],
    });
  });

  it('an entry that is none is a gap, the others are kept', () => {
    const { value, gaps } = socket.parseList(JSON.stringify([{ Id: '../../etc' }, 7, web]));
    assert.equal(value.containers.length, 1);
    assert.deepEqual(
      gaps.map((gap) => gap.kind),
      ['malformed', 'malformed'],
    );
  });

  it('an error answer or a cut one is a gap', () => {
    for (const body of ['{"message":"no"}', '[{"Id":"', '', 'null']) {
      const { value, gaps } = socket.parseList(body);
      assert.deepEqual([value.containers.length, gaps[0]?.kind], [0, 'malformed']);
    }
  });

  it('sizes are bounded', () => {
    const big = {
      ...web,
      Names: ['/' + 'n'.repeat(5000)],
      Image: 'i'.repeat(9999),
      State: 's'.repeat(99),
    };
    const { value } = socket.parseList(JSON.stringify(Array.from({ length: 10_001 }, () => big)));
    assert.equal(value.containers.length, 10_000);
    const [first] = value.containers;
    assert.deepEqual(
      [first?.name?.length, first?.image?.length, first?.state.length],
      [1023, 4096, 64],
    );
  });

  it('inspect tells the pid; 0 is none', () => {
    const inspect = (pid: number) =>
      socket.parseInspect?.(
        JSON.stringify({
          Id: id,
          Name: '/webserver',
          Created: '2024-05-01T10:00:00.123456789Z',
          Path: 'nginx',
          Args: ['-g', 'daemon off;'],
          State: { Status: 'running', Pid: pid },
          Config: { Image: 'nginx', Labels: null },
        }),
      ).value;
    assert.deepEqual(inspect(4711), {
      id,
      name: 'webserver',
      image: 'nginx',
      command: 'nginx -g daemon off;',
      state: 'running',
      pid: 4711,
      created: Date.UTC(2024, 4, 1, 10) / 1000 + 0.123,
      labels: undefined,
    });
    for (const none of [0, -1, 1.5, 2 ** 40]) assert.equal(inspect(none)?.pid, undefined);
  });

  it('a request is only made of an id', () => {
    assert.equal(socket.inspect?.(id), `/containers/${id}/json`);
    assert.throws(() => socket.inspect?.('x/../../images'), RangeError);
  });
});

describe('conmon of Podman', () => {
  const monitor = source('podman', 'monitor');
  const argv = [
    ...['/usr/bin/conmon', '--api-version', '1', '-c', id, '-u', id, '-n', 'web'],
    ...['-p', '/run/containers/storage/overlay-containers/x/userdata/pidfile'],
    ...['-b', `/var/lib/containers/storage/vfs-containers/${id}/userdata`],
    ...['--exit-command', '/usr/bin/podman'],
  ];
  const register = '/var/lib/containers/storage/vfs-containers/containers.json';
  const pidFile = '/run/containers/storage/overlay-containers/x/userdata/pidfile';

  it('files worth reading', () => {
    assert.deepEqual(monitor.files(argv), [
      register,
      '/var/lib/containers/storage/vfs-containers/volatile-containers.json',
      pidFile,
    ]);
    assert.ok(monitor.files(argv).length <= 4);
  });

  it('name, image and pid', () => {
    const entry = {
      id,
      names: ['web'],
      created: '2024-05-01T10:00:00Z',
      metadata: JSON.stringify({ 'image-name': 'docker.io/library/nginx:latest' }),
    };
    const files = new Map([
      [register, JSON.stringify([{ id: 'other' }, null, entry])],
      [pidFile, '4711\n'],
    ]);
    assert.deepEqual(monitor.parse(argv, files), {
      value: {
        id,
        name: 'web',
        image: 'docker.io/library/nginx:latest',
        state: 'running',
        pid: 4711,
        created: Date.UTC(2024, 4, 1, 10) / 1000,
      },
      gaps: [],
    });
  });

  it('without files the command line is enough', () => {
    assert.equal(monitor.parse(argv, new Map()).value?.name, 'web');
    assert.equal(monitor.parse(argv, new Map([[register, '{']])).gaps[0]?.kind, 'malformed');
  });

  it("what is not Podman's is nothing", () => {
    const crio = argv.filter((word) => word !== '/usr/bin/podman');
    for (const words of [[], ['conmon'], crio, argv.map((w) => (w === id ? '../x' : w))]) {
      assert.equal(monitor.parse(words, new Map()).value, undefined);
      assert.deepEqual(monitor.files(words), []);
    }
  });

  it('paths that lead out are not asked for', () => {
    const evil = argv.map((w) => w.replace(/^\/(?:run|var)\//, '/x/../'));
    assert.deepEqual(monitor.files(evil), []);
  });

  it('never throws', () => {
    const word = fc.oneof(fc.constantFrom(...argv), fc.string());
    const files = fc.array(
      fc.tuple(fc.constantFrom(register, pidFile), fc.oneof(fc.json(), fc.string())),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), files, (words, texts) => {
        monitor.files(words);
        monitor.parse(words, new Map(texts));
        monitor.parse(argv, new Map(texts));
      }),
    );
  });
});

describe('state of runc and crun', () => {
  it('runc', () => {
    const state = {
      id: 'r1',
      init_process_pid: 4711,
      init_process_start: 98765,
      created: '2024-05-01T10:00:00Z',
      config: { labels: ['bundle=/tmp/b', 'no-value', 'x=a=b'] },
    };
    assert.deepEqual(source('runc', 'state').parse('r1', JSON.stringify(state)).value, {
      id: 'r1',
      name: 'r1',
      state: 'running',
      pid: 4711,
      start: 98765,
      created: Date.UTC(2024, 4, 1, 10) / 1000,
      labels: { bundle: '/tmp/b', x: 'a=b' },
    });
  });

  it('crun', () => {
    const status = {
      pid: 4711,
      'process-start-time': 98765,
      bundle: '/tmp/b',
      created: '2024-05-01T10:00:00Z',
    };
    assert.deepEqual(source('crun', 'state').parse('k1', JSON.stringify(status)).value, {
      id: 'k1',
      name: 'k1',
      state: 'running',
      pid: 4711,
      start: 98765,
      created: Date.UTC(2024, 4, 1, 10) / 1000,
      labels: { bundle: '/tmp/b' },
    });
  });

  it('state of another container, a strange id or garbage is a gap', () => {
    for (const engine of ['runc', 'crun']) {
      const state = source(engine, 'state');
      for (const [name, text] of [
        ['r2', '{"id":"r1"}'],
        ['..', '{"id":"..","pid":1}'],
        ['a/b', '{"id":"a/b","pid":1}'],
        ['r1', ''],
        ['r1', '[]'],
      ] as const) {
        const { value, gaps } = state.parse(name, text);
        assert.deepEqual([value, gaps[0]?.kind], [undefined, 'malformed']);
      }
    }
  });
});

describe('every engine', () => {
  it('survives any JSON', () => {
    const values = fc.oneof(
      fc.jsonValue(),
      fc.record({
        Id: fc.constant(id),
        Names: fc.jsonValue(),
        State: fc.jsonValue(),
        Labels: fc.jsonValue(),
        Config: fc.jsonValue(),
      }),
      fc.record({
        id: fc.constant('x'),
        pid: fc.jsonValue(),
        config: fc.jsonValue(),
        created: fc.jsonValue(),
      }),
    );
    fc.assert(
      fc.property(values, (value) => {
        const text = JSON.stringify(value);
        for (const s of engineDefinitions.flatMap((e) => e.sources)) {
          if (s.kind === 'state') s.parse('x', text);
          if (s.kind !== 'socket') continue;
          s.parseList(text);
          s.parseList(`[${text}]`);
          s.parseInspect?.(text);
        }
      }),
    );
  });

  it('matches any path with a top that is its prefix, or not at all', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'docker',
        id,
        `docker-${id}.scope`,
        `libpod-${id}`,
        'runc-x.scope',
        'crun-.scope',
        '..',
        '',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const path = `/${parts.join('/')}`;
        for (const engine of engineDefinitions) {
          const match = engine.match(path);
          if (match !== undefined) {
            assert.ok(path === match.top || path.startsWith(`${match.top}/`));
            assert.notEqual(match.id, '');
          }
        }
      }),
    );
  });
});
