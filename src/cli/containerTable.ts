import type { Container, Picture } from '../model/picture';
import { shortId } from '../model/text/ids';
import { text, typeList } from './cells';
import { flat, forest, indent, type Placed } from './forest';
import { ownTypes } from './json';
import { sorted, table, type Column, type Screen, type Sorting } from './table';

/** Nested containers stand below the one they run in, unless sorted otherwise. */
export function containerTable(
  picture: Picture,
  containers: readonly Container[],
  { sort }: { readonly sort: Sorting | undefined },
  screen: Screen,
): string {
  const columns: readonly Column<Placed<Container>>[] = [
    { head: 'NAME', cell: ({ row, level }) => indent(level) + text(row.name) },
    { head: 'ENGINE', cell: ({ row: c }) => text(c.kind === 'container' ? c.engine : c.kind) },
    { head: 'ID', cell: ({ row: c }) => text(c.id === undefined ? undefined : shortId(c.id)) },
    { head: 'STATE', cell: ({ row }) => row.state },
    { head: 'PID', align: 'right', cell: ({ row }) => text(row.main) },
    { head: 'PROCS', align: 'right', cell: ({ row }) => String(row.processes.length) },
    { head: 'OWN NAMESPACES', cell: ({ row }) => typeList(ownTypes(picture, row)) },
    { head: 'IMAGE', cell: ({ row }) => text(row.image) },
    { head: 'COMMAND', cell: ({ row }) => text(row.command) },
  ];
  const around = ({ parent }: Container): Container | undefined =>
    parent === undefined ? undefined : picture.container(parent);
  const rows = sort
    ? flat(containers)
    : forest(containers, (c) => (around(c)?.kind === 'host' ? undefined : around(c)));
  return table(sorted(rows, columns, sort), columns, screen);
}
