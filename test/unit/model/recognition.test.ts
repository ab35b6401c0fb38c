import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { namespaceKey, pid } from '../../../src/model/ids';
import type { Container, EngineContainerFacts, EngineFacts } from '../../../src/model/picture';
import { makePicture } from '../../../src/model/picture/makePicture';
import type { Namespace, Process } from '../../../src/model/snapshot';
import { host, hostNamespaces, process, snapshot } from './build';

const idA = 'a'.repeat(64);
const idB = 'b'.repeat(64);

const facts = (
  engine: string,
  ...containers: readonly (Partial<EngineContainerFacts> & { readonly id: string })[]
): EngineFacts => ({
  engine,
  source: 'test',
  gaps: [],
  containers: containers.map((c) => ({ state: 'running', ...c })),
});

const child = (inner: number, outer: number): Partial<Namespace> => ({
  key: namespaceKey('pid', inner),
  parent: outer === 0 ? hostNamespaces.pid : namespaceKey('pid', outer),
});

function found(
  processes: readonly Process[],
  engines: readonly EngineFacts[] = [],
  namespaces: readonly Partial<Namespace>[] = [],
): readonly Container[] {
  return makePicture(snapshot(processes, namespaces), host, engines).containers();
}

/** key, parent, main and processes of all but the host. */
const rows = (containers: readonly Container[]): readonly string[] =>
  containers
    .filter((c) => c.kind !== 'host')
    .map((c) => {
      const parent = c.parent === undefined ? '' : ` in ${c.parent}`;
      return `${c.key}${parent} main ${String(c.main)} all ${c.processes.join(',')}`;
    });

const short = (row: string): string => row.replaceAll(idA, 'A').replaceAll(idB, 'B');

