import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parentPath, parseCgroupText } from '../../../src/model/cgroups/membership';
import { isIdentity, mapOut, parseIdMap } from '../../../src/model/procfs/idMap';
import { parseNamespaceLink } from '../../../src/model/procfs/namespaceLink';
import { parseStat } from '../../../src/model/procfs/stat';
import { parseStatus } from '../../../src/model/procfs/status';

describe('parseCgroupText', () => {
  it('v1, named and v2 lines of a hybrid host', () => {
    assert.deepEqual(
      parseCgroupText('4:cpu,cpuacct:/a\n1:name=systemd:/init.scope\n0::/\n').map((m) => [
        m.id,
        m.version,
        m.controllers.join('+'),
        m.path,
      ]),
      [
        [4, 1, 'cpu+cpuacct', '/a'],
        [1, 1, 'name=systemd', '/init.scope'],
        [0, 2, '', '/'],
      ],
    );
  });

  for (const [name, line, path, flags] of [
    ['colons', '0::/a:b::c', '/a:b::c', ''],
    ['what looks like an escape is none', '0::/a\\012b\\x2d', '/a\\012b\\x2d', ''],
    ['spaces and control characters', '0::/a b\t\u001b[1m\r', '/a b\t\u001b[1m\r', ''],
    ['removed', '0::/x/y (deleted)', '/x/y', 'deleted'],
    ['outside of the cgroup namespace', '0::/../../x', '/../../x', 'outside'],
    ['the root above', '0::/..', '/..', 'outside'],
    ['a name that only begins with dots', '0::/...', '/...', ''],
  ] as const) {
    it(name, () => {
      const [m] = parseCgroupText(`${line}\n`);
      assert.equal(m?.path, path);
      assert.equal(m.deleted ? 'deleted' : m.outside ? 'outside' : '', flags);
    });
  }

  it('lines that are none are left out', () => {
    assert.deepEqual(parseCgroupText('\n:\n::\n0:\n0:/x\nx::/y\n0::y\n-1::/z\n0::'), []);
    assert.equal(parseCgroupText('1:a:/\n'.repeat(1000)).length, 64);
  });

  it('never throws; paths always start with a slash', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const m of parseCgroupText(text)) assert.equal(m.path[0], '/');
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        fc.pre(!name.includes('\n') && !name.endsWith(' (deleted)'));
        assert.equal(parseCgroupText(`0::/${name}\n`)[0]?.path, `/${name}`);
      }),
    );
  });

  it('parentPath ends at the root', () => {
    assert.deepEqual(['/a/b', '/a', '/', 'x'].map(parentPath), ['/a', '/', undefined, undefined]);
  });
});

const stat = (comm: string): string =>
  `42 (${comm}) S 1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 98765 1 2 3\n`;

describe('parseStat', () => {
  it('the fields we use', () => {
    assert.deepEqual(parseStat(stat('bash')), {
      pid: 42,
      comm: 'bash',
      state: 'S',
      ppid: 1,
      threads: 3,
      start: 98765,
      kernelThread: false,
    });
    assert.equal(parseStat(stat('x').replace('4194560', '2129984'))?.kernelThread, true);
  });

  it('any comm', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 15 }), (comm) => {
        assert.equal(parseStat(stat(comm))?.comm, comm);
      }),
    );
    assert.equal(parseStat(stat(') R 7 (x'))?.ppid, 1);
  });

  it('a line cut anywhere before the start time is none', () => {
    const text = stat('a) S (b');
    const end = text.indexOf(' 98765');
    for (let i = 0; i <= end; i++) assert.equal(parseStat(text.slice(0, i)), undefined);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseStat(text)));
  });
});

const status = `Name:\tnginx
Umask:\t0022
State:\tS (sleeping)
Tgid:\t60
NSpid:\t60\t7\t1
Uid:\t1000\t1001\t1002\t1003
Gid:\t5\t6\t7\t8
Threads:\t4
CapInh:\t0000000000000000
CapPrm:\t00000000a80425fb
CapEff:\t00000000a80425fb
CapBnd:\t000001ffffffffff
CapAmb:\t0000000000000001
NoNewPrivs:\t1
Seccomp:\t2
Seccomp_filters:\t3
`;

describe('parseStatus', () => {
  it('the fields we use', () => {
    assert.deepEqual(parseStatus(status), {
      uid: [1000, 1001, 1002, 1003],
      gid: [5, 6, 7, 8],
      capabilities: {
        inheritable: 0n,
        permitted: 0xa80425fbn,
        effective: 0xa80425fbn,
        bounding: 0x1ffffffffffn,
        ambient: 1n,
      },
      nspid: [60, 7, 1],
      threads: 4,
      noNewPrivs: true,
      seccomp: 'filter',
      seccompFilters: 3,
    });
  });

  it('a field that is missing or malformed is unknown, the others are not', () => {
    const cut = parseStatus(status.slice(0, status.indexOf('CapEff')));
    assert.deepEqual([cut.uid?.[0], cut.capabilities, cut.seccomp], [1000, undefined, undefined]);
    const bad = parseStatus(
      'Uid:\t1\t2\t3\nNSpid:\tx\nSeccomp:\t9\nNoNewPrivs:\tyes\nThreads:\t-1\n',
    );
    assert.ok(Object.values(bad).every((value) => value === undefined));
    assert.equal(parseStatus('Seccomp:\tconstructor\n').seccomp, undefined);
  });

  it('the first line of a name counts', () => {
    assert.equal(parseStatus('Threads:\t1\nThreads:\t2\n').threads, 1);
  });

  it('never throws', () => {
    const line = fc.tuple(
      fc.constantFrom('Uid', 'NSpid', 'CapEff', 'Seccomp', 'Threads', '__proto__'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        parseStatus(lines.map(([name, value]) => `${name}:${value}`).join('\n'));
      }),
    );
  });
});

describe('parseIdMap', () => {
  const rootless = parseIdMap(
    '         0       1001          1\n         1     100000      65536\n',
  );

  it('maps ids out', () => {
    assert.deepEqual(
      [0, 1, 1000, 65536, 65537].map((id) => mapOut(rootless, id)),
      [1001, 100000, 100999, 165535, undefined],
    );
    assert.equal(isIdentity(rootless), false);
    assert.equal(isIdentity(parseIdMap('         0          0 4294967295\n')), true);
  });

  it('lines that are none are left out', () => {
    assert.deepEqual(parseIdMap('0 0\n0 0 0\n-1 0 1\n4294967295 0 2\na b c\n'), []);
    assert.equal(parseIdMap('0 0 1\n'.repeat(1000)).length, 340);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseIdMap(text)));
  });
});

describe('parseNamespaceLink', () => {
  it('type and inode', () => {
    assert.deepEqual(parseNamespaceLink('mnt:[4026531841]'), { type: 'mnt', inode: 4026531841 });
  });

  it('what is none', () => {
    for (const text of ['', 'mnt', 'mnt:[0]', 'mnt:[x]', 'foo:[1]', 'mnt:[1]x', ' mnt:[1]']) {
      assert.equal(parseNamespaceLink(text), undefined);
    }
    fc.assert(fc.property(fc.string(), (text) => void parseNamespaceLink(text)));
  });
});
