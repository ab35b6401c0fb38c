import { l10n } from 'vscode';
import { namespaceTypes } from '../../model/ids';
import type { Namespace } from '../../model/snapshot';
import { matchesNamespace, namespaceRow } from './namespaceRows';
import { membersOf, namespaceTypeIcon, namespaceTypeMeaning } from './namespaceText';
import { processList } from './processRows';
import { joinRows, rows, rowsOf, type RowList, type RowNode, type Subject } from './row';
import type { RowContext } from './rowContext';

/** By type, as `lsns` lists them; or by owner, as the kernel checks rights over them. */
export type NamespaceGrouping = 'type' | 'owner';

const typeId = (type: string) => `type/${type}`;
const byType = (namespace: Namespace) => `type/${namespace.type}/${namespace.key}`;
const byOwner = (namespace: Namespace) => `owner/${namespace.key}`;
const unownedId = 'owner/unknown';

export function namespacesTree(context: RowContext, grouping: NamespaceGrouping): RowList {
  return grouping === 'type' ? typeRows(context) : ownerRows(context);
}

function typeRows(context: RowContext): RowList {
  const groups = namespaceTypes
    .map((type) => ({ type, members: shown(context, context.picture.namespacesOfType(type)) }))
    .filter(({ members }) => members.length > 0);
  return rows(
    groups.map(({ type, members }): RowNode => {
      const count =
        members.length === 1 ? l10n.t('1 namespace') : l10n.t('{0} namespaces', members.length);
      return {
        id: typeId(type),
        label: type,
        description: `${members.length} · ${namespaceTypeMeaning(type)}`,
        icon: namespaceTypeIcon(type),
        contextValue: 'group',
        aria: l10n.t('{0}: {1}, isolating {2}', type, count, namespaceTypeMeaning(type)),
        children: () => namespaceRows(context, members, byType),
      };
    }),
  );
}

function namespaceRows(
  context: RowContext,
  namespaces: readonly Namespace[],
  id: (namespace: Namespace) => string,
): RowList {
  return rowsOf(namespaces, id, (namespace) =>
    namespaceRow(context, id(namespace), namespace, memberRows(context, namespace, id(namespace))),
  );
}

function memberRows(
  context: RowContext,
  namespace: Namespace,
  id: string,
): (() => RowList) | undefined {
  if (context.picture.members(namespace.key).processes.length === 0) return undefined;
  return () => processList(context, id, membersOf(context, namespace).processes);
}

function ownerRows(context: RowContext): RowList {
  const { picture } = context;
  const roots = picture.userRoots().filter((user) => hasShown(context, user));
  const unowned = shown(
    context,
    namespaceTypes
      .filter((type) => type !== 'user')
      .flatMap((type) => picture.namespacesOfType(type))
      .filter((namespace) => namespace.owner === undefined),
  );
  const orphans: RowNode[] =
    unowned.length === 0
      ? []
      : [
          {
            id: unownedId,
            label: l10n.t('Owner unknown'),
            description: l10n.t('{0} · needs root', unowned.length),
            icon: { id: 'lock', color: 'disabledForeground' },
            contextValue: 'group',
            aria: l10n.t('{0} namespaces whose owner is unknown: this needs root', unowned.length),
            children: () => namespaceRows(context, unowned, byOwner),
          },
        ];
  return joinRows(
    rowsOf(roots, byOwner, (user) => userRow(context, user, true)),
    rows(orphans),
  );
}

/** A user namespace with those below it, what it owns, and its processes. */
function userRow(context: RowContext, user: Namespace, root: boolean): RowNode {
  const { picture } = context;
  const children = picture.childNamespaces(user.key).filter((child) => hasShown(context, child));
  const owned = shown(context, picture.ownedBy(user.key));
  const id = byOwner(user);
  const row = namespaceRow(context, id, user, () =>
    joinRows(
      rowsOf(children, byOwner, (child) => userRow(context, child, false)),
      namespaceRows(context, owned, byOwner),
      membersGroup(context, user, id),
    ),
  );
  const owns = owned.length === 0 ? undefined : l10n.t('owns {0}', owned.length);
  const description = [row.description, owns].filter((part) => part !== undefined).join(' · ');
  return {
    ...row,
    description,
    aria: owns === undefined ? row.aria : `${row.aria}, ${owns}`,
    ...(root && { expanded: true }),
  };
}

function membersGroup(context: RowContext, user: Namespace, id: string): RowList {
  const { processes } = membersOf(context, user);
  if (processes.length === 0) return rows([]);
  const groupId = `${id}/processes`;
  return rows([
    {
      id: groupId,
      label: l10n.t('Processes'),
      description: `${processes.length}`,
      icon: { id: 'list-tree' },
      contextValue: 'group',
      aria: l10n.t('Processes: {0}', processes.length),
      children: () => processList(context, groupId, processes),
    },
  ]);
}

function shown(context: RowContext, namespaces: readonly Namespace[]): readonly Namespace[] {
  const { match } = context;
  if (!match) return namespaces;
  return namespaces.filter((namespace) => matchesNamespace(context, match, namespace));
}

/** Whether a user namespace, or anything below it, passes the filter. */
function hasShown(context: RowContext, user: Namespace): boolean {
  const { picture, match } = context;
  if (!match) return true;
  return (
    matchesNamespace(context, match, user) ||
    shown(context, picture.ownedBy(user.key)).length > 0 ||
    picture.childNamespaces(user.key).some((child) => hasShown(context, child))
  );
}

/** Ids from the top to a namespace; undefined for what is none. */
export function namespacesPath(
  context: RowContext,
  subject: Subject,
  grouping: NamespaceGrouping,
): string[] | undefined {
  if (subject.kind !== 'namespace') return undefined;
  const { namespaces } = context.picture.snapshot;
  const namespace = namespaces.get(subject.key);
  if (!namespace) return undefined;
  if (grouping === 'type') return [typeId(namespace.type), byType(namespace)];
  const path = [byOwner(namespace)];
  const above = namespace.type === 'user' ? namespace.parent : namespace.owner;
  if (namespace.type !== 'user' && above === undefined) return [unownedId, ...path];
  let at = above === undefined ? undefined : namespaces.get(above);
  while (at) {
    path.unshift(byOwner(at));
    at = at.parent === undefined ? undefined : namespaces.get(at.parent);
  }
  return path;
}
