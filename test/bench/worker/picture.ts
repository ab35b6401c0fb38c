import { hostname, release } from 'node:os';
import type { Picture } from '../../../src/model/picture';
import { makePicture } from '../../../src/model/picture/makePicture';
import { namespaceTypes } from '../../../src/model/ids';
import type { Snapshot } from '../../../src/model/snapshot';
import type { Cost } from '../figure';
import { costOf } from './cost';
import { readFrame, snapshotOf } from './read';

const host = { hostname: hostname(), kernel: release(), uid: 0, clockTick: 100, initial: {} };

export interface PictureCosts {
  /** The containers and every index the views look things up in. */
  readonly indexes: Cost;
  /** The answer to all that can be asked about every single thing, which no view does. */
  readonly everything: Cost;
}

/** Each round's picture is new; only the process is warm. */
export async function pictureCosts(rounds: number): Promise<readonly PictureCosts[]> {
  const snapshot = snapshotOf(await readFrame());
  const costs: PictureCosts[] = [];
  for (let i = 0; i < rounds; i++) {
    const indexed = makePicture(snapshot, host, []);
    const asked = makePicture(snapshot, host, []);
    costs.push({
      indexes: await costOf(() => buildIndexes(indexed, snapshot)),
      everything: await costOf(() => askEverything(asked, snapshot)),
    });
  }
  return costs;
}

/** One question to each index, to that of the members one for each type. */
function buildIndexes(picture: Picture, { processes, cgroups }: Snapshot): unknown {
  const container = picture.containers()[0];
  const process = firstOf(processes);
  const cgroup = firstOf(cgroups);
  if (!container || !process || !cgroup) throw new Error('there is nothing to look for');
  picture.container(container.key);
  picture.containerOf(process.pid);
  picture.nested(container.key);
  picture.childrenOf(process.pid);
  for (const type of namespaceTypes) {
    const namespace = picture.namespacesOfType(type)[0];
    if (!namespace) continue;
    picture.members(namespace.key);
    picture.childNamespaces(namespace.key);
    picture.ownedBy(namespace.key);
  }
  picture.userRoots();
  picture.cgroupRoots();
  picture.childCgroups(cgroup.key);
  picture.containersAt(cgroup.key);
  picture.processesIn(cgroup.key);
  return picture.hidden;
}

function firstOf<V>(values: ReadonlyMap<unknown, V>): V | undefined {
  for (const value of values.values()) return value;
  return undefined;
}

function askEverything(
  picture: Picture,
  { processes, namespaces, cgroups }: Snapshot,
): Picture['hidden'] {
  for (const container of picture.containers()) {
    picture.container(container.key);
    picture.nested(container.key);
  }
  for (const process of processes.values()) {
    picture.containerOf(process.pid);
    picture.childrenOf(process.pid);
    picture.cgroupsOf(process);
  }
  for (const type of namespaceTypes) picture.namespacesOfType(type);
  picture.userRoots();
  for (const key of namespaces.keys()) {
    picture.members(key);
    picture.childNamespaces(key);
    picture.ownedBy(key);
  }
  picture.cgroupRoots();
  for (const key of cgroups.keys()) {
    picture.childCgroups(key);
    picture.containersAt(key);
    picture.processesIn(key);
  }
  return picture.hidden;
}
