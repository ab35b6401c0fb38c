import { existsSync, readdirSync } from 'node:fs';
import { run } from '../lib/run.mjs';
import { which } from './host.mjs';

/**
 * What the scripts need from the distribution: how to see that it is there, and the Debian package with it.
 * `is` is a command name, or a test for what is no command. `packages` are tried in order.
 */
const tools = {
  gcc: { packages: ['gcc'], is: 'gcc' },
  'g++': { packages: ['g++'], is: 'g++' },
  make: { packages: ['make'], is: 'make' },
  'static C library': { packages: ['libc6-dev'], is: () => inMultiarch('libc.a') },
  python3: { packages: ['python3'], is: 'python3' },
  flock: { packages: ['util-linux'], is: 'flock' },
  unshare: { packages: ['util-linux'], is: 'unshare' },
  setpriv: { packages: ['util-linux'], is: 'setpriv' },
  chromium: { packages: ['chromium'], is: 'chromium' },
  clang: { packages: ['clang'], is: 'clang' },
  'clang-format': { packages: ['clang-format'], is: 'clang-format' },
  'clang runtime': {
    packages: ['libclang-rt-14-dev', 'libclang-rt-dev'],
    is: () => clangRuntime(),
  },
  docker: { packages: ['docker.io'], is: 'dockerd' },
  podman: { packages: ['podman'], is: 'podman' },
  runc: { packages: ['runc'], is: 'runc' },
  crun: { packages: ['crun'], is: 'crun' },
  newuidmap: { packages: ['uidmap'], is: 'newuidmap' },
  ip: { packages: ['iproute2'], is: 'ip' },
  iptables: { packages: ['iptables'], is: 'iptables' },
  busybox: { packages: ['busybox-static'], is: 'busybox' },
  sudo: { packages: ['sudo'], is: 'sudo' },
  useradd: { packages: ['passwd'], is: 'useradd' },
};

/** To build and start. */
export const neededToStart = ['gcc', 'g++', 'make', 'static C library', 'python3', 'flock'];

/** The names of those that are not there. */
export function missingTools(names) {
  return names.filter((name) => {
    const { is } = tools[name];
    return typeof is === 'string' ? which(is) === undefined : !is();
  });
}

/**
 * Installs what is missing with apt-get, as root or through sudo.
 * @returns a sentence that names exactly what to install where that is not possible, else undefined
 */
export async function installTools(names, note = () => undefined) {
  const missing = missingTools(names);
  if (missing.length === 0) return undefined;
  const prefix = await rootPrefix();
  if (!which('apt-get') || !prefix) return sentence(missing, which('apt-get') !== undefined);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => {
    const [command, ...rest] = [...prefix, 'apt-get', ...args];
    return run(command, rest, { env, timeoutMs: 600_000 });
  };
  const packages = [];
  const get = async () => {
    await apt('update', '-qq');
    packages.length = 0;
    for (const name of missing) packages.push(await firstAvailable(tools[name].packages));
    await apt('install', '-y', '-qq', '--no-install-recommends', ...packages.filter(Boolean));
  };
  note(`installing ${missing.join(', ')}`);
  try {
    await get();
  } catch (error) {
    note(`once more, for ${error.message.split('\n')[0]}`);
    await get();
  }
  const still = missingTools(missing);
  return still.length > 0 ? sentence(still, true) : undefined;
}

async function firstAvailable(packages) {
  for (const name of packages) {
    const { output } = await run('apt-cache', ['policy', name], { anyExit: true });
    if (/Candidate: (?!\(none\))/.test(output)) return name;
  }
  return undefined;
}

/** How a command is run as root without asking: nothing for root, `sudo -n`, or undefined. */
async function rootPrefix() {
  if (process.getuid() === 0) return [];
  if (!which('sudo')) return undefined;
  if ((await run('sudo', ['-n', 'true'], { anyExit: true })).code === 0) {
    return ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND'];
  }
  return undefined;
}

function sentence(missing, debian) {
  const packages = [...new Set(missing.map((name) => tools[name].packages[0]))].join(' ');
  return debian
    ? `Not installed: ${missing.join(', ')}. As root: apt-get install --no-install-recommends ${packages}`
    : `Not installed: ${missing.join(', ')} (on Debian: ${packages}). Install them with this system's package manager.`;
}

function inMultiarch(file) {
  const places = ['/usr/lib', '/usr/lib64', ...sub('/usr/lib', /-linux-gnu$/)];
  return places.some((directory) => existsSync(`${directory}/${file}`));
}

/** The sanitizer and fuzzer libraries, wherever this release of clang keeps them. */
function clangRuntime() {
  return sub('/usr/lib', /^llvm-\d+$/)
    .flatMap((llvm) => sub(`${llvm}/lib/clang`, /^\d/))
    .some((version) => sub(`${version}/lib/linux`, /^libclang_rt\.fuzzer-.*\.a$/).length > 0);
}

function sub(directory, pattern) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => pattern.test(name))
    .map((name) => `${directory}/${name}`);
}
