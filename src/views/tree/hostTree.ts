import * as vscode from 'vscode';
import type { PictureSource } from '../source';
import { matcher } from './filter';
import { rows, type Row, type RowList, type Subject } from './row';
import type { RowContext } from './rowContext';
import { RowTree } from './rowTree';

/** What one view shows of the picture and where in it a thing is. */
export interface TreeContent {
  readonly viewId: string;
  roots(context: RowContext): RowList;
  path(context: RowContext, subject: Subject): string[] | undefined;
}

/** VS Code takes up a refresh after 200 ms at most; until then it does not know rows that have just come. */
const refreshDelayMs = 400;
const revealAttempts = 5;

export type ContextSource = (match: RowContext['match']) => RowContext | undefined;

/** A view of the host: the tree, its filter, and its message. */
export class HostTree implements vscode.Disposable {
  readonly tree: RowTree;
  readonly view: vscode.TreeView<Row>;
  readonly #owned: readonly { dispose(): unknown }[];
  #filter = '';

  constructor(
    readonly content: TreeContent,
    private readonly source: PictureSource,
    private readonly contextSource: ContextSource,
    private readonly onFilter: (filtered: boolean) => void,
  ) {
    this.tree = new RowTree(content.viewId, () => {
      const context = this.#context();
      return context ? content.roots(context) : rows([]);
    });
    this.view = vscode.window.createTreeView(content.viewId, {
      treeDataProvider: this.tree,
      showCollapseAll: true,
    });
    this.tree.visible = this.view.visible;
    this.#owned = [
      this.view,
      this.tree,
      this.view.onDidChangeVisibility(({ visible }) => {
        this.tree.visible = visible;
      }),
      this.view.onDidCollapseElement(({ element }) => this.tree.folded(element)),
      this.view.onDidExpandElement(({ element }) => this.tree.unfolded(element)),
      source.onDidChange(() => this.update()),
    ];
  }

  get filter(): string {
    return this.#filter;
  }

  set filter(filter: string) {
    this.#filter = filter.trim();
    this.onFilter(this.#filter !== '');
    this.update();
  }

  /** Something that is rendered changed. */
  update(): void {
    this.#say();
    this.tree.update();
  }

  /** Shows a thing, unfolding what it is in; false when it is not in this view (any more). */
  async reveal(subject: Subject): Promise<boolean> {
    // what somebody asks for by name is worth more than the filter
    if (this.#filter !== '' && !this.#row(subject)) this.filter = '';
    return this.tree.quietly(() => this.#reveal(subject));
  }

  async #reveal(subject: Subject): Promise<boolean> {
    // the rows may be behind the picture, and the editor's copy of them behind the rows
    this.tree.reconcile();
    if (this.tree.behind) await this.tree.asked(refreshDelayMs);
    for (let attempt = 1; ; attempt++) {
      const row = this.#row(subject);
      if (!row) return false;
      try {
        await this.view.reveal(row, { select: true, focus: true, expand: true });
        // a refresh that crosses the request takes the selection away again
        if ((await this.#selected(row)) || attempt === revealAttempts) return true;
      } catch (error) {
        if (attempt === revealAttempts) throw error;
        this.tree.refreshAll();
        await this.tree.asked(refreshDelayMs);
      }
    }
  }

  dispose(): void {
    for (const item of this.#owned) item.dispose();
  }

  /** Whether a row is selected, which the editor tells a moment later. */
  #selected(row: Row): Promise<boolean> {
    const is = () => this.view.selection[0]?.id === row.id;
    if (is()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        listener.dispose();
        resolve(is());
      };
      const timer = setTimeout(done, refreshDelayMs);
      const listener = this.view.onDidChangeSelection(() => is() && done());
    });
  }

  #row(subject: Subject): Row | undefined {
    const context = this.#context();
    const path = context && this.content.path(context, subject);
    return path && this.tree.find(path);
  }

  #context(): RowContext | undefined {
    return this.contextSource(matcher(this.#filter));
  }

  /** VS Code shows no welcome text beside a message, and that text says what to do about the filter. */
  #isEmpty(): boolean {
    const context = this.#context();
    return context !== undefined && this.content.roots(context).ids.length === 0;
  }

  #say(): void {
    const parts = [
      this.source.stale
        ? vscode.l10n.t('Showing the last picture: the agent is not answering.')
        : undefined,
      this.#filter === '' || this.#isEmpty()
        ? undefined
        : vscode.l10n.t('Filter: {0}', this.#filter),
    ].filter((part) => part !== undefined);
    const message = parts.length > 0 ? parts.join('\n') : undefined;
    if (this.view.message !== message) setMessage(this.view, message);
  }
}

function setMessage(view: vscode.TreeView<Row>, message: string | undefined): void {
  // the interface says `message?`, yet undefined is how a message is taken away
  Object.assign(view, { message });
}
