import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

/** Every text given to `l10n.t` in a folder, in the order of the alphabet: what translators start from. */
export function messages(folder: string): Record<string, string> {
  const found = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    const source = ts.createSourceFile(
      path,
      readFileSync(path, 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    visit(source, source, found);
  }
  return Object.fromEntries([...found].sort().map((message) => [message, message]));
}

function visit(node: ts.Node, source: ts.SourceFile, found: Set<string>): void {
  if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText(source))) {
    const [message] = node.arguments;
    if (!message || !ts.isStringLiteralLike(message)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      throw new Error(`${source.fileName}:${line + 1}: l10n.t takes a literal text`);
    }
    found.add(message.text);
  }
  node.forEachChild((child) => visit(child, source, found));
}