describe('containers by cgroup', () => {
  const own = { pid: 10, mnt: 11, net: 12 };
  for (const [name, key, cgroup] of [
    ['docker, cgroupfs driver, any prefix', 'docker:A', `/some-scope/docker/${idA}`],
    ['docker, systemd driver', 'docker:A', `/system.slice/docker-${idA}.scope`],
    ['docker with processes below', 'docker:A', `/docker/${idA}/inner/leaf`],
    ['podman, cgroupfs', 'podman:A', `/libpod_parent/libpod-${idA}`],
    ['podman, systemd', 'podman:A', `/machine.slice/libpod-${idA}.scope/container`],
    ['podman, split', 'podman:A', `/system.slice/web.service/libpod-payload-${idA}`],
    ['podman rootless', 'podman:A', `/user.slice/user-1000.slice/x/libpod-${idA}.scope`],
    ['crun, systemd', 'crun:k1', '/system.slice/crun-k1.scope'],
    ['runc, systemd', 'runc:my.c-1', '/system.slice/runc-my.c-1.scope'],
    ['outside the cgroup namespace', 'docker:A', `/../docker/${idA}`],
    ['removed cgroup', 'docker:A', `/docker/${idA} (deleted)`],
    ['docker with colons above', 'docker:A', `/a:b::c/docker/${idA}`],
  ] as const) {
    it(name, () => {
      const list = found([process(1), process(50, { ns: own, nspid: [50, 1], cgroup })]);
      assert.deepEqual(rows(list).map(short), [`${key} main 50 all 50`]);
    });
  }

  for (const [name, cgroup] of [
    ["conmon's own scope", `/machine.slice/libpod-conmon-${idA}.scope`],
    ['an id that is too short', `/docker/${idA.slice(1)}`],
    ['an id with capitals', `/docker/${idA.toUpperCase()}`],
    ['a name that only looks like it', `/docker-${idA}.scope.d`],
    ['no word before the id', `/dockers/${idA}`],
  ] as const) {
    it(`not: ${name}`, () => {
      assert.deepEqual(rows(found([process(1), process(50, { cgroup })])), []);
    });
  }

  it('docker with --pid=host is found by its cgroup, main is the oldest', () => {
    const cgroup = `/docker/${idA}`;
    const list = found([
      process(1),
      process(50, { cgroup, ns: { mnt: 11 } }),
      process(49, { cgroup, ns: { mnt: 11 }, ppid: 50, start: 90 }),
    ]);
    assert.deepEqual(rows(list).map(short), ['docker:A main 50 all 49,50']);
  });

  it('a container whose namespaces cannot be read is still one, with a gap', () => {
    const list = found([
      process(1),
      process(50, { cgroup: `/docker/${idA}`, denied: true, nspid: [50, 1] }),
    ]);
    assert.deepEqual(rows(list).map(short), ['docker:A main 50 all 50']);
    assert.deepEqual(list[1]?.gaps, [{ kind: 'denied', needs: 'CAP_SYS_PTRACE' }]);
  });

  it('on v1 the hierarchy that knows the container counts', () => {
    const text = `9:name=systemd:/docker/${idA}\n4:memory:/elsewhere\n1:cpu:/docker/${idA}\n0::/\n`;
    const list = found([process(1), process(50, { cgroup: text, ns: own, nspid: [50, 1] })]);
    assert.deepEqual(rows(list).map(short), ['docker:A main 50 all 50']);
  });

  it('docker in docker: nested by cgroup path', () => {
    const outer = `/docker/${idA}`;
    const list = found([
      process(1),
      process(50, { cgroup: `${outer}/init`, ns: { pid: 10, mnt: 11 }, nspid: [50, 1] }),
      process(60, {
        cgroup: `${outer}/docker/${idB}`,
        ns: { pid: 20, mnt: 21 },
        nspid: [60, 7, 1],
        ppid: 50,
      }),
    ]);
    assert.deepEqual(rows(list).map(short), [
      'docker:A main 50 all 50',
      'docker:B in docker:A main 60 all 60',
    ]);
  });

  it('the process that the engine names is the main one', () => {
    const cgroup = `/docker/${idA}`;
    const list = found(
      [process(1), process(50, { cgroup }), process(51, { cgroup })],
      [facts('docker', { id: idA, pid: 51, name: 'web' })],
    );
    assert.equal(list[1]?.main, 51);
    assert.equal(list[1].name, 'web');
  });

  it('unshare inside a container is a container inside', () => {
    const cgroup = `/docker/${idA}`;
    const list = found(
      [
        process(1),
        process(50, { cgroup, ns: { pid: 10, mnt: 11 }, nspid: [50, 1] }),
        process(60, { cgroup, ns: { pid: 20, mnt: 11 }, nspid: [60, 5, 1], ppid: 50 }),
        process(61, { cgroup, ns: { pid: 30, mnt: 11 }, nspid: [61, 6, 2, 1], ppid: 60 }),
      ],
      [],
      [child(10, 0), child(20, 10), child(30, 20)],
    );
    assert.deepEqual(rows(list).map(short), [
      'docker:A main 50 all 50',
      'ns:pid:20 in docker:A main 60 all 60',
      'ns:pid:30 in ns:pid:20 main 61 all 61',
    ]);
  });

  it('a mount namespace inside a container is no container', () => {
    const cgroup = `/docker/${idA}`;
    const list = found([
      process(1),
      process(50, { cgroup, ns: { pid: 10, mnt: 11 }, nspid: [50, 1] }),
      process(60, { cgroup, ns: { pid: 10, mnt: 77 }, nspid: [60, 5], ppid: 50 }),
    ]);
    assert.deepEqual(rows(list).map(short), ['docker:A main 50 all 50,60']);
  });

  it('two containers that share a pid namespace are beside each other', () => {
    const list = found(
      [
        process(1),
        process(50, { cgroup: `/docker/${idA}`, ns: { pid: 10, mnt: 11 }, nspid: [50, 1] }),
        process(60, { cgroup: `/docker/${idB}`, ns: { pid: 10, mnt: 21 }, nspid: [60, 9] }),
      ],
      [],
      [child(10, 0)],
    );
    assert.deepEqual(rows(list).map(short), ['docker:A main 50 all 50', 'docker:B main 60 all 60']);
  });
});

