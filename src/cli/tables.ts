import type { Container, Picture } from '../model/picture';
import { namespaceTypes, type NamespaceKey, type Pid } from '../model/ids';
import type { Cgroup, Namespace, Process } from '../model/snapshot';
import { shortId } from '../model/text/ids';
import { safe } from '../model/text/safe';
import { ownTypes } from './json';
import { table } from './table';

export interface Screen {
  readonly headers: boolean;
  readonly width: number | undefined;
}

const none = '-';
const text = (value: string | number | undefined): string =>
  value === undefined || value === '' ? none : safe(String(value), 128);

const nameOf = (picture: Picture, pid: Pid): string =>
  text(picture.snapshot.processes.get(pid)?.comm);

function containerNames(picture: Picture, keys: readonly Container['key'][]): string {
  const names = keys.map((key) => text(picture.container(key)?.name));
  return names.length > 3
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
    : text(names.join(', '));
}

export function containerTable(
  picture: Picture,
  containers: readonly Container[],
  screen: Screen,
): string {
  return table(
    containers,
    [
      { head: 'NAME', cell: (c) => '  '.repeat(depth(picture, c)) + text(c.name) },
      { head: 'ENGINE', cell: (c) => text(c.kind === 'container' ? c.engine : c.kind) },
      { head: 'ID', cell: (c) => text(c.id === undefined ? undefined : shortId(c.id)) },
      { head: 'STATE', cell: (c) => c.state },
      { head: 'PID', align: 'right', cell: (c) => text(c.main) },
      { head: 'PROCS', align: 'right', cell: (c) => String(c.processes.length) },
      { head: 'OWN NAMESPACES', cell: (c) => text(ownTypes(picture, c).join(',')) },
      { head: 'IMAGE', cell: (c) => text(c.image) },
      { head: 'COMMAND', cell: (c) => text(c.command) },
    ],
    screen,
  );
}

function depth(picture: Picture, container: Container): number {
  let levels = 0;
  let at = container.parent === undefined ? undefined : picture.container(container.parent);
  while (at && at.kind !== 'host') {
    levels++;
    at = at.parent === undefined ? undefined : picture.container(at.parent);
  }
  return levels;
}

export function namespaceTable(
  picture: Picture,
  namespaces: readonly Namespace[],
  screen: Screen,
): string {
  const inode = (key: NamespaceKey | undefined, denied: boolean): string =>
    key === undefined ? (denied ? '?' : none) : text(key.slice(key.indexOf(':') + 1));
  const first = ({ key }: Namespace): Pid | undefined => picture.members(key).processes[0];
  return table(
    namespaces,
    [
      { head: 'NS', align: 'right', cell: ({ inode: n }) => String(n) },
      { head: 'TYPE', cell: ({ type }) => type },
      {
        head: 'PROCS',
        align: 'right',
        cell: ({ key }) => String(picture.members(key).processes.length),
      },
      { head: 'PID', align: 'right', cell: (ns) => text(first(ns)) },
      {
        head: 'COMM',
        cell: (ns) => {
          const pid = first(ns);
          return pid === undefined ? none : nameOf(picture, pid);
        },
      },
      { head: 'OWNER', cell: (ns) => inode(ns.owner, ns.openDenied || ns.ownerDenied) },
      { head: 'PARENT', cell: (ns) => inode(ns.parent, ns.openDenied || ns.parentDenied) },
      {
        head: 'CONTAINER',
        cell: ({ key }) => containerNames(picture, picture.members(key).containers),
      },
    ],
    screen,
  );
}

export function cgroupTable(
  picture: Picture,
  cgroups: readonly Cgroup[],
  { tree }: { tree: boolean },
  screen: Screen,
): string {
  const { hierarchies } = picture.snapshot;
  const label = ({ hierarchy }: Cgroup): string => {
    const found = hierarchies[hierarchy];
    return found?.version === 2 ? 'v2' : text(found?.controllers.join(','));
  };
  const path = (cgroup: Cgroup): string => {
    if (!tree || cgroup.path === '/') return safe(cgroup.path, 4096);
    const parts = cgroup.path.split('/');
    return '  '.repeat(parts.length - 1) + safe(parts.at(-1) ?? '', 256);
  };
  return table(
    cgroups,
    [
      { head: 'HIERARCHY', cell: label },
      { head: 'PROCS', align: 'right', cell: ({ processes }) => text(processes) },
      { head: 'PATH', cell: path },
      {
        head: 'CONTAINER',
        cell: ({ key }) =>
          containerNames(
            picture,
            picture.containersAt(key).map((c) => c.key),
          ),
      },
    ],
    screen,
  );
}

export function processTable(
  picture: Picture,
  processes: readonly Process[],
  { tree }: { tree: boolean },
  screen: Screen,
): string {
  const rows = tree ? asTree(processes) : processes.map((process) => ({ process, level: 0 }));
  return table(
    rows,
    [
      { head: 'PID', align: 'right', cell: ({ process }) => String(process.pid) },
      {
        head: 'INSIDE',
        align: 'right',
        cell: ({ process: { nspid } }) => (nspid.length > 1 ? text(nspid.at(-1)) : none),
      },
      {
        head: 'UID',
        align: 'right',
        cell: ({ process }) => (process.gaps.status ? '?' : text(process.uid[1])),
      },
      { head: 'S', cell: ({ process }) => text(process.state) },
      { head: 'SECCOMP', cell: ({ process }) => (process.gaps.status ? '?' : process.seccomp) },
      {
        head: 'OWN NAMESPACES',
        cell: ({ process }) => (process.gaps.namespaces ? '?' : text(ownOf(picture, process))),
      },
      {
        head: 'CONTAINER',
        cell: ({ process }) => {
          const container = picture.containerOf(process.pid);
          return container?.kind === 'host' ? none : text(container?.name);
        },
      },
      { head: 'COMM', cell: ({ process, level }) => '  '.repeat(level) + text(process.comm) },
    ],
    screen,
  );
}

function ownOf(picture: Picture, { namespaces }: Process): string {
  return namespaceTypes
    .filter((type) => {
      const key = namespaces[type];
      return key !== undefined && !picture.isInitial(key);
    })
    .join(',');
}

/** Children below their parents, as deep as they are; a process without a listed parent is a root. */
function asTree(processes: readonly Process[]): { process: Process; level: number }[] {
  const listed = new Set(processes.map(({ pid }) => pid));
  const children = new Map<Pid | undefined, Process[]>();
  for (const process of processes) {
    const parent =
      listed.has(process.ppid) && process.ppid !== process.pid ? process.ppid : undefined;
    const siblings = children.get(parent);
    if (siblings) siblings.push(process);
    else children.set(parent, [process]);
  }
  const rows: { process: Process; level: number }[] = [];
  const visit = (of: Pid | undefined, level: number): void => {
    for (const process of children.get(of) ?? []) {
      rows.push({ process, level });
      visit(process.pid, level + 1);
    }
  };
  visit(undefined, 0);
  return rows;
}
