import * as vscode from 'vscode';
import { safe } from '../../model/text/safe';

/** With whose rights the agent reads: `root` where the editor itself runs as root. */
export type Rights = 'user' | 'root' | 'sudo';

/** How things stand with the agent. */
export type HostStatus =
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | {
      readonly kind: 'ready' | 'stale';
      readonly hostname: string;
      readonly rights: Rights;
      /** Processes of which something could not be read for lack of rights. */
      readonly hidden: number;
      /** Why the slower reader is in use; undefined when it is not. */
      readonly readerWhy: string | undefined;
    }
  | { readonly kind: 'failed'; readonly why: string };

export interface StatusSource {
  readonly status: HostStatus;
  readonly onDidChangeStatus: vscode.Event<void>;
}

/** The item in the status bar: which host, with which rights, and what they hide. */
export class StatusItem implements vscode.Disposable {
  readonly item = vscode.window.createStatusBarItem(
    'containerInternals.host',
    vscode.StatusBarAlignment.Left,
    10,
  );
  readonly #subscription: vscode.Disposable;

  constructor(
    private readonly source: StatusSource,
    menuCommand: string,
  ) {
    this.item.name = vscode.l10n.t('Container Internals');
    this.item.command = menuCommand;
    this.#subscription = source.onDidChangeStatus(() => this.#render());
    this.#render();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.item.dispose();
  }

  #render(): void {
    const { status } = this.source;
    if (status.kind === 'off' || status.kind === 'unsupported') {
      this.item.hide();
      return;
    }
    const { text, tooltip, warn } = describeStatus(status);
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: tooltip, role: 'button' };
    this.item.backgroundColor = warn
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.item.show();
  }
}

interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly warn: boolean;
}

export function describeStatus(
  status: Exclude<HostStatus, { readonly kind: 'off' | 'unsupported' }>,
): StatusText {
  switch (status.kind) {
    case 'starting':
      return {
        text: `$(loading~spin) ${vscode.l10n.t('Container Internals')}`,
        tooltip: vscode.l10n.t('Container Internals: the agent is starting.'),
        warn: false,
      };
    case 'failed':
      return {
        text: `$(warning) ${vscode.l10n.t('Container Internals')}`,
        tooltip: vscode.l10n.t('Container Internals: the agent is not running. {0}', status.why),
        warn: true,
      };
    case 'ready':
    case 'stale':
      return hostText(status);
  }
}

function hostText(status: Extract<HostStatus, { kind: 'ready' | 'stale' }>): StatusText {
  const stale = status.kind === 'stale';
  const root = status.rights !== 'user';
  const rights = rightsWord(status.rights);
  const hostname = safe(status.hostname, 40);
  const hidden = status.hidden > 0 ? vscode.l10n.t('{0} hidden', status.hidden) : undefined;
  const text = [hostname, rights, hidden].filter((part) => part !== undefined).join(' · ');
  const sentences = [
    root
      ? vscode.l10n.t('The agent reads {0} as root.', hostname)
      : vscode.l10n.t('The agent reads {0} as an ordinary user.', hostname),
    hidden &&
      (root
        ? vscode.l10n.t('{0} processes cannot be read completely, even by root.', status.hidden)
        : vscode.l10n.t(
            '{0} processes cannot be read completely: this needs root.',
            status.hidden,
          )),
    status.readerWhy &&
      vscode.l10n.t('The slower reader is in use: {0}', safe(status.readerWhy, 200)),
    stale ? vscode.l10n.t('The agent is not answering; this is the last picture.') : undefined,
    vscode.l10n.t('Click for rights and log.'),
  ];
  return {
    text: `$(${stale ? 'warning' : root ? 'shield' : 'server-environment'}) ${text}`,
    tooltip: sentences.filter(Boolean).join('\n'),
    warn: stale,
  };
}

function rightsWord(rights: Rights): string {
  switch (rights) {
    case 'user':
      return vscode.l10n.t('user');
    case 'root':
      return vscode.l10n.t('root');
    case 'sudo':
      return vscode.l10n.t('root via sudo');
  }
}
