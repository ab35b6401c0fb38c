import { l10n } from 'vscode';
import type { Process } from '../../model/snapshot';
import { safe } from '../../model/text/safe';
import type { Matcher } from './filter';

/** The pid in its own pid namespace, where that is another number. */
export function pidInside(process: Process): number | undefined {
  return process.nspid.length > 1 ? process.nspid.at(-1) : undefined;
}

export function matchesProcess(match: Matcher, process: Process): boolean {
  return match(process.comm, process.pid, pidInside(process));
}

export function processName(process: Process): string {
  return safe(process.comm) || l10n.t('(no name)');
}
