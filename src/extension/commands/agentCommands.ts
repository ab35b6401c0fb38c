import * as vscode from 'vscode';
import { AgentUnavailable } from '../../native-bridge/client/errors';
import type { Rights } from '../../native-bridge/client/launcher';
import type { HostService } from '../services/hostService';
import type { CommandId } from '../contributions';
import { views } from '../contributions';
import type { CommandRegistry } from './register';

/** The agent: its rights, its life, its log. */
export function registerAgentCommands(
  commands: CommandRegistry,
  host: HostService,
  log: vscode.LogOutputChannel,
): void {
  commands.add('containerInternals.elevate', () => change(host, 'sudo'));
  commands.add('containerInternals.dropRights', () => change(host, 'user'));
  commands.add('containerInternals.restartAgent', () => inView(() => host.restart()));
  commands.add('containerInternals.showLog', () => log.show());
  commands.add('containerInternals.showMenu', () => showMenu(host));
}

async function change(host: HostService, rights: Rights): Promise<void> {
  const { status } = host;
  if (rights === 'sudo' && 'rights' in status && status.rights !== 'user') {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The agent reads this host as root already.'),
    );
    return;
  }
  await inView(() => host.useRights(rights));
}

/** Progress where the user looks; what takes a moment says so. */
async function inView(task: () => Promise<void>): Promise<void> {
  try {
    await vscode.window.withProgress({ location: { viewId: views.containers } }, task);
  } catch (error) {
    // somebody else ended this attempt, who tells about it
    if (error instanceof AgentUnavailable && error.kind === 'stopped') return;
    throw error;
  }
}

interface MenuEntry extends vscode.QuickPickItem {
  readonly command: CommandId;
}

async function showMenu(host: HostService): Promise<void> {
  const { status } = host;
  const rights = 'rights' in status ? status.rights : undefined;
  const entries: MenuEntry[] = [
    ...(rights === 'user' || rights === undefined
      ? [
          {
            label: `$(shield) ${vscode.l10n.t('Elevate to root')}`,
            detail: vscode.l10n.t(
              'Starts the agent through sudo, without a password. It only reads.',
            ),
            command: 'containerInternals.elevate' as const,
          },
        ]
      : []),
    ...(rights === 'sudo'
      ? [
          {
            label: `$(account) ${vscode.l10n.t('Drop root rights')}`,
            detail: vscode.l10n.t('Ends the agent of root and starts one as this user.'),
            command: 'containerInternals.dropRights' as const,
          },
        ]
      : []),
    {
      label: `$(debug-restart) ${vscode.l10n.t('Restart agent')}`,
      command: 'containerInternals.restartAgent',
    },
    { label: `$(refresh) ${vscode.l10n.t('Refresh')}`, command: 'containerInternals.refresh' },
    { label: `$(output) ${vscode.l10n.t('Show log')}`, command: 'containerInternals.showLog' },
  ];
  const chosen = await vscode.window.showQuickPick(entries, {
    title: vscode.l10n.t('Container Internals'),
    placeHolder: vscode.l10n.t('The agent that reads this host'),
  });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}
