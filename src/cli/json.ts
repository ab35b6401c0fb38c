import { namespaceTypes, type NamespaceKey, type NamespaceType } from '../model/ids';
import type { Container, Picture } from '../model/picture';
import type { Cgroup, Namespace, Process } from '../model/snapshot';
import type { CgroupUsage } from '../model/cgroups/usage';
import type {
  CgroupJson,
  CliOutput,
  ContainerJson,
  NamespaceJson,
  ProcessJson,
  UsageJson,
} from '../protocol/cli';

/** From the model to what programs read; `docs/cli.md` describes it. */
export function processJson(picture: Picture, process: Process): ProcessJson {
  const { capabilities, gaps } = process;
  return {
    pid: process.pid,
    ppid: process.ppid,
    start: process.start,
    comm: process.comm,
    state: process.state,
    uid: [...process.uid],
    gid: [...process.gid],
    capabilities: {
      inheritable: mask(capabilities.inheritable),
      permitted: mask(capabilities.permitted),
      effective: mask(capabilities.effective),
      bounding: mask(capabilities.bounding),
      ambient: mask(capabilities.ambient),
    },
    namespaces: inodes(picture, Object.values(process.namespaces)),
    nspid: [...process.nspid],
    seccomp: process.seccomp,
    seccompFilters: process.seccompFilters ?? null,
    noNewPrivs: process.noNewPrivs,
    threads: process.threads,
    kernelThread: process.kernelThread,
    cgroups: places(picture.cgroupsOf(process)),
    container: picture.containerOf(process.pid)?.key ?? null,
    gaps: (['namespaces', 'status', 'cgroup'] as const).filter((part) => gaps[part]),
  };
}

export function namespaceJson(picture: Picture, namespace: Namespace): NamespaceJson {
  const members = picture.members(namespace.key);
  const gaps: NamespaceJson['gaps'] = [];
  if (namespace.openDenied) gaps.push('open');
  if (namespace.ownerDenied) gaps.push('owner');
  if (namespace.parentDenied) gaps.push('parent');
  return {
    type: namespace.type,
    inode: namespace.inode,
    id: namespace.id?.toString() ?? null,
    initial: picture.isInitial(namespace.key),
    owner: inodeOf(picture, namespace.owner),
    parent: inodeOf(picture, namespace.parent),
    ownerUid: namespace.ownerUid ?? null,
    hidden: namespace.hidden,
    processes: [...members.processes],
    containers: [...members.containers],
    gaps,
  };
}

export function cgroupJson(
  picture: Picture,
  cgroup: Cgroup,
  usage: CgroupUsage | undefined,
): CgroupJson {
  const parent =
    cgroup.parent === undefined ? undefined : picture.snapshot.cgroups.get(cgroup.parent);
  return {
    hierarchy: cgroup.hierarchy,
    path: cgroup.path,
    inode: cgroup.inode,
    parent: parent?.inode ?? null,
    processes: cgroup.processes ?? null,
    members: picture.processesIn(cgroup.key).map(({ pid }) => pid),
    usage: usage === undefined ? null : usageJson(usage),
    containers: picture.containersAt(cgroup.key).map(({ key }) => key),
  };
}

export function containerJson(picture: Picture, container: Container): ContainerJson {
  const { cgroups } = picture.snapshot;
  return {
    key: container.key,
    kind: container.kind,
    engine: container.engine ?? null,
    id: container.id ?? null,
    name: container.name,
    image: container.image ?? null,
    command: container.command ?? null,
    state: container.state,
    created: container.created ?? null,
    pid: container.main ?? null,
    processes: [...container.processes],
    namespaces: inodes(picture, container.namespaces),
    own: ownTypes(picture, container),
    cgroups: places(container.cgroups.flatMap((key) => cgroups.get(key) ?? [])),
    parent: container.parent ?? null,
    gaps: [...container.gaps],
  };
}

function usageJson({ memory, pids, cpu, frozen, pressure }: CgroupUsage): UsageJson {
  return {
    ...(memory && { memory: { current: memory.current ?? null, max: memory.max ?? null } }),
    ...(pids && { pids: { current: pids.current ?? null, max: pids.max ?? null } }),
    ...(cpu && {
      cpu: {
        usageUsec: cpu.usageUsec ?? null,
        quotaUsec: cpu.quotaUsec ?? null,
        periodUsec: cpu.periodUsec ?? null,
        weight: cpu.weight ?? null,
      },
    }),
    ...(frozen !== undefined && { frozen }),
    ...(pressure && {
      pressure: Object.fromEntries(
        Object.entries(pressure).map(([kind, { some, full }]) => [
          kind,
          { some, full: full ?? null },
        ]),
      ),
    }),
  };
}

/** Controls beyond ASCII, of direction and without ink, which a terminal would obey. */
const unfit = /[\u007f\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line of JSON that is also fit for a screen: what `safe` escapes is escaped as JSON allows. */
export const jsonText = (report: CliOutput): string =>
  JSON.stringify(report).replace(unfit, (character) =>
    Array.from({ length: character.length }, (_, unit) => {
      const code = character.charCodeAt(unit).toString(16);
      return `\\u${code.padStart(4, '0')}`;
    }).join(''),
  );

/** Types in which a container is not in the initial namespace. */
export function ownTypes(picture: Picture, container: Container): NamespaceType[] {
  const own = new Set(
    container.namespaces
      .filter((key) => !picture.isInitial(key))
      .map((key) => picture.snapshot.namespaces.get(key)?.type),
  );
  return namespaceTypes.filter((type) => own.has(type));
}

const mask = (bits: bigint): string => bits.toString(16).padStart(16, '0');

const places = (cgroups: readonly Cgroup[]) =>
  cgroups.map(({ hierarchy, path }) => ({ hierarchy, path }));

function inodeOf(picture: Picture, key: NamespaceKey | undefined): number | null {
  return key === undefined ? null : (picture.snapshot.namespaces.get(key)?.inode ?? null);
}

function inodes(
  { snapshot }: Picture,
  keys: readonly NamespaceKey[],
): Partial<Record<NamespaceType, number>> {
  const result: Partial<Record<NamespaceType, number>> = {};
  for (const key of keys) {
    const namespace = snapshot.namespaces.get(key);
    if (namespace) result[namespace.type] = namespace.inode;
  }
  return result;
}
