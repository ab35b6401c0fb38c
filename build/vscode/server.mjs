import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dieWithParent } from '../lib/dieWithParent.mjs';
import { lifetime } from '../lib/lifetime.mjs';
import { killGroup, waitFor } from '../lib/process.mjs';
import { ensureRuntime } from './runtime.mjs';

/** Nothing asks, phones home or covers the extension. */
export const quietSettings = {
  'chat.disableAIFeatures': true,
  'chat.agentHost.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/** The arguments with which VS Code's server keeps all its files in one directory. */
export function profileArguments(dataDir, extensionsDir) {
  return [
    '--accept-server-license-terms',
    ...['--server-data-dir', dataDir],
    ...['--extensions-dir', extensionsDir],
    '--disable-telemetry',
  ];
}

/** The caller's environment without what a VS Code around it put in, which would mislead the inner one. */
export function serverEnvironment(dataDir, extra = {}) {
  const env = { ...process.env };
  for (const key of Object.keys(env))
    if (/^(VSCODE_|ELECTRON_|CODE_SERVER)/.test(key)) delete env[key];
  // VS Code leaves sockets in TMPDIR; an empty gallery keeps it from asking Open VSX
  return { ...env, TMPDIR: join(dataDir, 'tmp'), EXTENSIONS_GALLERY: '{}', ...extra };
}

/**
 * Starts the real VS Code's server on the loopback address, behind a connection token.
 * Without `dataDir` it has a fresh profile, removed when it stops.
 * @param options.workspaceTrust folders are untrusted until the user says otherwise, as on a desktop
 * @param options.driver VS Code's own automation: development mode and extension tests; toasts are off then
 */
export async function startServer(options = {}) {
  const { driver = false, settings = {}, env, keepSettings = false } = options;
  const runtime = await ensureRuntime();
  const port = options.port ?? (await freePort());
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'container-internals-vscode-'));
  const forget = options.dataDir ? () => undefined : lifetime.own(() => removeTree(dataDir));
  const extensionsDir = options.extensionsDir ?? join(dataDir, 'extensions');
  for (const directory of [extensionsDir, join(dataDir, 'User'), join(dataDir, 'tmp')]) {
    mkdirSync(directory, { recursive: true });
  }
  const settingsFile = join(dataDir, 'User/settings.json');
  if (!keepSettings || !existsSync(settingsFile)) {
    writeFileSync(settingsFile, `${JSON.stringify({ ...quietSettings, ...settings }, null, 2)}\n`);
  }
  const token = options.token ?? randomBytes(24).toString('base64url');
  const tokenFile = join(dataDir, 'connection-token');
  // a file and not an argument: every user of the machine can read /proc/PID/cmdline
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const [program, args] = dieWithParent('TERM', runtime.node, [
    runtime.server,
    ...['--host', '127.0.0.1', '--port', String(port)],
    ...['--connection-token-file', tokenFile],
    ...profileArguments(dataDir, extensionsDir),
    ...['--user-data-dir', dataDir],
    '--disable-experiments',
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
    ...(driver ? ['--enable-smoke-test-driver'] : []),
  ]);
  const child = spawn(program, args, {
    env: serverEnvironment(dataDir, env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  lifetime.ownGroup(child);
  const logFile = join(dataDir, 'server.log');
  const log = createWriteStream(logFile);
  for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
  let ended;
  const exit = new Promise((resolve) => {
    child.once('error', (error) => resolve((ended = error.message)));
    child.once('exit', (code, signal) => resolve((ended = `exit ${code ?? signal}`)));
  });
  const stop = async () => {
    killGroup(child.pid, 'SIGTERM');
    await Promise.race([exit, new Promise((resolve) => setTimeout(resolve, 3000).unref())]);
    // the extension host and terminals are in the group and may outlive the server
    killGroup(child.pid, 'SIGKILL');
    await exit;
    log.end();
    if (!options.dataDir) await removeTree(dataDir);
    forget();
  };
  const answers = await waitFor(async () => ended !== undefined || (await answersAt(port)), 60_000);
  if (!answers || ended !== undefined) {
    const output = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim() : '';
    await stop();
    throw new Error(`VS Code's server did not start (${ended ?? 'no answer in 60 s'})\n${output}`);
  }
  return { port, token, pid: child.pid, dataDir, extensionsDir, logFile, exit, stop };
}

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Whether a port of the loopback address can be listened on. */
export function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function answersAt(port) {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/version', timeout: 1000 },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}

/** Processes of the group that die at this moment may still write a file or two. */
async function removeTree(directory) {
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
