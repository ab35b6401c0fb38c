import { l10n } from 'vscode';
import type { Container } from '../../model/picture';
import type { Process } from '../../model/snapshot';
import { rows, rowsOf, type RowList, type RowNode } from './row';
import type { RowContext } from './rowContext';
import { processCard } from './processCard';
import { matchesProcess, pidInside, processName } from './processText';
import type { Matcher } from './filter';

/** The letters of /proc/PID/stat worth a word; the others change too fast to be told. */
function stateWord(process: Process): string | undefined {
  switch (process.state) {
    case 'Z':
      return l10n.t('zombie');
    case 'T':
      return l10n.t('stopped');
    case 't':
      return l10n.t('traced');
    case 'D':
      return l10n.t('uninterruptible');
    default:
      return undefined;
  }
}

export function processRow(
  context: RowContext,
  parentId: string,
  process: Process,
  children?: () => RowList,
): RowNode {
  const name = processName(process);
  const inside = pidInside(process);
  const state = stateWord(process);
  const hidden = process.gaps.namespaces || process.gaps.status;
  const description = [
    inside === undefined ? `${process.pid}` : l10n.t('{0} · {1} inside', process.pid, inside),
    state,
  ].filter((part) => part !== undefined);
  const sentence =
    inside === undefined
      ? l10n.t('Process {0}, pid {1}', name, process.pid)
      : l10n.t('Process {0}, pid {1} on the host, {2} inside', name, process.pid, inside);
  return {
    id: `${parentId}/${process.key}`,
    label: name,
    description: description.join(' · '),
    icon: icon(process, hidden),
    contextValue: 'process',
    aria: state === undefined ? sentence : `${sentence}, ${state}`,
    tooltip: () => processCard(context, process),
    subject: { kind: 'process', key: process.key },
    ...(children && { children }),
  };
}

function icon(process: Process, hidden: boolean): { id: string; color?: string } {
  if (process.state === 'Z') return { id: 'circle-slash', color: 'disabledForeground' };
  if (process.state === 'T' || process.state === 't') {
    return { id: 'debug-pause', color: 'charts.yellow' };
  }
  if (hidden) return { id: 'lock', color: 'disabledForeground' };
  if (process.kernelThread) return { id: 'gear' };
  return { id: 'terminal' };
}

/** Members of a container that are shown. */
export function shownProcesses(context: RowContext, container: Container): Process[] {
  const { picture, options } = context;
  const found: Process[] = [];
  for (const pid of container.processes) {
    const process = picture.snapshot.processes.get(pid);
    if (process && (options.showKernelThreads || !process.kernelThread)) found.push(process);
  }
  return found;
}

/**
 * The processes of a container as the tree of their parents; a process whose parent is elsewhere is at its
 * top. Filtered ones are a list: their ancestors would be rows that do not match.
 */
export function processTree(
  context: RowContext,
  parentId: string,
  container: Container,
  match: Matcher | undefined,
): RowList {
  const members = shownProcesses(context, container);
  if (match) {
    return processList(
      context,
      parentId,
      members.filter((process) => matchesProcess(match, process)),
    );
  }
  const pids = new Set(members.map((process) => process.pid));
  const branch = (list: readonly Process[]): RowList =>
    rowsOf(
      list,
      (process) => `${parentId}/${process.key}`,
      (process) => {
        const below = context.picture
          .childrenOf(process.pid)
          .filter((child) => pids.has(child.pid));
        return processRow(
          context,
          parentId,
          process,
          below.length > 0 ? () => branch(below) : undefined,
        );
      },
    );
  return branch(members.filter((process) => !pids.has(process.ppid)));
}

/** The ids from the group of processes down to one of them. */
export function processPath(
  context: RowContext,
  parentId: string,
  container: Container,
  process: Process,
): string[] {
  const pids = new Set(shownProcesses(context, container).map((member) => member.pid));
  const path: string[] = [];
  let at: Process | undefined = process;
  while (at && pids.has(at.pid)) {
    path.unshift(`${parentId}/${at.key}`);
    pids.delete(at.pid);
    at = context.picture.snapshot.processes.get(at.ppid);
  }
  return path;
}

export function processList(
  context: RowContext,
  parentId: string,
  processes: readonly Process[],
): RowList {
  if (processes.length === 0) return rows([]);
  return rowsOf(
    processes,
    (process) => `${parentId}/${process.key}`,
    (process) => processRow(context, parentId, process),
  );
}
