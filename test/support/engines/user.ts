import { chmodSync, chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, runChecked, until, type Result, type RunOptions } from './command';
import { startScope, type PipedProcess, type Scope } from './scope';

/** An ordinary user made for a test. */
export interface OrdinaryUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly scope: Scope;
  readonly spawn: (argv: readonly string[]) => PipedProcess;
  readonly run: (argv: readonly string[], options?: RunOptions) => Promise<Result>;
  /** Ends the user's processes and removes the user. */
  dispose(): Promise<void>;
}

export interface UserOptions {
  /** Whether `sudo -n` works without a password. */
  readonly sudo?: boolean;
}

async function add(name: string, home: string): Promise<void> {
  await until('useradd', async () => {
    const { code, stderr } = await run([
      'useradd',
      '--system',
      '--user-group',
      '--no-create-home',
      `--home-dir=${home}`,
      '--shell=/bin/sh',
      name,
    ]);
    // Somebody else is changing the files of accounts: try again.
    if (code !== 0 && !stderr.includes('cannot lock')) {
      throw new Error(`useradd: ${stderr}`);
    }
    return code === 0 ? true : undefined;
  });
}

/** sudo reads no file whose name has a dot in it, so a half-written one is never seen. */
function allowSudo(name: string): void {
  const path = `/etc/sudoers.d/${name}`;
  writeFileSync(`${path}.new`, `${name} ALL=(ALL:ALL) NOPASSWD: ALL\n`, { mode: 0o440 });
  renameSync(`${path}.new`, path);
}

async function numberOf(name: string, flag: '--user' | '--group'): Promise<number> {
  return Number(await runChecked(['id', flag, name]));
}

/** Adds a system user that lives as long as its scope. */
export async function makeUser(options: UserOptions = {}): Promise<OrdinaryUser> {
  const scope = await startScope({ view: 'plain' });
  const { name } = scope;
  try {
    const home = join(scope.directory, 'home');
    await add(name, home);
    const uid = await numberOf(name, '--user');
    const gid = await numberOf(name, '--group');
    mkdirSync(home);
    chmodSync(home, 0o700);
    chownSync(home, uid, gid);
    if (options.sudo === true) {
      allowSudo(name);
    }
    const env = { PATH: process.env['PATH'], HOME: home, USER: name, LOGNAME: name };
    const asUser = (argv: readonly string[]): readonly string[] => [
      'setpriv',
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--init-groups',
      '--',
      ...argv,
    ];
    return {
      name,
      uid,
      gid,
      home,
      scope,
      spawn: (argv) => scope.spawn(asUser(argv), { env }),
      run: (argv, runOptions = {}) =>
        scope.run(asUser(argv), { ...runOptions, env: { ...env, ...runOptions.env } }),
      dispose: () => scope.dispose(),
    };
  } catch (error) {
    await scope.dispose();
    throw error;
  }
}
