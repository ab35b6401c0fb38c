import { namespaceTypes } from '../model/ids';
import type { Picture } from '../model/picture';
import type { Process } from '../model/snapshot';
import { none, text, typeList, unknown } from './cells';
import { flat, forest, indent, type Placed } from './forest';
import { sorted, table, type Column, type Screen, type Sorting } from './table';

export function processTable(
  picture: Picture,
  processes: readonly Process[],
  { tree, sort }: { readonly tree: boolean; readonly sort: Sorting | undefined },
  screen: Screen,
): string {
  const container = ({ pid }: Process): string => {
    const found = picture.containerOf(pid);
    return found?.kind === 'host' ? none : text(found?.name);
  };
  const columns: readonly Column<Placed<Process>>[] = [
    { head: 'PID', align: 'right', cell: ({ row }) => String(row.pid) },
    {
      head: 'INSIDE',
      align: 'right',
      cell: ({ row: { nspid } }) => (nspid.length > 1 ? text(nspid.at(-1)) : none),
    },
    {
      head: 'UID',
      align: 'right',
      cell: ({ row }) => (row.gaps.status ? unknown : text(row.uid[1])),
    },
    { head: 'S', cell: ({ row }) => text(row.state) },
    { head: 'SECCOMP', cell: ({ row }) => (row.gaps.status ? unknown : row.seccomp) },
    {
      head: 'OWN NAMESPACES',
      cell: ({ row }) => (row.gaps.namespaces ? unknown : ownOf(picture, row)),
    },
    { head: 'CONTAINER', cell: ({ row }) => container(row) },
    { head: 'COMM', cell: ({ row, level }) => indent(level) + text(row.comm) },
  ];
  const parent = ({ ppid }: Process): Process | undefined => picture.snapshot.processes.get(ppid);
  const rows = tree ? forest(processes, parent) : flat(processes);
  return table(sorted(rows, columns, sort), columns, screen);
}

function ownOf(picture: Picture, { namespaces }: Process): string {
  return typeList(
    namespaceTypes.filter((type) => {
      const key = namespaces[type];
      return key !== undefined && !picture.isInitial(key);
    }),
  );
}
