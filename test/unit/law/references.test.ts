import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import * as ts from 'typescript';
import { badFile, root } from './badImports';

/** What the compiler says of a layer with one more file in it, which exists only here. */
function diagnose(layer: string, path: string): string[] {
  const configFile = join(root, 'src', layer, 'tsconfig.json');
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(configFile, (name) => ts.sys.readFile(name)).config,
    ts.sys,
    dirname(configFile),
    undefined,
    configFile,
  );
  const files = ts.createCompilerHost(config.options);
  const bad = join(root, path);
  const host: ts.CompilerHost = {
    ...files,
    fileExists: (name) => name === bad || files.fileExists(name),
    readFile: (name) => (name === bad ? badFile(path) : files.readFile(name)),
    getSourceFile: (name, language, ...rest) =>
      name === bad
        ? ts.createSourceFile(name, badFile(path), language, true)
        : files.getSourceFile(name, language, ...rest),
  };
  const program = ts.createProgram({
    rootNames: [...config.fileNames, bad],
    options: config.options,
    host,
    ...(config.projectReferences && { projectReferences: config.projectReferences }),
  });
  return [
    ...program.getOptionsDiagnostics(),
    ...program.getSemanticDiagnostics(program.getSourceFile(bad)),
  ].map(
    ({ code, messageText }) => `TS${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
  );
}

describe('project references', () => {
  it('keep Node out of the model', () => {
    const found = diagnose('model', 'src/model/importsNode.ts');
    assert.ok(
      found.some((line) => line.includes("'node:fs'")),
      found.join('\n'),
    );
  });

  it('keep files of another layer out of the model', () => {
    // this file of the real tree stands for the miniature's one, which the compiler does not see
    const found = diagnose('model', 'src/model/importsRealView.ts');
    assert.ok(
      found.some((line) => line.startsWith('TS6307') || line.startsWith('TS6059')),
      found.join('\n'),
    );
  });

  it('let through what the law allows', () => {
    assert.deepEqual(diagnose('model', 'src/model/allowed.ts'), []);
  });
});
