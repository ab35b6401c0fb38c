import { namespaceKey, namespaceTypes, type NamespaceKey, type NamespaceType } from '../ids';
import type { HostFacts } from '../picture';
import type { Snapshot } from '../snapshot';

export type InitialNamespaces = Readonly<Partial<Record<NamespaceType, NamespaceKey>>>;

/**
 * Inodes that the kernel gives to initial namespaces (include/uapi/linux/nsfs.h, `*_NS_INIT_INO`):
 * ipc, uts, user and pid since 3.8, cgroup 4.6, time 5.6, net and mnt 6.18.
 */
const wellKnown: Readonly<Record<NamespaceType, number>> = {
  ipc: 0xefffffff,
  uts: 0xeffffffe,
  user: 0xeffffffd,
  pid: 0xeffffffc,
  cgroup: 0xeffffffb,
  time: 0xeffffffa,
  net: 0xeffffff9,
  mnt: 0xeffffff8,
};

/**
 * The namespaces of the host: what the agent read of kthreadd, else the well-known inode where some
 * process is in it, else (older kernels, a reader without rights or inside a container) the one
 * with the most processes.
 */
export function findInitial(snapshot: Snapshot, host: HostFacts): InitialNamespaces {
  const result: Partial<Record<NamespaceType, NamespaceKey>> = {};
  for (const type of namespaceTypes) {
    const key = host.initial[type] ?? guess(snapshot, type);
    if (key !== undefined) result[type] = key;
  }
  return result;
}

function guess(snapshot: Snapshot, type: NamespaceType): NamespaceKey | undefined {
  const known = namespaceKey(type, wellKnown[type]);
  const counts = new Map<NamespaceKey, number>();
  for (const p of snapshot.processes.values()) {
    const key = p.namespaces[type];
    if (key === known) return known;
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let best: NamespaceKey | undefined;
  let most = 0;
  for (const [key, count] of counts) {
    // Equal counts: the smaller key, so that the answer does not depend on reading order.
    if (count > most || (count === most && best !== undefined && key < best)) {
      best = key;
      most = count;
    }
  }
  return best;
}
