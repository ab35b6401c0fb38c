import { copyFileSync, mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runtimePaths } from '../../../build/vscode/runtime.mjs';
import { cacheDir } from '../../../build/lib/paths.mjs';
import { makeUser, type OrdinaryUser } from '../../support/engines/user';
import { until } from '../../support/until';
import { stageExtension, stageKit } from './staged';
import { windowSettings, Workbench } from './workbench';

export interface UserSession {
  readonly user: OrdinaryUser;
  readonly workbench: Workbench;
  close(): Promise<void>;
}

/** A window whose server an ordinary user runs, who may use sudo without a password. */
export async function openUserSession(name: string): Promise<UserSession> {
  const user = await makeUser({ sudo: true });
  try {
    const address = await serve(user);
    const logs = join(user.home, 'profile');
    const workbench = await Workbench.open({ address, name, logs });
    const close = async (): Promise<void> => {
      await workbench.close();
      await user.dispose();
    };
    return { user, workbench, close };
  } catch (error) {
    await user.dispose();
    throw error;
  }
}

/** Starts the server; it ends with the user. Resolves to the address of its workbench. */
async function serve(user: OrdinaryUser): Promise<string> {
  const stage = join(user.scope.directory, 'stage');
  const extension = join(stage, 'extension');
  mkdirSync(stage);
  stageExtension(extension);
  const cache = await stageKit(stage);
  const script = join(stage, 'serve.mjs');
  copyFileSync(join(__dirname, 'serve.mjs'), script);
  const server = user.spawn([
    '/usr/bin/env',
    `CONTAINER_INTERNALS_CACHE=${cache}`,
    join(cache, relative(cacheDir(), runtimePaths().node)),
    script,
    join(stage, 'build'),
    extension,
    join(user.home, 'profile'),
    JSON.stringify(windowSettings),
  ]);
  let said = '';
  let complaint = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  server.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const line = await until('the address of the workbench', () => {
    if (server.exitCode !== null || server.signalCode !== null) {
      throw new Error(`the server ended: ${complaint}`);
    }
    return /^(\{.*\})\n/.exec(said)?.[1];
  });
  return (JSON.parse(line) as { readonly address: string }).address;
}
