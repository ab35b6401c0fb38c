import type { Command, MarkdownString } from 'vscode';
import type { CgroupKey, ContainerKey, NamespaceKey, ProcessKey } from '../../model/ids';

/** What a row stands for: what commands act upon. Keys and no objects, so that it survives updates. */
export type Subject =
  | { readonly kind: 'container'; readonly key: ContainerKey }
  | { readonly kind: 'process'; readonly key: ProcessKey }
  | { readonly kind: 'namespace'; readonly key: NamespaceKey }
  | { readonly kind: 'cgroup'; readonly key: CgroupKey };

export interface RowIcon {
  /** Codicon. */
  readonly id: string;
  /** Theme colour. */
  readonly color?: string;
}

/** One row as it looks in one picture. All texts are safe to show. */
export interface RowNode {
  /** Unique in its view and stable: made of keys and never of positions, so that expansion survives. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: RowIcon;
  /** What `when` clauses of menus match; see contributions. */
  readonly contextValue: string;
  /** One sentence for screen readers. */
  readonly aria: string;
  readonly tooltip?: () => MarkdownString | Promise<MarkdownString>;
  readonly command?: Command;
  readonly subject?: Subject;
  /** Undefined: a leaf. Called only when the row is unfolded. */
  readonly children?: () => RowList;
  /** How it is when first seen; afterwards the user decides. */
  readonly expanded?: boolean;
}

/** Rows that are made only when shown: ten thousand cost ten thousand ids and two hundred rows. */
export interface RowList {
  readonly ids: readonly string[];
  at(index: number): RowNode;
}

/** The element that VS Code holds: the same object as long as the row is there. */
export interface Row {
  readonly id: string;
  readonly parent: Row | undefined;
  node: RowNode;
}

export function rows(nodes: readonly RowNode[]): RowList {
  return {
    ids: nodes.map((node) => node.id),
    at: (index) => existing(nodes[index], index),
  };
}

export function rowsOf<T>(
  items: readonly T[],
  id: (item: T) => string,
  make: (item: T) => RowNode,
): RowList {
  const ids = items.map(id);
  return { ids, at: (index) => make(existing(items[index], index)) };
}

export function joinRows(...lists: readonly RowList[]): RowList {
  const [only, ...others] = lists.filter((list) => list.ids.length > 0);
  if (!only) return rows([]);
  if (others.length === 0) return only;
  const all = [only, ...others];
  return {
    ids: all.flatMap((list) => list.ids),
    at(index) {
      let rest = index;
      for (const list of all) {
        if (rest < list.ids.length) return list.at(rest);
        rest -= list.ids.length;
      }
      throw new RangeError(`no row ${index}`);
    },
  };
}

function existing<T>(item: T | undefined, index: number): T {
  if (item === undefined) throw new RangeError(`no row ${index}`);
  return item;
}
