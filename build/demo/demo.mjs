import { spawn } from 'node:child_process';
import { readlinkSync, writeFileSync } from 'node:fs';
import { which } from '../bootstrap/host.mjs';
import { lifetime } from '../lib/lifetime.mjs';
import { killGroup, waitFor } from '../lib/process.mjs';
import { DemoCgroups } from './demoCgroups.mjs';
import { demoContainers } from './demoContainers.mjs';

/** The first id of the range that the rootless container has on the host, and its length (subuid(5)). */
const rootlessIds = { first: 100_000, count: 65_536 };

/** Puts the shell into the cgroups named first, then becomes the command named after them. */
const enterCgroups =
  'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ > "$1/cgroup.procs" || exit; shift; n=$((n-1)); done; exec "$@"';

/**
 * Starts the demo containers; what cannot be made here is left out with a sentence.
 * @param state the StateFile of this start
 * @returns one sentence for each, also for those that are left out
 */
export async function startDemo(state) {
  if (!which('unshare') || !which('setpriv'))
    throw new Error('the demo needs unshare and setpriv: util-linux');
  const cgroups = new DemoCgroups(state);
  lifetime.own(() => state.removeCgroups());
  const sentences = [];
  for (const container of demoContainers) {
    try {
      const { child, shows } = await startContainer(container, cgroups, state);
      lifetime.own(() => endContainer(child));
      sentences.push(`${container.name}: ${shows}`);
    } catch (error) {
      sentences.push(`${container.name} is left out: ${error.message}`);
    }
  }
  return sentences;
}

async function startContainer(container, cgroups, state) {
  const root = process.getuid() === 0;
  const place = placeOf(container, cgroups);
  const inner = [
    'unshare',
    ...container.namespaces,
    'sh',
    '-c',
    container.script,
    'sh',
    ...(container.args ?? []),
  ];
  const mapped = !root || container.mapped === true;
  const command = mapped ? behindMapping(inner, root) : inner;
  const child = spawn(
    'sh',
    ['-c', enterCgroups, 'sh', String(place.directories.length), ...place.directories, ...command],
    {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  state.addProcess(child.pid, `the demo container ${container.name}`);
  lifetime.ownGroup(child);
  child.stdin.on('error', () => undefined);
  const errors = [];
  child.stderr.setEncoding('utf8').on('data', (text) => errors.push(text));
  const ready = new Promise((resolve) => {
    child.stdout
      .setEncoding('utf8')
      .on('data', (text) => text.includes('ready') && resolve('ready'));
    child.once('exit', (code, signal) => resolve(`ended with ${code ?? signal}`));
    setTimeout(() => resolve('no answer in 10 s'), 10_000).unref();
  });
  if (mapped) await mapIds(child, root);
  const outcome = await ready;
  if (outcome === 'ready')
    return { child, shows: place.limit ? `${container.shows}: ${place.limit}` : container.shows };
  await endContainer(child);
  throw new Error(errors.join('').trim().split('\n')[0] || outcome);
}

function placeOf(container, cgroups) {
  if (container.limited) {
    const place = cgroups.limited(container.name);
    if (!place) throw new Error('it needs root and a memory or pids controller');
    return place;
  }
  const plain = cgroups.plain(container.name);
  return { directories: plain ? [plain] : [] };
}

/**
 * A command that first makes a user namespace and waits until its ids are mapped: only then does exec(2)
 * give root's capabilities. Run by root it becomes an ordinary user before, who then owns the namespace.
 */
function behindMapping(command, root) {
  const drop = root
    ? [
        'setpriv',
        `--reuid=${rootlessIds.first}`,
        `--regid=${rootlessIds.first}`,
        '--clear-groups',
        '--',
      ]
    : [];
  return [...drop, 'unshare', '--user', 'sh', '-c', 'read -r _; exec "$@"', 'sh', ...command];
}

/** user_namespaces(7): root may map a range, an ordinary user only itself and only without setgroups(2). */
async function mapIds(child, root) {
  const directory = `/proc/${child.pid}`;
  const outside = readlinkSync('/proc/self/ns/user');
  const made = await waitFor(
    () =>
      child.exitCode !== null ||
      child.signalCode !== null ||
      readlinkSync(`${directory}/ns/user`) !== outside,
    5000,
    10,
  );
  if (!made || child.exitCode !== null || child.signalCode !== null) return;
  const { first, count } = rootlessIds;
  if (!root) writeFileSync(`${directory}/setgroups`, 'deny');
  writeFileSync(`${directory}/uid_map`, root ? `0 ${first} ${count}` : `0 ${process.getuid()} 1`);
  writeFileSync(`${directory}/gid_map`, root ? `0 ${first} ${count}` : `0 ${process.getgid()} 1`);
  child.stdin.write('go\n');
}

async function endContainer(child) {
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  child.stdin.end();
  if (!(await waitFor(ended, 2000, 20))) killGroup(child.pid, 'SIGKILL');
}