describe('containers by what an engine says', () => {
  it('plain runc: the pid namespace of its first process', () => {
    const list = found(
      [
        process(1),
        process(50, { cgroup: '/r1', ns: { pid: 10, mnt: 11 }, nspid: [50, 1] }),
        process(51, { cgroup: '/r1', ns: { pid: 10, mnt: 11 }, nspid: [51, 2], ppid: 50 }),
      ],
      [facts('runc', { id: 'r1', pid: 50, start: 50 })],
    );
    assert.deepEqual(rows(list), ['runc:r1 main 50 all 50,51']);
  });

  it('a pid that is another process by now claims nothing', () => {
    const list = found(
      [process(1), process(50, { start: 99 })],
      [facts('runc', { id: 'r1', pid: 50, start: 50 })],
    );
    assert.deepEqual(rows(list), []);
  });

  it("docker's own runc makes no second container", () => {
    const list = found(
      [
        process(1),
        process(50, { cgroup: `/docker/${idA}`, ns: { pid: 10, mnt: 11 }, nspid: [50, 1] }),
      ],
      [facts('runc', { id: idA, pid: 50, start: 50 }), facts('docker', { id: idA, name: 'web' })],
    );
    assert.deepEqual(rows(list).map(short), ['docker:A main 50 all 50']);
    assert.equal(list[1]?.name, 'web');
  });

  it('docker below a cgroup of its own name wins over the runc under it', () => {
    const list = found(
      [process(1), process(50, { cgroup: '/mine/x', ns: { pid: 10, mnt: 11 }, nspid: [50, 1] })],
      [facts('runc', { id: idA, pid: 50 }), facts('docker', { id: idA, pid: 50, name: 'web' })],
    );
    assert.deepEqual(rows(list).map(short), ['docker:A main 50 all 50']);
  });

  it('an engine of higher rank renames what a scope of a runtime was recognised as', () => {
    const list = found(
      [process(1), process(50, { cgroup: `/runc-x.scope`, ns: { pid: 10 }, nspid: [50, 1] })],
      [facts('docker', { id: idA, pid: 50, name: 'web' })],
    );
    assert.deepEqual(rows(list).map(short), ['docker:A main 50 all 50']);
  });

  it('runc inside docker is a container inside', () => {
    const cgroup = `/docker/${idA}`;
    const list = found(
      [
        process(1),
        process(50, { cgroup, ns: { pid: 10, mnt: 11 }, nspid: [50, 1] }),
        process(60, { cgroup, ns: { pid: 20, mnt: 21 }, nspid: [60, 3, 1], ppid: 50 }),
      ],
      [facts('runc', { id: 'r1', pid: 60 })],
      [child(10, 0), child(20, 10)],
    );
    assert.deepEqual(rows(list).map(short), [
      'docker:A main 50 all 50',
      'runc:r1 in docker:A main 60 all 60',
    ]);
  });

  it('without any own namespace: the process and its descendants', () => {
    const cgroup = '/user.slice/session-1.scope';
    const list = found(
      [
        process(1),
        process(40, { cgroup }),
        process(50, { cgroup, ppid: 40 }),
        process(51, { cgroup, ppid: 50 }),
      ],
      [facts('crun', { id: 'k1', pid: 50 })],
    );
    assert.deepEqual(rows(list), ['crun:k1 main 50 all 50,51']);
    assert.deepEqual(list[1]?.cgroups, []);
  });

  it('what only the engine knows is listed while it is about to start', () => {
    const list = found(
      [process(1)],
      [
        facts(
          'docker',
          { id: idA, state: 'exited' },
          { id: idB, state: 'created', name: 'soon' },
          { id: 'c'.repeat(64), state: 'running', pid: 4000 },
        ),
      ],
    );
    assert.deepEqual(
      list.slice(1).map((c) => [c.name, c.state, c.main]),
      [['soon', 'stopped', undefined]],
    );
  });

  it('two sources of one engine are joined; the one that knows of a pause counts', () => {
    const list = found(
      [process(1), process(50, { cgroup: `/libpod_parent/libpod-${idA}` })],
      [
        facts('podman', { id: idA, name: 'web', image: 'nginx' }),
        facts('podman', { id: idA, state: 'paused', command: 'nginx -g' }),
      ],
    );
    const [, web] = list;
    assert.deepEqual(
      [web?.name, web?.image, web?.command, web?.state],
      ['web', 'nginx', 'nginx -g', 'paused'],
    );
  });
});

