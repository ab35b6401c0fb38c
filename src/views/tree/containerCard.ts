import { l10n, type MarkdownString } from 'vscode';
import type { Container } from '../../model/picture';
import { isolationCard, type Brick, type Level } from '../../model/text/isolationCard';
import { safe } from '../../model/text/safe';
import { Card } from './card';
import { engineName } from './containerText';
import { describedPhrase } from './rightsRows';
import type { RowContext } from './rowContext';
import { cpuText, inBytes } from './usageText';

/** Who a container is, and the six bricks that keep it apart from the host. */
export async function containerCard(
  context: RowContext,
  container: Container,
): Promise<MarkdownString> {
  const { picture, details } = context;
  if (container.kind === 'host') return hostCard(context, container);
  const what = [engineName(container), container.image ?? container.command]
    .filter((part) => part !== undefined)
    .map((part) => safe(part));
  const card = new Card(safe(container.name), what.join(' · '));
  if (container.id !== undefined) card.line(l10n.t('ID'), safe(container.id).slice(0, 12));
  if (container.main === undefined) {
    return card.text(l10n.t('It is not running.')).markdown;
  }
  const facts = await details.cardFacts(picture, container);
  card.text(l10n.t('Isolated from the host by:'));
  for (const brick of isolationCard(picture, container, facts)) {
    card.icon(levelIcon(brick.level)).line(brickName(brick), brickText(brick));
  }
  return card.markdown;
}

function hostCard({ picture }: RowContext, container: Container): MarkdownString {
  return new Card(safe(container.name), l10n.t('The host: the initial namespaces'))
    .line(l10n.t('Kernel'), safe(picture.host.kernel))
    .line(
      l10n.t('Read as'),
      picture.host.uid === 0 ? l10n.t('root') : l10n.t('user with UID {0}', picture.host.uid),
    )
    .line(
      l10n.t('Not completely readable'),
      picture.hidden.processes > 0 ? l10n.t('{0} processes', picture.hidden.processes) : undefined,
    ).markdown;
}

function levelIcon(level: Level): string {
  switch (level) {
    case 'isolated':
      return 'pass';
    case 'partly':
      return 'circle-large';
    case 'shared':
      return 'warning';
    case 'unknown':
      return 'question';
  }
}

function brickName(brick: Brick): string {
  switch (brick.kind) {
    case 'namespaces':
      return l10n.t('Namespaces');
    case 'cgroup':
      return l10n.t('Cgroup');
    case 'user':
      return l10n.t('User mapping');
    case 'seccomp':
      return l10n.t('Seccomp');
    case 'root':
      return l10n.t('Root filesystem');
    case 'capabilities':
      return l10n.t('Capabilities');
  }
}

function brickText(brick: Brick): string {
  const unknown = l10n.t('not readable: needs root');
  switch (brick.kind) {
    case 'namespaces':
      return brick.level === 'unknown' ? unknown : namespacesText(brick);
    case 'cgroup':
      return cgroupText(brick);
    case 'user':
      if (brick.own === undefined) return unknown;
      if (!brick.own) return l10n.t('none: root inside is root outside');
      return brick.rootOutside === undefined
        ? l10n.t('own user namespace')
        : l10n.t('root inside is UID {0} outside', brick.rootOutside);
    case 'seccomp':
      return seccompText(brick) ?? unknown;
    case 'root':
      if (brick.ownMountNamespace === undefined) return unknown;
      return brick.ownMountNamespace
        ? l10n.t('own mount namespace')
        : l10n.t('the mount points of the host');
    case 'capabilities':
      return capabilitiesText(brick) ?? unknown;
  }
}

type Of<K extends Brick['kind']> = Extract<Brick, { kind: K }>;

function namespacesText({ own, sharedWithHost }: Of<'namespaces'>): string {
  const mine = own.length > 0 ? l10n.t('own {0}', own.join(', ')) : l10n.t('none of its own');
  return sharedWithHost.length === 0
    ? mine
    : l10n.t('{0}; shares {1} with the host', mine, sharedWithHost.join(', '));
}

function cgroupText({ path, limits }: Of<'cgroup'>): string {
  const cpu = limits?.cpus?.value;
  const memory = inBytes(limits?.memory?.value);
  const parts = [
    memory === undefined ? undefined : l10n.t('memory {0}', memory),
    cpu === undefined ? undefined : cpuText(cpu),
    limits?.pids === undefined ? undefined : l10n.t('{0} tasks', limits.pids.value),
  ].filter((part) => part !== undefined);
  if (parts.length > 0) return l10n.t('at most {0}', parts.join(', '));
  if (limits) return l10n.t('no limits');
  return path === undefined ? l10n.t('shared with other processes') : safe(path);
}

function seccompText({ mode, filters, noNewPrivs }: Of<'seccomp'>): string | undefined {
  if (mode === undefined) return undefined;
  const what =
    mode === 'disabled'
      ? l10n.t('disabled')
      : mode === 'strict'
        ? l10n.t('strict')
        : filters === undefined || filters === 1
          ? l10n.t('filtered')
          : l10n.t('{0} filters', filters);
  return noNewPrivs ? l10n.t('{0}; no new privileges', what) : what;
}

function capabilitiesText({ permitted, powerful }: Of<'capabilities'>): string | undefined {
  if (!permitted) return undefined;
  const what = describedPhrase(permitted);
  if (powerful.length === 0) return what;
  const named = powerful.slice(0, 3).join(', ');
  return powerful.length > 3
    ? l10n.t('{0}; among what it may gain: {1} and {2} more', what, named, powerful.length - 3)
    : l10n.t('{0}; among what it may gain: {1}', what, named);
}
