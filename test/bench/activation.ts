import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/api';

/** Runs in the extension host as its test suite, and tells how long the activation took. */
export async function run(): Promise<void> {
  const found = vscode.extensions.getExtension<ExtensionApi>(
    'container-internals.container-internals',
  );
  if (!found) throw new Error('the extension is not there');
  if (found.isActive) throw new Error('the extension was active before it was measured');
  const begun = performance.now();
  const { activationMs } = await found.activate();
  const load = performance.now() - begun;
  say({ name: 'activate', status: 'passed', ms: activationMs });
  say({ name: 'load', status: 'passed', ms: load });
  say({ closing: { passed: 2, failed: 0, skipped: 0 } });
}

/** A record for the script that leads the run, as those of the editor's tests. */
function say(record: object): void {
  // eslint-disable-next-line no-console -- the console is the only way from the extension host to the runner
  console.log('%s', `${process.env['VSCODE_TEST_MARK'] ?? ''}${JSON.stringify(record)}`);
}
