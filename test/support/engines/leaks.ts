import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { ignoring } from './command';
import { ownPrefix } from './names';
import { scopeParent } from './sweep';

/** Where engines leave something when they are not kept in a scope. */
const enginePaths = [
  '/run/netns',
  '/run/docker',
  '/run/docker.sock',
  '/run/containerd',
  '/run/containers',
  '/run/crun',
  '/run/libpod',
  '/run/runc',
  '/run/xtables.lock',
  '/opt/containerd',
  '/etc/docker/key.json',
  '/etc/containers/networks',
  '/var/lib/cni',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/var/lib/docker',
];

function read(path: string): string {
  return ignoring(['ENOENT', 'ESRCH', 'EACCES'], () => readFileSync(path, 'utf8')) ?? '';
}

function list(path: string): readonly string[] {
  return ignoring(['ENOENT', 'ENOTDIR', 'ENODEV'], () => readdirSync(path)) ?? [];
}

/**
 * Living processes in a cgroup of ours. One that has ended and waits for its parent has left its
 * namespaces and mounts, and vanishes at any time: between two reads as well.
 */
function processes(prefix: string): readonly string[] {
  return list('/proc')
    .filter((entry) => /^[0-9]+$/.test(entry))
    .filter((pid) => read(`/proc/${pid}/cgroup`).includes(`/${prefix}`))
    .filter((pid) => /^State:\s+[^ZX]/m.test(read(`/proc/${pid}/status`)))
    .map((pid) => `process ${pid}`);
}

function cgroups(prefix: string): readonly string[] {
  const top = '/sys/fs/cgroup';
  return ['', ...list(top)].flatMap((hierarchy) =>
    list(`${top}/${hierarchy}`)
      .filter((name) => name.startsWith(prefix))
      .map((name) => `cgroup ${hierarchy}/${name}`),
  );
}

function lines(path: string, prefix: string): readonly string[] {
  return read(path)
    .split('\n')
    .filter((line) => line.includes(prefix) || /\/run\/(netns|docker|containers)/.test(line))
    .map((line) => `${path}: ${line}`);
}

/**
 * Everything on the machine that fixtures whose names begin with the prefix (by default those of
 * this process), or engines that escaped them, have left or changed. Test files that run beside
 * this one don't show, as their names begin otherwise.
 */
export function traces(prefix = ownPrefix()): readonly string[] {
  return [
    ...processes(prefix),
    ...cgroups(prefix),
    ...lines('/proc/self/mounts', prefix),
    ...lines('/etc/passwd', prefix),
    ...lines('/etc/group', prefix),
    ...[scopeParent, '/etc/sudoers.d', '/dev/shm', '/run/runc', '/run/crun'].flatMap((directory) =>
      list(directory)
        .filter((name) => name.startsWith(prefix) || /^libpod/.test(name))
        .map((name) => `${directory}/${name}`),
    ),
    ...enginePaths.filter((path) => existsSync(path)),
    ...list('/sys/class/net').map((name) => `network interface ${name}`),
    `cgroups of pid 1: ${read('/proc/1/cgroup')}`,
    `subtree_control of the root: ${read('/sys/fs/cgroup/unified/cgroup.subtree_control')}`,
    `subtree_control of the root: ${read('/sys/fs/cgroup/cgroup.subtree_control')}`,
  ];
}
