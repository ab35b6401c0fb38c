import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mapLimit, TooSlow, within } from '../../../src/native-bridge/agent/cappedRead';
import { checkCgroupPath, isCgroupFile } from '../../../src/native-bridge/agent/cgroupDir';
import { splitWords } from '../../../src/native-bridge/agent/details';
import { parseUnixTable } from '../../../src/native-bridge/agent/engines/processes';
import { parseCgroupMounts } from '../../../src/native-bridge/reader/hierarchies';

test('cgroup mounts of mountinfo, each hierarchy once, by its root if that is mounted', () => {
  const text = [
    '1 0 0:5 / / rw - ext4 /dev/vda rw',
    '30 25 0:26 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate',
    '31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
    '32 25 0:28 /docker/x /mnt/with\\040space rw - cgroup cgroup rw,xattr,name=systemd',
    '33 25 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd',
    '34 25 0:28 / /again rw - cgroup cgroup rw,xattr,release_agent=/x,name=systemd',
    'nonsense',
    '35 25 0:29 / /x rw - cgroup',
    '',
  ].join('\n');
  assert.deepEqual(
    parseCgroupMounts(text).map((m) => [m.version, m.mountPoint, m.controllers]),
    [
      [2, '/sys/fs/cgroup/unified', ['nsdelegate']],
      [1, '/sys/fs/cgroup/cpu,cpuacct', ['cpu', 'cpuacct']],
      [1, '/sys/fs/cgroup/systemd', ['name=systemd']],
      [1, '/x', []],
    ],
  );
  const [only] = parseCgroupMounts('32 25 0:28 /d /mnt/a\\040b\\134 rw - cgroup c rw,pids');
  assert.equal(only?.mountPoint, '/mnt/a b\\');
});

test('argv', () => {
  const words = (text: string) => splitWords(Buffer.from(text));
  assert.deepEqual(words('sh\0-c\0\0x\0'), ['sh', '-c', '', 'x']);
  assert.deepEqual(words('nginx: master process'), ['nginx: master process']);
  assert.deepEqual(words(''), []);
  assert.deepEqual(words('\0\0\0'), []);
  assert.equal(words('x\0'.repeat(5000)).length, 1024);
});

test('listening stream sockets with a path', () => {
  const table = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '00000000914fd0fb: 00000002 00000000 00010000 0001 01 100 /run/docker.sock',
    '00000000914fd0fb: 00000002 00000000 00010000 0001 01   101 /run/with space',
    '00000000914fd0fb: 00000002 00000000 00010000 0001 01 102 @/abstract',
    '00000000914fd0fb: 00000002 00000000 00010000 0005 01 103 /run/seqpacket',
    '00000000914fd0fb: 00000003 00000000 00000000 0001 03 104 /run/connected',
    '00000000914fd0fb: 00000002 00000000 00010000 0001 01 105 /run/not/ours',
    '00000000914fd0fb: 00000003 00000000 00000000 0001 03 106',
  ].join('\n');
  const own = new Set(['100', '101', '102', '103', '104', '106']);
  assert.deepEqual(parseUnixTable(table, own), ['/run/docker.sock', '/run/with space']);
});

describe('cgroup names', () => {
  test('paths', () => {
    for (const path of ['/', '/a', '/a.slice/b-\\x2d.scope', '/ü /…']) checkCgroupPath(path);
    for (const path of ['', 'a', '/a/', '//', '/../x', '/a/..', '/./a', '/a\0']) {
      assert.throws(() => checkCgroupPath(path), { code: -32602 }, path);
    }
  });

  test('files', () => {
    for (const name of [
      'memory.max',
      'cpuset.cpus',
      'tasks',
      'net_cls.classid',
      'hugetlb.2MB.max',
    ]) {
      assert.equal(isCgroupFile(name), !name.includes('MB'), name);
    }
    for (const name of ['', 'release_agent', '../memory.max', 'memory/max', 'passwd', 'memory\n']) {
      assert.equal(isCgroupFile(name), false, name);
    }
  });
});

describe('limits of work', () => {
  test('what hangs is not begun again until it comes back', async () => {
    let free: (value: string) => void = () => undefined;
    const hangs = new Promise<string>((resolve) => (free = resolve));
    let begun = 0;
    const work = () => {
      begun++;
      return hangs;
    };
    await assert.rejects(within(1, 'x', work), TooSlow);
    await assert.rejects(within(60_000, 'x', work), TooSlow);
    assert.equal(begun, 1);
    free('back');
    await new Promise(setImmediate);
    assert.equal(await within(60_000, 'x', work), 'back');
    assert.deepEqual(await Promise.all([within(60_000, 'y', work), within(60_000, 'y', work)]), [
      'back',
      'back',
    ]);
  });

  test('no more at once than allowed, results in order', async () => {
    let now = 0;
    let most = 0;
    const results = await mapLimit([1, 2, 3, 4, 5, 6, 7], 3, async (n) => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
      return n * 2;
    });
    assert.deepEqual(results, [2, 4, 6, 8, 10, 12, 14]);
    assert.equal(most, 3);
  });
});
