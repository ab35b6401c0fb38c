import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Where the agent's own files are: from the bundle `dist/agent.js`, or from its sources. Never from
 * an argument or the environment, since root loads what is found here.
 */
export interface Installation {
  readonly version: string;
  readonly library: string;
}

export function findInstallation(directory: string): Installation {
  const root =
    basename(directory) === 'dist' ? dirname(directory) : join(directory, '..', '..', '..');
  return {
    version: versionOf(join(root, 'package.json')),
    library: join(root, 'native', 'bin', `linux-${process.arch}`, 'libnsbridge.so'),
  };
}

function versionOf(manifest: string): string {
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  const version =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : '';
  if (typeof version !== 'string') throw new TypeError(`no version in ${manifest}`);
  return version;
}
