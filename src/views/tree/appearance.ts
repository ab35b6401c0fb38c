import type { RowNode } from './row';

/** All that a row shows without being hovered. */
export function appearance(node: RowNode): string {
  return JSON.stringify([
    node.label,
    node.description,
    node.icon,
    node.contextValue,
    node.aria,
    node.children !== undefined,
    node.command?.command,
  ]);
}
