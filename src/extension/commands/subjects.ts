import * as vscode from 'vscode';
import type { Container, Picture } from '../../model/picture';
import type { Cgroup, Namespace, Process } from '../../model/snapshot';
import { safe } from '../../model/text/safe';
import type { Row, Subject } from '../../views/tree/row';

/** The thing of which a command without a row is about: what is selected, or what the user picks. */
export type Target =
  | { readonly kind: 'container'; readonly container: Container }
  | { readonly kind: 'process'; readonly process: Process }
  | { readonly kind: 'namespace'; readonly namespace: Namespace }
  | { readonly kind: 'cgroup'; readonly cgroup: Cgroup };

/** What a subject is in this picture; undefined when it is gone. */
export function resolve(picture: Picture, subject: Subject): Target | undefined {
  switch (subject.kind) {
    case 'container': {
      const container = picture.container(subject.key);
      return container && { kind: 'container', container };
    }
    case 'process': {
      const process = picture.process(subject.key);
      return process && { kind: 'process', process };
    }
    case 'namespace': {
      const namespace = picture.snapshot.namespaces.get(subject.key);
      return namespace && { kind: 'namespace', namespace };
    }
    case 'cgroup': {
      const cgroup = picture.snapshot.cgroups.get(subject.key);
      return cgroup && { kind: 'cgroup', cgroup };
    }
  }
}

/** What a row is about was there when it was drawn, and is no longer. */
export class GoneError extends Error {
  override readonly name = 'GoneError';
}

/** The picture has not come yet, or the agent does not run. */
export class NoPictureError extends Error {
  override readonly name = 'NoPictureError';
}

export function targetOf(picture: Picture, row: Row): Target | undefined {
  const { subject } = row.node;
  if (!subject) return undefined;
  const target = resolve(picture, subject);
  if (!target) throw new GoneError(row.node.label);
  return target;
}

interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Asks for one of many; the only one is taken without asking. */
export async function choose<T>(
  title: string,
  choices: readonly Choice<T>[],
): Promise<T | undefined> {
  const [only, ...others] = choices;
  if (only && others.length === 0) return only.value;
  const chosen = await vscode.window.showQuickPick(choices, {
    title,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.value;
}

export function pickContainer(picture: Picture): Promise<Container | undefined> {
  return choose(
    vscode.l10n.t('Which container?'),
    picture.containers().map((container) => ({
      label: safe(container.name),
      description: safe(container.image ?? container.command ?? ''),
      value: container,
    })),
  );
}

export function pickProcess(picture: Picture): Promise<Process | undefined> {
  const processes = [...picture.snapshot.processes.values()].filter((one) => !one.kernelThread);
  return choose(
    vscode.l10n.t('Which process?'),
    processes.map((process) => {
      const container = picture.containerOf(process.pid);
      return {
        label: safe(process.comm),
        description: [`${process.pid}`, container && safe(container.name)]
          .filter(Boolean)
          .join(' · '),
        value: process,
      };
    }),
  );
}

export function pickNamespace(
  picture: Picture,
  namespaces: readonly Namespace[],
): Promise<Namespace | undefined> {
  return choose(
    vscode.l10n.t('Which namespace?'),
    namespaces.map((namespace) => ({
      label: `${namespace.type} ${namespace.inode}`,
      description: picture
        .members(namespace.key)
        .containers.map((key) => picture.container(key))
        .filter((container) => container !== undefined)
        .slice(0, 3)
        .map(({ name }) => safe(name))
        .join(', '),
      value: namespace,
    })),
  );
}

export function pickCgroup(
  picture: Picture,
  cgroups: readonly Cgroup[],
): Promise<Cgroup | undefined> {
  return choose(
    vscode.l10n.t('Which cgroup?'),
    cgroups.map((cgroup) => ({
      label: safe(cgroup.path),
      description: picture.snapshot.hierarchies[cgroup.hierarchy]?.controllers.join(',') ?? '',
      value: cgroup,
    })),
  );
}
