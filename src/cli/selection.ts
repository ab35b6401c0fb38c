import { namespaceTypes } from '../model/ids';
import type { Container, Picture } from '../model/picture';
import type { Cgroup, Namespace, Process } from '../model/snapshot';
import type { Options } from './options';

/** No container answers to what was asked for. */
export class NoSuchContainer extends Error {
  override readonly name = 'NoSuchContainer';
  constructor(readonly wanted: string) {
    super(`no container is called '${wanted}'`);
  }
}

/** Several answer to it. */
export class AmbiguousContainer extends Error {
  override readonly name = 'AmbiguousContainer';
  constructor(
    readonly wanted: string,
    readonly keys: readonly string[],
  ) {
    super(`'${wanted}' may be any of ${keys.join(', ')}`);
  }
}

/** What a call is about: everything, or what belongs to one container. */
export interface Selection {
  readonly containers: readonly Container[];
  readonly namespaces: readonly Namespace[];
  readonly cgroups: readonly Cgroup[];
  readonly processes: readonly Process[];
}

/** @throws NoSuchContainer, AmbiguousContainer */
export function select(picture: Picture, options: Options): Selection {
  const { snapshot } = picture;
  const only =
    options.container === undefined ? undefined : findContainer(picture, options.container);
  const members = only && new Set(only.processes);
  const processes = [...snapshot.processes.values()]
    .filter(({ pid }) => members?.has(pid) ?? true)
    .sort((a, b) => a.pid - b.pid);
  const namespaces = only && new Set(processes.flatMap((p) => Object.values(p.namespaces)));
  return {
    containers: only ? [only] : picture.containers(),
    namespaces: namespaceTypes
      .filter((type) => options.types.includes(type))
      .flatMap((type) => [...picture.namespacesOfType(type)].sort((a, b) => a.inode - b.inode))
      .filter(({ key }) => namespaces?.has(key) ?? true),
    cgroups: cgroupsOf(picture, only),
    processes,
  };
}

function findContainer(picture: Picture, wanted: string): Container {
  const all = picture.containers();
  const tests: readonly ((container: Container) => boolean)[] = [
    ({ key, name, id }) => key === wanted || name === wanted || id === wanted,
    ({ main }) => String(main) === wanted,
    ({ id }) => wanted.length >= 3 && (id?.startsWith(wanted) ?? false),
  ];
  for (const test of tests) {
    const found = all.filter(test);
    const [first] = found;
    if (found.length > 1) {
      throw new AmbiguousContainer(
        wanted,
        found.map(({ key }) => key),
      );
    }
    if (first) return first;
  }
  const inside = /^\d+$/.test(wanted)
    ? [...picture.snapshot.processes.values()].find(({ pid }) => String(pid) === wanted)
    : undefined;
  const container = inside && picture.containerOf(inside.pid);
  if (!container) throw new NoSuchContainer(wanted);
  return container;
}

function cgroupsOf(picture: Picture, only: Container | undefined): readonly Cgroup[] {
  const all: Cgroup[] = [];
  const visit = (cgroup: Cgroup): void => {
    all.push(cgroup);
    for (const child of picture.childCgroups(cgroup.key)) visit(child);
  };
  if (only?.kind === 'container' || only?.kind === 'service') {
    for (const key of only.cgroups) {
      const cgroup = picture.snapshot.cgroups.get(key);
      if (cgroup) visit(cgroup);
    }
  } else {
    for (const root of picture.cgroupRoots()) visit(root);
  }
  return all;
}
