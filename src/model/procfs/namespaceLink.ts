import { namespaceTypes, type NamespaceType } from '../ids';

/** Parses the target of a link in /proc/PID/ns, as in `mnt:[4026531841]`; namespaces(7). */
export function parseNamespaceLink(
  target: string,
): { readonly type: NamespaceType; readonly inode: number } | undefined {
  const match = /^([a-z]{2,6}):\[(\d{1,16})\]$/.exec(target);
  const type = namespaceTypes.find((t) => t === match?.[1]);
  const inode = Number(match?.[2]);
  return type === undefined || !(inode > 0) ? undefined : { type, inode };
}
