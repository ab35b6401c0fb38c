import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkVsix } from './checkVsix.mjs';
import { ensureBundle } from './bundle.mjs';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { fail, isMain } from './lib/main.mjs';
import { root } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { run } from './lib/run.mjs';

const target = 'linux-x64';

/** The package that buildPackage() writes. */
export function packageFile() {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return join(root, `${name}-${target}-${version}.vsix`);
}

/** Builds the package of this platform: native code is in it, and .vscodeignore says what else. */
export async function buildPackage() {
  await ensureBundle();
  const file = packageFile();
  await run(
    join(root, 'node_modules/.bin/vsce'),
    [
      'package',
      '--target',
      target,
      '--out',
      file,
      '--allow-missing-repository',
      '--no-rewrite-relative-links',
    ],
    { timeoutMs: 120_000 },
  );
  return file;
}

if (isMain(import.meta.url)) {
  try {
    await bootstrap();
    await step('package', buildPackage);
    await step('check of its contents', () => checkVsix(packageFile()));
    process.stdout.write(`${packageFile()}\n`);
  } catch (error) {
    fail(error);
  }
}
