import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { ICruiseOptions, IFlattenedRuleSet, IViolation } from 'dependency-cruiser';
import { badTree, root } from './badImports';

interface Configuration extends IFlattenedRuleSet {
  options: ICruiseOptions;
}

/** File and rule of everything that must be found in the miniature. */
const expected = [
  ['src/model/importsView.ts', 'model-imports-downwards'],
  ['src/model/importsVscode.ts', 'vscode-only-in-the-editor'],
  ['src/model/cycleOne.ts', 'no-cycles'],
  ['src/views/importsBridge.ts', 'views-imports-downwards'],
  ['src/views/importsLater.ts', 'views-imports-downwards'],
  ['src/views/importsExtension.ts', 'views-imports-downwards'],
  ['src/cli/importsView.ts', 'cli-imports-downwards'],
  ['src/native-bridge/client/importsVscode.ts', 'vscode-only-in-the-editor'],
  ['src/native-bridge/client/importsKoffi.ts', 'koffi-only-in-ffi'],
  ['src/native-bridge/agent/reachesClient.ts', 'agent-stays-small'],
] as const;

describe('dependency-cruiser', () => {
  let violations: readonly IViolation[] = [];

  before(async () => {
    const { cruise } = await import('dependency-cruiser');
    const configuration = createRequire(__filename)(
      join(root, '.dependency-cruiser.cjs'),
    ) as Configuration;
    const { options, ...ruleSet } = configuration;
    const { output } = await cruise(
      ['src'],
      { ...options, baseDir: badTree, ruleSet, validate: true },
      undefined,
      {},
    );
    if (typeof output === 'string') assert.fail(output);
    violations = output.summary.violations;
  });

  for (const [file, rule] of expected) {
    it(`finds ${file} by ${rule}`, () => {
      const found = violations.filter(({ from }) => from === file).map((one) => one.rule.name);
      assert.ok(found.includes(rule), `found: ${found.join(', ') || 'nothing'}`);
    });
  }

  it('finds nothing in what the law allows', () => {
    assert.deepEqual(
      violations.filter(({ from }) => from === 'src/views/shown.ts'),
      [],
    );
  });
});
