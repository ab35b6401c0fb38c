import { parseArgs } from 'node:util';
import { ensureBundle } from './bundle.mjs';
import { lifetime } from './lib/lifetime.mjs';
import { fail } from './lib/main.mjs';
import { Tally } from './testing/tally.mjs';
import { runEditorSuite } from './vscode/suite.mjs';

const usage = `node build/editor.mjs [options] [FOLDER]
Runs the compiled editor suite in a real VS Code's extension host.

  --vsix FILE                       test this package, installed, instead of the clone
  --extensionDevelopmentPath=DIR    another extension in development
  --extensionTestsPath=FILE         another compiled suite
The last two are those of desktop VS Code's command line, so that @vscode/test-electron can lead this.
`;

/** What Electron and the desktop's window need and a server has no use for is accepted and left alone. */
const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    vsix: { type: 'string' },
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help) process.stdout.write(usage);
else {
  const tally = new Tally({ strict: process.env.CI === 'true' });
  try {
    if (!values.extensionTestsPath) await ensureBundle();
    await tally.level('editor', (add) =>
      runEditorSuite(add, {
        vsix: values.vsix,
        extension: values.extensionDevelopmentPath,
        tests: values.extensionTestsPath,
        folder: positionals[0],
      }),
    );
    tally.finish();
    if (tally.failed > 0) process.exitCode = 1;
  } catch (error) {
    fail(error);
  }
  await lifetime.end();
}
