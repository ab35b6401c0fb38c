import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { until } from '../support/engines/command';
import { startDocker, type Docker } from '../support/engines/docker';
import { namespaceOf, namespacesOf, usualTypes } from '../support/engines/hostNamespaces';
import { ask, watch, withId, type Watch } from '../support/engines/product';
import { skipWithout, skipWithoutV1 } from '../support/engines/requirements';
import { startScope, type Scope } from '../support/engines/scope';

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

describe('engines: docker', { skip: skipWithout('dockerd', 'busybox') }, () => {
  let docker: Docker;
  let scope: Scope;
  let live: Watch<'containers'>;
  before(async () => {
    docker = await startDocker();
    scope = await startScope({ view: 'plain' });
    live = watch('containers', scope);
  });
  after(async () => {
    try {
      await live.dispose();
    } finally {
      await scope.dispose();
      await docker.dispose();
    }
  });

  test('nginx as in the article', async () => {
    const web = await docker.run({ name: 'web', image: 'nginx' });
    const workers = await until('a worker of nginx', () => {
      const children = childrenOf(web.pid);
      return children.length > 0 ? children : undefined;
    });
    const found = await live.until('web and its worker to appear', (output) => {
      const container = withId(output, 'docker', web.id);
      return container?.processes.length === 1 + workers.length ? container : undefined;
    });
    assert.equal(found.kind, 'container');
    assert.equal(found.name, 'web');
    assert.equal(found.image, 'nginx');
    assert.match(found.command ?? '', /^nginx /);
    assert.equal(found.state, 'running');
    assert.equal(found.pid, web.pid);
    assert.deepEqual(found.processes, [web.pid, ...workers]);
    assert.deepEqual(found.namespaces, namespacesOf(web.pid));
    assert.deepEqual(found.own, usualTypes);
    for (const shared of ['user', 'time'] as const) {
      assert.equal(found.namespaces[shared], namespaceOf('self', shared));
    }
    assert.equal(
      found.cgroups.some(({ path }) => path === `/${docker.scope.name}/docker/${web.id}`),
      true,
    );
    assert.equal(found.parent, null);
    await docker.remove('web');
    await live.until('web to vanish', (output) =>
      withId(output, 'docker', web.id) === undefined ? true : undefined,
    );
  });

  test('a stopped container has no process and a removed one is gone', async () => {
    const box = await docker.run({ name: 'web-2', image: 'busybox' });
    const other = await docker.run({ name: 'web-3', image: 'busybox' });
    await live.until('both to appear', (output) =>
      withId(output, 'docker', box.id)?.pid === box.pid &&
      withId(output, 'docker', other.id)?.pid === other.pid
        ? true
        : undefined,
    );
    await docker.stop('web-2');
    await live.until('web-2 to have no process', (output) => {
      const container = withId(output, 'docker', box.id);
      return (container?.state ?? 'stopped') === 'stopped' && (container?.pid ?? null) === null
        ? true
        : undefined;
    });
    await docker.remove('web-2');
    const fresh = await ask('containers');
    assert.equal(withId(fresh, 'docker', box.id), undefined);
    assert.equal(withId(fresh, 'docker', other.id)?.name, 'web-3');
    await docker.remove('web-3');
    await live.until('web-3 to vanish', (output) =>
      withId(output, 'docker', other.id) === undefined ? true : undefined,
    );
  });

  test('a paused container', async () => {
    const box = await docker.run({ name: 'box', image: 'busybox' });
    await docker.pause('box');
    assert.equal(withId(await ask('containers'), 'docker', box.id)?.state, 'paused');
    await docker.unpause('box');
    assert.equal(withId(await ask('containers'), 'docker', box.id)?.state, 'running');
    await docker.remove('box');
  });

  test('namespaces shared with the host and with another container', async () => {
    const box = await docker.run({ name: 'box', image: 'busybox' });
    const guest = await docker.run({
      name: 'guest',
      image: 'busybox',
      hostConfig: {
        NetworkMode: `container:${box.id}`,
        PidMode: 'host',
        IpcMode: 'host',
        CgroupnsMode: 'host',
      },
    });
    const output = await ask('containers');
    const found = withId(output, 'docker', guest.id);
    assert.equal(found?.name, 'guest');
    assert.equal(found.pid, guest.pid);
    assert.deepEqual(found.namespaces, namespacesOf(guest.pid));
    assert.equal(found.namespaces.net, withId(output, 'docker', box.id)?.namespaces.net);
    assert.deepEqual(withId(output, 'docker', box.id)?.processes, [box.pid]);
    await docker.remove('guest');
    await docker.remove('box');
  });

  test('a daemon that answers is no gap', async () => {
    const { gaps } = await ask('containers');
    const ours = gaps.filter((gap) => JSON.stringify(gap).includes(docker.scope.name));
    assert.deepEqual(ours, []);
  });
});

const v1 = skipWithoutV1('dockerd', 'busybox');
test('engines: docker with cgroup v1', { skip: v1 }, async () => {
  const docker = await startDocker('v1');
  try {
    const box = await docker.run({ name: 'box', image: 'busybox' });
    const found = withId(await ask('containers'), 'docker', box.id);
    assert.equal(found?.name, 'box');
    assert.equal(found.pid, box.pid);
    assert.deepEqual(found.namespaces, namespacesOf(box.pid));
    const path = `/${docker.scope.name}/docker/${box.id}`;
    assert.equal(found.cgroups.filter((cgroup) => cgroup.path === path).length > 1, true);
  } finally {
    await docker.dispose();
  }
});
