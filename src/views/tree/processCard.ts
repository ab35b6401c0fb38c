import { l10n, type MarkdownString } from 'vscode';
import type { Process } from '../../model/snapshot';
import { safe } from '../../model/text/safe';
import { Card } from './card';
import { processName } from './processText';
import { capabilityPhrase, idsPhrase, seccompPhrase } from './rightsRows';
import type { RowContext } from './rowContext';

const commandLineMost = 500;

/** Who a process is; its command line is read only now, for the one that is hovered. */
export async function processCard(context: RowContext, process: Process): Promise<MarkdownString> {
  const argv = await context.details.cmdline(process);
  const command = argv && argv.length > 0 ? safe(argv.join(' '), commandLineMost) : undefined;
  const { picture } = context;
  const parent = picture.snapshot.processes.get(process.ppid);
  const container = picture.containerOf(process.pid);
  const unread = process.gaps.status ? l10n.t('not readable: needs root') : undefined;
  const card = new Card(
    processName(process),
    command ?? (process.kernelThread ? l10n.t('Kernel thread') : undefined),
  )
    .line(
      l10n.t('PID'),
      process.nspid.length > 1 ? process.nspid.join(' → ') : process.pid.toString(),
    )
    .line(l10n.t('Parent'), parent && `${processName(parent)} (${parent.pid})`)
    .line(
      l10n.t('Container'),
      container && container.kind !== 'host' ? safe(container.name) : undefined,
    )
    .line(l10n.t('Users'), unread ?? idsPhrase(process.uid))
    .line(l10n.t('Groups'), unread ?? idsPhrase(process.gid))
    .line(l10n.t('Capabilities'), unread ?? capabilityPhrase(process.capabilities.effective))
    .line(l10n.t('Seccomp'), unread ?? seccompPhrase(process))
    .line(l10n.t('NoNewPrivs'), unread ?? (process.noNewPrivs ? l10n.t('yes') : l10n.t('no')))
    .line(l10n.t('Threads'), unread ?? process.threads.toString());
  // with v1 it is in one for each hierarchy, mostly of the same name
  const paths = new Set(picture.cgroupsOf(process).map(({ path }) => path));
  for (const path of paths) card.line(l10n.t('Cgroup'), safe(path));
  return card.markdown;
}
