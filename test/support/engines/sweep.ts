import { readdirSync, readFileSync } from 'node:fs';
import { ignoring, run } from './command';
import { isOrphan } from './names';
import { scopeScript } from './paths';

/** Parent of the directories that belong to scopes. On the disk, since overlayfs needs that. */
export const scopeParent = '/var/tmp';

function entries(directory: string): readonly string[] {
  return ignoring(['ENOENT', 'ENOTDIR'], () => readdirSync(directory)) ?? [];
}

/** Names of cgroups directly below the root of any hierarchy. */
function cgroups(): readonly string[] {
  const top = '/sys/fs/cgroup';
  return entries(top).flatMap((entry) => [entry, ...entries(`${top}/${entry}`)]);
}

function users(): readonly string[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.slice(0, line.indexOf(':')));
}

/** Names of what test processes that no longer exist have left: normally none. */
export function orphans(): readonly string[] {
  const found = [...cgroups(), ...entries(scopeParent), ...entries('/etc/sudoers.d'), ...users()];
  return [...new Set(found.filter(isOrphan))];
}

/** Removes what `orphans` names. */
export async function removeOrphans(): Promise<void> {
  for (const name of orphans()) {
    const { code, stderr } = await run([scopeScript, 'remove', name]);
    if (code !== 0) {
      throw new Error(`cannot remove what an earlier run left: ${stderr}`);
    }
  }
}

let swept: Promise<void> | undefined;

/** Removes what a killed earlier run has left; once in the life of this process. */
export function sweep(): Promise<void> {
  swept ??= removeOrphans();
  return swept;
}
