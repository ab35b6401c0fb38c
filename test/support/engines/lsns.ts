import { inspect, isDeepStrictEqual } from 'node:util';
import type { NamespaceJson } from './product';
import { run, until } from './command';

/** What is compared of a namespace. */
export interface NamespaceFacts {
  /** Number of processes in it; undefined for an initial namespace, where both readers are in it. */
  readonly processes: number | undefined;
  /** Lowest pid in it; 0: none. */
  readonly pid: number;
  /** Inode of the owning user namespace; 0: unknown, or none. */
  readonly owner: number;
  /** Inode of the parent of a pid or user namespace; 0: unknown, or none. */
  readonly parent: number;
}

/** By `type:inode`. */
export type NamespaceTable = ReadonlyMap<string, NamespaceFacts>;

interface Row {
  readonly ns: number;
  readonly type: string;
  readonly nprocs: number;
  readonly pid: number | null;
  readonly pns: number | null;
  readonly ons: number | null;
}

/**
 * lsns(8) of util-linux 2.38 lists nothing at all when it cannot parse /proc/PID/stat of one
 * process, such as one with `)` in its name; then it is asked again.
 */
async function lsns(): Promise<readonly Row[]> {
  const argv = ['lsns', '--json', '--output', 'NS,TYPE,NPROCS,PID,PNS,ONS'];
  return until('lsns to succeed', async () => {
    const { code, stdout } = await run(argv);
    return code === 0
      ? (JSON.parse(stdout) as { readonly namespaces: readonly Row[] }).namespaces
      : undefined;
  });
}

/** What lsns of this machine lists. */
export async function listedByLsns(initial: ReadonlySet<string>): Promise<NamespaceTable> {
  return new Map(
    (await lsns()).map((row) => {
      const key = `${row.type}:${row.ns}`;
      return [
        key,
        {
          processes: initial.has(key) ? undefined : row.nprocs,
          pid: row.pid ?? 0,
          owner: row.ons ?? 0,
          parent: row.pns ?? 0,
        },
      ];
    }),
  );
}

/** The same of what `container-internals namespaces --json` printed. */
export function listedByUs(namespaces: readonly NamespaceJson[]): NamespaceTable {
  return new Map(
    namespaces.map((namespace) => [
      `${namespace.type}:${namespace.inode}`,
      {
        processes: namespace.initial ? undefined : namespace.processes.length,
        pid: namespace.processes.length === 0 ? 0 : Math.min(...namespace.processes),
        owner: namespace.owner ?? 0,
        parent: namespace.parent ?? 0,
      },
    ]),
  );
}

/**
 * lsns lists no namespace without processes, but names it as parent or owner of others; such a
 * one may in turn be the child of another.
 */
function isNamed(key: string, tables: readonly NamespaceTable[]): boolean {
  const inode = Number(key.split(':')[1]);
  return tables.some((table) =>
    [...table.values()].some(({ owner, parent }) => owner === inode || parent === inode),
  );
}

/** One line for each namespace in which two tables differ. */
export function differences(lsns: NamespaceTable, ours: NamespaceTable): readonly string[] {
  return [...new Set([...lsns.keys(), ...ours.keys()])].sort().flatMap((key) => {
    const [theirs, own] = [lsns.get(key), ours.get(key)];
    const hidden = theirs === undefined && own?.processes === 0;
    return isDeepStrictEqual(theirs, own) || (hidden && isNamed(key, [lsns, ours]))
      ? []
      : [`${key}: lsns ${inspect(theirs)}, we ${inspect(own)}`];
  });
}
