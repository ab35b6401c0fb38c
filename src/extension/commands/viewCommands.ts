import * as vscode from 'vscode';
import type { HostTree } from '../../views/tree/hostTree';
import type { NamespaceGrouping } from '../../views/tree/namespacesTree';
import type { CommandRegistry } from './register';
import type { RevealTrees } from './revealCommands';

export interface GroupedTrees extends RevealTrees {
  group(grouping: NamespaceGrouping): Promise<void>;
}

/** What stands in the titles of the views. */
export function registerViewCommands(
  commands: CommandRegistry,
  trees: GroupedTrees,
  refresh: () => Promise<void>,
): void {
  const { containers, namespaces, cgroups } = trees;
  commands.add('containerInternals.refresh', refresh);

  commands.add('containerInternals.filterContainers', () =>
    askFilter(containers, vscode.l10n.t('Name, image, command, pid or inode')),
  );
  commands.add('containerInternals.filterNamespaces', () =>
    askFilter(namespaces, vscode.l10n.t('Type, inode, process, pid or container')),
  );
  commands.add('containerInternals.filterCgroups', () =>
    askFilter(cgroups, vscode.l10n.t('Path, container, process or pid')),
  );
  commands.add('containerInternals.clearContainersFilter', () => clear(containers));
  commands.add('containerInternals.clearNamespacesFilter', () => clear(namespaces));
  commands.add('containerInternals.clearCgroupsFilter', () => clear(cgroups));

  commands.add('containerInternals.groupNamespacesByOwner', () => trees.group('owner'));
  commands.add('containerInternals.groupNamespacesByType', () => trees.group('type'));

  const all = [containers, namespaces, cgroups];
  commands.add('containerInternals.showMore', (more) => {
    const tree = all.find(({ content }) => content.viewId === more?.view)?.tree;
    if (more) tree?.showMore(more.parent);
  });
}

/** Filters as the user types; Escape brings back what was. */
function askFilter(tree: HostTree, placeholder: string): Promise<void> {
  const before = tree.filter;
  const box = vscode.window.createInputBox();
  box.title = vscode.l10n.t('Filter {0}', tree.view.title ?? '');
  box.placeholder = placeholder;
  box.value = before;
  box.prompt = vscode.l10n.t('Rows that contain every word are shown. Empty: all rows.');
  return new Promise((done) => {
    let accepted = false;
    box.onDidChangeValue((value) => {
      tree.filter = value;
    });
    box.onDidAccept(() => {
      accepted = true;
      tree.filter = box.value;
      box.hide();
    });
    box.onDidHide(() => {
      if (!accepted) tree.filter = before;
      box.dispose();
      done();
    });
    box.show();
  });
}

function clear(tree: HostTree): void {
  tree.filter = '';
}
