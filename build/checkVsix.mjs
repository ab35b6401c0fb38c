import { readFileSync, statSync } from 'node:fs';
import { fail, isMain } from './lib/main.mjs';
import { zipEntries } from './lib/zip.mjs';

const mebibyte = 1 << 20;

/** How large a package may become before somebody asks why. */
export const maximumBytes = 6 * mebibyte;

/** Every file of the package matches one of these; `extension/` is the folder of our files in a VSIX. */
const allowed = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package(\.nls(\.[a-z-]+)?)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/i,
  /^extension\/dist\/(extension|agent|cli)\.js$/,
  /^extension\/native\/bin\/linux-x64\/(libnsbridge\.so|ns-bridge)$/,
  /^extension\/media\/[\w./-]+\.(svg|png|css|md)$/,
  /^extension\/l10n\/bundle\.l10n[\w.-]*\.json$/,
  /^extension\/node_modules\/koffi\/(package\.json|LICENSE\.txt|[\w/]+\.cjs)$/,
  /^extension\/node_modules\/@koromix\/koffi-linux-x64\/(package\.json|index\.js)$/,
  /^extension\/node_modules\/@koromix\/koffi-linux-x64\/linux_x64\/koffi\.node$/,
];

/** Without these it does not work. */
const required = [
  'extension/package.json',
  'extension/dist/extension.js',
  'extension/dist/agent.js',
  'extension/dist/cli.js',
  'extension/native/bin/linux-x64/libnsbridge.so',
  'extension/native/bin/linux-x64/ns-bridge',
  'extension/node_modules/koffi/package.json',
  'extension/node_modules/@koromix/koffi-linux-x64/linux_x64/koffi.node',
];

/**
 * What is wrong with a package that has these files and this size.
 * @returns one sentence each
 */
export function faultsOfPackage(names, bytes) {
  const faults = names
    .filter((name) => !allowed.some((pattern) => pattern.test(name)))
    .map((name) => `not on the list of what belongs in it: ${name}`);
  faults.push(
    ...required.filter((name) => !names.includes(name)).map((name) => `missing: ${name}`),
  );
  if (bytes > maximumBytes) {
    faults.push(`${(bytes / mebibyte).toFixed(1)} MiB, more than ${maximumBytes / mebibyte} MiB`);
  }
  return faults;
}

/** Throws with all that is wrong with the package. */
export function checkVsix(file) {
  const names = zipEntries(readFileSync(file)).filter((name) => !name.endsWith('/'));
  const faults = faultsOfPackage(names, statSync(file).size);
  if (faults.length > 0) throw new Error(`${file}:\n${faults.join('\n')}`);
}

if (isMain(import.meta.url)) {
  try {
    checkVsix(process.argv[2] ?? '');
  } catch (error) {
    fail(error);
  }
}
