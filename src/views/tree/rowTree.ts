import * as vscode from 'vscode';
import { appearance } from './appearance';
import { Coalescer } from './coalesce';
import { rows, type Row, type RowList, type RowNode } from './row';
import { rowCommands } from './rowCommands';

/** Rows shown under one parent before "Show more": a view of 10 000 rows would stall the workbench. */
export const pageSize = 200;
/** Unfolded rows that are remembered while they are not there. */
const rememberedRows = 1000;
/** VS Code itself joins refreshes over 200 ms; asking oftener only costs. */
const refreshMs = 250;

/** What a tree shows: the top rows of the present picture. */
export type RowSource = () => RowList;

/**
 * A tree of rows that are functions of the picture. It keeps the elements VS Code holds, and after each change
 * compares what was shown with what would be shown now, so that only what differs is refreshed.
 */
export class RowTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Row | Row[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #rows = new Map<string, Row>();
  /** By id of the parent, `''` for the top: what VS Code has been given. */
  readonly #shown = new Map<string, readonly string[]>();
  readonly #limits = new Map<string, number>();
  readonly #folded = new Set<string>();
  readonly #unfolded = new Set<string>();
  readonly #waiting = new Set<() => void>();
  readonly #refresh = new Coalescer(() => {
    if (this.#held === 0) this.reconcile();
  }, refreshMs);
  #held = 0;
  #visible = false;
  #dirty = false;
  #behind = false;

  constructor(
    /** Prefix of the rows this tree makes itself; the view's id. */
    readonly viewId: string,
    private readonly source: RowSource,
  ) {}

  /** To be told by who made the view: nothing is computed for a view that nobody sees. */
  set visible(visible: boolean) {
    this.#visible = visible;
    if (visible && this.#dirty) this.#refresh.request();
  }

  /** The picture, the filter or an option changed. */
  update(): void {
    this.#dirty = true;
    if (this.#visible && this.#held === 0) this.#refresh.request();
  }

  /**
   * Holds refreshes back while `work` goes on: on a busy host one would cross every request to
   * reveal a row, and the editor then does not find the row.
   */
  async quietly<T>(work: () => Promise<T>): Promise<T> {
    this.#held++;
    try {
      return await work();
    } finally {
      this.#held--;
      if (this.#held === 0 && this.#dirty && this.#visible) this.#refresh.request();
    }
  }

  /** Only these rows may look different (usage figures). */
  updateRows(ids: readonly string[]): void {
    if (!this.#visible) return;
    if (this.#held > 0) {
      this.#dirty = true;
      return;
    }
    const changed = ids.map((id) => this.#rows.get(id)).filter((row) => row !== undefined);
    if (changed.length > 0) this.#changed.fire(changed);
  }

  /** All was to be refreshed, and the editor has not asked for it yet. */
  get behind(): boolean {
    return this.#behind;
  }

  /** Resolves when the editor next asks for rows, or after `ms`. */
  asked(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
    });
  }

  getChildren(parent?: Row): Row[] {
    for (const done of this.#waiting) done();
    if (!parent) this.#behind = false;
    return this.#give(parent).map((node) => this.#intern(node, parent));
  }

  getParent(row: Row): Row | undefined {
    return row.parent;
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const { node } = row;
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    // a row that went (a filter, the other order) and came back is as the user left it
    const open = (node.expanded && !this.#folded.has(node.id)) || this.#unfolded.has(node.id);
    const state = open ? Expanded : Collapsed;
    const item = new vscode.TreeItem(node.label, node.children ? state : None);
    item.id = node.id;
    if (node.description !== undefined) item.description = node.description;
    if (node.icon) {
      const color = node.icon.color && new vscode.ThemeColor(node.icon.color);
      item.iconPath = color
        ? new vscode.ThemeIcon(node.icon.id, color)
        : new vscode.ThemeIcon(node.icon.id);
    }
    item.contextValue = node.contextValue;
    item.accessibilityInformation = { label: node.aria };
    if (node.command) item.command = node.command;
    return item;
  }

  async resolveTreeItem(item: vscode.TreeItem, row: Row): Promise<vscode.TreeItem> {
    item.tooltip = (await row.node.tooltip?.()) ?? row.node.label;
    return item;
  }

  /** The row with this path of ids from the top, its pages opened; undefined when it is not there. */
  find(path: readonly string[]): Row | undefined {
    let row: Row | undefined;
    for (const id of path) {
      const list = this.#list(row);
      const index = list.ids.indexOf(id);
      if (index < 0) return undefined;
      this.#open(row, index);
      row = this.#intern(list.at(index), row);
    }
    return row;
  }

  /** One page more under a parent; `''` is the top. */
  showMore(parentId: string): void {
    this.#limits.set(parentId, (this.#limits.get(parentId) ?? pageSize) + pageSize);
    this.#changed.fire(this.#rows.get(parentId));
  }

  /** The user folded a row: what is below it costs nothing from now on. */
  folded(row: Row): void {
    this.#forgetBelow(row.id);
    this.#unfolded.delete(row.id);
    this.#folded.add(row.id);
  }

  /** VS Code kept what was below; it is as old as the folding. */
  unfolded(row: Row): void {
    this.#unfolded.add(row.id);
    const [oldest] = this.#unfolded;
    if (this.#unfolded.size > rememberedRows && oldest !== undefined) {
      this.#unfolded.delete(oldest);
    }
    if (this.#folded.delete(row.id)) this.#changed.fire(row);
  }

  /** Has the editor ask for every shown row again. */
  refreshAll(): void {
    this.#shown.clear();
    this.#behind = true;
    this.#changed.fire(undefined);
  }

  /** Refreshes what looks different now. */
  reconcile(): void {
    this.#dirty = false;
    const changed: Row[] = [];
    if (this.#differs(undefined, changed)) this.refreshAll();
    else if (changed.length > 0) {
      for (const row of changed) this.#forgetBelow(row.id);
      this.#changed.fire(changed);
    }
    this.#forgetRows();
  }

  dispose(): void {
    for (const done of this.#waiting) done();
    this.#refresh.dispose();
    this.#changed.dispose();
  }

  /** Whether the children of a parent are others than shown; rows that only look different are collected. */
  #differs(parent: Row | undefined, changed: Row[]): boolean {
    const shown = this.#shown.get(parent?.id ?? '');
    if (!shown) return false;
    const nodes = this.#page(parent);
    if (nodes.length !== shown.length || nodes.some((node, i) => node.id !== shown[i])) {
      return true;
    }
    for (const node of nodes) {
      const row = this.#rows.get(node.id);
      if (!row || row.parent !== parent) return true;
      const before = appearance(row.node);
      row.node = node;
      if (before !== appearance(node) || this.#differs(row, changed)) changed.push(row);
    }
    return false;
  }

  #give(parent: Row | undefined): RowNode[] {
    const nodes = this.#page(parent);
    this.#shown.set(
      parent?.id ?? '',
      nodes.map((node) => node.id),
    );
    return nodes;
  }

  #list(parent: Row | undefined): RowList {
    return parent ? (parent.node.children?.() ?? rows([])) : this.source();
  }

  #page(parent: Row | undefined): RowNode[] {
    const list = this.#list(parent);
    const parentId = parent?.id ?? '';
    const limit = this.#limits.get(parentId) ?? pageSize;
    const nodes = list.ids.slice(0, limit).map((_, index) => list.at(index));
    const rest = list.ids.length - nodes.length;
    return rest > 0 ? [...nodes, this.#moreRow(parentId, rest)] : nodes;
  }

  #moreRow(parentId: string, rest: number): RowNode {
    const next = Math.min(rest, pageSize);
    const label = vscode.l10n.t('Show {0} more…', next);
    return {
      id: `${parentId}/more`,
      label,
      description: vscode.l10n.t('{0} not shown', rest),
      icon: { id: 'ellipsis' },
      contextValue: 'more',
      aria: vscode.l10n.t('{0} rows are not shown. Press Enter to show {1} more.', rest, next),
      command: {
        command: rowCommands.showMore,
        title: label,
        arguments: [{ view: this.viewId, parent: parentId }],
      },
    };
  }

  /** Raises the limit of a parent so that the row at `index` is on a page. */
  #open(parent: Row | undefined, index: number): void {
    const id = parent?.id ?? '';
    const limit = this.#limits.get(id) ?? pageSize;
    if (index < limit) return;
    this.#limits.set(id, Math.ceil((index + 1) / pageSize) * pageSize);
    if (this.#shown.has(id)) this.#changed.fire(parent);
  }

  #intern(node: RowNode, parent: Row | undefined): Row {
    const known = this.#rows.get(node.id);
    if (known && known.parent === parent) {
      known.node = node;
      return known;
    }
    const row: Row = { id: node.id, parent, node };
    this.#rows.set(node.id, row);
    return row;
  }

  /** A refreshed row's children are asked for again if it is unfolded; until then nothing of them is shown. */
  #forgetBelow(id: string): void {
    const ids = this.#shown.get(id);
    if (!ids) return;
    this.#shown.delete(id);
    for (const child of ids) this.#forgetBelow(child);
  }

  #forgetRows(): void {
    const kept = new Set<string>();
    for (const ids of this.#shown.values()) for (const id of ids) kept.add(id);
    for (const id of this.#rows.keys()) if (!kept.has(id)) this.#rows.delete(id);
    for (const id of this.#folded) if (!kept.has(id)) this.#folded.delete(id);
  }
}
