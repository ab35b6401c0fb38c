import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namespacesOf, usualTypes } from '../support/engines/hostNamespaces';
import { startPodman } from '../support/engines/podman';
import { watch, withId } from '../support/engines/product';
import { skipWithout } from '../support/engines/requirements';
import { startScope } from '../support/engines/scope';

const skip = skipWithout('podman', 'conmon', 'busybox');

for (const service of [false, true]) {
  test(`engines: podman ${service ? 'with' : 'without'} its service`, { skip }, async () => {
    const scope = await startScope({ view: 'plain' });
    try {
      const podman = await startPodman();
      try {
        if (service) {
          await podman.serve();
        }
        const live = watch('containers', scope);
        const box = await podman.run({ name: 'web-box' });
        const found = await live.until('web-box to be named', (output) => {
          const container = withId(output, 'podman', box.id);
          return container?.name === 'web-box' ? container : undefined;
        });
        assert.equal(found.kind, 'container');
        assert.equal(found.image, 'localhost/busybox:latest');
        assert.equal(found.state, 'running');
        assert.equal(found.pid, box.pid);
        assert.deepEqual(found.processes, [box.pid]);
        assert.deepEqual(found.namespaces, namespacesOf(box.pid));
        assert.deepEqual(found.own, usualTypes);
        await podman.stop('web-box');
        await podman.remove('web-box');
        await live.until('web-box to vanish', (output) =>
          withId(output, 'podman', box.id) === undefined ? true : undefined,
        );
        await live.dispose();
      } finally {
        await podman.dispose();
      }
    } finally {
      await scope.dispose();
    }
  });
}