describe('containers of nobody', () => {
  it('a pid namespace of its own', () => {
    const list = found([process(1), process(50, { comm: 'sh', ns: { pid: 10 }, nspid: [50, 1] })]);
    assert.deepEqual(rows(list), ['ns:pid:10 main 50 all 50']);
    assert.deepEqual([list[1]?.engine, list[1]?.name], ['unshare', 'sh']);
  });

  it('unshare, which waits outside the new pid namespace, belongs to what it started', () => {
    const list = found([
      process(1),
      process(49, { comm: 'unshare', ns: { mnt: 11 } }),
      process(50, { ns: { pid: 10, mnt: 11 }, nspid: [50, 1], ppid: 49 }),
    ]);
    assert.deepEqual(rows(list), ['ns:pid:10 main 50 all 49,50']);
  });

  it('a mount namespace without a pid namespace, and unshare inside it', () => {
    const list = found([
      process(1),
      process(40, { ns: { mnt: 11 } }),
      process(49, { ns: { mnt: 21 }, ppid: 40 }),
      process(50, { ns: { pid: 20, mnt: 21 }, nspid: [50, 1], ppid: 49 }),
    ]);
    assert.deepEqual(rows(list), [
      'ns:mnt:11 main 40 all 40',
      'ns:pid:20 in ns:mnt:11 main 50 all 49,50',
    ]);
  });

  it('a user namespace alone', () => {
    assert.deepEqual(rows(found([process(1), process(50, { ns: { user: 9 } })])), [
      'ns:user:9 main 50 all 50',
    ]);
  });

  it('a network or uts namespace alone is no container', () => {
    assert.deepEqual(rows(found([process(1), process(50, { ns: { net: 9, uts: 8 } })])), []);
  });

  it('nested without the kernel saying which pid namespace is the parent: by ancestors', () => {
    const list = found([
      process(1),
      process(50, { ns: { pid: 10 }, nspid: [50, 1] }),
      process(60, { ns: { pid: 20 }, nspid: [60, 2, 1], ppid: 50 }),
    ]);
    assert.deepEqual(rows(list), [
      'ns:pid:10 main 50 all 50',
      'ns:pid:20 in ns:pid:10 main 60 all 60',
    ]);
  });

  it('parents in a circle end somewhere', () => {
    const list = found(
      [
        process(1),
        process(50, { ns: { pid: 10 }, nspid: [50, 1], ppid: 60 }),
        process(60, { ns: { pid: 20 }, nspid: [60, 1], ppid: 50 }),
      ],
      [],
      [child(10, 20), child(20, 10)],
    );
    assert.equal(list.filter((c) => c.parent !== undefined).length, 1);
  });

  it('unreadable processes never make one; NSpid leads to that of the parent', () => {
    const list = found([
      process(1, { denied: true }),
      process(50, { ns: { pid: 10 }, nspid: [50, 1] }),
      process(51, { denied: true, nspid: [51, 2], ppid: 50 }),
      process(52, { denied: true, nspid: [52, 1], ppid: 1 }),
    ]);
    assert.deepEqual(rows(list), ['ns:pid:10 main 50 all 50,51']);
    assert.deepEqual(list[0]?.processes, [1, 52]);
  });

  it('kernel threads belong to the host whatever their namespaces (kdevtmpfs)', () => {
    assert.deepEqual(
      rows(found([process(1), process(30, { ns: { mnt: 7 }, kernelThread: true, ppid: 2 })])),
      [],
    );
  });
});

describe('isolated services', () => {
  const cgroup = '/system.slice/web.service';

  it('own mount namespace in a service', () => {
    const list = found([
      process(1),
      process(50, { cgroup, ns: { mnt: 11 } }),
      process(51, { cgroup: `${cgroup}/worker`, ns: { mnt: 12 }, ppid: 50 }),
    ]);
    assert.deepEqual(rows(list), [`systemd:${cgroup} main 50 all 50,51`]);
    assert.deepEqual([list[1]?.kind, list[1]?.name], ['service', 'web.service']);
  });

  it('unshare in the terminal of a service is a container', () => {
    const list = found([
      process(1),
      process(50, { cgroup }),
      process(51, { cgroup, ns: { mnt: 11 }, ppid: 50 }),
    ]);
    assert.deepEqual(rows(list), ['ns:mnt:11 main 51 all 51']);
  });

  it('own pid namespace in a service is a container', () => {
    const list = found([process(1), process(50, { cgroup, ns: { pid: 10 }, nspid: [50, 1] })]);
    assert.deepEqual(rows(list), ['ns:pid:10 main 50 all 50']);
  });

  it('the scope of an application below a user manager is no service', () => {
    const scope = '/user.slice/user@1000.service/app.slice/app.scope';
    const list = found([process(1), process(50, { cgroup: scope, ns: { mnt: 11 } })]);
    assert.deepEqual(rows(list), ['ns:mnt:11 main 50 all 50']);
  });

  it('come last, after the containers', () => {
    const list = found([
      process(1),
      process(50, { cgroup, ns: { mnt: 11 } }),
      process(60, { comm: 'zz', ns: { pid: 10 }, nspid: [60, 1] }),
    ]);
    assert.deepEqual(
      list.map((c) => c.kind),
      ['host', 'container', 'service'],
    );
  });
});

