import { l10n } from 'vscode';
import type { NamespaceType } from '../../model/ids';
import type { Container } from '../../model/picture';
import type { Namespace, Process } from '../../model/snapshot';
import { safe } from '../../model/text/safe';
import type { RowIcon } from './row';
import type { RowContext } from './rowContext';

const icons: Readonly<Record<NamespaceType, string>> = {
  cgroup: 'dashboard',
  ipc: 'mail',
  mnt: 'folder',
  net: 'globe',
  pid: 'list-tree',
  time: 'watch',
  user: 'account',
  uts: 'tag',
};

export function namespaceTypeIcon(type: NamespaceType): RowIcon {
  return { id: icons[type] };
}

/** What a namespace of a type isolates; namespaces(7). */
export function namespaceTypeMeaning(type: NamespaceType): string {
  switch (type) {
    case 'cgroup':
      return l10n.t('cgroup root directory');
    case 'ipc':
      return l10n.t('System V IPC, POSIX message queues');
    case 'mnt':
      return l10n.t('mount points');
    case 'net':
      return l10n.t('network devices, stacks, ports');
    case 'pid':
      return l10n.t('process IDs');
    case 'time':
      return l10n.t('boot and monotonic clocks');
    case 'user':
      return l10n.t('user and group IDs, capabilities');
    case 'uts':
      return l10n.t('hostname and NIS domain name');
  }
}

export function processCount(count: number): string {
  return count === 1 ? l10n.t('1 process') : l10n.t('{0} processes', count);
}

/** Names of containers, the first ones of many. */
export function containerNames(containers: readonly Container[], most = 2): string {
  const names = containers.slice(0, most).map((container) => safe(container.name));
  const rest = containers.length - names.length;
  return rest > 0 ? l10n.t('{0} and {1} more', names.join(', '), rest) : names.join(', ');
}

interface Members {
  readonly processes: readonly Process[];
  readonly containers: readonly Container[];
}

export function membersOf(context: RowContext, namespace: Namespace): Members {
  const { picture } = context;
  const { processes, containers } = picture.members(namespace.key);
  return {
    processes: processes
      .map((pid) => picture.snapshot.processes.get(pid))
      .filter((process) => process !== undefined),
    containers: containers
      .map((key) => picture.container(key))
      .filter((container) => container !== undefined),
  };
}
