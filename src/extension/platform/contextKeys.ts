import * as vscode from 'vscode';
import type { ContextKeys } from '../contributions';

/** Sets the context keys of `when` clauses; VS Code is told only of changes. */
export class ContextKeySetter {
  readonly #values = new Map<string, unknown>();

  set<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
    if (this.#values.get(key) === value) return;
    this.#values.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
