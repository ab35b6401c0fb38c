import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as prettier from 'prettier';
import { manifest } from './manifest';
import { messages } from './messages';

type Json = Readonly<Record<string, unknown>>;

const root = join(__dirname, '..');
const check = process.argv.includes('--check');

function read(path: string): Json | undefined {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')) as Json;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the file unless it says the same already; with `--check` a difference is the exit code. */
async function put(path: string, value: Json): Promise<void> {
  if (isDeepStrictEqual(read(path), JSON.parse(JSON.stringify(value)))) return;
  if (check) {
    process.stderr.write(`${path} is stale: run npm run generate\n`);
    process.exitCode = 1;
    return;
  }
  const options = await prettier.resolveConfig(join(root, path));
  const text = await prettier.format(JSON.stringify(value, null, 2), {
    ...options,
    filepath: join(root, path),
  });
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** package.json keeps what people wrote in it; the texts are made anew. */
async function main(): Promise<void> {
  const { parts, texts } = manifest();
  await put('package.json', { ...read('package.json'), ...parts });
  await put('package.nls.json', texts);
  await put('l10n/bundle.l10n.json', {
    ...messages(join(root, 'src/views')),
    ...messages(join(root, 'src/extension')),
  });
}

void main();
