import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namespacesOf, usualTypes } from '../support/engines/hostNamespaces';
import { startOciRuntime } from '../support/engines/ociRuntime';
import { watch, withId, withPid } from '../support/engines/product';
import { skipWithout } from '../support/engines/requirements';
import { startScope } from '../support/engines/scope';

for (const program of ['runc', 'crun'] as const) {
  const skip = skipWithout(program, 'busybox');

  test(`engines: ${program}`, { skip }, async () => {
    const scope = await startScope({ view: 'plain' });
    try {
      const runtime = await startOciRuntime(program, { state: 'default' });
      try {
        const live = watch('containers', scope);
        const id = `${runtime.scope.name}-web`;
        const box = await runtime.run(id);
        const found = await live.until(`${id} to be named`, (output) =>
          withId(output, program, id),
        );
        assert.equal(found.kind, 'container');
        assert.equal(found.name, id);
        assert.equal(found.state, 'running');
        assert.equal(found.pid, box.pid);
        assert.deepEqual(found.processes, [box.pid]);
        assert.deepEqual(found.namespaces, namespacesOf(box.pid));
        assert.deepEqual(found.own, usualTypes);
        await runtime.remove(id);
        await live.until(`${id} to vanish`, (output) =>
          withId(output, program, id) === undefined && withPid(output, box.pid) === undefined
            ? true
            : undefined,
        );
        await live.dispose();
      } finally {
        await runtime.dispose();
      }
    } finally {
      await scope.dispose();
    }
  });
}