describe('cgroups of a container', () => {
  const pathsOf = (processes: readonly Process[]): readonly (string | undefined)[] => {
    const picture = makePicture(snapshot(processes), host, []);
    const [, container] = picture.containers();
    return (container?.cgroups ?? []).map((key) => picture.snapshot.cgroups.get(key)?.path);
  };

  it("is the pattern's, also when all processes are deeper", () => {
    const path = `/machine.slice/libpod-${idA}.scope`;
    assert.deepEqual(pathsOf([process(1), process(50, { cgroup: `${path}/container` })]), [path]);
  });

  it('is not a cgroup shared with the host', () => {
    const cgroup = '/user.slice/session-1.scope';
    const sandbox = process(50, { cgroup, ns: { pid: 10 }, nspid: [50, 1] });
    assert.deepEqual(pathsOf([process(1), process(40, { cgroup }), sandbox]), []);
    assert.deepEqual(pathsOf([process(1), sandbox]), [cgroup]);
  });

  it('is the directory above all processes', () => {
    const inner = { ns: { pid: 10 }, nspid: [50, 1] };
    assert.deepEqual(
      pathsOf([
        process(1, { cgroup: '/' }),
        process(50, { ...inner, cgroup: '/box/a' }),
        process(51, { ...inner, nspid: [51, 2], cgroup: '/box/b' }),
      ]),
      ['/box'],
    );
  });

  it('is not its parent container, which holds both', () => {
    const cgroup = `/docker/${idA}`;
    const picture = makePicture(
      snapshot([
        process(1),
        process(50, { cgroup, ns: { pid: 10 }, nspid: [50, 1] }),
        process(60, { cgroup, ns: { pid: 20 }, nspid: [60, 2, 1], ppid: 50 }),
      ]),
      host,
      [],
    );
    const [, outer, inner] = picture.containers();
    assert.equal(outer?.cgroups.length, 1);
    assert.deepEqual(inner?.cgroups, []);
    assert.equal(picture.containersAt(outer.cgroups[0] ?? assert.fail())[0]?.key, outer.key);
  });
});

describe('names from outside', () => {
  it('travel as they are: escaping is the business of who shows them', () => {
    const name = '\u001b[31mred\u202e<img src=x>';
    const list = found(
      [process(1), process(50, { cgroup: `/docker/${idA}` })],
      [facts('docker', { id: idA, name, labels: { __proto__x: 'y' } })],
    );
    assert.equal(list[1]?.name, name);
  });

  it('a cgroup that imitates a container is one only with its exact form', () => {
    const evil = `/x/docker/${idA}\u202e/../../etc`;
    assert.deepEqual(rows(found([process(1), process(50, { cgroup: evil })])), []);
  });

  it('very deep paths are bounded', () => {
    const deep = `/docker/${idA}`.repeat(400);
    assert.equal(found([process(1), process(50, { cgroup: deep })]).length, 1);
    const nested = `/docker/${idA}/docker/${idB}`.repeat(10);
    const list = found([process(1), process(50, { cgroup: nested })]);
    assert.deepEqual(rows(list).map(short), ['docker:B main 50 all 50']);
  });
});

describe('the host', () => {
  it('is first, with what is nobody else’s', () => {
    const list = found([process(1), process(2, { kernelThread: true }), process(50)]);
    assert.deepEqual(
      list.map((c) => [c.key, c.name, c.main, c.processes]),
      [['host', 'host', 1, [1, 2, 50]]],
    );
  });

  it('containerOf and members know it', () => {
    const picture = makePicture(
      snapshot([process(1), process(50, { ns: { pid: 10 }, nspid: [50, 1] })]),
      host,
      [],
    );
    assert.equal(picture.containerOf(pid(1))?.key, 'host');
    assert.deepEqual(picture.members(hostNamespaces.net), {
      processes: [1, 50],
      containers: ['host', 'ns:pid:10'],
    });
  });
});
