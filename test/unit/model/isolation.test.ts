import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  capabilityNames,
  describeCapabilities,
  dockerDefaultSet,
  fullSet,
  podmanDefaultSet,
  powerfulCapabilities,
} from '../../../src/model/caps/capabilities';
import { effectiveLimits } from '../../../src/model/cgroups/limits';
import { makePicture } from '../../../src/model/picture/makePicture';
import { parseIdMap } from '../../../src/model/procfs/idMap';
import type { Process } from '../../../src/model/snapshot';
import { isolationCard, type CardFacts } from '../../../src/model/text/isolationCard';
import { host, process, snapshot } from './build';

describe('capabilities', () => {
  it('41 of them', () => {
    assert.equal(capabilityNames.length, 41);
    assert.equal(capabilityNames[21], 'CAP_SYS_ADMIN');
    assert.equal(fullSet, 0x1ffffffffffn);
  });

  it("the engines' defaults as /proc shows them", () => {
    assert.equal(dockerDefaultSet, 0xa80425fbn);
    assert.equal(podmanDefaultSet, 0x800405fbn);
    assert.deepEqual(
      [0n, fullSet, (1n << 42n) - 1n, dockerDefaultSet, podmanDefaultSet, 1n].map(
        (mask) => describeCapabilities(mask).known,
      ),
      ['none', 'full', 'full', 'docker-default', 'podman-default', undefined],
    );
  });

  it('names, those missing, and numbers nobody knows yet', () => {
    const { names, missing } = describeCapabilities((fullSet & ~(1n << 24n)) | (1n << 63n));
    assert.deepEqual(missing, ['CAP_SYS_RESOURCE']);
    assert.equal(names.length, 41);
    assert.equal(names.at(-1), 'CAP_63');
  });

  it('powerful ones', () => {
    assert.deepEqual(powerfulCapabilities(dockerDefaultSet), []);
    assert.deepEqual(powerfulCapabilities(dockerDefaultSet | (1n << 21n)), ['CAP_SYS_ADMIN']);
  });
});

const id = 'a'.repeat(64);
const inDocker = { ns: { ipc: 1, mnt: 2, net: 3, pid: 4, uts: 5 }, nspid: [50, 1] };

function card(main: Process, facts?: CardFacts): Record<string, unknown> {
  const picture = makePicture(snapshot([process(1), main]), host, []);
  const container = picture.containerOf(main.pid) ?? assert.fail();
  return Object.fromEntries(isolationCard(picture, container, facts).map((b) => [b.kind, b.level]));
}

const withCaps = (p: Process, mask: bigint): Process => ({
  ...p,
  capabilities: { ...p.capabilities, permitted: mask, bounding: mask },
});

describe('the isolation card', () => {
  it('docker as it comes', () => {
    const main = process(50, { ...inDocker, cgroup: `/docker/${id}` });
    assert.deepEqual(card(withCaps({ ...main, seccomp: 'filter' }, dockerDefaultSet)), {
      namespaces: 'isolated',
      cgroup: 'unknown',
      user: 'shared',
      seccomp: 'isolated',
      root: 'isolated',
      capabilities: 'isolated',
    });
  });

  it('unshare of a rootless user', () => {
    const main = process(50, { ns: { user: 9, mnt: 2 } });
    const facts = { uidMap: parseIdMap('0 1000 1'), limits: effectiveLimits([]) };
    assert.deepEqual(card(withCaps(main, fullSet), facts), {
      namespaces: 'partly',
      cgroup: 'shared',
      user: 'isolated',
      seccomp: 'shared',
      root: 'partly',
      capabilities: 'partly',
    });
  });

  it('the host is not isolated at all', () => {
    assert.deepEqual(card(withCaps(process(1), fullSet)), {
      namespaces: 'shared',
      cgroup: 'unknown',
      user: 'shared',
      seccomp: 'shared',
      root: 'shared',
      capabilities: 'shared',
    });
  });

  it('what cannot be read is unknown', () => {
    const main = process(50, { denied: true, cgroup: `/docker/${id}` });
    const levels = card({ ...main, gaps: { namespaces: true, status: true, cgroup: false } });
    assert.ok(Object.values(levels).every((level) => level === 'unknown'));
  });

  it('root mapped to root is half a mapping', () => {
    const main = process(50, { ns: { user: 9 } });
    assert.equal(card(main, { uidMap: parseIdMap('0 0 4294967295') })['user'], 'partly');
    assert.equal(card(main)['user'], 'unknown');
  });

  it('with no_new_privs only what the process has counts', () => {
    const main = { ...process(50, { ns: { mnt: 2 } }), noNewPrivs: true };
    const caps = { ...main.capabilities, bounding: fullSet };
    assert.equal(card({ ...main, capabilities: caps }).capabilities, 'isolated');
    assert.equal(card({ ...main, noNewPrivs: false, capabilities: caps }).capabilities, 'shared');
  });

  it('limits: all three, some, none', () => {
    const main = process(50, { ...inDocker, cgroup: `/docker/${id}` });
    const limits = effectiveLimits([
      {
        where: '/',
        usage: {
          memory: { current: 1, max: 2 },
          pids: { current: 1, max: 2 },
          cpu: { usageUsec: 1, quotaUsec: 1, periodUsec: 2, weight: 1 },
        },
      },
    ]);
    assert.equal(card(main, { limits }).cgroup, 'isolated');
    assert.equal(card(main, { limits: effectiveLimits([]) }).cgroup, 'partly');
  });
});
