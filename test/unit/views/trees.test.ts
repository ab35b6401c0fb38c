import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSafe } from '../../../src/model/text/safe';
import { hostKey } from '../../../src/model/ids';
import { makePicture } from '../../../src/model/picture/makePicture';
import { cgroupsPath, cgroupsTree } from '../../../src/views/tree/cgroupsTree';
import { containersPath, containersTree } from '../../../src/views/tree/containersTree';
import { namespacesPath, namespacesTree } from '../../../src/views/tree/namespacesTree';
import type { RowContext } from '../../../src/views/tree/rowContext';
import type { RowList } from '../../../src/views/tree/row';
import { recordedPicture } from '../../support/recordedPicture';
import { host, process, snapshot } from '../model/build';
import { all, contextOf, draw, follow, unfold } from './render';

const cases = ['docker', 'podman', 'rootless', 'oci-runtimes', 'unshare', 'service', 'no-rights'];

const trees: Readonly<Record<string, (context: RowContext) => RowList>> = {
  containers: containersTree,
  'namespaces by type': (context) => namespacesTree(context, 'type'),
  'namespaces by owner': (context) => namespacesTree(context, 'owner'),
  cgroups: cgroupsTree,
};

for (const name of cases.flatMap((one) => [one, `${one}-broken`])) {
  describe(`trees of the recorded host ${name}`, () => {
    for (const [title, tree] of Object.entries(trees)) {
      it(`${title}: ids are unique, and every row can be read aloud and shown`, async () => {
        const context = contextOf(await recordedPicture(name));
        const ids = new Set<string>();
        for (const { node } of unfold(tree(context))) {
          assert.ok(!ids.has(node.id), `twice: ${node.id}`);
          ids.add(node.id);
          assert.ok(node.aria.length > 0, node.id);
          assert.notEqual(node.label, '', node.id);
          for (const text of [node.label, node.description ?? '', node.aria]) {
            assert.ok(isSafe(text), `${node.id}: ${JSON.stringify(text)}`);
          }
        }
        assert.ok(ids.size > 0);
      });
    }

    it('every thing is found by its path', async () => {
      const context = contextOf(await recordedPicture(name), { showKernelThreads: true });
      const { picture } = context;
      for (const { key } of picture.containers()) {
        const path = containersPath(context, { kind: 'container', key });
        assert.ok(path && follow(containersTree(context), path)?.subject?.key === key, key);
      }
      for (const { key } of picture.snapshot.processes.values()) {
        const path = containersPath(context, { kind: 'process', key });
        assert.ok(path && follow(containersTree(context), path)?.subject?.key === key, key);
      }
      for (const grouping of ['type', 'owner'] as const) {
        for (const { key } of picture.snapshot.namespaces.values()) {
          const path = namespacesPath(context, { kind: 'namespace', key }, grouping);
          const row = path && follow(namespacesTree(context, grouping), path);
          assert.equal(row?.subject?.key, key, `${grouping}: ${key}`);
        }
      }
      for (const { key } of picture.snapshot.cgroups.values()) {
        const path = cgroupsPath(context, { kind: 'cgroup', key });
        assert.ok(path && follow(cgroupsTree(context), path)?.subject?.key === key, key);
      }
    });
  });
}

describe('the view Containers', () => {
  it('reads nothing of a container aloud twice', async () => {
    const context = contextOf(await recordedPicture('unshare'));
    for (const { node } of unfold(containersTree(context))) {
      if (!node.contextValue.startsWith('container')) continue;
      const said = node.aria.split(', ');
      assert.equal(new Set(said).size, said.length, node.aria);
    }
  });

  it('shows the host first, then the containers', async () => {
    const picture = await recordedPicture('docker');
    const [first, ...others] = all(containersTree(contextOf(picture)));
    assert.equal(first?.contextValue, 'container.host');
    const containers = picture.containers().filter(({ kind }) => kind === 'container');
    assert.ok(containers.length > 0);
    for (const { name } of containers) {
      assert.ok(
        draw(containersTree(contextOf(picture))).some((line) => line.trim().startsWith(name)),
      );
    }
    assert.ok(others.length > 0);
  });

  it('leaves services out when they are not wanted', async () => {
    const picture = await recordedPicture('service');
    const services = (showServices: boolean) =>
      all(containersTree(contextOf(picture, { showServices }))).filter(
        ({ subject }) =>
          subject?.kind === 'container' && picture.container(subject.key)?.kind === 'service',
      ).length;
    assert.ok(services(true) > 0);
    assert.equal(services(false), 0);
  });

  it('says first what an ordinary user does not see, with the way to see it', async () => {
    const picture = await recordedPicture('no-rights');
    assert.ok(picture.hidden.processes > 0);
    const [first] = all(containersTree(contextOf(picture)));
    assert.equal(first?.contextValue, 'hidden');
    assert.equal(first.command?.command, 'containerInternals.elevate');
  });

  it('says that there are no containers', () => {
    const picture = makePicture(snapshot([process(1), process(7)]), host, []);
    assert.deepEqual(
      all(containersTree(contextOf(picture))).map(({ contextValue }) => contextValue),
      ['container.host', 'none'],
    );
  });

  it('escapes names that would lie', () => {
    const evil = process(7, { comm: 'a\u202eb\u001b[31m', ns: { pid: 5, mnt: 6, uts: 7 } });
    const picture = makePicture(snapshot([process(1), evil]), host, []);
    const text = draw(containersTree(contextOf(picture))).join('\n');
    assert.ok(text.includes(String.raw`a\u202eb\x1b[31m`), text);
  });

  it('shows processes as the tree of their parents, with both pids', () => {
    const ns = { pid: 5, mnt: 6 };
    const picture = makePicture(
      snapshot([
        process(1),
        process(10, { comm: 'nginx', ns, nspid: [10, 1] }),
        process(11, { comm: 'worker', ns, nspid: [11, 7], ppid: 10 }),
      ]),
      host,
      [],
    );
    const lines = draw(containersTree(contextOf(picture)));
    const at = lines.findIndex((line) => line.includes('nginx | 10 · 1 inside'));
    assert.ok(at > 0, lines.join('\n'));
    assert.match(lines[at + 1] ?? '', /^ {6}worker \| 11 · 7 inside$/);
  });

  it('hides kernel threads unless they are wanted', () => {
    const thread = process(2, { comm: 'kthreadd', kernelThread: true, ppid: 0 });
    const picture = makePicture(snapshot([process(1), thread]), host, []);
    const shown = (showKernelThreads: boolean) =>
      draw(containersTree(contextOf(picture, { showKernelThreads }))).some((line) =>
        line.includes('kthreadd'),
      );
    assert.equal(shown(false), false);
    assert.equal(shown(true), true);
  });

  it('puts nested containers inside the one around them', async () => {
    const picture = await recordedPicture('unshare');
    const inner = picture.containers().filter(({ parent }) => {
      const around = parent === undefined ? undefined : picture.container(parent);
      return around?.kind === 'container';
    });
    assert.ok(inner.length > 0, 'the recording has a nested one');
    const context = contextOf(picture);
    for (const { key, parent } of inner) {
      const path = containersPath(context, { kind: 'container', key });
      assert.equal(path?.at(-2), parent);
    }
  });
});

