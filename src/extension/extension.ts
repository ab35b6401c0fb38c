import * as vscode from 'vscode';
import { launchOf } from '../native-bridge/client/launcher';
import { KernelFiles } from '../views/files/kernelFiles';
import { StatusItem } from '../views/status/statusItem';
import { makeApi, type ExtensionApi } from './api';
import { registerAgentCommands } from './commands/agentCommands';
import { registerCopyCommands } from './commands/copyCommands';
import { registerFileCommands } from './commands/fileCommands';
import { CommandRegistry } from './commands/register';
import { registerRevealCommands } from './commands/revealCommands';
import { NoPictureError } from './commands/subjects';
import { registerViewCommands } from './commands/viewCommands';
import { fileScheme } from './contributions';
import { ContextKeySetter } from './platform/contextKeys';
import { DisposableStore } from './platform/lifecycle';
import { setting } from './platform/settings';
import { HostDetails } from './services/hostDetails';
import { HostService } from './services/hostService';
import { KernelFileReader } from './services/kernelFileReader';
import { OutageNotice } from './services/outageNotice';
import { followState } from './services/stateKeys';
import { TreeViews } from './services/treeViews';
import { UsageReader } from './services/usageReader';

let ended: (() => Promise<void>) | undefined;

/** Builds everything and registers it. Nothing is awaited, and no agent starts before a view is seen. */
export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const begun = performance.now();
  const store = new DisposableStore();
  context.subscriptions.push(store);

  const log = store.add(vscode.window.createOutputChannel('Container Internals', { log: true }));
  const keys = new ContextKeySetter();
  const agentFile = context.asAbsolutePath('dist/agent.js');
  const notice = new OutageNotice(log);
  const host: HostService = new HostService({
    launch: (rights) => launchOf(rights, agentFile),
    supported: process.platform === 'linux',
    elevateOnStart: () => setting('containerInternals.elevateOnStart'),
    log,
    onOutage: (state) => notice.show(state, host.picture !== undefined),
    frozen: () => usage.frozen,
  });
  const usage = store.add(
    new UsageReader(
      (params) => host.request('cgroups/read', params),
      (what) => (what === 'frozen' ? host.recompose() : trees.update()),
      log,
    ),
  );
  const details = new HostDetails(host, usage, log);
  const trees = store.add(
    new TreeViews(host, details, keys, context.workspaceState, (visible) => {
      usage.active = visible;
      host.setVisible(visible);
    }),
  );
  const reader = new KernelFileReader(host);
  const files = store.add(new KernelFiles(fileScheme, reader));
  store.add(vscode.workspace.registerTextDocumentContentProvider(fileScheme, files));
  const status = store.add(new StatusItem(host, 'containerInternals.showMenu'));
  store.add(followState(host, keys));

  const picture = () => {
    if (!host.picture) throw new NoPictureError('no picture yet');
    return host.picture;
  };
  const commands = new CommandRegistry(log, (item) => store.add(item));
  registerAgentCommands(commands, host, log);
  registerViewCommands(commands, trees, async () => {
    await host.refresh();
    files.refresh();
  });
  registerRevealCommands(commands, trees, picture);
  registerCopyCommands(commands, picture);
  registerFileCommands(commands, files, reader, picture);

  ended = () => host.end();
  const activationMs = performance.now() - begun;
  log.info(`activated in ${activationMs.toFixed(1)} ms`);
  return makeApi(host, trees, () => status.item.text, activationMs);
}

/** VS Code waits for the agent to be gone. */
export async function deactivate(): Promise<void> {
  await ended?.();
  ended = undefined;
}
