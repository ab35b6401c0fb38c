import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, isMain } from './lib/main.mjs';
import { root } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';

const stamp = join(root, 'out/.bundled');
const sources = [
  'src',
  'test/editor',
  'webpack.config.mjs',
  'tsconfig.base.json',
  'package-lock.json',
];

/** Bundles the extension, the agent, the CLI and the web views as webpack.config.mjs says. */
export async function bundle() {
  const begun = new Date();
  const { default: config } = await import(pathToFileURL(join(root, 'webpack.config.mjs')).href);
  await compile(typeof config === 'function' ? config({}, { mode: 'production' }) : config);
  mkdirSync(join(root, 'out'), { recursive: true });
  writeFileSync(stamp, '');
  // what was changed while webpack ran is newer than the bundle
  utimesSync(stamp, begun, begun);
}

/** Bundles unless nothing changed since the last time. */
export async function ensureBundle() {
  if (existsSync(stamp) && existsSync(join(root, 'dist/extension.js'))) {
    const bundled = statSync(stamp).mtimeMs;
    if (sources.every((path) => newest(join(root, path)) < bundled)) return;
  }
  await bundle();
}

/** Bundles one more program just as those that are shipped: for the bench, which measures their code. */
export async function bundleProgram(name, entry, folder) {
  const { nodeBundle } = await import(pathToFileURL(join(root, 'webpack.config.mjs')).href);
  await compile(nodeBundle(name, entry, { folder, tsconfig: 'test' }));
}

/** Runs webpack; its errors are thrown, its warnings too, for nothing is to be left to guess. */
export async function compile(config) {
  const { default: webpack } = await import('webpack');
  const compiler = webpack(config);
  try {
    const stats = await new Promise((resolve, reject) => {
      compiler.run((error, result) => (error ? reject(error) : resolve(result)));
    });
    if (stats.hasErrors() || stats.hasWarnings()) {
      throw new Error(stats.toString({ preset: 'errors-warnings', colors: false }));
    }
  } finally {
    await new Promise((resolve) => compiler.close(resolve));
  }
}

function newest(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return Infinity;
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

if (isMain(import.meta.url)) {
  step('bundle', bundle).catch(fail);
}
