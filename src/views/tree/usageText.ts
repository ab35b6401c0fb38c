import { l10n } from 'vscode';
import { cpus } from '../../model/cgroups/limits';
import type { CgroupUsage } from '../../model/cgroups/usage';
import { formatBytes } from '../../model/text/sizes';

export function inBytes(count: number | undefined): string | undefined {
  return count === undefined ? undefined : formatBytes(count);
}

export function cpuText(processors: number): string {
  return processors === 1 ? l10n.t('1 CPU') : l10n.t('{0} CPUs', Number(processors.toFixed(2)));
}

/** Usage against limit, as far as known; undefined when nothing is. */
export function usageText(usage: CgroupUsage | undefined): string | undefined {
  if (!usage) return undefined;
  const processors = cpus(usage);
  const parts = [
    memoryText(usage.memory),
    taskText(usage.pids),
    processors === undefined ? undefined : l10n.t('at most {0}', cpuText(processors)),
    usage.frozen ? l10n.t('frozen') : undefined,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' · ') : undefined;
}

function memoryText(memory: CgroupUsage['memory']): string | undefined {
  const current = inBytes(memory?.current);
  if (current === undefined) return undefined;
  const most = inBytes(memory?.max);
  return most === undefined ? current : l10n.t('{0} of {1}', current, most);
}

function taskText(pids: CgroupUsage['pids']): string | undefined {
  if (pids?.current === undefined) return undefined;
  if (pids.max !== undefined) return l10n.t('{0} of {1} tasks', pids.current, pids.max);
  return pids.current === 1 ? l10n.t('1 task') : l10n.t('{0} tasks', pids.current);
}

/** How near to its limit the nearest is, 0 to 1; undefined: nothing is limited, or unknown. */
export function nearness(usage: CgroupUsage | undefined): number | undefined {
  const shares = [usage?.memory, usage?.pids].flatMap((part) =>
    part?.current === undefined || part.max === undefined || part.max <= 0
      ? []
      : [part.current / part.max],
  );
  return shares.length > 0 ? Math.max(...shares) : undefined;
}
