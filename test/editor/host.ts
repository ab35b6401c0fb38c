import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as vscode from 'vscode';
import type { Container } from '../../src/model/picture';
import type { ExtensionApi } from '../../src/extension/api';
import type { Row } from '../../src/views/tree/row';
import { until } from '../support/until';

/** The activated extension with its view open and the first picture there. */
export async function openHost(): Promise<ExtensionApi> {
  const extension = vscode.extensions.getExtension<ExtensionApi>(
    'container-internals.container-internals',
  );
  assert.ok(extension, 'the extension is not there');
  const api = await extension.activate();
  await vscode.commands.executeCommand('workbench.view.extension.containerInternals');
  await until('the view is open', () => api.trees.containers.view.visible);
  await api.ready();
  await until('the agent looks for changes', () => api.watchMode() === 'active');
  return api;
}

/** A process in namespaces of its own, and nothing of it afterwards. */
export class Sandbox {
  private constructor(private readonly child: ChildProcess) {}

  static start(): Sandbox {
    const own = ['--pid', '--fork', '--mount-proc', '--uts', '--ipc', '--kill-child'];
    const rights = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    return new Sandbox(
      spawn('unshare', [...rights, ...own, 'sleep', 'infinity'], { stdio: 'ignore' }),
    );
  }

  /** The container that the picture shows for it; undefined as long as there is none. */
  find(api: ExtensionApi): Container | undefined {
    const picture = api.picture();
    return picture?.containers().find(({ kind, main }) => {
      const first = main === undefined ? undefined : picture.snapshot.processes.get(main);
      return kind === 'container' && first?.comm === 'sleep' && first.ppid === this.child.pid;
    });
  }

  appear(api: ExtensionApi): Promise<Container> {
    return until('the sandbox is in the picture', () => this.find(api));
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}

/** The rows that the tree gives VS Code, by the path of their ids. */
export function rowAt(tree: ExtensionApi['trees']['containers'], path: readonly string[]): Row {
  const row = tree.tree.find(path);
  assert.ok(row, path.join(' > '));
  return row;
}

/** The row of a process of a container, wherever it is in the tree of parents. */
export function processRow(api: ExtensionApi, container: Container, pid: number): Row {
  const { tree } = api.trees.containers;
  const group = rowAt(api.trees.containers, [container.key, `${container.key}/processes`]);
  const search = (parent: Row): Row | undefined => {
    for (const row of tree.getChildren(parent)) {
      if (row.id.includes(`/${pid}@`)) return row;
      const below = row.node.children && search(row);
      if (below) return below;
    }
    return undefined;
  };
  return search(group) ?? assert.fail(`no row of process ${pid}`);
}
