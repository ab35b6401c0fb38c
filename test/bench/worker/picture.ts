import { hostname, release } from 'node:os';
import type { Picture } from '../../../src/model/picture';
import { makePicture } from '../../../src/model/picture/makePicture';
import { namespaceTypes } from '../../../src/model/ids';
import type { Snapshot } from '../../../src/model/snapshot';
import type { Cost } from '../figure';
import { costOf } from './cost';
import { readFrame, snapshotOf } from './read';

const host = { hostname: hostname(), kernel: release(), uid: 0, clockTick: 100, initial: {} };

/** Each round's picture is new, over a new snapshot; only the process is warm. */
export async function pictureCost(rounds: number): Promise<readonly Cost[]> {
  const frame = await readFrame();
  const costs: Cost[] = [];
  for (let i = 0; i < rounds; i++) {
    const snapshot = snapshotOf(frame);
    costs.push(await costOf(() => askEverything(makePicture(snapshot, host, []), snapshot)));
  }
  return costs;
}

/** Uses each index, so that each is built. */
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
