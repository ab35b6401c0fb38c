import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cgroupKey, namespaceKey, namespaceTypes, pid, processKey } from '../../../src/model/ids';
import type { EngineFacts } from '../../../src/model/picture';
import { makePicture } from '../../../src/model/picture/makePicture';
import type { Cgroup, CgroupHierarchy } from '../../../src/model/snapshot';
import { host, hostNamespaces, process, snapshot, v2 } from './build';

const id = 'a'.repeat(64);

describe('the picture of namespaces', () => {
  const own = { user: 7, mnt: 8, pid: 9 };
  const picture = makePicture(
    snapshot(
      [
        process(1, { start: 0 }),
        process(5, { ns: own, nspid: [5, 1], start: 30 }),
        process(6, { ns: own, nspid: [6, 2], start: 20 }),
      ],
      [
        { key: namespaceKey('user', 7), parent: hostNamespaces.user, owner: hostNamespaces.user },
        { key: namespaceKey('user', 70), parent: namespaceKey('user', 7), hidden: true },
        { key: namespaceKey('user', 71), parent: namespaceKey('user', 99) },
        { key: namespaceKey('mnt', 8), owner: namespaceKey('user', 7) },
        { key: namespaceKey('pid', 9), owner: namespaceKey('user', 7), parent: hostNamespaces.pid },
      ],
    ),
    host,
    [],
  );

  it('members are in order of age, with their containers', () => {
    assert.deepEqual(picture.members(namespaceKey('mnt', 8)), {
      processes: [6, 5],
      containers: ['ns:pid:9'],
    });
    assert.deepEqual(picture.members(namespaceKey('mnt', 1)), { processes: [], containers: [] });
  });

  it('hierarchies of user and pid namespaces, and what is owned', () => {
    const keys = (list: readonly { readonly key: string }[]) => list.map((n) => n.key);
    // One whose parent is unknown is a root as well: it must be somewhere.
    assert.deepEqual(keys(picture.userRoots()), ['user:71', hostNamespaces.user]);
    assert.deepEqual(keys(picture.childNamespaces(hostNamespaces.user)), ['user:7']);
    assert.deepEqual(keys(picture.childNamespaces(namespaceKey('user', 7))), ['user:70']);
    assert.deepEqual(keys(picture.childNamespaces(hostNamespaces.pid)), ['pid:9']);
    assert.deepEqual(keys(picture.ownedBy(namespaceKey('user', 7))), ['mnt:8', 'pid:9']);
    assert.deepEqual(keys(picture.namespacesOfType('pid')), ['pid:9', hostNamespaces.pid]);
  });

  it('isInitial', () => {
    assert.equal(picture.isInitial(hostNamespaces.net), true);
    assert.equal(picture.isInitial(namespaceKey('mnt', 8)), false);
  });
});

describe('the picture of processes', () => {
  const picture = makePicture(
    snapshot([process(1), process(7, { start: 70 }), process(8, { start: 60 })]),
    host,
    [],
  );

  it('children by age; another start time is another process', () => {
    assert.deepEqual(
      picture.childrenOf(pid(1)).map((p) => p.pid),
      [1, 8, 7],
    );
    assert.equal(picture.process(processKey(7, 70))?.comm, 'p7');
    assert.equal(picture.process(processKey(7, 71)), undefined);
  });

  it('hidden counts what lacks rights', () => {
    const some = snapshot(
      [process(1, { denied: true }), process(2)],
      [{ key: namespaceKey('mnt', 5), openDenied: true }],
    );
    assert.deepEqual(makePicture(some, host, []).hidden, { processes: 1, namespaces: 1 });
  });
});

