import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/api';
import type { Container } from '../../src/model/picture';
import { until } from '../support/until';
import { openHost, processRow, rowAt, Sandbox } from './host';

const scheme = 'container-internals-proc';

describe('commands on rows', function () {
  // the conditions that are waited for have deadlines of their own
  this.timeout(120_000);
  let api: ExtensionApi;
  let sandbox: Sandbox | undefined;
  let container: Container;

  before(async () => {
    api = await openHost();
    sandbox = Sandbox.start();
    container = await sandbox.appear(api);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await sandbox?.end();
  });

  const inside = (type: string) => {
    const key = container.namespaces.find((one) => one.startsWith(`${type}:`));
    assert.ok(key, type);
    return key;
  };
  const namespaceRow = (type: string) => {
    const group = `${container.key}/namespaces`;
    return rowAt(api.trees.containers, [container.key, group, `${group}/${inside(type)}`]);
  };
  const mainRow = () => processRow(api, container, container.main ?? assert.fail());

  it('reveal a namespace of a container, in either order of the view, and the way back', async () => {
    const { namespaces, containers } = api.trees;
    const key = inside('pid');
    for (const order of ['groupNamespacesByOwner', 'groupNamespacesByType']) {
      await vscode.commands.executeCommand(`containerInternals.${order}`);
      await vscode.commands.executeCommand(
        'containerInternals.revealNamespace',
        namespaceRow('pid'),
      );
      const [row] = await until(`${key} ${order}`, () => {
        const { selection } = namespaces.view;
        const [selected] = selection;
        return selected?.node.subject?.key === key ? selection : undefined;
      });
      await vscode.commands.executeCommand('containerInternals.revealContainer', row);
      await until('the container', () => containers.view.selection[0]?.id === container.key);
    }
  });

  it('reveal the cgroup of a container', async () => {
    const { cgroups, containers } = api.trees;
    const group = rowAt(containers, [container.key, `${container.key}/cgroups`]);
    const [row] = containers.tree.getChildren(group);
    assert.ok(row);
    await vscode.commands.executeCommand('containerInternals.revealCgroup', row);
    await until('the cgroup', () => {
      return cgroups.view.selection[0]?.node.subject?.key === row.node.subject?.key;
    });
  });

  it('copy', async function () {
    const mark = `mark ${process.pid}`;
    await vscode.env.clipboard.writeText(mark);
    // a browser lets a page read the clipboard only when the user said so
    if ((await vscode.env.clipboard.readText()) !== mark) this.skip();
    const copied = async (command: string, row: unknown) => {
      await vscode.commands.executeCommand(`containerInternals.${command}`, row);
      return vscode.env.clipboard.readText();
    };
    const row = rowAt(api.trees.containers, [container.key]);
    assert.equal(await copied('copyPid', row), `${container.main}`);
    assert.equal(await copied('copyName', row), container.name);
    assert.equal(await copied('copyPath', mainRow()), `/proc/${container.main}`);
    assert.equal(await copied('copyId', namespaceRow('uts')), inside('uts').split(':')[1]);
  });

  it('open a file of /proc read-only', async () => {
    const done = vscode.commands.executeCommand('containerInternals.openProcFile', mainRow());
    await until('the first of the names is chosen', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return vscode.window.activeTextEditor?.document.uri.scheme === scheme;
    });
    await done;
    const { uri } = vscode.window.activeTextEditor?.document ?? assert.fail();
    assert.ok(uri.path.startsWith(`/proc/${container.main}/`));
    const query = { ...(JSON.parse(uri.query) as object), name: 'status' };
    const status = await vscode.workspace.openTextDocument(
      uri.with({ path: `/proc/${container.main}/status`, query: JSON.stringify(query) }),
    );
    assert.match(status.getText(), new RegExp(`^Pid:\\t${container.main}$`, 'm'));
    const typed = async (document: vscode.TextDocument) => {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('type', { text: 'typed' });
      return document.getText().includes('typed');
    };
    const free = await vscode.workspace.openTextDocument({ content: '' });
    assert.equal(await typed(free), true, 'typing works at all');
    await vscode.commands.executeCommand('undo');
    assert.equal(await typed(status), false);
  });

  it('show separated arguments on lines of their own', async () => {
    const process = api.picture()?.snapshot.processes.get(container.main ?? assert.fail());
    assert.ok(process);
    const { pid, start } = process;
    const uri = vscode.Uri.from({
      scheme,
      path: `/proc/${pid}/cmdline`,
      query: JSON.stringify({ of: 'process', pid, start, name: 'cmdline' }),
    });
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.getText(), 'sleep\ninfinity');
  });

  it('say that a thing is gone instead of failing', async () => {
    const uri = vscode.Uri.from({
      scheme,
      path: '/proc/4194303/status',
      query: JSON.stringify({ of: 'process', pid: 4194303, start: 1, name: 'status' }),
    });
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.getText(), 'This is not there any more.');
  });
});
