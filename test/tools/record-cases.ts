/**
 * Records all cases of test/fixtures/proc anew and breaks a copy of each. Needs root and the
 * engines: `node --import tsx test/tools/record-cases.ts [CASE…]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/engines/command';
import { startDocker } from '../support/engines/docker';
import { startOciRuntime } from '../support/engines/ociRuntime';
import { startPodman } from '../support/engines/podman';
import { startScope, type Scope } from '../support/engines/scope';
import { callSocket } from '../support/engines/unixHttp';
import { startUnshare } from '../support/engines/unshare';
import { makeUser } from '../support/engines/user';
import { casesDirectory } from '../support/recordedProc';
import { breakCase } from './breakCase';
import { recordProc, type RecordOptions } from './record-proc';

/** Initial process, kthreadd and a kernel thread: what every host has. */
const hostPids = [1, 2, 3];
const noInit = 'the namespaces of pid 1 cannot be read, not even by root';

function record(name: string, options: RecordOptions): void {
  // No parser reads mountinfo yet, and it is the longest of them.
  const files = ['stat', 'status', 'cgroup', 'uid_map', 'gid_map'] as const;
  recordProc(join(casesDirectory, name), { files, ...options });
  breakCase(join(casesDirectory, name), join(casesDirectory, `${name}-broken`));
}

const replaceScope = (...scopes: readonly Scope[]): RecordOptions['replace'] & {} =>
  scopes.flatMap(({ name, directory }, i) => [
    [directory, `/srv/scope${i + 1}`] as const,
    [name, `scope${i + 1}`] as const,
  ]);

/** Processes in the cgroups of a scope, but those that only hold it. */
function pidsIn({ name }: Scope): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const text = attempt(() => readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
      const status = attempt(() => readFileSync(`/proc/${pid}/status`, 'utf8'));
      const zombie = status === undefined || /^State:\tZ/m.test(status);
      return text?.includes(name) === true && !zombie;
    })
    .sort((a, b) => a - b);
}

function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

const get = async (socket: string, path: string): Promise<string> =>
  (await callSocket(socket, path)).text;

