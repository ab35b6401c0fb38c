import * as vscode from 'vscode';
import type { ContainerKey } from '../../model/ids';
import type { Container, Picture } from '../../model/picture';
import type { Cgroup, Namespace, Process } from '../../model/snapshot';
import type { HostTree } from '../../views/tree/hostTree';
import type { Row, Subject } from '../../views/tree/row';
import type { CommandRegistry } from './register';
import {
  choose,
  GoneError,
  pickCgroup,
  pickContainer,
  pickNamespace,
  targetOf,
  type Target,
} from './subjects';

export interface RevealTrees {
  readonly containers: HostTree;
  readonly namespaces: HostTree;
  readonly cgroups: HostTree;
}

/** From any row to the same thing in another view; without a row they ask. */
export function registerRevealCommands(
  commands: CommandRegistry,
  trees: RevealTrees,
  picture: () => Picture,
): void {
  const target = (row: Row | undefined) => row && targetOf(picture(), row);

  commands.add('containerInternals.revealContainer', async (row) => {
    const subject = await containerSubject(picture(), target(row));
    if (subject) await reveal(trees.containers, subject);
  });

  commands.add('containerInternals.revealNamespace', async (row) => {
    const namespace = await pickNamespace(picture(), namespacesOf(picture(), target(row)));
    if (namespace) await reveal(trees.namespaces, { kind: 'namespace', key: namespace.key });
  });

  commands.add('containerInternals.revealCgroup', async (row) => {
    const cgroup = await pickCgroup(picture(), cgroupsOf(picture(), target(row)));
    if (cgroup) await reveal(trees.cgroups, { kind: 'cgroup', key: cgroup.key });
  });
}

async function reveal(tree: HostTree, subject: Subject): Promise<void> {
  if (await tree.reveal(subject)) return;
  throw new GoneError(subject.key);
}

/** The container of a thing; a process is revealed itself, inside its container. */
async function containerSubject(
  picture: Picture,
  target: Target | undefined,
): Promise<Subject | undefined> {
  const ofContainer = (container: Container | undefined): Subject | undefined =>
    container && { kind: 'container', key: container.key };
  switch (target?.kind) {
    case undefined:
      return ofContainer(await pickContainer(picture));
    case 'process':
      return { kind: 'process', key: target.process.key };
    case 'container':
      return ofContainer(target.container);
    case 'namespace':
      return ofContainer(
        await choosePlace(picture, picture.members(target.namespace.key).containers),
      );
    case 'cgroup':
      return ofContainer(
        await choosePlace(
          picture,
          containersOfCgroup(picture, target.cgroup).map(({ key }) => key),
        ),
      );
  }
}

function containersOfCgroup(picture: Picture, cgroup: Cgroup): readonly Container[] {
  const here = picture.containersAt(cgroup.key);
  if (here.length > 0) return here;
  const [first] = picture.processesIn(cgroup.key);
  const container = first && picture.containerOf(first.pid);
  return container ? [container] : [];
}

async function choosePlace(
  picture: Picture,
  keys: readonly ContainerKey[],
): Promise<Container | undefined> {
  const containers = keys
    .map((key) => picture.container(key))
    .filter((container) => container !== undefined);
  if (containers.length === 0) {
    throw new GoneError(vscode.l10n.t('No container'));
  }
  return choose(
    vscode.l10n.t('Which container?'),
    containers.map((container) => ({ label: container.name, value: container })),
  );
}

function namespacesOf(picture: Picture, target: Target | undefined): readonly Namespace[] {
  const known = (keys: readonly Namespace['key'][]) =>
    keys
      .map((key) => picture.snapshot.namespaces.get(key))
      .filter((namespace) => namespace !== undefined);
  switch (target?.kind) {
    case undefined:
    case 'cgroup':
      return [...picture.snapshot.namespaces.values()];
    case 'namespace':
      return [target.namespace];
    case 'container':
      return known(target.container.namespaces);
    case 'process':
      return known(Object.values(target.process.namespaces));
  }
}

function cgroupsOf(picture: Picture, target: Target | undefined): readonly Cgroup[] {
  switch (target?.kind) {
    case undefined:
    case 'namespace':
      return [...picture.snapshot.cgroups.values()];
    case 'cgroup':
      return [target.cgroup];
    case 'process':
      return picture.cgroupsOf(target.process);
    case 'container': {
      const own = target.container.cgroups
        .map((key) => picture.snapshot.cgroups.get(key))
        .filter((cgroup) => cgroup !== undefined);
      return own.length > 0 ? own : cgroupsOfMain(picture, target.container);
    }
  }
}

function cgroupsOfMain(picture: Picture, container: Container): readonly Cgroup[] {
  const main: Process | undefined =
    container.main === undefined ? undefined : picture.snapshot.processes.get(container.main);
  return main ? picture.cgroupsOf(main) : picture.cgroupRoots();
}
