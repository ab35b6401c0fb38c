/**
 * Byte offsets of the structs in native/include/nsbridge.h. A test compiles that header and holds
 * every number here against its `offsetof`.
 */
export const frameMagic = 0x4642534e;
export const frameVersion = 1;
/** `NSB_NO_MEMBERSHIP`, and "unknown" of every other 32-bit field. */
export const unknown32 = 0xffff_ffff;
/** pid namespaces nest 32 deep at most (MAX_PID_NS_LEVEL), the initial one not counted. */
export const maxPidLevels = 33;
/** PID_MAX_LIMIT, proc_sys_kernel(5). */
export const maxPid = 4_194_304;

export const header = {
  size: 120,
  magic: 0,
  version: 4,
  bytes: 8,
  revision: 16,
  base: 24,
  boottime: 32,
  flags: 40,
  sections: 48,
} as const;

export const section = { size: 8, offset: 0, count: 4 } as const;

/** `enum nsb_section_id`, with the size of one record each. */
export const sections = [
  { name: 'PROCS', record: 192 },
  { name: 'GONE_PROCS', record: 16 },
  { name: 'NAMESPACES', record: 56 },
  { name: 'GONE_NAMESPACES', record: 16 },
  { name: 'CGROUPS', record: 40 },
  { name: 'GONE_CGROUPS', record: 16 },
  { name: 'MEMBERSHIPS', record: 16 },
  { name: 'PIDS', record: 4 },
  { name: 'STRINGS', record: 1 },
] as const;
export type SectionName = (typeof sections)[number]['name'];

export const proc = {
  size: 192,
  start: 0,
  ns: 8,
  cap: 72,
  pid: 112,
  ppid: 116,
  uid: 120,
  gid: 136,
  threads: 152,
  membership: 156,
  nspid: 160,
  flags: 164,
  comm: 168,
  nspid_count: 184,
  state: 185,
  seccomp: 186,
  no_new_privs: 187,
  seccomp_filters: 188,
} as const;
/** Bytes of `nsb_proc.comm`, the closing NUL included. */
export const commBytes = 16;

export const procFlags = {
  nsDenied: 1 << 0,
  statusDenied: 1 << 1,
  cgroupDenied: 1 << 2,
  kthread: 1 << 3,
} as const;

export const goneProc = { size: 16, start: 0, pid: 8, reserved: 12 } as const;

export const ns = {
  size: 56,
  ino: 0,
  dev: 8,
  id: 16,
  owner: 24,
  parent: 32,
  owner_uid: 40,
  type: 44,
  flags: 48,
  reserved: 52,
} as const;

export const nsFlags = {
  openDenied: 1 << 0,
  ownerDenied: 1 << 1,
  parentDenied: 1 << 2,
  hidden: 1 << 3,
} as const;

export const goneNs = { size: 16, ino: 0, type: 8, reserved: 12 } as const;

export const cgroup = {
  size: 40,
  ino: 0,
  parent: 8,
  hierarchy: 16,
  procs: 20,
  path: 24,
  path_len: 28,
  flags: 32,
  reserved: 36,
} as const;

export const goneCgroup = { size: 16, ino: 0, hierarchy: 8, reserved: 12 } as const;

export const membership = { size: 16, id: 0, text: 4, text_len: 8, reserved: 12 } as const;
