import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as vscode from 'vscode';
import { rows, rowsOf, type Row, type RowList, type RowNode } from '../../../src/views/tree/row';
import { pageSize, RowTree } from '../../../src/views/tree/rowTree';

const node = (id: string, more: Partial<RowNode> = {}): RowNode => ({
  id,
  label: id,
  contextValue: 'x',
  aria: id,
  ...more,
});

/** A tree over rows that the test replaces, and what it asked VS Code to refresh. */
function treeOf(first: RowList) {
  let shown = first;
  let computed = 0;
  const tree = new RowTree('view', () => {
    computed++;
    return shown;
  });
  const fired: (Row | Row[] | undefined)[] = [];
  tree.onDidChangeTreeData((what) => fired.push(what));
  const ids = () =>
    fired.map((what) => (Array.isArray(what) ? what.map(({ id }) => id) : what?.id));
  return {
    tree,
    ids,
    show: (list: RowList) => {
      shown = list;
      tree.reconcile();
    },
    computed: () => computed,
    clear: () => (fired.length = 0),
  };
}

describe('RowTree', () => {
  it('refreshes only the rows that look different', () => {
    const list = (label: string) =>
      rows([
        node('a', { children: () => rows([node('a/1', { label }), node('a/2')]) }),
        node('b', { children: () => rows([node('b/1')]) }),
      ]);
    const { tree, show, ids, clear } = treeOf(list('old'));
    for (const row of tree.getChildren()) tree.getChildren(row);
    show(list('old'));
    assert.deepEqual(ids(), []);
    show(list('new'));
    assert.deepEqual(ids(), [['a/1']]);
    clear();
    show(list('new'));
    assert.deepEqual(ids(), []);
  });

  it('holds refreshes back while a row is revealed, and makes up for them', async () => {
    const { tree, show, ids, clear } = treeOf(rows([node('a')]));
    tree.visible = true;
    tree.getChildren();
    show(rows([node('a')]));
    clear();
    await tree.quietly(async () => {
      await tree.quietly(() => Promise.resolve());
      show(rows([node('a')]));
      tree.update();
      tree.updateRows(['a']);
      assert.deepEqual(ids(), []);
    });
    tree.updateRows(['a']);
    assert.deepEqual(ids(), [['a']]);
    tree.dispose();
  });

  it('refreshes the parent of a row that came or went, and no other', () => {
    const list = (...children: string[]) =>
      rows([
        node('a', { children: () => rows(children.map((id) => node(id))) }),
        node('b', { children: () => rows([node('b/1')]) }),
      ]);
    const { tree, show, ids } = treeOf(list('a/1', 'a/2'));
    for (const row of tree.getChildren()) tree.getChildren(row);
    show(list('a/2'));
    assert.deepEqual(ids(), [['a']]);
  });

  it('refreshes all when the top changed, and keeps the element of a row that stays', () => {
    const { tree, show, ids } = treeOf(rows([node('a'), node('b')]));
    const [first] = tree.getChildren();
    show(rows([node('a', { label: 'renamed' }), node('b')]));
    assert.equal(tree.getChildren()[0], first);
    assert.equal(first?.node.label, 'renamed');
    show(rows([node('b')]));
    assert.deepEqual(ids().at(-1), undefined);
  });

  it('does not look below a folded row, and asks again when it is unfolded', () => {
    let asked = 0;
    const list = () =>
      rows([
        node('a', {
          children: () => {
            asked++;
            return rows([node(`a/${asked}`)]);
          },
        }),
      ]);
    const { tree, show, ids } = treeOf(list());
    const [row] = tree.getChildren();
    assert.ok(row);
    tree.getChildren(row);
    tree.folded(row);
    asked = 0;
    show(list());
    assert.equal(asked, 0);
    tree.unfolded(row);
    assert.deepEqual(ids(), ['a']);
    tree.unfolded(row);
    assert.deepEqual(ids(), ['a'], 'only the first time');
  });

  it('shows a row that comes back as the user left it', () => {
    const a = node('a', { children: () => rows([]) });
    const { tree, show } = treeOf(rows([a]));
    const state = () => {
      const [row] = tree.getChildren();
      return row && tree.getTreeItem(row).collapsibleState;
    };
    assert.equal(state(), vscode.TreeItemCollapsibleState.Collapsed);
    const [row] = tree.getChildren();
    tree.unfolded(row ?? assert.fail());
    show(rows([]));
    show(rows([a]));
    assert.equal(state(), vscode.TreeItemCollapsibleState.Expanded);
  });

  it('shows ten thousand rows in pages, and makes only those on a page', () => {
    let made = 0;
    const many = Array.from({ length: 10_000 }, (_, index) => index);
    const list = rowsOf(
      many,
      (index) => `row/${index}`,
      (index) => {
        made++;
        return node(`row/${index}`);
      },
    );
    const { tree } = treeOf(list);
    const children = tree.getChildren();
    assert.equal(children.length, pageSize + 1);
    assert.equal(made, pageSize);
    const more = children.at(-1);
    assert.equal(more?.node.contextValue, 'more');
    assert.deepEqual(more.node.command?.arguments, [{ view: 'view', parent: '' }]);
    tree.showMore('');
    assert.equal(tree.getChildren().length, 2 * pageSize + 1);
  });

  it('opens the pages on the way to a row it finds', () => {
    const many = Array.from({ length: 1000 }, (_, index) => index);
    const list = rows([
      node('top', {
        children: () =>
          rowsOf(
            many,
            (index) => `row/${index}`,
            (index) => node(`row/${index}`),
          ),
      }),
    ]);
    const { tree } = treeOf(list);
    const row = tree.find(['top', 'row/555']);
    assert.equal(row?.id, 'row/555');
    assert.equal(tree.getParent(row)?.id, 'top');
    const [top] = tree.getChildren();
    assert.ok(tree.getChildren(top).some(({ id }) => id === 'row/555'));
    assert.equal(tree.find(['top', 'row/5000']), undefined);
  });

  it('computes nothing while nobody sees it, and catches up when somebody does', () => {
    const { tree, ids, computed, show } = treeOf(rows([node('a')]));
    tree.getChildren();
    const before = computed();
    tree.update();
    tree.update();
    assert.equal(computed(), before);
    tree.visible = true;
    assert.equal(computed(), before + 1);
    assert.deepEqual(ids(), []);
    show(rows([node('b')]));
    assert.deepEqual(ids(), [undefined]);
    tree.dispose();
  });

  it('gives VS Code stable ids, a sentence for screen readers, and a tooltip on demand', async () => {
    const { tree } = treeOf(rows([node('a', { aria: 'Row a', icon: { id: 'gear' } })]));
    const [row] = tree.getChildren();
    assert.ok(row);
    const item = tree.getTreeItem(row);
    assert.equal(item.id, 'a');
    assert.equal(item.accessibilityInformation?.label, 'Row a');
    assert.equal(item.tooltip, undefined);
    assert.equal((await tree.resolveTreeItem(item, row)).tooltip, 'a');
  });
});
