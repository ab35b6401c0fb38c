declare const brand: unique symbol;
type Brand<T, B extends string> = T & { readonly [brand]: B };

/** A process id in the pid namespace of the reader (the agent). */
export type Pid = Brand<number, 'Pid'>;

/** `${pid}@${start}`: pid and start time (stat field 22, clock ticks). A reused pid has another key. */
export type ProcessKey = Brand<string, 'ProcessKey'>;

/** `${type}:${inode}`; one nsfs serves the whole kernel, so type and inode identify a namespace. */
export type NamespaceKey = Brand<string, 'NamespaceKey'>;

/** `${hierarchy}:${inode}`; the inode of a cgroup directory is the kernel's cgroup id. */
export type CgroupKey = Brand<string, 'CgroupKey'>;

/** `${engine}:${id}`, or `ns:${NamespaceKey}` where no engine is known; `host` for the host row. */
export type ContainerKey = Brand<string, 'ContainerKey'>;

export const pid = (n: number): Pid => n as Pid;
export const processKey = (p: number, start: number): ProcessKey => `${p}@${start}` as ProcessKey;
export const namespaceKey = (type: NamespaceType, inode: number): NamespaceKey =>
  `${type}:${inode}` as NamespaceKey;
export const cgroupKey = (hierarchy: number, inode: number): CgroupKey =>
  `${hierarchy}:${inode}` as CgroupKey;
export const containerKey = (engine: string, id: string): ContainerKey =>
  `${engine}:${id}` as ContainerKey;

/** namespaces(7), in alphabetical order; the same order as `enum nsb_ns_type`. */
export const namespaceTypes = [
  'cgroup',
  'ipc',
  'mnt',
  'net',
  'pid',
  'time',
  'user',
  'uts',
] as const;
export type NamespaceType = (typeof namespaceTypes)[number];

/** The row of the host itself. */
export const hostKey: ContainerKey = 'host' as ContainerKey;
