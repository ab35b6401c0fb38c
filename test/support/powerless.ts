import { spawnSync } from 'node:child_process';

const nobody = 65_534;

const setprivArgs = (uid: number, command: string, args: readonly string[]): string[] => [
  `--reuid=${uid}`,
  `--regid=${uid}`,
  '--clear-groups',
  '--bounding-set=-all',
  '--',
  command,
  ...args,
];

/** Another user, if the sources are where he may read them; else root without any capability. */
export const powerlessUid =
  spawnSync('setpriv', setprivArgs(nobody, 'test', ['-r', __filename])).status === 0 ? nobody : 0;

/** The same command without any rights: setpriv(1). */
export const powerless = <T extends { readonly command: string; readonly args: readonly string[] }>(
  launch: T,
): T => ({
  ...launch,
  command: 'setpriv',
  args: setprivArgs(powerlessUid, launch.command, launch.args),
});

export const skipWithoutRoot: string | false =
  process.geteuid?.() === 0 ? false : 'needs root to become another user';