describe('the picture of cgroups', () => {
  const hierarchies: readonly CgroupHierarchy[] = [
    { version: 1, controllers: ['cpu', 'cpuacct'], mountPoint: '/sys/fs/cgroup/cpu,cpuacct' },
    { version: 1, controllers: ['name=systemd'], mountPoint: '/sys/fs/cgroup/systemd' },
    v2,
  ];
  const cgroup = (hierarchy: number, inode: number, path: string, parent?: number): Cgroup => ({
    key: cgroupKey(hierarchy, inode),
    hierarchy,
    inode,
    path,
    parent: parent === undefined ? undefined : cgroupKey(hierarchy, parent),
    processes: undefined,
  });
  const cgroups = [
    cgroup(0, 1, '/'),
    cgroup(0, 2, `/docker`, 1),
    cgroup(0, 3, `/docker/${id}`, 2),
    cgroup(1, 1, '/'),
    cgroup(1, 4, '/b', 1),
    cgroup(1, 5, '/a', 1),
    cgroup(2, 1, '/'),
  ];
  const text = `2:cpuacct,cpu:/docker/${id}\n1:name=systemd:/a\n0::/\n`;
  const picture = makePicture(
    {
      ...snapshot([
        process(1, { cgroup: '2:cpu,cpuacct:/\n1:name=systemd:/\n0::/\n' }),
        process(9, { cgroup: text, ns: { pid: 3 }, nspid: [9, 1] }),
        process(8, { cgroup: text, ns: { pid: 3 }, nspid: [8, 2] }),
        process(10, { cgroup: '1:name=systemd:/gone (deleted)\n0::/../x\n' }),
      ]),
      hierarchies,
      cgroups: new Map(cgroups.map((c) => [c.key, c])),
    },
    host,
    [],
  );
  const paths = (list: readonly Cgroup[]) => list.map((c) => `${c.hierarchy}:${c.path}`);
  const nine = picture.snapshot.processes.get(pid(9)) ?? assert.fail();

  it('a tree for each hierarchy', () => {
    assert.deepEqual(paths(picture.cgroupRoots()), ['0:/', '1:/', '2:/']);
    assert.deepEqual(paths(picture.childCgroups(cgroupKey(1, 1))), ['1:/a', '1:/b']);
  });

  it('a process is in one of each, whatever the order of controllers', () => {
    assert.deepEqual(paths(picture.cgroupsOf(nine)), [`0:/docker/${id}`, '1:/a', '2:/']);
    assert.deepEqual(
      picture.processesIn(cgroupKey(0, 3)).map((p) => p.pid),
      [8, 9],
    );
  });

  it('what was removed or is outside of the cgroup namespace is nowhere', () => {
    const ten = picture.snapshot.processes.get(pid(10)) ?? assert.fail();
    assert.deepEqual(picture.cgroupsOf(ten), []);
  });

  it('the container is at its own cgroup in each hierarchy but the root', () => {
    const container = picture.containerOf(pid(9));
    assert.deepEqual(container?.cgroups, [cgroupKey(0, 3), cgroupKey(1, 5)]);
    assert.equal(picture.containersAt(cgroupKey(0, 3))[0], container);
    assert.deepEqual(picture.containersAt(cgroupKey(0, 2)), []);
  });

  it('a container in a frozen cgroup is paused', () => {
    const frozen = makePicture(picture.snapshot, host, [], {
      frozen: new Set([cgroupKey(0, 3)]),
    });
    assert.equal(picture.containerOf(pid(9))?.state, 'running');
    assert.equal(frozen.containerOf(pid(9))?.state, 'paused');
  });
});

describe('any snapshot', () => {
  const inode = fc.integer({ min: 1, max: 5 });
  const wanted = fc.record(
    {
      ppid: fc.integer({ min: 0, max: 12 }),
      start: fc.integer({ min: 1, max: 5 }),
      comm: fc.string({ maxLength: 15 }),
      ns: fc.record({ pid: inode, mnt: inode, user: inode }, { requiredKeys: [] }),
      nspid: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }),
      cgroup: fc.constantFrom(
        '/',
        `/docker/${id}`,
        `/docker/${id}/docker/${'b'.repeat(64)}`,
        `/docker/${'b'.repeat(64)}/docker/${id}`,
        '/system.slice/x.service',
        '/runc-r.scope',
        'garbage',
      ),
      denied: fc.boolean(),
      kernelThread: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const parents = fc.array(
    fc.record({
      type: fc.constantFrom('pid' as const, 'user' as const),
      inode,
      parent: inode,
    }),
  );
  const engines: fc.Arbitrary<readonly EngineFacts[]> = fc.array(
    fc.record({
      engine: fc.constantFrom('docker', 'podman', 'runc', 'other'),
      source: fc.constant('test'),
      gaps: fc.constant([]),
      containers: fc.array(
        fc.record(
          {
            id: fc.constantFrom(id, 'r', 'x'),
            state: fc.constantFrom('running', 'created', 'exited'),
            pid: fc.integer({ min: 1, max: 14 }),
            start: fc.integer({ min: 1, max: 5 }),
          },
          { requiredKeys: ['id', 'state'] },
        ),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  );

  it('gives every process one home, keys without doubles and no circle of parents', () => {
    fc.assert(
      fc.property(
        fc.array(wanted, { maxLength: 12 }),
        parents,
        engines,
        (list, nested, answers) => {
          const processes = list.map((w, i) => process(i + 1, w));
          const picture = makePicture(
            snapshot(
              processes,
              nested.map((n) => ({
                key: namespaceKey(n.type, n.inode),
                parent: namespaceKey(n.type, n.parent),
              })),
            ),
            host,
            answers,
          );
          const containers = picture.containers();
          assert.deepEqual(
            containers.flatMap((c) => c.processes).sort((a, b) => a - b),
            processes.map((p) => p.pid),
          );
          assert.equal(new Set(containers.map((c) => c.key)).size, containers.length);
          assert.equal(containers[0]?.kind, 'host');
          for (const c of containers) {
            let depth = 0;
            for (let at = c.parent; at !== undefined; at = picture.container(at)?.parent) {
              assert.ok(++depth <= containers.length, 'parents in a circle');
              assert.ok(picture.container(at) !== undefined, 'a parent that is not listed');
            }
            for (const child of picture.nested(c.key)) assert.equal(child.parent, c.key);
          }
          for (const type of namespaceTypes) {
            for (const n of picture.namespacesOfType(type)) picture.members(n.key);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
