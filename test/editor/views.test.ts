import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/api';
import type { Container } from '../../src/model/picture';
import { until } from '../support/until';
import { openHost, processRow, rowAt, Sandbox } from './host';

describe('the views of a live host', function () {
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
  after(() => sandbox?.end());

  it('show the host, and what was just started', async () => {
    const { tree } = api.trees.containers;
    const ids = () => tree.getChildren().map(({ id }) => id);
    assert.ok(ids().includes('host'));
    await until('the row of the sandbox', () => ids().includes(container.key));
  });

  it('forget what ended', async () => {
    const other = Sandbox.start();
    try {
      const { key } = await other.appear(api);
      await other.end();
      await until('the row is gone', () => {
        return !api.trees.containers.tree.getChildren().some(({ id }) => id === key);
      });
    } finally {
      await other.end();
    }
  });

  it('unfold a container to its processes, namespaces and rights', () => {
    const { containers } = api.trees;
    const children = (...path: string[]) =>
      containers.tree.getChildren(rowAt(containers, [container.key, ...path]));
    const main = processRow(api, container, container.main ?? assert.fail());
    assert.equal(main.node.label, 'sleep');
    assert.equal(main.node.description, `${container.main} · 1 inside`);
    const namespaces = children(`${container.key}/namespaces`);
    const described = (type: string) =>
      namespaces.find(({ node }) => node.label.startsWith(`${type} [`))?.node.description;
    assert.equal(described('pid'), 'own');
    assert.equal(described('net'), 'shared with the host');
    const rights = children(`${container.key}/rights`);
    assert.ok(rights.some(({ node }) => node.aria.startsWith('Effective capabilities: ')));
  });

  it('explain a container by the six bricks of its isolation', async () => {
    const { containers } = api.trees;
    const row = rowAt(containers, [container.key]);
    const { tooltip } = await containers.tree.resolveTreeItem(
      containers.tree.getTreeItem(row),
      row,
    );
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.equal(tooltip.isTrusted, false);
    for (const brick of [
      'Namespaces',
      'Cgroup',
      'User mapping',
      'Seccomp',
      'Root filesystem',
      'Capabilities',
    ]) {
      assert.ok(tooltip.value.includes(`*${brick}*`), `${brick} in ${tooltip.value}`);
    }
  });

  it('keep selection and unfolding when something else changes', async () => {
    const { containers } = api.trees;
    assert.ok(await containers.reveal({ kind: 'container', key: container.key }));
    const selected = () => containers.view.selection.map(({ id }) => id);
    await until('the row is selected', () => selected().includes(container.key));
    const other = Sandbox.start();
    try {
      const { key } = await other.appear(api);
      await until('the other row', () =>
        containers.tree.getChildren().some(({ id }) => id === key),
      );
    } finally {
      await other.end();
    }
    // while rows are fetched again VS Code itself does not know which they are
    await until('it is selected still', () => selected()[0] === container.key);
  });

  it('filter, say so, and show all again', async () => {
    const { containers } = api.trees;
    containers.filter = `${container.main}`;
    try {
      const rows = containers.tree.getChildren().map(({ id }) => id);
      assert.ok(rows.includes(container.key));
      assert.match(containers.view.message ?? '', /^Filter: \d+$/);
      containers.filter = 'no container has such a name';
      assert.deepEqual(containers.tree.getChildren(), []);
    } finally {
      await vscode.commands.executeCommand('containerInternals.clearContainersFilter');
    }
    assert.equal(containers.view.message, undefined);
    assert.ok(containers.tree.getChildren().length > 1);
  });

  it('name host and rights in the status bar', async () => {
    await until('the status bar', () => api.statusText().includes(hostname()));
    const rights = process.getuid?.() === 0 ? 'root' : 'user';
    assert.match(api.statusText(), new RegExp(` · ${rights}( · \\d+ hidden)?$`));
  });

  it('cost nothing while nobody sees them', async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('the agent rests', () => api.watchMode() === 'off');
    await vscode.commands.executeCommand('workbench.view.extension.containerInternals');
    await until('the agent works again', () => api.watchMode() === 'active');
  });
});
