import { l10n, type MarkdownString } from 'vscode';
import { cpus } from '../../model/cgroups/limits';
import type { Cgroup, CgroupHierarchy } from '../../model/snapshot';
import { safe } from '../../model/text/safe';
import { Card } from './card';
import { containerNames, processCount } from './namespaceText';
import type { RowIcon, RowList, RowNode } from './row';
import type { RowContext } from './rowContext';
import { cpuText, inBytes, nearness, usageText } from './usageText';

/** An engine's id in a cgroup's name would leave no room for what the row says of it. */
const longId = /([0-9a-f]{12})[0-9a-f]{52}/;

/** The part of a path after its last slash, ids as short as engines print them; the root is the slash itself. */
export function cgroupName(cgroup: Cgroup): string {
  const name = cgroup.path.slice(cgroup.path.lastIndexOf('/') + 1);
  return safe(name.replace(longId, '$1…')) || '/';
}

export function hierarchyName(hierarchy: CgroupHierarchy): string {
  if (hierarchy.version === 2) return 'cgroup2';
  return safe(hierarchy.controllers.join(',')) || 'cgroup';
}

/** A row of the view Cgroups. */
export function cgroupRow(
  context: RowContext,
  id: string,
  cgroup: Cgroup,
  children: (() => RowList) | undefined,
): RowNode {
  const { picture } = context;
  const containers = picture.containersAt(cgroup.key).filter(({ kind }) => kind === 'container');
  const root = cgroup.path === '/';
  const hierarchy = picture.snapshot.hierarchies[cgroup.hierarchy];
  const name = root && hierarchy ? hierarchyName(hierarchy) : cgroupName(cgroup);
  const usage = context.details.usage(cgroup);
  const parts = [
    containers.length > 0 ? containerNames(containers) : undefined,
    root && hierarchy?.version === 2 ? safe(hierarchy.controllers.join(' ')) : undefined,
    usageText(usage),
  ].filter((part) => part !== undefined && part !== '');
  return {
    id,
    label: name,
    icon: cgroupIcon(cgroup, containers.length > 0, nearness(usage)),
    contextValue: 'cgroup',
    aria: [l10n.t('Cgroup {0}', name), ...parts].join(', '),
    tooltip: () => cgroupCard(context, cgroup),
    subject: { kind: 'cgroup', key: cgroup.key },
    ...(parts.length > 0 && { description: parts.join(' · ') }),
    ...(children && { children }),
    ...(root && picture.cgroupRoots().length === 1 && { expanded: true }),
  };
}

function cgroupIcon(cgroup: Cgroup, container: boolean, share: number | undefined): RowIcon {
  const id = container
    ? 'package'
    : cgroup.path.endsWith('.service')
      ? 'gear'
      : cgroup.path.endsWith('.scope')
        ? 'target'
        : 'layers';
  if (share !== undefined && share >= 0.9) return { id, color: 'list.errorForeground' };
  if (share !== undefined && share >= 0.75) return { id, color: 'list.warningForeground' };
  return container ? { id, color: 'charts.blue' } : { id };
}

function cgroupCard(context: RowContext, cgroup: Cgroup): MarkdownString {
  const { picture } = context;
  const usage = context.details.usage(cgroup);
  const hierarchy = picture.snapshot.hierarchies[cgroup.hierarchy];
  const containers = picture.containersAt(cgroup.key);
  const card = new Card(safe(cgroup.path), hierarchy && hierarchyName(hierarchy))
    .line(l10n.t('Containers'), containers.length > 0 ? containerNames(containers, 8) : undefined)
    .line(
      l10n.t('Processes'),
      cgroup.processes === undefined ? undefined : processCount(cgroup.processes),
    );
  const line = (name: string, current: string | undefined, most: string | undefined) => {
    if (current !== undefined) card.line(name, `${current} / ${most ?? l10n.t('no limit here')}`);
  };
  line(l10n.t('Memory'), inBytes(usage?.memory?.current), inBytes(usage?.memory?.max));
  line(l10n.t('Tasks'), usage?.pids?.current?.toString(), usage?.pids?.max?.toString());
  const processors = usage && cpus(usage);
  card.line(l10n.t('CPU limit'), processors === undefined ? undefined : cpuText(processors));
  for (const [kind, { some }] of Object.entries(usage?.pressure ?? {})) {
    card.line(l10n.t('Pressure of {0}', kind), l10n.t('{0} % of the last 10 s', some));
  }
  return card.markdown;
}
