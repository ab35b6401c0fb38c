/**
 * The demo containers, made with unshare(1) from the host's own files. Each script runs as first process of
 * its container, says `ready`, and lives until its stdin ends: however the starter dies, they die with it.
 */

const worker = 'worker() { while :; do sleep 3600; done; }';
// its first process, and what that forks, go by the container's name in lists of processes
// (the kernel keeps a newline that is written there)
const named = (name) =>
  `echo ${name} > /proc/sys/kernel/hostname; printf %s ${name} > /proc/self/comm`;
const live = 'echo ready; read -r _';

/** Every container has these: they are what makes it one, and what makes it end as a whole. */
const own = ['--pid', '--kill-child', '--mount-proc', '--uts'];

/**
 * `namespaces` are flags of unshare(1); `script` is for sh(1), with `args` as its positional parameters.
 * @type {{ name: string, shows: string, namespaces: string[], script: string, args?: string[], limited?: true, mapped?: true }[]}
 */
export const demoContainers = [
  {
    name: 'web',
    shows: 'a process tree in pid, mnt, uts, net, ipc and cgroup namespaces',
    namespaces: [...own, '--net', '--ipc', '--cgroup'],
    script: `${worker}; ${named('web')}; worker & worker & ${live}`,
  },
  {
    name: 'nested',
    shows: 'a container inside a container',
    namespaces: own,
    script: `${worker}; ${named('outer')}; worker & unshare "$@"; exit`,
    args: [...own, 'sh', '-c', `${worker}; ${named('inner')}; worker & ${live}`],
  },
  {
    name: 'rootless',
    shows: 'root inside, an ordinary user outside: a user namespace',
    mapped: true,
    namespaces: own,
    script: `${worker}; ${named('rootless')}; worker & ${live}`,
  },
  {
    name: 'shared-mounts',
    shows:
      'a tmpfs shared by two containers; a mount made in the first reaches the second, its slave',
    namespaces: [...own, '--propagation', 'private'],
    // the second copies the mounts of the first, so its /mnt becomes a slave of the shared one
    script: [
      named('mounts'),
      'mount -t tmpfs demo /mnt && mount --make-shared /mnt && mkdir /mnt/late',
      // a shell gives what it puts into the background /dev/null as stdin 0, but leaves 3 alone
      'exec 3<&0; unshare "$@" <&3 & until [ -e /mnt/slave-is-up ]; do sleep 0.05; done',
      'mount -t tmpfs late /mnt/late',
      live,
    ].join('; '),
    args: [
      ...own,
      '--propagation',
      'slave',
      'sh',
      '-c',
      `${named('slave')}; : > /mnt/slave-is-up; read -r _`,
    ],
  },
  {
    name: 'limited',
    shows: 'a limit set in its cgroup',
    limited: true,
    namespaces: [...own, '--cgroup'],
    script: `${worker}; ${named('limited')}; worker & ${live}`,
  },
];
