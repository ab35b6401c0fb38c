import { l10n } from 'vscode';
import { engineDefinitions } from '../../model/engines/engines';
import type { Container } from '../../model/picture';
import type { Cgroup, Process } from '../../model/snapshot';
import { safe } from '../../model/text/safe';
import { cgroupRow, hierarchyName } from './cgroupRows';
import { containerCard } from './containerCard';
import { engineName } from './containerText';
import { processTree, shownProcesses } from './processRows';
import { matchesProcess } from './processText';
import { containerNamespaceRow } from './namespaceRows';
import { processCount } from './namespaceText';
import { rightsRows } from './rightsRows';
import { joinRows, rows, rowsOf, type RowIcon, type RowList, type RowNode } from './row';
import type { RowContext } from './rowContext';
import type { Matcher } from './filter';

export const containerRowId = (container: Container): string => container.key;

function icon(container: Container): RowIcon {
  if (container.kind === 'host') return { id: 'server-environment' };
  if (container.kind === 'service') return { id: 'gear' };
  const engine = engineDefinitions.find(({ id }) => id === container.engine);
  const id = engine?.icon ?? 'symbol-namespace';
  switch (container.state) {
    case 'running':
      return { id, color: 'charts.green' };
    case 'paused':
      return { id, color: 'charts.yellow' };
    case 'stopped':
      return { id, color: 'disabledForeground' };
  }
}

function stateWord(container: Container): string | undefined {
  switch (container.state) {
    case 'running':
      return undefined;
    case 'paused':
      return l10n.t('paused');
    case 'stopped':
      return l10n.t('stopped');
  }
}

/** Orders the reading that tells whether a container is frozen, where no engine tells. */
function watchFreezer({ picture, details }: RowContext, container: Container): void {
  const definition = engineDefinitions.find(({ id }) => id === container.engine);
  if (!definition || definition.sources.some(({ kind }) => kind === 'socket')) return;
  for (const key of container.cgroups) {
    const cgroup = picture.snapshot.cgroups.get(key);
    if (!cgroup) continue;
    const hierarchy = picture.snapshot.hierarchies[cgroup.hierarchy];
    if (hierarchy?.version === 2 || hierarchy?.controllers.includes('freezer')) {
      details.usage(cgroup);
    }
  }
}

export function containerRow(context: RowContext, container: Container): RowNode {
  watchFreezer(context, container);
  const host = container.kind === 'host';
  const what = container.image ?? container.command;
  const parts = host
    ? [processCount(shownProcesses(context, container).length)]
    : [
        what === undefined ? engineName(container) : safe(what),
        container.main === undefined ? undefined : l10n.t('pid {0}', container.main),
        stateWord(container),
      ].filter((part) => part !== undefined);
  const name = safe(container.name);
  const kind = host
    ? l10n.t('Host {0}', name)
    : container.kind === 'service'
      ? l10n.t('Isolated service {0}', name)
      : l10n.t('Container {0}', name);
  return {
    id: containerRowId(container),
    label: name,
    description: parts.join(' · '),
    icon: icon(container),
    contextValue: host
      ? 'container.host'
      : container.id === undefined
        ? 'container'
        : 'container.id',
    // without an image or a command the description says the engine itself
    aria: [kind, what === undefined ? undefined : engineName(container), ...parts]
      .filter((part) => part !== undefined)
      .join(', '),
    tooltip: () => containerCard(context, container),
    subject: { kind: 'container', key: container.key },
    children: () => containerChildren(context, container),
  };
}

/** Whether the filter names the container itself; then all that is in it is shown. */
export function matchesContainer(match: Matcher, container: Container): boolean {
  return match(
    container.name,
    container.image,
    container.command,
    container.id,
    container.engine,
    container.main,
  );
}

/** Whether something in a container matches. */
export function matchesInside(context: RowContext, match: Matcher, container: Container): boolean {
  const { picture } = context;
  return (
    shownProcesses(context, container).some((process) => matchesProcess(match, process)) ||
    (container.kind !== 'host' &&
      container.namespaces.some((key) => {
        const namespace = picture.snapshot.namespaces.get(key);
        return namespace && match(namespace.type, namespace.inode);
      })) ||
    picture.nested(container.key).some((child) => isShown(context, child))
  );
}

/** Whether the options and the filter let a container through. */
export function isShown(context: RowContext, container: Container): boolean {
  if (container.kind === 'service' && !context.options.showServices) return false;
  const { match } = context;
  return !match || matchesContainer(match, container) || matchesInside(context, match, container);
}

