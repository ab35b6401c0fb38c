import * as vscode from 'vscode';
import { settings, type SettingId } from '../contributions';

/** The typed way to a setting; what is not of the declared type counts as not set. */
export function setting(id: SettingId): boolean {
  const value: unknown = vscode.workspace.getConfiguration().get(id);
  return typeof value === 'boolean' ? value : settings[id].default;
}
