import type { CgroupUsage } from '../model/cgroups/usage';
import type { CgroupKey } from '../model/ids';
import type { Picture } from '../model/picture';
import type { Cgroup } from '../model/snapshot';
import { safe } from '../model/text/safe';
import { formatBytes } from '../model/text/sizes';
import { containerNames, none, text } from './cells';
import { flat, forest, indent, type Placed } from './forest';
import { sorted, table, type Column, type Screen, type Sorting } from './table';

/** In a tree only the last part of a path stands below its parent. */
export function cgroupTable(
  picture: Picture,
  cgroups: readonly Cgroup[],
  usage: ReadonlyMap<CgroupKey, CgroupUsage>,
  { tree, sort }: { readonly tree: boolean; readonly sort: Sorting | undefined },
  screen: Screen,
): string {
  const { hierarchies, cgroups: all } = picture.snapshot;
  const hierarchy = (cgroup: Cgroup): string => {
    const found = hierarchies[cgroup.hierarchy];
    return found?.version === 2 ? 'v2' : text(found?.controllers.join(','));
  };
  const memory = (cgroup: Cgroup) => usage.get(cgroup.key)?.memory;
  const pids = (cgroup: Cgroup) => usage.get(cgroup.key)?.pids;
  const path = ({ row, level }: Placed<Cgroup>): string =>
    level === 0
      ? safe(row.path, 4096)
      : indent(level) + safe(row.path.slice(row.path.lastIndexOf('/') + 1));
  const columns: readonly Column<Placed<Cgroup>>[] = [
    { head: 'HIERARCHY', cell: ({ row }) => hierarchy(row) },
    { head: 'PROCS', align: 'right', cell: ({ row }) => text(row.processes) },
    {
      head: 'MEMORY',
      align: 'right',
      cell: ({ row }) => against(memory(row), formatBytes),
      sortBy: ({ row }) => memory(row)?.current ?? -1,
    },
    {
      head: 'PIDS',
      align: 'right',
      cell: ({ row }) => against(pids(row), String),
      sortBy: ({ row }) => pids(row)?.current ?? -1,
    },
    { head: 'PATH', cell: path },
    {
      head: 'CONTAINER',
      cell: ({ row }) =>
        containerNames(
          picture,
          picture.containersAt(row.key).map(({ key }) => key),
        ),
    },
  ];
  const above = ({ parent }: Cgroup): Cgroup | undefined =>
    parent === undefined ? undefined : all.get(parent);
  const rows = tree ? forest(cgroups, above) : flat(cgroups);
  return table(sorted(rows, columns, sort), columns, screen);
}

/** Usage against limit: `12 MiB / 64 MiB`, or usage alone where nothing limits it here. */
function against(
  amount: CgroupUsage['memory'] | CgroupUsage['pids'],
  format: (value: number) => string,
): string {
  if (amount?.current === undefined) return none;
  const current = format(amount.current);
  return amount.max === undefined ? current : `${current} / ${format(amount.max)}`;
}
