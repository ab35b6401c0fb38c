import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '../../..');
/** A miniature of the tree whose every file breaks the law in one way. */
export const badTree = join(root, 'test/fixtures/bad-imports');

export const badFile = (path: string): string => readFileSync(join(badTree, path), 'utf8');
