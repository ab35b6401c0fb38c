import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { which } from './bootstrap/host.mjs';
import { ensureBundle } from './bundle.mjs';
import { lifetime } from './lib/lifetime.mjs';
import { fail } from './lib/main.mjs';
import { root, workDir } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { suiteModule } from './vscode/suite.mjs';

/**
 * Runs the editor suite through @vscode/test-electron: in the VS Code that VSCODE_BIN names, else in one
 * that is downloaded, else, where nothing can be downloaded, in the one of these scripts.
 */
async function main() {
  await bootstrap();
  await step('bundle', ensureBundle);
  const { runTests } = await import('@vscode/test-electron');
  const { executable, desktop } = await chooseEditor();
  if (desktop && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Error(
      `${executable} needs a display and there is none${which('xvfb-run') ? ': xvfb-run npm run test:electron' : ''}`,
    );
  }
  const scratch = mkdtempSync(join(tmpdir(), 'container-internals-electron-'));
  lifetime.own(() => rmSync(scratch, { recursive: true, force: true }));
  const workspace = join(scratch, 'workspace');
  mkdirSync(workspace);
  const profile = ['user-data', 'extensions'].map((name) => `--${name}-dir=${join(scratch, name)}`);
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: root,
    extensionTestsPath: suiteModule,
    launchArgs: [workspace, ...profile, '--disable-workspace-trust'],
  });
}

async function chooseEditor() {
  const named = process.env.VSCODE_BIN;
  if (named) {
    const { error, status } = spawnSync(named, ['--version'], { stdio: 'ignore' });
    if (error || status !== 0)
      throw new Error(`VSCODE_BIN: ${named} does not run: ${error?.message ?? status}`);
    return { executable: named, desktop: true };
  }
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  try {
    const cachePath = join(workDir, 'desktop');
    return { executable: await downloadAndUnzipVSCode({ cachePath }), desktop: true };
  } catch (error) {
    process.stdout.write(
      `VS Code cannot be downloaded here (${error.message}) and VSCODE_BIN is not set: ` +
        'the suite runs in the VS Code of these scripts instead.\n',
    );
    return { executable: join(root, 'build/vscode/code'), desktop: false };
  }
}

try {
  await main();
} catch (error) {
  fail(error);
}
await lifetime.end();
