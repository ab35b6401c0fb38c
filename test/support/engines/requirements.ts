import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ignoring } from './command';

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some(
    (directory) =>
      ignoring(['ENOENT', 'ENOTDIR', 'EACCES'], () => {
        accessSync(join(directory, program), constants.X_OK);
        return true;
      }) ?? false,
  );
}

/**
 * Why a test that needs root and these programs cannot run here, as node:test's `skip`: false
 * where it can. With CI=true nothing is skipped, so that what is missing fails.
 */
export function skipWithout(...programs: readonly string[]): string | false {
  if (process.env['CI'] === 'true') {
    return false;
  }
  if (process.geteuid?.() !== 0) {
    return 'needs root';
  }
  const missing = programs.filter((program) => !isInstalled(program));
  return missing.length > 0 ? `not installed: ${missing.join(', ')}` : false;
}

/** The same for tests in a v1 scope: a machine without such hierarchies cannot run them at all. */
export function skipWithoutV1(...programs: readonly string[]): string | false {
  return /^cgroup /m.test(readFileSync('/proc/self/mounts', 'utf8'))
    ? skipWithout(...programs)
    : 'no cgroup v1 hierarchy is mounted';
}
