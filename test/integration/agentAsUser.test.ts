import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pid as toPid } from '../../src/model/ids';
import { agentLaunch, skipWithoutLibrary, testClient } from '../support/agent';
import { powerless, powerlessUid, skipWithoutRoot } from '../support/powerless';

for (const [reader, launch, skip] of [
  ['native', agentLaunch(), skipWithoutLibrary || skipWithoutRoot],
  ['node', agentLaunch('--no-native'), skipWithoutRoot],
] as const) {
  describe(`an agent without rights, ${reader} reader`, { skip }, () => {
    test('sees its own, and says of others what it could not see', async (t) => {
      const { client, live } = testClient(t, powerless(launch));
      const hello = await client.start();
      assert.equal(hello.reader, reader);
      assert.equal(hello.uid, powerlessUid);
      await client.watch('active');
      const { snapshot } = live.picture ?? assert.fail('no picture');
      const own = snapshot.processes.get(toPid(hello.pid));
      assert.ok(own);
      assert.equal(own.gaps.namespaces, false);
      assert.equal(own.uid[1], powerlessUid);
      const other = snapshot.processes.get(toPid(process.pid));
      assert.ok(other, 'a process of root is there, with what everybody may read');
      assert.equal(other.gaps.namespaces, true);
      assert.equal(other.gaps.status, false);
      assert.deepEqual(other.namespaces, {});
      assert.equal(other.comm.length > 0, true);
      assert.equal(hello.initial.user, 0xefff_fffd);
    });

    test('refuses what it may not read, by name', async (t) => {
      const { client, live } = testClient(t, powerless(launch));
      await client.refresh();
      const other = live.picture?.snapshot.processes.get(toPid(process.pid));
      assert.ok(other);
      const ref = { pid: other.pid, start: other.start };
      await assert.rejects(
        client.request('file/read', { of: 'process', ...ref, name: 'environ' }),
        {
          code: 2,
        },
      );
      const { answers } = await client.request('engines/read', {});
      assert.ok(Array.isArray(answers));
    });
  });
}
