import { readlinkSync } from 'node:fs';
import { namespaceTypes, type NamespaceType } from '../../../src/model/ids';

/** Types that container engines give by default, in the order of `namespaceTypes`. */
export const usualTypes: readonly NamespaceType[] = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'uts'];

/** Inode of a namespace of a process; the kernel's own answer. */
export function namespaceOf(pid: number | 'self', type: NamespaceType): number {
  return Number(/\[([0-9]+)\]/.exec(readlinkSync(`/proc/${pid}/ns/${type}`))?.[1]);
}

/** All namespaces of a process. */
export function namespacesOf(pid: number | 'self'): Readonly<Record<string, number>> {
  return Object.fromEntries(namespaceTypes.map((type) => [type, namespaceOf(pid, type)]));
}

/** Types of the namespaces that a process does not share with this one. */
export function ownTypes(pid: number | undefined): readonly NamespaceType[] {
  return namespaceTypes.filter(
    (type) => pid === undefined || namespaceOf(pid, type) !== namespaceOf('self', type),
  );
}
