import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged, spawnLogged } from './command';
import type { Inspected } from './container';
import { archive, makeBusyboxRootfs } from './rootfs';
import { startScope, type Scope } from './scope';
import { untilAnswer } from './unixHttp';

/**
 * Ulimits as low as any machine allows: podman asks for more than a root without CAP_SYS_RESOURCE
 * may have. No pids limit, since that controller may not be there.
 */
const configuration = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
pids_limit = 0
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

export interface PodmanOptions {
  readonly name: string;
  /** Default: sleep. */
  readonly command?: readonly string[];
  /** Options of `podman run` beside `--network=none`, which needs no netavark. */
  readonly options?: readonly string[];
}

/** Podman as root with the image `busybox`. */
export interface Podman {
  readonly scope: Scope;
  /** Path of the API's unix socket, served once `serve` has been called. */
  readonly socket: string;
  /** Starts `podman system service` and waits for its answer. */
  serve(): Promise<void>;
  run(options: PodmanOptions): Promise<Inspected>;
  inspect(container: string): Promise<Inspected>;
  /** Kills the main process; the container remains known as exited. */
  stop(container: string): Promise<void>;
  /** Removes it, running or not. */
  remove(container: string): Promise<void>;
  dispose(): Promise<void>;
}

interface InspectAnswer {
  readonly Id: string;
  readonly Name: string;
  readonly State: { readonly Pid: number; readonly Running: boolean };
}

class ScopedPodman implements Podman {
  readonly socket: string;
  private readonly home: string;

  constructor(readonly scope: Scope) {
    this.home = join(scope.directory, 'podman');
    this.socket = join(this.home, 'podman.sock');
  }

  async prepare(): Promise<void> {
    mkdirSync(this.home);
    writeFileSync(join(this.home, 'containers.conf'), configuration);
    const image = await makeBusyboxRootfs(join(this.scope.directory, 'image-busybox'));
    await archive(image);
    await this.scope.runChecked(this.argv('import', `${image}.tar`, 'localhost/busybox:latest'));
  }

  async serve(): Promise<void> {
    const log = join(this.home, 'service.log');
    const argv = this.argv('system', 'service', '--time', '0', `unix://${this.socket}`);
    const service = spawnLogged(this.scope.command(argv), log);
    await untilAnswer(this.socket, service, () => readFileSync(log, 'utf8'));
  }

  async run(options: PodmanOptions): Promise<Inspected> {
    const argv = this.argv(
      'run',
      '--detach',
      '--name',
      options.name,
      '--network=none',
      ...(options.options ?? []),
      'localhost/busybox:latest',
      ...(options.command ?? ['sleep', 'infinity']),
    );
    // conmon may keep the output open.
    await runLogged(this.scope.command(argv), join(this.home, `${options.name}.log`));
    return this.inspect(options.name);
  }

  async inspect(container: string): Promise<Inspected> {
    const text = await this.scope.runChecked(
      this.argv('container', 'inspect', '--format', 'json', container),
    );
    const [answer] = JSON.parse(text) as readonly InspectAnswer[];
    if (answer === undefined) {
      throw new Error(`podman does not know ${container}`);
    }
    return {
      id: answer.Id,
      name: answer.Name,
      pid: answer.State.Pid,
      running: answer.State.Running,
    };
  }

  async stop(container: string): Promise<void> {
    await this.scope.runChecked(this.argv('stop', '--time', '0', container));
  }

  async remove(container: string): Promise<void> {
    await this.scope.runChecked(this.argv('rm', '--force', '--time', '0', container));
  }

  dispose(): Promise<void> {
    return this.scope.dispose();
  }

  private argv(...args: readonly string[]): readonly string[] {
    const at = (name: string): string => join(this.home, name);
    return [
      'env',
      `CONTAINERS_CONF=${at('containers.conf')}`,
      'podman',
      `--root=${at('root')}`,
      `--runroot=${at('run')}`,
      `--tmpdir=${at('tmp')}`,
      `--network-config-dir=${at('networks')}`,
      ...args,
    ];
  }
}

/** Podman in a v2 scope. */
export async function startPodman(): Promise<Podman> {
  const scope = await startScope({ view: 'v2' });
  try {
    const podman = new ScopedPodman(scope);
    await podman.prepare();
    return podman;
  } catch (error) {
    await scope.dispose();
    throw error;
  }
}
