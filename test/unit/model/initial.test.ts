import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { namespaceKey } from '../../../src/model/ids';
import { findInitial } from '../../../src/model/picture/initial';
import type { Process } from '../../../src/model/snapshot';
import { host, hostInode, hostNamespaces, process, snapshot } from './build';

const blind = { ...host, initial: {} };
const initial = (processes: readonly Process[]) => findInitial(snapshot(processes), blind);

describe('the initial namespaces', () => {
  it('are what the agent read, whatever the processes are in', () => {
    const found = findInitial(snapshot([process(5, { ns: { pid: 9, net: 8 } })]), host);
    assert.deepEqual(found, hostNamespaces);
  });

  it('have well-known inodes, even where fewer are in them', () => {
    const own = { pid: 9, user: 7 };
    const found = initial([process(1), process(5, { ns: own }), process(6, { ns: own })]);
    assert.deepEqual([found.pid, found.user], [hostNamespaces.pid, hostNamespaces.user]);
  });

  it('are where most are, for types whose inode was not fixed before Linux 6.18', () => {
    const found = initial([process(1), process(2), process(5, { ns: { net: 8 } })]);
    assert.equal(found.net, namespaceKey('net', hostInode.net));
    const even = initial([process(1, { ns: { net: 9 } }), process(5, { ns: { net: 8 } })]);
    assert.equal(even.net, namespaceKey('net', 8));
  });

  it('are never those of a user namespace of one’s own', () => {
    const own = { user: 7, mnt: 8, pid: 9 };
    const found = initial([process(1, { denied: true }), process(5, { ns: own })]);
    assert.equal(found.user, hostNamespaces.user);
    assert.equal(found.pid, hostNamespaces.pid);
    assert.equal(found.mnt, undefined);
  });

  it('seen from inside a container are the container’s', () => {
    const own = { user: 7, mnt: 8, pid: 9 };
    const found = initial([process(1, { ns: own }), process(5, { ns: own })]);
    assert.deepEqual([found.user, found.mnt, found.pid], ['user:7', 'mnt:8', 'pid:9']);
  });
});
