import { l10n } from 'vscode';
import type { Container } from '../../model/picture';
import type { Namespace } from '../../model/snapshot';
import type { Matcher } from './filter';
import { namespaceCard } from './namespaceCard';
import { containerNames, membersOf, namespaceTypeIcon, processCount } from './namespaceText';
import { pidInside, processName } from './processText';
import type { RowList, RowNode } from './row';
import type { RowContext } from './rowContext';

export function matchesNamespace(
  context: RowContext,
  match: Matcher,
  namespace: Namespace,
): boolean {
  if (match(namespace.type, namespace.inode)) return true;
  const { processes, containers } = membersOf(context, namespace);
  return (
    containers.some((container) => match(container.name, container.image, container.id)) ||
    processes.some((process) => match(process.comm, process.pid, pidInside(process)))
  );
}

/** A row of the view Namespaces. */
export function namespaceRow(
  context: RowContext,
  id: string,
  namespace: Namespace,
  children?: () => RowList,
): RowNode {
  const { processes, containers } = membersOf(context, namespace);
  const [first] = processes;
  const initial = context.picture.isInitial(namespace.key);
  const others = containers.filter((container) => container.kind !== 'host');
  const names = others.length > 0 && !initial ? containerNames(others) : undefined;
  const firstName = first && processName(first);
  const parts = [
    initial ? l10n.t('initial') : undefined,
    processes.length > 0 ? processCount(processes.length) : emptyWord(namespace),
    firstName,
    // a sandbox without a name is called by its first process
    names === firstName ? undefined : names,
  ].filter((part) => part !== undefined);
  return {
    id,
    label: `${namespace.type} ${namespace.inode}`,
    description: parts.join(' · '),
    icon: initial
      ? { ...namespaceTypeIcon(namespace.type), color: 'disabledForeground' }
      : namespaceTypeIcon(namespace.type),
    contextValue: first ? 'namespace' : 'namespace.empty',
    aria: l10n.t('{0} namespace {1}: {2}', namespace.type, `${namespace.inode}`, parts.join(', ')),
    tooltip: () => namespaceCard(context, namespace),
    subject: { kind: 'namespace', key: namespace.key },
    ...(children && { children }),
  };
}

function emptyWord(namespace: Namespace): string {
  return namespace.openDenied
    ? l10n.t('members unknown: needs root')
    : l10n.t('no process: kept by a descendant');
}

/** A row below a container: whom it shares the namespace with. */
export function containerNamespaceRow(
  context: RowContext,
  parentId: string,
  container: Container,
  namespace: Namespace,
): RowNode {
  const others = membersOf(context, namespace).containers.filter(
    (other) => other.key !== container.key,
  );
  const withHost = others.some((other) => other.kind === 'host');
  const shared =
    container.kind === 'host'
      ? others.length === 0
        ? l10n.t('initial')
        : l10n.t('initial, shared with {0}', containerNames(others))
      : withHost
        ? l10n.t('shared with the host')
        : others.length > 0
          ? l10n.t('shared with {0}', containerNames(others))
          : l10n.t('own');
  return {
    id: `${parentId}/${namespace.key}`,
    label: `${namespace.type} [${namespace.inode}]`,
    description: shared,
    icon:
      withHost && container.kind !== 'host'
        ? { ...namespaceTypeIcon(namespace.type), color: 'charts.yellow' }
        : namespaceTypeIcon(namespace.type),
    contextValue: 'namespace',
    aria: l10n.t('{0} namespace {1}, {2}', namespace.type, `${namespace.inode}`, shared),
    tooltip: () => namespaceCard(context, namespace),
    subject: { kind: 'namespace', key: namespace.key },
  };
}
