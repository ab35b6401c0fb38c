import * as vscode from 'vscode';
import { cgroupsPath, cgroupsTree } from '../../views/tree/cgroupsTree';
import { containersPath, containersTree } from '../../views/tree/containersTree';
import { HostTree, type TreeContent } from '../../views/tree/hostTree';
import {
  namespacesPath,
  namespacesTree,
  type NamespaceGrouping,
} from '../../views/tree/namespacesTree';
import type { RowContext } from '../../views/tree/rowContext';
import type { DetailSource, PictureSource } from '../../views/source';
import { views } from '../contributions';
import type { ContextKeySetter } from '../platform/contextKeys';
import { DisposableStore } from '../platform/lifecycle';
import { setting } from '../platform/settings';

const groupingKey = 'namespaceGrouping';

/** The three views of the activity bar, and what they have in common. */
export class TreeViews implements vscode.Disposable {
  readonly #store = new DisposableStore();
  readonly containers: HostTree;
  readonly namespaces: HostTree;
  readonly cgroups: HostTree;
  #grouping: NamespaceGrouping;

  constructor(
    private readonly source: PictureSource,
    private readonly details: DetailSource,
    private readonly keys: ContextKeySetter,
    private readonly memento: vscode.Memento,
    onVisible: (visible: boolean) => void,
  ) {
    this.#grouping = memento.get<unknown>(groupingKey) === 'owner' ? 'owner' : 'type';
    keys.set('containerInternals.namespacesByOwner', this.#grouping === 'owner');
    this.containers = this.#add(
      { viewId: views.containers, roots: containersTree, path: containersPath },
      'containerInternals.containersFiltered',
    );
    this.namespaces = this.#add(
      {
        viewId: views.namespaces,
        roots: (context) => namespacesTree(context, this.#grouping),
        path: (context, subject) => namespacesPath(context, subject, this.#grouping),
      },
      'containerInternals.namespacesFiltered',
    );
    this.cgroups = this.#add(
      { viewId: views.cgroups, roots: cgroupsTree, path: cgroupsPath },
      'containerInternals.cgroupsFiltered',
    );
    const tell = () => onVisible(this.all.some(({ view }) => view.visible));
    for (const { view } of this.all) this.#store.add(view.onDidChangeVisibility(tell));
    this.#store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('containerInternals')) this.update();
      }),
    );
    tell();
  }

  get all(): readonly HostTree[] {
    return [this.containers, this.namespaces, this.cgroups];
  }

  get grouping(): NamespaceGrouping {
    return this.#grouping;
  }

  async group(grouping: NamespaceGrouping): Promise<void> {
    this.#grouping = grouping;
    this.keys.set('containerInternals.namespacesByOwner', grouping === 'owner');
    this.namespaces.update();
    await this.memento.update(groupingKey, grouping);
  }

  /** Figures or options changed, the picture did not. */
  update(): void {
    for (const tree of this.all) tree.update();
  }

  dispose(): void {
    this.#store.dispose();
  }

  #add(
    content: TreeContent,
    key: Parameters<ContextKeySetter['set']>[0] & `${string}Filtered`,
  ): HostTree {
    return this.#store.add(
      new HostTree(
        content,
        this.source,
        (match) => this.#context(match),
        (filtered) => this.keys.set(key, filtered),
      ),
    );
  }

  #context(match: RowContext['match']): RowContext | undefined {
    const { picture } = this.source;
    if (!picture) return undefined;
    const options = {
      showServices: setting('containerInternals.showServices'),
      showKernelThreads: setting('containerInternals.showKernelThreads'),
    };
    return { picture, options, details: this.details, match };
  }
}
