import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { root } from '../lib/paths.mjs';

/**
 * Replaces places in bundles by those in their sources, as VS Code's extension host, which has its own way of
 * making stacks, does not.
 */
export function mapStack(stack) {
  const maps = new Map();
  return stack.replace(
    /((?:\/|out\/|dist\/)[^\s():]*\.js):(\d+):(\d+)/g,
    (place, file, line, column) => {
      const bundle = file.startsWith('/') ? file : join(root, file);
      if (!maps.has(bundle)) maps.set(bundle, readMap(bundle));
      // SourceMap counts from 0, stacks from 1
      const entry = maps.get(bundle)?.findEntry(Number(line) - 1, Number(column) - 1);
      if (entry?.originalSource === undefined) return place;
      const source = relative(root, join(dirname(bundle), entry.originalSource));
      return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    },
  );
}

function readMap(bundle) {
  const file = `${bundle}.map`;
  return existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}