const cases: Readonly<Record<string, () => Promise<void>>> = {
  host: async () => {
    const child = spawn('sleep', ['infinity']);
    try {
      const pid = await until('sleep', () => child.pid);
      record('host', {
        pids: [...hostPids, pid],
        how: 'a host without containers: kernel threads and a sleep',
        odd: [noInit, 'hybrid cgroups; memory is the only v1 hierarchy with children'],
      });
    } finally {
      child.kill('SIGKILL');
    }
  },

  docker: async () => {
    const docker = await startDocker('v2');
    try {
      const web = await docker.run({ name: 'web', image: 'nginx', labels: { role: 'front' } });
      const shared = await docker.run({
        name: 'host-pids',
        image: 'busybox',
        hostConfig: { PidMode: 'host' },
      });
      const paused = await docker.run({ name: 'resting', image: 'busybox' });
      await docker.pause('resting');
      await until('nginx workers', () =>
        readFileSync(`/proc/${web.pid}/task/${web.pid}/children`, 'utf8') === '' ? undefined : true,
      );
      const ids = [web, shared, paused].map(({ id }) => id);
      const texts: Record<string, string> = {
        'engines/list.json': await get(docker.socket, '/containers/json?all=1'),
      };
      for (const [i, id] of ids.entries()) {
        texts[`engines/inspect${i + 1}.json`] = await get(docker.socket, `/containers/${id}/json`);
      }
      record('docker', {
        pids: [...hostPids, ...pidsIn(docker.scope)],
        how: 'docker.io 20.10 with the cgroupfs driver below a cgroup of its own: nginx, a busybox with --pid=host, a paused busybox',
        odd: [noInit, 'dockerd itself runs in a mount namespace of its own'],
        replace: replaceScope(docker.scope),
        texts,
        engines: [
          {
            kind: 'socket',
            engine: 'docker',
            list: 'engines/list.json',
            inspect: ids.map((_, i) => `engines/inspect${i + 1}.json`),
          },
        ],
      });
      await docker.unpause('resting');
    } finally {
      await docker.dispose();
    }
  },

  podman: async () => {
    const podman = await startPodman();
    try {
      await podman.run({ name: 'web' });
      const pids = pidsIn(podman.scope);
      const conmon = pids.find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'conmon\n');
      const argv = readFileSync(`/proc/${conmon ?? 0}/cmdline`, 'utf8')
        .split('\0')
        .slice(0, -1);
      const register = join(
        podman.scope.directory,
        'podman/root/overlay-containers/containers.json',
      );
      const clean = (text: string): string =>
        replaceScope(podman.scope).reduce((result, [a, b]) => result.replaceAll(a, b), text);
      record('podman', {
        pids: [...hostPids, ...pids],
        how: 'podman 4.3 as root with the cgroupfs manager below a cgroup of its own: one busybox',
        odd: [noInit, 'the monitor process is the only source: no API is served'],
        replace: replaceScope(podman.scope),
        texts: { 'engines/containers.json': readFileSync(register, 'utf8') },
        engines: [
          {
            kind: 'monitor',
            engine: 'podman',
            argv,
            files: { [clean(register)]: 'engines/containers.json' },
          },
        ],
      });
    } finally {
      await podman.dispose();
    }
  },

  'oci-runtimes': async () => {
    const runc = await startOciRuntime('runc');
    try {
      const crun = await startOciRuntime('crun');
      try {
        await runc.run('r1');
        await crun.run('k1');
        record('oci-runtimes', {
          pids: [...hostPids, ...pidsIn(runc.scope), ...pidsIn(crun.scope)].sort((a, b) => a - b),
          how: 'runc 1.1 and crun 1.8 by themselves, each below a cgroup of its own',
          odd: [noInit, 'cgroup paths that name no engine: only the state files do'],
          replace: replaceScope(runc.scope, crun.scope),
          texts: {
            'engines/state.json': readFileSync(join(runc.root, 'r1/state.json'), 'utf8'),
            'engines/status': readFileSync(join(crun.root, 'k1/status'), 'utf8'),
          },
          engines: [
            { kind: 'state', engine: 'runc', id: 'r1', file: 'engines/state.json' },
            { kind: 'state', engine: 'crun', id: 'k1', file: 'engines/status' },
          ],
        });
      } finally {
        await crun.dispose();
      }
    } finally {
      await runc.dispose();
    }
  },

  unshare: async () => {
    const scope = await startScope({ view: 'plain' });
    try {
      const unshared = await startUnshare(
        scope,
        ['--mount'],
        ['--fork', '--pid', '--mount', '--mount-proc', '--uts'],
        ['--fork', '--pid'],
      );
      record('unshare', {
        pids: [...hostPids, ...pidsIn(scope)],
        how: 'unshare --mount, in it unshare --fork --pid --mount, in it unshare --fork --pid',
        odd: [noInit, 'three levels; all in the cgroup of the one who started them'],
        replace: replaceScope(scope),
      });
      await unshared.stop();
    } finally {
      await scope.dispose();
    }
  },

  rootless: async () => {
    const user = await makeUser();
    try {
      const flags = ['--user', '--map-root-user', '--fork', '--pid', '--mount'];
      const unshared = await startUnshare(user, flags);
      const plain = user.spawn(['sh', '-c', 'echo ready; exec cat']);
      await once(plain.stdout, 'data');
      const common = {
        pids: [...hostPids, ...pidsIn(user.scope)],
        replace: replaceScope(user.scope),
      };
      record('rootless', {
        ...common,
        how: 'unshare --user --map-root-user --fork --pid --mount of an ordinary user, beside a plain process of that user, seen by root',
        odd: [noInit, 'uid_map has one line: root inside is the user outside'],
      });
      record('no-rights', {
        ...common,
        how: 'the same processes as in the case rootless, seen by that user',
        odd: ['namespaces of other users’ processes cannot be read; the initial ones are a guess'],
        as: { uid: user.uid, gid: user.gid },
      });
      plain.stdin.end();
      await unshared.stop();
    } finally {
      await user.dispose();
    }
  },

  service: async () => {
    const scope = await startScope({ view: 'plain' });
    try {
      const unshared = await startUnshare(scope, ['--mount']);
      record('service', {
        pids: [...hostPids, ...pidsIn(scope)],
        how: 'unshare --mount; by hand: its cgroup is called as that of a systemd service is',
        odd: [noInit, 'stands for a service with PrivateTmp=yes on a host without systemd'],
        replace: [[`/${scope.name}`, '/demo.service'], ...replaceScope(scope)],
      });
      await unshared.stop();
    } finally {
      await scope.dispose();
    }
  },
};

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  for (const [name, run] of Object.entries(cases)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await run();
    process.stdout.write(`${name}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
