import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cpus, effectiveLimits } from '../../../src/model/cgroups/limits';
import { joinUsage, parseUsage, usageFiles } from '../../../src/model/cgroups/usage';

describe('parseUsage', () => {
  it('v2', () => {
    assert.deepEqual(
      parseUsage({
        'memory.current': '7340032\n',
        'memory.max': '67108864\n',
        'cpu.stat': 'usage_usec 123456\nuser_usec 100000\nsystem_usec 23456\n',
        'cpu.max': '50000 100000\n',
        'cpu.weight': '100\n',
        'pids.current': '3\n',
        'pids.max': 'max\n',
        'cgroup.events': 'populated 1\nfrozen 1\n',
        'memory.pressure':
          'some avg10=1.25 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.50 avg60=0.00 avg300=0.00 total=0\n',
        'cpu.pressure': 'some avg10=100.00 avg60=0.00 avg300=0.00 total=0\n',
      }),
      {
        memory: { current: 7340032, max: 67108864 },
        cpu: { usageUsec: 123456, quotaUsec: 50000, periodUsec: 100000, weight: 100 },
        pids: { current: 3, max: undefined },
        frozen: true,
        pressure: { memory: { some: 1.25, full: 0.5 }, cpu: { some: 100, full: undefined } },
      },
    );
  });

  it('v1', () => {
    assert.deepEqual(
      parseUsage({
        'memory.usage_in_bytes': '4096\n',
        'memory.limit_in_bytes': '9223372036854771712\n',
        'cpuacct.usage': '123456789\n',
        'cpu.cfs_quota_us': '-1\n',
        'cpu.cfs_period_us': '100000\n',
        'cpu.shares': '1024\n',
        'freezer.state': 'THAWED\n',
      }),
      {
        memory: { current: 4096, max: undefined },
        cpu: { usageUsec: 123456.789, quotaUsec: undefined, periodUsec: 100000, weight: 1024 },
        frozen: false,
      },
    );
  });

  it('controllers that are not there are missing, not zero', () => {
    assert.deepEqual(parseUsage({}), {});
    assert.deepEqual(parseUsage({ 'cpu.stat': 'usage_usec 5\n' }).memory, undefined);
  });

  it('the v1 hierarchies of one container are joined', () => {
    const joined = joinUsage([
      parseUsage({ 'pids.current': '1', 'pids.max': '5' }),
      parseUsage({ 'freezer.state': 'FROZEN' }),
    ]);
    assert.deepEqual(joined, { pids: { current: 1, max: 5 }, frozen: true });
  });

  it('never throws, and limits are never negative', () => {
    const names = [...usageFiles(1), ...usageFiles(2), '__proto__'];
    const texts = fc.oneof(fc.string(), fc.integer().map(String), fc.constantFrom('max', 'max 1'));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), texts), (files) => {
        const usage = parseUsage(files);
        for (const n of [usage.memory?.max, usage.pids?.max, usage.cpu?.quotaUsec, cpus(usage)]) {
          assert.ok(n === undefined || n >= 0);
        }
      }),
    );
  });
});

describe('effectiveLimits', () => {
  const level = (where: string, memory: string, cpu: string) => ({
    where,
    usage: parseUsage({ 'memory.max': memory, 'cpu.max': cpu, 'pids.max': 'max' }),
  });

  it('the smallest on the way up, and who sets it', () => {
    assert.deepEqual(
      effectiveLimits([
        level('/a/b', '400', 'max 100000'),
        level('/a', '300', '150000 100000'),
        level('/', 'max', 'max 100000'),
      ]),
      {
        memory: { value: 300, where: '/a' },
        cpus: { value: 1.5, where: '/a' },
        pids: undefined,
      },
    );
  });

  it('of equal limits the nearest', () => {
    const limits = effectiveLimits([level('/a/b', '300', 'max'), level('/a', '300', 'max')]);
    assert.equal(limits.memory?.where, '/a/b');
  });
});
