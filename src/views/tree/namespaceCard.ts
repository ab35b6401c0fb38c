import { l10n, type MarkdownString } from 'vscode';
import type { NamespaceKey } from '../../model/ids';
import type { Namespace } from '../../model/snapshot';
import { Card } from './card';
import { containerNames, membersOf, namespaceTypeMeaning, processCount } from './namespaceText';
import type { RowContext } from './rowContext';

/** What is known of a namespace; ioctl_nsfs(2). */
export function namespaceCard(context: RowContext, namespace: Namespace): MarkdownString {
  const { processes, containers } = membersOf(context, namespace);
  const name = (key: NamespaceKey | undefined, denied: boolean) => {
    if (key) return context.picture.snapshot.namespaces.get(key)?.inode.toString();
    return denied ? l10n.t('not readable: needs root') : undefined;
  };
  const denied = namespace.openDenied;
  const card = new Card(
    `${namespace.type}:[${namespace.inode}]`,
    l10n.t('Isolates {0}', namespaceTypeMeaning(namespace.type)),
  )
    .line(l10n.t('Processes'), processCount(processes.length))
    .line(l10n.t('Containers'), containers.length > 0 ? containerNames(containers, 8) : undefined)
    .line(l10n.t('Owning user namespace'), name(namespace.owner, denied || namespace.ownerDenied));
  if (namespace.type === 'pid' || namespace.type === 'user') {
    card.line(l10n.t('Parent'), name(namespace.parent, denied || namespace.parentDenied));
  }
  return card
    .line(l10n.t('Owner UID'), namespace.ownerUid?.toString())
    .line(l10n.t('Namespace ID'), namespace.id?.toString()).markdown;
}
