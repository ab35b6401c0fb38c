import { namespaceKey, namespaceTypes, type NamespaceKey, type NamespaceType } from '../ids';
import type { HostFacts } from '../picture';
import type { Process, Snapshot } from '../snapshot';

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

/** Had no fixed inode before Linux 6.18: that nobody is in the well-known one says nothing. */
const lateTypes: readonly NamespaceType[] = ['mnt', 'net'];

/**
 * The namespaces of the host: what the agent read of kthreadd, else a guess. `user` comes first,
 * since who is in another user namespace is no witness for the other types.
 */
export function findInitial(snapshot: Snapshot, host: HostFacts): InitialNamespaces {
  const user = host.initial.user ?? guess(snapshot, 'user', () => true);
  const witness = (p: Process): boolean => user === undefined || p.namespaces.user === user;
  const result: Partial<Record<NamespaceType, NamespaceKey>> = {};
  for (const type of namespaceTypes) {
    const key = type === 'user' ? user : (host.initial[type] ?? guess(snapshot, type, witness));
    if (key !== undefined) result[type] = key;
  }
  return result;
}

/**
 * The well-known inode where some process is in it, or where processes that could not be read may
 * be; else (older kernels, a reader inside a container) the one with the most witnesses.
 */
function guess(
  snapshot: Snapshot,
  type: NamespaceType,
  witness: (process: Process) => boolean,
): NamespaceKey | undefined {
  const known = namespaceKey(type, wellKnown[type]);
  const counts = new Map<NamespaceKey, number>();
  let unreadable = false;
  for (const p of snapshot.processes.values()) {
    const key = p.namespaces[type];
    if (key === known) return known;
    unreadable ||= p.gaps.namespaces;
    if (key !== undefined && witness(p)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  if (unreadable && !lateTypes.includes(type)) return known;
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
