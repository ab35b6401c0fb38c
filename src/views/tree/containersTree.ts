import { l10n } from 'vscode';
import type { Container } from '../../model/picture';
import { containerRow, containerRowId, groupIds, isShown, matchesContainer } from './containerRows';
import { processPath } from './processRows';
import { joinRows, rows, rowsOf, type RowList, type RowNode, type Subject } from './row';
import { rowCommands } from './rowCommands';
import type { RowContext } from './rowContext';

/** The top of the view Containers: what is hidden, the host, then the containers that are in no other. */
export function containersTree(context: RowContext): RowList {
  const { picture } = context;
  const top = picture
    .containers()
    .filter((container) => isTop(context, container) && isShown(context, container));
  const hidden = hiddenRow(context);
  return joinRows(
    rows(hidden ? [hidden] : []),
    rowsOf(top, containerRowId, (container) => containerRow(context, container)),
    rows(
      context.match || top.some(({ kind }) => kind === 'container')
        ? []
        : [noneRow(hidden !== undefined)],
    ),
  );
}

/** The host is always there, so the view is never empty and its welcome text never seen. */
function noneRow(someHidden: boolean): RowNode {
  const label = l10n.t('No containers');
  const description = someHidden
    ? l10n.t('none is visible without root')
    : l10n.t('they appear here as they start');
  return {
    id: 'none',
    label,
    description,
    icon: { id: 'info' },
    contextValue: 'none',
    aria: `${label}: ${description}`,
  };
}

function isTop({ picture }: RowContext, container: Container): boolean {
  if (container.parent === undefined) return true;
  return picture.container(container.parent)?.kind !== 'container';
}

/** What an ordinary user may not see is said first; root sees nothing more by asking again. */
function hiddenRow({ picture, match }: RowContext): RowNode | undefined {
  const count = picture.hidden.processes;
  if (count === 0 || picture.host.uid === 0 || match) return undefined;
  const label =
    count === 1 ? l10n.t('1 process is hidden') : l10n.t('{0} processes are hidden', count);
  return {
    id: 'hidden',
    label,
    description: l10n.t('needs root — Elevate'),
    icon: { id: 'lock', color: 'list.warningForeground' },
    contextValue: 'hidden',
    aria: l10n.t('{0}: this needs root. Press Enter to elevate.', label),
    command: { command: rowCommands.elevate, title: l10n.t('Elevate') },
  };
}

/** Ids from the top to what a subject is in this view; undefined where it is not. */
export function containersPath(context: RowContext, subject: Subject): string[] | undefined {
  const { picture } = context;
  switch (subject.kind) {
    case 'container': {
      const container = picture.container(subject.key);
      return container && containerPath(context, container);
    }
    case 'process': {
      const process = picture.process(subject.key);
      const container = process && picture.containerOf(process.pid);
      if (!container) return undefined;
      const group = groupIds.processes(container);
      // a filtered list is flat
      const filtered = context.match && !matchesContainer(context.match, container);
      const inside = filtered
        ? [`${group}/${process.key}`]
        : processPath(context, group, container, process);
      return [...containerPath(context, container), group, ...inside];
    }
    case 'namespace':
    case 'cgroup':
      return undefined;
  }
}

function containerPath(context: RowContext, container: Container): string[] {
  const path = [containerRowId(container)];
  let at = container;
  while (!isTop(context, at) && at.parent !== undefined) {
    const parent = context.picture.container(at.parent);
    if (!parent) break;
    path.unshift(containerRowId(parent));
    at = parent;
  }
  return path;
}
