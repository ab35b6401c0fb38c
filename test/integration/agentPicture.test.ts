import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { describe, test, type TestContext } from 'node:test';
import { pid as toPid } from '../../src/model/ids';
import { agentLaunch, openFiles, skipWithoutLibrary, testClient } from '../support/agent';
import { until } from '../support/until';

/** A process that lives as long as the test, or until it is told to end. */
function sleeper(t: TestContext): { readonly pid: number; readonly end: () => void } {
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  t.after(() => child.kill('SIGKILL'));
  assert.ok(child.pid !== undefined);
  return { pid: child.pid, end: () => child.stdin.end() };
}

const startOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
};

for (const reader of ['native', 'node'] as const) {
  const skip = reader === 'native' ? skipWithoutLibrary : false;
  const launch = agentLaunch(...(reader === 'node' ? ['--no-native'] : []));

  describe(`agent with the ${reader} reader`, { skip }, () => {
    test('says who it is', async (t) => {
      const hello = await testClient(t, launch).client.start();
      assert.equal(hello.reader, reader);
      assert.equal(hello.hostname, hostname());
      assert.equal(hello.kernel, release());
      assert.equal(hello.uid, process.geteuid?.());
      assert.equal(hello.own.mnt, Number(/\d+/.exec(readlinkSync('/proc/self/ns/mnt'))?.[0]));
      assert.equal(hello.initial.user, 0xefff_fffd);
      assert.equal(hello.readerWhy, reader === 'node' ? '--no-native' : undefined);
      assert.deepEqual(reader === 'node' ? hello.events : [], []);
      assert.ok(hello.hierarchies.every(({ mountPoint }) => mountPoint.startsWith('/')));
    });

    test('the full picture says of a process what /proc says', async (t) => {
      const { pid } = sleeper(t);
      const { client, live } = testClient(t, launch);
      await client.refresh();
      const process = live.picture?.snapshot.processes.get(toPid(pid));
      assert.ok(process && live.picture);
      const { snapshot } = live.picture;
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1] ?? '';
      assert.equal(process.start, startOf(pid));
      assert.equal(process.comm, 'cat');
      assert.equal(process.ppid, global.process.pid);
      assert.equal(process.uid.join('\t'), field('Uid'));
      assert.equal(process.gid.join('\t'), field('Gid'));
      assert.equal(process.capabilities.effective, BigInt(`0x${field('CapEff')}`));
      assert.equal(process.capabilities.bounding, BigInt(`0x${field('CapBnd')}`));
      assert.equal(process.nspid.join('\t'), field('NSpid'));
      assert.equal(process.threads, 1);
      assert.equal(process.kernelThread, false);
      assert.equal(process.cgroupText, readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
      assert.deepEqual(process.gaps, { namespaces: false, status: false, cgroup: false });
      for (const [type, key] of Object.entries(process.namespaces)) {
        const link = readlinkSync(`/proc/${pid}/ns/${type}`);
        assert.equal(`${type}:[${key.slice(type.length + 1)}]`, link);
        assert.equal(snapshot.namespaces.get(key)?.type, type);
      }
      assert.equal(snapshot.hierarchies.length > 0, snapshot.cgroups.size > 0);
    });

    test('a process that starts and one that ends come as changes', async (t) => {
      const { client, live } = testClient(t, launch);
      await client.watch('active');
      const { pid, end } = sleeper(t);
      const known = () => live.picture?.snapshot.processes.get(toPid(pid));
      assert.equal((await until('the process is seen', known)).ppid, process.pid);
      end();
      await until('its end is seen', () => known() === undefined);
    });

    test('an idle watch sees them as well', async (t) => {
      const { client, live } = testClient(t, launch);
      await client.watch('idle');
      const { pid } = sleeper(t);
      await until('the process is seen', () => live.picture?.snapshot.processes.get(toPid(pid)));
    });

    test('nothing more stands open after many requests', async (t) => {
      const { client, live } = testClient(t, launch);
      const hello = await client.start();
      const round = async () => {
        await client.refresh();
        const cgroups = [...(live.picture?.snapshot.cgroups.values() ?? [])].slice(0, 8);
        await Promise.all([
          client.request('engines/read', {}),
          client.request('process/details', {
            processes: [{ pid: process.pid, start: startOf(process.pid) }],
          }),
          ...(cgroups.length === 0 ? [] : [client.request('cgroups/read', { cgroups })]),
          client.request('file/read', {
            of: 'process',
            pid: process.pid,
            start: startOf(process.pid),
            name: 'limits',
          }),
        ]);
      };
      // The first rounds open what stays open, such as the pool's own descriptors.
      for (let i = 0; i < 3; i++) await round();
      const before = openFiles(hello.pid);
      for (let i = 0; i < 12; i++) await round();
      // A leak would be one for each round; cgroups that come meanwhile may take a few.
      assert.ok(openFiles(hello.pid) < before + 10, `${before} -> ${openFiles(hello.pid)}`);
    });
  });
}
