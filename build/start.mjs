import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { checkHost, which } from './bootstrap/host.mjs';
import { installTools } from './bootstrap/systemPackages.mjs';
import { ensureBundle } from './bundle.mjs';
import { startDemo } from './demo/demo.mjs';
import { lifetime } from './lib/lifetime.mjs';
import { acquireLock } from './lib/lock.mjs';
import { fail } from './lib/main.mjs';
import { root, workDir } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { cleanLeftovers, runningStates, StateFile } from './lib/stateFile.mjs';
import { ensureRuntime } from './vscode/runtime.mjs';
import { freePort, isFree, startServer } from './vscode/server.mjs';
import { linkExtension, workbenchUrl } from './vscode/workbench.mjs';

const usage = `npm start [-- options]
Builds the extension and opens a real VS Code with it on this host, in your browser.

  --demo          also start a handful of demo containers
  --folder DIR    open DIR as the workspace (default: this clone)
  --port N        listen on this port of 127.0.0.1 (default: 8137 if it is free)
  --no-open       do not open a browser
  --help          show this
Ctrl-C ends everything that was started.
`;

const usualPort = 8137;
const stateDir = join(workDir, 'state');

async function main() {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  checkHost();
  const lacking = which('flock') ? undefined : await installTools(['flock']);
  if (lacking) throw new Error(lacking);
  const release = await acquireLock(join(workDir, 'start.lock'), { wait: false });
  if (!release) {
    const running = runningStates(stateDir).find((state) => state.what === 'start');
    const where = running
      ? `${running.address ?? 'still starting'} (process ${running.owner.pid})`
      : 'elsewhere';
    throw new Error(`it already runs from this clone: ${where}. End that with Ctrl-C first.`);
  }
  lifetime.own(release);
  for (const sentence of await cleanLeftovers(stateDir))
    process.stdout.write(`  left by a crash: ${sentence}\n`);
  const state = new StateFile(stateDir, 'start');
  lifetime.own(() => state.remove());

  await bootstrap();
  await step('bundle', ensureBundle);
  await step('VS Code', ensureRuntime);
  const server = await step('workbench', () => startWorkbench(options, state));
  const demo = options.demo ? await step('demo containers', () => startDemo(state)) : [];
  for (const sentence of demo) process.stdout.write(`  ${sentence}\n`);
  const url = workbenchUrl(server, { folder: options.folder });
  state.address = url;
  process.stdout.write(`\n  ${url}\n\n`);
  if (options.open && openInDesktop(url)) process.stdout.write('Opened in your browser. ');
  process.stdout.write('Ctrl-C ends it.\n');
  lifetime.interruptedExitCode = 0;
  const why = await server.exit;
  if (!lifetime.ending)
    throw new Error(`VS Code's server ended by itself: ${why}; its log is ${server.logFile}`);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      demo: { type: 'boolean', default: false },
      folder: { type: 'string', default: root },
      port: { type: 'string' },
      'no-open': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new Error(`--port: not a port number: ${values.port}`);
  }
  return { ...values, port, open: !values['no-open'] };
}

async function startWorkbench(options, state) {
  if (options.port !== undefined && !(await isFree(options.port))) {
    throw new Error(`port ${options.port} is in use`);
  }
  const port = options.port ?? ((await isFree(usualPort)) ? usualPort : await freePort());
  const extensionsDir = join(workDir, 'extensions');
  rmSync(extensionsDir, { recursive: true, force: true });
  mkdirSync(extensionsDir, { recursive: true });
  linkExtension(root, extensionsDir);
  const dataDir = join(workDir, 'profile');
  const server = await startServer({ port, dataDir, extensionsDir, keepSettings: true });
  state.addProcess(server.pid, 'VS Code');
  lifetime.own(() => server.stop());
  return server;
}

/** Opens the address where there is a desktop of this user; a browser run by root over SSH helps nobody. */
function openInDesktop(url) {
  const { DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = process.env;
  const opener = which('xdg-open');
  if (!(DISPLAY || WAYLAND_DISPLAY) || !opener) return false;
  if (SSH_CONNECTION && process.getuid() === 0) return false;
  const child = spawn(opener, [url], { detached: true, stdio: 'ignore' });
  child.once('error', (error) => process.stderr.write(`xdg-open: ${error.message}\n`));
  child.unref();
  return true;
}

try {
  await main();
} catch (error) {
  fail(error);
}
await lifetime.end();
