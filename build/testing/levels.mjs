import { ensureBundle } from '../bundle.mjs';
import { buildPackage, packageFile } from '../package.mjs';
import { checkVsix } from '../checkVsix.mjs';
import { runEditorSuite } from '../vscode/suite.mjs';
import { run } from '../lib/run.mjs';
import { commandTest, nodeProgramTest, tapTest, test } from './commands.mjs';
import { nodeTests } from './nodeTests.mjs';

/** What tests make their processes, users and networks with. */
const sandboxTools = ['unshare', 'setpriv', 'ip', 'busybox', 'sudo', 'useradd'];

/**
 * The levels, in the order that fails fastest first. A static level that fails ends the run: what it finds
 * makes everything later fail too, or is quicker to mend than to wait for.
 * `tools` are names of bootstrap/systemPackages.mjs that the level cannot run without.
 * @type {{ name: string, static?: true, tools?: string[], run: (add: (record: object) => void) => Promise<unknown> }[]}
 */
export const levels = [
  {
    name: 'generated',
    static: true,
    run: (add) =>
      nodeProgramTest(add, 'package.json is what src/extension/contributions says', 'tsx', [
        'build/generate.ts',
        '--check',
      ]),
  },
  {
    name: 'format',
    static: true,
    tools: ['clang-format'],
    run: async (add) => {
      await nodeProgramTest(add, 'TypeScript, JavaScript and JSON are formatted', 'prettier', [
        '--check',
        '--log-level=warn',
        '.',
      ]);
      await test(add, 'C is formatted', checkCFormat);
    },
  },
  {
    name: 'types',
    static: true,
    run: (add) =>
      nodeProgramTest(add, 'types are right in every layer', 'tsc', ['-b', '--pretty', 'false']),
  },
  {
    name: 'lint',
    static: true,
    run: async (add) => {
      await nodeProgramTest(add, 'no lint finding', 'eslint', ['--max-warnings', '0', '.']);
      await nodeProgramTest(add, 'no import cycle and no forbidden reach', 'depcruise', ['src']);
    },
  },
  {
    name: 'native',
    tools: ['clang', 'clang runtime'],
    run: async (add) => {
      const make = ['-C', 'native', '--silent'];
      await tapTest(add, 'check', 'make', [...make, 'check']);
      await tapTest(add, 'sanitized', 'make', [...make, 'asan']);
      await commandTest(add, 'no parser breaks on fuzzed input', 'make', [...make, 'fuzz-short']);
    },
  },
  { name: 'unit', run: nodeTests('test/unit', { concurrency: 2 }) },
  { name: 'bundle', run: (add) => test(add, 'webpack bundles without a warning', ensureBundle) },
  { name: 'kernel', tools: sandboxTools, run: nodeTests('test/kernel') },
  { name: 'integration', tools: sandboxTools, run: bundled(nodeTests('test/integration')) },
  {
    name: 'package',
    run: async (add) => {
      if (!(await test(add, 'the VSIX builds', buildPackage))) return;
      await test(add, 'the VSIX holds exactly what it should', () => checkVsix(packageFile()));
    },
  },
  {
    name: 'editor',
    tools: ['chromium'],
    run: bundled(async (add) => {
      await runEditorSuite(add);
      await buildPackage();
      const installed = (record) => add({ ...record, name: `installed VSIX: ${record.name}` });
      await runEditorSuite(installed, { vsix: packageFile() });
    }),
  },
  {
    name: 'e2e',
    tools: ['chromium', ...sandboxTools],
    run: bundled(nodeTests('test/e2e', { fileTimeoutMs: 600_000, timeoutMs: 1_200_000 })),
  },
  {
    name: 'engines',
    tools: ['docker', 'podman', 'runc', 'crun', 'newuidmap', 'iptables', ...sandboxTools],
    run: bundled(nodeTests('test/engines', { fileTimeoutMs: 300_000 })),
  },
];

/** A level that runs what webpack makes, also when it is the only one asked for. */
function bundled(level) {
  return async (add) => {
    await ensureBundle();
    await level(add);
  };
}

async function checkCFormat() {
  const { stdout } = await run('git', ['ls-files', 'native/*.c', 'native/*.h']);
  const files = stdout.split('\n').filter(Boolean);
  if (files.length === 0) throw new Error('git lists no C file under native/');
  await run('clang-format', ['--dry-run', '-Werror', ...files]);
}
