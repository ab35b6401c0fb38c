import type { NamespaceKey, Pid } from '../model/ids';
import type { Picture } from '../model/picture';
import type { Namespace } from '../model/snapshot';
import { containerNames, none, text, unknown } from './cells';
import { flat, forest, indent, type Placed } from './forest';
import { sorted, table, type Column, type Screen, type Sorting } from './table';

/** As a tree: user namespaces below their parents, each with the namespaces it owns. */
export function namespaceTable(
  picture: Picture,
  namespaces: readonly Namespace[],
  { tree, sort }: { readonly tree: boolean; readonly sort: Sorting | undefined },
  screen: Screen,
): string {
  const all = picture.snapshot.namespaces;
  const inode = (key: NamespaceKey | undefined, denied: boolean): string => {
    if (key === undefined) return denied ? unknown : none;
    return text(all.get(key)?.inode ?? key);
  };
  const first = ({ key }: Namespace): Pid | undefined => picture.members(key).processes[0];
  const comm = (namespace: Namespace): string => {
    const pid = first(namespace);
    return text(pid === undefined ? undefined : picture.snapshot.processes.get(pid)?.comm);
  };
  const columns: readonly Column<Placed<Namespace>>[] = [
    {
      head: 'NS',
      // a tree hangs on its left side
      ...(tree ? {} : { align: 'right' as const }),
      cell: ({ row, level }) => indent(level) + String(row.inode),
    },
    { head: 'TYPE', cell: ({ row }) => row.type },
    {
      head: 'PROCS',
      align: 'right',
      cell: ({ row }) => String(picture.members(row.key).processes.length),
    },
    { head: 'PID', align: 'right', cell: ({ row }) => text(first(row)) },
    { head: 'COMM', cell: ({ row }) => comm(row) },
    {
      head: 'OWNER',
      align: 'right',
      cell: ({ row }) => inode(row.owner, row.openDenied || row.ownerDenied),
    },
    {
      head: 'PARENT',
      align: 'right',
      cell: ({ row }) => inode(row.parent, row.openDenied || row.parentDenied),
    },
    {
      head: 'CONTAINER',
      cell: ({ row }) => containerNames(picture, picture.members(row.key).containers),
    },
  ];
  const above = ({ type, parent, owner }: Namespace): Namespace | undefined => {
    const key = type === 'user' ? parent : owner;
    return key === undefined ? undefined : all.get(key);
  };
  const rows = tree ? forest(namespaces, above) : flat(namespaces);
  return table(sorted(rows, columns, sort), columns, screen);
}
