import { rowCommands, type MoreRows } from '../views/tree/rowCommands';
import type { Row } from '../views/tree/row';

/**
 * The one list of what the extension contributes. `build/generate.ts` writes package.json and
 * package.nls.json from it and the code is typed by it, so neither can name what the other has not.
 */
export const views = {
  containers: 'containerInternals.containers',
  namespaces: 'containerInternals.namespaces',
  cgroups: 'containerInternals.cgroups',
} as const;
export type ViewId = (typeof views)[keyof typeof views];

export const viewContainer = {
  id: 'containerInternals',
  title: 'Container Internals',
  icon: 'media/icon.svg',
} as const;

export const viewTitles: Readonly<Record<ViewId, { title: string; icon: string }>> = {
  'containerInternals.containers': { title: 'Containers', icon: '$(package)' },
  'containerInternals.namespaces': { title: 'Namespaces', icon: '$(symbol-namespace)' },
  'containerInternals.cgroups': { title: 'Cgroups', icon: '$(dashboard)' },
};

/** Scheme of the read-only documents with text of kernel files. */
export const fileScheme = 'container-internals-proc';

/** Commands and what they are called with; a command that takes a row asks when it gets none. */
export interface CommandArguments {
  'containerInternals.refresh': [];
  'containerInternals.filterContainers': [];
  'containerInternals.filterNamespaces': [];
  'containerInternals.filterCgroups': [];
  'containerInternals.clearContainersFilter': [];
  'containerInternals.clearNamespacesFilter': [];
  'containerInternals.clearCgroupsFilter': [];
  'containerInternals.groupNamespacesByOwner': [];
  'containerInternals.groupNamespacesByType': [];
  'containerInternals.elevate': [];
  'containerInternals.dropRights': [];
  'containerInternals.restartAgent': [];
  'containerInternals.showLog': [];
  'containerInternals.showMenu': [];
  'containerInternals.revealContainer': [row?: Row];
  'containerInternals.revealNamespace': [row?: Row];
  'containerInternals.revealCgroup': [row?: Row];
  'containerInternals.openProcFile': [row?: Row];
  'containerInternals.openCgroupFile': [row?: Row];
  'containerInternals.copyName': [row?: Row];
  'containerInternals.copyId': [row?: Row];
  'containerInternals.copyPid': [row?: Row];
  'containerInternals.copyPath': [row?: Row];
  'containerInternals.showMore': [more?: MoreRows];
}
export type CommandId = keyof CommandArguments;

export interface CommandContribution {
  readonly title: string;
  readonly icon?: `$(${string})`;
  readonly enablement?: string;
  /** `false`: needs a row and is not in the palette; a text: shown there when that holds. */
  readonly palette?: false | string;
}

export const commands = {
  'containerInternals.refresh': { title: 'Refresh', icon: '$(refresh)' },
  'containerInternals.filterContainers': { title: 'Filter Containers…', icon: '$(filter)' },
  'containerInternals.filterNamespaces': { title: 'Filter Namespaces…', icon: '$(filter)' },
  'containerInternals.filterCgroups': { title: 'Filter Cgroups…', icon: '$(filter)' },
  'containerInternals.clearContainersFilter': {
    title: 'Clear Filter of Containers',
    icon: '$(clear-all)',
    palette: 'containerInternals.containersFiltered',
  },
  'containerInternals.clearNamespacesFilter': {
    title: 'Clear Filter of Namespaces',
    icon: '$(clear-all)',
    palette: 'containerInternals.namespacesFiltered',
  },
  'containerInternals.clearCgroupsFilter': {
    title: 'Clear Filter of Cgroups',
    icon: '$(clear-all)',
    palette: 'containerInternals.cgroupsFiltered',
  },
  'containerInternals.groupNamespacesByOwner': {
    title: 'Show Namespaces by Owning User Namespace',
    icon: '$(list-tree)',
    palette: '!containerInternals.namespacesByOwner',
  },
  'containerInternals.groupNamespacesByType': {
    title: 'Show Namespaces by Type',
    icon: '$(list-flat)',
    palette: 'containerInternals.namespacesByOwner',
  },
  [rowCommands.elevate]: {
    title: 'Elevate to root',
    icon: '$(shield)',
    palette: "containerInternals.rights != 'root'",
  },
  'containerInternals.dropRights': {
    title: 'Drop root Rights',
    icon: '$(account)',
    palette: "containerInternals.rights == 'root'",
  },
  'containerInternals.restartAgent': { title: 'Restart Agent', icon: '$(debug-restart)' },
  'containerInternals.showLog': { title: 'Show Log', icon: '$(output)' },
  'containerInternals.showMenu': { title: 'Show Agent Menu' },
  'containerInternals.revealContainer': { title: 'Reveal in Containers', icon: '$(package)' },
  'containerInternals.revealNamespace': {
    title: 'Reveal in Namespaces',
    icon: '$(symbol-namespace)',
  },
  'containerInternals.revealCgroup': { title: 'Reveal in Cgroups', icon: '$(dashboard)' },
  'containerInternals.openProcFile': { title: 'Open File of /proc…', icon: '$(go-to-file)' },
  'containerInternals.openCgroupFile': { title: 'Open File of Cgroup…', icon: '$(go-to-file)' },
  'containerInternals.copyName': { title: 'Copy Name', palette: false },
  'containerInternals.copyId': { title: 'Copy ID', palette: false },
  'containerInternals.copyPid': { title: 'Copy PID', palette: false },
  'containerInternals.copyPath': { title: 'Copy Path', palette: false },
  [rowCommands.showMore]: { title: 'Show More Rows', palette: false },
} as const satisfies Record<CommandId, CommandContribution>;

/** Only the user's own settings may raise rights: a workspace cannot set `machine` ones. */
export const settings = {
  'containerInternals.showServices': {
    type: 'boolean',
    default: true,
    scope: 'window',
    description:
      'Show systemd services that have private namespaces (PrivateTmp and the like) in Containers.',
  },
  'containerInternals.showKernelThreads': {
    type: 'boolean',
    default: false,
    scope: 'window',
    description: 'Show kernel threads among the processes of the host.',
  },
  'containerInternals.elevateOnStart': {
    type: 'boolean',
    default: false,
    scope: 'machine',
    description:
      'Start the agent as root through sudo, where sudo asks for no password. It only reads.',
  },
} as const;
export type SettingId = keyof typeof settings;

/** Context keys and their values. */
export interface ContextKeys {
  'containerInternals.state': 'loading' | 'ready' | 'failed' | 'unsupported';
  'containerInternals.rights': 'none' | 'user' | 'root';
  'containerInternals.namespacesByOwner': boolean;
  'containerInternals.containersFiltered': boolean;
  'containerInternals.namespacesFiltered': boolean;
  'containerInternals.cgroupsFiltered': boolean;
}
