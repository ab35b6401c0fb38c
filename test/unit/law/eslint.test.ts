import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { ESLint } from 'eslint';
import { badFile, root } from './badImports';

/** The bad text is linted in the place of a file that exists, with the project's own configuration. */
const places: Readonly<Record<string, string>> = {
  model: 'src/model/ids.ts',
  views: 'src/views/source.ts',
  cli: 'src/cli/main.ts',
  client: 'src/native-bridge/client/backoff.ts',
};

const bad = [
  ['src/model/importsNode.ts', 'model', 'only these packages: none'],
  ['src/model/importsVscode.ts', 'model', 'only these packages: none'],
  ['src/model/importsView.ts', 'model', 'may import only itself'],
  ['src/views/importsBridge.ts', 'views', 'may import only itself, model, protocol'],
  ['src/views/importsLater.ts', 'views', 'may import only itself, model, protocol'],
  ['src/views/importsExtension.ts', 'views', 'may import only itself, model, protocol'],
  ['src/cli/importsView.ts', 'cli', 'may import only itself, model, protocol, native-bridge'],
  ['src/native-bridge/client/importsVscode.ts', 'client', 'only these packages: '],
  ['src/native-bridge/client/importsKoffi.ts', 'client', 'Only src/native-bridge/ffi/'],
] as const;

describe('the lint rule of the import law', () => {
  let eslint: ESLint;
  before(() => {
    eslint = new ESLint({ cwd: root });
  });

  const findings = async (text: string, place: string): Promise<string[]> => {
    const [result] = await eslint.lintText(text, {
      filePath: join(root, places[place] ?? assert.fail(place)),
    });
    return (result?.messages ?? [])
      .filter(({ ruleId }) => ruleId === 'law/imports')
      .map(({ message }) => message);
  };

  for (const [path, place, sentence] of bad) {
    it(`finds ${path}`, async () => {
      const [message] = await findings(badFile(path), place);
      assert.ok(message?.includes(sentence), `found: ${message ?? 'nothing'}`);
    });
  }

  it('lets through what the law allows', async () => {
    assert.deepEqual(
      await findings("import type { Pid } from '../model/ids';\nexport type P = Pid;\n", 'views'),
      [],
    );
  });
});
