import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { AgentClient, type ClientTimes } from '../../src/native-bridge/client/agentClient';
import type { Launch } from '../../src/native-bridge/client/launcher';
import { LiveSnapshot } from '../../src/native-bridge/client/liveSnapshot';

export const repository = join(__dirname, '..', '..');
export const library = join(repository, 'native', 'bin', `linux-${process.arch}`, 'libnsbridge.so');
const tsx = require.resolve('tsx');

/** The agent from its sources. */
export function agentLaunch(...args: readonly string[]): Launch {
  return scriptLaunch(join(repository, 'src/native-bridge/agent/main.ts'), ...args);
}

/** Some other script in its place. */
export const scriptLaunch = (script: string, ...args: readonly string[]): Launch => ({
  rights: 'user',
  command: process.execPath,
  args: ['--import', tsx, script, ...args],
  env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
});

/** A script given as text, in plain JavaScript. */
export const textLaunch = (script: string): Launch => ({
  rights: 'user',
  command: process.execPath,
  args: ['-e', script],
  env: { LC_ALL: 'C' },
});

export interface TestClient {
  readonly client: AgentClient;
  readonly live: LiveSnapshot;
  /** What the client wrote to its log. */
  readonly lines: readonly string[];
}

/** A patient client, whose agent ends with the test. */
export function testClient(
  t: TestContext,
  launch: Launch = agentLaunch(),
  times: Partial<ClientTimes> = {},
): TestClient {
  const lines: string[] = [];
  const push = (line: string) => void lines.push(line);
  const client = new AgentClient(
    launch,
    { info: push, warn: push },
    { request: 60_000, hello: 60_000, ping: 60_000, backoffMin: 10, ...times },
  );
  const live = new LiveSnapshot(client);
  t.after(async () => {
    await client.dispose();
    live.dispose();
  });
  return { client, live, lines };
}

/** Why what needs the library cannot run; the build of `npm test` makes it. */
export const skipWithoutLibrary: string | false =
  existsSync(library) || process.env['CI'] === 'true' ? false : 'native library is not built';

export const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/stat`);

export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