export const groupIds = {
  processes: (container: Container) => `${container.key}/processes`,
  namespaces: (container: Container) => `${container.key}/namespaces`,
  cgroups: (container: Container) => `${container.key}/cgroups`,
  rights: (container: Container) => `${container.key}/rights`,
};

export function nestedRows(context: RowContext, container: Container): RowList {
  const nested = context.picture.nested(container.key).filter((child) => isShown(context, child));
  return rowsOf(nested, containerRowId, (child) => containerRow(context, child));
}

function containerChildren(context: RowContext, container: Container): RowList {
  const { picture, match } = context;
  // a filter that names the container is not about what is in it, nested containers included
  const inner = match && !matchesContainer(match, container) ? match : undefined;
  const processes = shownProcesses(context, container);
  const matching = inner ? processes.filter((one) => matchesProcess(inner, one)) : processes;
  const main =
    container.main === undefined ? undefined : picture.snapshot.processes.get(container.main);
  const groups: RowNode[] = [];
  if (matching.length > 0) {
    const id = groupIds.processes(container);
    groups.push(
      group(id, 'list-tree', l10n.t('Processes'), `${matching.length}`, () =>
        processTree(context, id, container, inner),
      ),
    );
  }
  if (container.namespaces.length > 0 || main?.gaps.namespaces) {
    groups.push(namespaceGroup(context, container));
  }
  const cgroups = container.kind === 'host' ? undefined : cgroupGroup(context, container, main);
  if (cgroups) groups.push(cgroups);
  if (main && container.kind !== 'host') {
    const id = groupIds.rights(container);
    groups.push(group(id, 'shield', l10n.t('Rights'), undefined, () => rightsRows(id, main)));
  }
  // the host's own children are not nested: they stand beside it
  return container.kind === 'host'
    ? rows(groups)
    : joinRows(nestedRows({ ...context, match: inner }, container), rows(groups));
}

function namespaceGroup(context: RowContext, container: Container): RowNode {
  const id = groupIds.namespaces(container);
  const known = container.namespaces
    .map((key) => context.picture.snapshot.namespaces.get(key))
    .filter((namespace) => namespace !== undefined);
  const own = known.filter((namespace) => !context.picture.isInitial(namespace.key)).length;
  const description =
    container.kind === 'host'
      ? `${known.length}`
      : known.length === 0
        ? l10n.t('not readable: needs root')
        : l10n.t('{0} of {1} not the host’s', own, known.length);
  return group(id, 'symbol-namespace', l10n.t('Namespaces'), description, () =>
    rowsOf(
      known,
      (namespace) => `${id}/${namespace.key}`,
      (namespace) => containerNamespaceRow(context, id, container, namespace),
    ),
  );
}

/** Its own topmost cgroups, or those that it shares with other processes. */
function cgroupGroup(
  context: RowContext,
  container: Container,
  main: Process | undefined,
): RowNode | undefined {
  const own = container.cgroups
    .map((key) => context.picture.snapshot.cgroups.get(key))
    .filter((cgroup) => cgroup !== undefined);
  const shown = own.length > 0 || !main ? own : context.picture.cgroupsOf(main);
  if (shown.length === 0) return undefined;
  const id = groupIds.cgroups(container);
  const description = own.length > 0 ? undefined : l10n.t('shared with other processes');
  return group(id, 'dashboard', l10n.t('Cgroup'), description, () =>
    rowsOf(
      shown,
      (cgroup) => `${id}/${cgroup.key}`,
      (cgroup) => containerCgroupRow(context, `${id}/${cgroup.key}`, cgroup),
    ),
  );
}

/** Named by its whole path, and by its hierarchy where there are several. */
function containerCgroupRow(context: RowContext, id: string, cgroup: Cgroup): RowNode {
  const { hierarchies } = context.picture.snapshot;
  const hierarchy = hierarchies[cgroup.hierarchy];
  const path = safe(cgroup.path);
  const several = hierarchies.length > 1 && hierarchy;
  const label = several ? `${hierarchyName(hierarchy)}:${path}` : path;
  const row = cgroupRow(context, id, cgroup, undefined);
  return { ...row, label, expanded: false };
}

function group(
  id: string,
  iconId: string,
  label: string,
  description: string | undefined,
  children: () => RowList,
): RowNode {
  return {
    id,
    label,
    icon: { id: iconId },
    contextValue: 'group',
    aria: description === undefined ? label : `${label}: ${description}`,
    children,
    ...(description !== undefined && { description }),
  };
}
