import type { Cgroup } from '../../model/snapshot';
import { cgroupRow } from './cgroupRows';
import { processList } from './processRows';
import { matchesProcess } from './processText';
import { joinRows, rowsOf, type RowList, type RowNode, type Subject } from './row';
import type { RowContext } from './rowContext';

export const cgroupRowId = (cgroup: Pick<Cgroup, 'key'>): string => cgroup.key;

export function cgroupsTree(context: RowContext): RowList {
  const keep = keeper(context);
  return rowsOf(context.picture.cgroupRoots().filter(keep), cgroupRowId, (cgroup) =>
    row(context, cgroup, keep),
  );
}

function row(context: RowContext, cgroup: Cgroup, keep: (cgroup: Cgroup) => boolean): RowNode {
  const { picture } = context;
  const below = picture.childCgroups(cgroup.key).filter(keep);
  const members = picture
    .processesIn(cgroup.key)
    .filter((process) => context.options.showKernelThreads || !process.kernelThread);
  return cgroupRow(
    context,
    cgroupRowId(cgroup),
    cgroup,
    below.length > 0 || members.length > 0
      ? () =>
          joinRows(
            rowsOf(below, cgroupRowId, (child) => row(context, child, keep)),
            processList(context, cgroup.key, members),
          )
      : undefined,
  );
}

/** Which cgroups pass the filter; computed once for a rendering, the ancestors of a match included. */
function keeper(context: RowContext): (cgroup: Cgroup) => boolean {
  const { picture, match } = context;
  if (!match) return () => true;
  const kept = new Set<string>();
  const visit = (cgroup: Cgroup): boolean => {
    let passes =
      match(cgroup.path, cgroup.inode) ||
      picture.containersAt(cgroup.key).some(({ name, image, id }) => match(name, image, id)) ||
      picture.processesIn(cgroup.key).some((process) => matchesProcess(match, process));
    for (const child of picture.childCgroups(cgroup.key)) if (visit(child)) passes = true;
    if (passes) kept.add(cgroup.key);
    return passes;
  };
  for (const root of picture.cgroupRoots()) visit(root);
  return (cgroup) => kept.has(cgroup.key);
}

/** Ids from the root of its hierarchy to a cgroup; undefined for what is none. */
export function cgroupsPath(context: RowContext, subject: Subject): string[] | undefined {
  if (subject.kind !== 'cgroup') return undefined;
  const { cgroups } = context.picture.snapshot;
  const path: string[] = [];
  let at = cgroups.get(subject.key);
  while (at) {
    path.unshift(cgroupRowId(at));
    at = at.parent === undefined ? undefined : cgroups.get(at.parent);
  }
  return path.length > 0 ? path : undefined;
}
