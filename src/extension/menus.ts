import { views, type CommandId, type ContextKeys, type ViewId } from './contributions';

export interface MenuItem {
  readonly command: CommandId;
  readonly when: string;
  readonly group: string;
}

const { containers, namespaces, cgroups } = views;
const inView = (view: ViewId) => `view == ${view}`;
const item = (pattern: string, ...views: readonly ViewId[]) => {
  const matches = `viewItem =~ /^(${pattern})/`;
  const [view] = views;
  return view === undefined ? matches : `${inView(view)} && ${matches}`;
};
const elsewhere = (pattern: string, view: ViewId) =>
  `view != ${view} && view =~ /^containerInternals\\./ && ${item(pattern)}`;
const ours = (pattern: string) => `view =~ /^containerInternals\\./ && ${item(pattern)}`;

const filters = [
  [containers, 'filterContainers', 'clearContainersFilter', 'containersFiltered'],
  [namespaces, 'filterNamespaces', 'clearNamespacesFilter', 'namespacesFiltered'],
  [cgroups, 'filterCgroups', 'clearCgroupsFilter', 'cgroupsFiltered'],
] as const;

/** What stands in the titles of the views. */
export const viewTitleMenu: readonly MenuItem[] = [
  ...filters.flatMap(([view, filter, clear, filtered]): MenuItem[] => [
    {
      command: `containerInternals.${clear}`,
      when: `${inView(view)} && containerInternals.${filtered}`,
      group: 'navigation@1',
    },
    { command: `containerInternals.${filter}`, when: inView(view), group: 'navigation@2' },
    { command: 'containerInternals.refresh', when: inView(view), group: 'navigation@9' },
  ]),
  {
    command: 'containerInternals.groupNamespacesByOwner',
    when: `${inView(namespaces)} && !containerInternals.namespacesByOwner`,
    group: 'navigation@3',
  },
  {
    command: 'containerInternals.groupNamespacesByType',
    when: `${inView(namespaces)} && containerInternals.namespacesByOwner`,
    group: 'navigation@3',
  },
  {
    command: 'containerInternals.elevate',
    when: `${inView(containers)} && containerInternals.rights == 'user'`,
    group: '1_rights@1',
  },
  {
    command: 'containerInternals.dropRights',
    when: `${inView(containers)} && containerInternals.rights == 'root'`,
    group: '1_rights@1',
  },
  { command: 'containerInternals.showLog', when: inView(containers), group: '2_agent@1' },
  { command: 'containerInternals.restartAgent', when: inView(containers), group: '2_agent@2' },
];

/** What stands beside a row and in its context menu. */
export const viewItemMenu: readonly MenuItem[] = [
  // inline: the two commonest, which are another view of the same thing and the kernel's own text
  {
    command: 'containerInternals.revealNamespace',
    when: elsewhere('container|process|namespace', namespaces),
    group: 'inline@1',
  },
  {
    command: 'containerInternals.revealContainer',
    when: elsewhere('process|namespace$|cgroup\\.container', containers),
    group: 'inline@1',
  },
  {
    command: 'containerInternals.revealCgroup',
    when: elsewhere('cgroup', cgroups),
    group: 'inline@1',
  },
  { command: 'containerInternals.openProcFile', when: ours('process'), group: 'inline@2' },
  { command: 'containerInternals.openCgroupFile', when: ours('cgroup'), group: 'inline@2' },

  {
    command: 'containerInternals.revealContainer',
    when: elsewhere('process|namespace$|cgroup\\.container', containers),
    group: 'navigation@1',
  },
  {
    command: 'containerInternals.revealNamespace',
    when: elsewhere('container|process|namespace', namespaces),
    group: 'navigation@2',
  },
  {
    command: 'containerInternals.revealCgroup',
    when: elsewhere('container|process|cgroup', cgroups),
    group: 'navigation@3',
  },
  {
    command: 'containerInternals.openProcFile',
    when: ours('container|process'),
    group: '3_open@1',
  },
  {
    command: 'containerInternals.openCgroupFile',
    when: ours('container|cgroup'),
    group: '3_open@2',
  },

  {
    command: 'containerInternals.copyName',
    when: ours('container|process'),
    group: '5_cutcopypaste@1',
  },
  {
    command: 'containerInternals.copyId',
    when: ours('container\\.id|namespace|cgroup'),
    group: '5_cutcopypaste@2',
  },
  {
    command: 'containerInternals.copyPid',
    when: ours('container\\.id|container$|process'),
    group: '5_cutcopypaste@3',
  },
  {
    command: 'containerInternals.copyPath',
    when: ours('process|namespace$|cgroup'),
    group: '5_cutcopypaste@4',
  },
];

export interface Welcome {
  readonly view: ViewId;
  readonly contents: string;
  readonly when: string;
}

const state = (value: ContextKeys['containerInternals.state']) =>
  `containerInternals.state == '${value}'`;
const button = (title: string, command: CommandId) => `[${title}](command:${command})`;
const remote = 'https://code.visualstudio.com/docs/remote/remote-overview';
const allViews = Object.values(views);

/** What an empty view says, always with something that can be done. */
export const welcomes: readonly Welcome[] = [
  ...allViews.flatMap((view): Welcome[] => [
    {
      view,
      when: `!containerInternals.state || ${state('loading')}`,
      contents: `Reading the processes, namespaces and cgroups of this host…\n${button('Show Log', 'containerInternals.showLog')}`,
    },
    {
      view,
      when: state('unsupported'),
      contents: `Containers are made by the Linux kernel, and this window does not run on Linux. Open a folder on a Linux host: over SSH, in a virtual machine, or in WSL.\n[Connect to a Linux Host](${remote})`,
    },
    {
      view,
      when: state('failed'),
      contents: `The agent that reads this host is not running.\n${button('Restart Agent', 'containerInternals.restartAgent')}\n${button('Show Log', 'containerInternals.showLog')}`,
    },
  ]),
  ...filters.flatMap(([view, filter, clear, filtered]): Welcome[] => [
    {
      view,
      when: `${state('ready')} && containerInternals.${filtered}`,
      contents: `Nothing matches the filter.\n${button('Clear Filter', `containerInternals.${clear}`)}\n${button('Change Filter…', `containerInternals.${filter}`)}`,
    },
    {
      view,
      when: `${state('ready')} && !containerInternals.${filtered}`,
      contents: `Nothing of this kind could be read here. Root may see more.\n${button('Refresh', 'containerInternals.refresh')}\n${button('Elevate to root', 'containerInternals.elevate')}`,
    },
  ]),
];