describe('filters', () => {
  const picture = makePicture(
    snapshot([
      process(1, { comm: 'init' }),
      process(10, { comm: 'nginx', ns: { pid: 501, mnt: 502 }, nspid: [10, 1], cgroup: '/a/web' }),
      process(20, { comm: 'redis', ns: { pid: 601, mnt: 602 }, nspid: [20, 1], cgroup: '/a/db' }),
    ]),
    host,
    [],
  );
  const containers = (filter: string) =>
    all(containersTree(contextOf(picture, { filter }))).map(({ label }) => label);

  it('keep containers by name, pid, inode and process, and say nothing of the rest', () => {
    for (const filter of ['NGINX', '10', '502', 'mnt 502']) {
      assert.deepEqual(containers(filter), ['nginx'], filter);
    }
    assert.deepEqual(containers('nothing such'), []);
    assert.deepEqual(containers('init'), ['host']);
  });

  it('keep namespaces by inode, process and container', () => {
    const lines = draw(namespacesTree(contextOf(picture, { filter: 'redis' }), 'type'));
    assert.ok(lines.some((line) => line.includes('mnt 602')));
    assert.ok(!lines.some((line) => line.includes('mnt 502')));
    const byInode = draw(namespacesTree(contextOf(picture, { filter: '601' }), 'owner'));
    assert.ok(byInode.some((line) => line.includes('pid 601')));
    assert.ok(!byInode.some((line) => line.includes('pid 501')));
  });

  it('keep cgroups with what they are in', () => {
    const lines = draw(cgroupsTree(contextOf(picture, { filter: 'web' })));
    assert.ok(lines.some((line) => line.trim().startsWith('web')));
    assert.ok(lines.some((line) => line.trim().startsWith('a ')));
    assert.ok(!lines.some((line) => line.trim().startsWith('db')));
  });

  it('do not hide from a path what they let through', () => {
    const context = contextOf(picture, { filter: 'ngin' });
    const nginx = picture.snapshot.processes.get(picture.containers()[1]?.main ?? assert.fail());
    const path = containersPath(context, {
      kind: 'process',
      key: nginx?.key ?? assert.fail('no main process'),
    });
    assert.ok(path && follow(containersTree(context), path));
  });
});

describe('the view Cgroups', () => {
  const picture = makePicture(snapshot([process(1), process(5, { cgroup: '/a/b' })]), host, []);

  it('shows usage against limit, and nothing where nothing is known', () => {
    const usage = {
      memory: { current: 512 * 1024 ** 2, max: 1024 ** 3 },
      pids: { current: 3, max: undefined },
    };
    const lines = draw(
      cgroupsTree(
        contextOf(picture, { usage: ({ path }) => (path === '/a/b' ? usage : undefined) }),
      ),
    );
    assert.ok(
      lines.some((line) => line.trim() === 'b | 512 MiB of 1 GiB · 3 tasks'),
      lines.join('\n'),
    );
    assert.ok(
      lines.some((line) => line.trim() === 'a |'),
      lines.join('\n'),
    );
  });

  it('asks for the usage of shown rows only', () => {
    const asked: string[] = [];
    const tree = cgroupsTree(
      contextOf(picture, {
        usage: ({ path }) => {
          asked.push(path);
          return undefined;
        },
      }),
    );
    all(tree);
    assert.deepEqual(asked, ['/']);
  });
});

it('the host is found by its key', () => {
  const picture = makePicture(snapshot([process(1)]), host, []);
  assert.deepEqual(containersPath(contextOf(picture), { kind: 'container', key: hostKey }), [
    hostKey,
  ]);
});
