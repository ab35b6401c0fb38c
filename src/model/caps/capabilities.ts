/** capabilities(7) by number; include/uapi/linux/capability.h. The last one is of Linux 5.9. */
export const capabilityNames = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
] as const;
export type CapabilityName = (typeof capabilityNames)[number];

export const maskOf = (names: readonly CapabilityName[]): bigint =>
  names.reduce((mask, name) => mask | (1n << BigInt(capabilityNames.indexOf(name))), 0n);

export const fullSet = (1n << BigInt(capabilityNames.length)) - 1n;

/** What Podman (since 4.0) gives a container unless told otherwise. */
export const podmanDefaultSet = maskOf([
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_NET_BIND_SERVICE',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_CHROOT',
]);

/** What Docker gives a container unless told otherwise. */
export const dockerDefaultSet =
  podmanDefaultSet | maskOf(['CAP_AUDIT_WRITE', 'CAP_MKNOD', 'CAP_NET_RAW']);

export interface CapabilityDescription {
  /** By number; one that this list does not know yet is `CAP_41`. */
  readonly names: readonly string[];
  /** What the full set has and this one lacks. */
  readonly missing: readonly CapabilityName[];
  /** A set that has a name. */
  readonly known: 'none' | 'full' | 'docker-default' | 'podman-default' | undefined;
}

const maskBits = 64;

export function describeCapabilities(mask: bigint): CapabilityDescription {
  const names: string[] = [];
  for (let bit = 0; bit < maskBits; bit++) {
    if (has(mask, bit)) names.push(capabilityNames[bit] ?? `CAP_${bit}`);
  }
  return {
    names,
    missing: capabilityNames.filter((_, bit) => !has(mask, bit)),
    known: knownSet(mask),
  };
}

const has = (mask: bigint, bit: number): boolean => ((mask >> BigInt(bit)) & 1n) === 1n;

function knownSet(mask: bigint): CapabilityDescription['known'] {
  if (mask === 0n) return 'none';
  // A newer kernel's full set has more bits.
  if ((mask & fullSet) === fullSet) return 'full';
  if (mask === dockerDefaultSet) return 'docker-default';
  return mask === podmanDefaultSet ? 'podman-default' : undefined;
}

/**
 * Each of these alone leads, in the initial user namespace, to control of the host: loading code
 * into the kernel, raw memory and devices, foreign processes, any file, any mount.
 */
const powerful = maskOf([
  'CAP_BPF',
  'CAP_DAC_READ_SEARCH',
  'CAP_MAC_ADMIN',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_MODULE',
  'CAP_SYS_PTRACE',
  'CAP_SYS_RAWIO',
]);

/** Those of the set that break isolation from the host when held in the initial user namespace. */
export const powerfulCapabilities = (mask: bigint): readonly string[] =>
  describeCapabilities(mask & powerful).names;
