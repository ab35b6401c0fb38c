import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnLogged } from './command';
import type { Inspected } from './container';
import { archive, makeBusyboxRootfs, makeNginxRootfs } from './rootfs';
import { startScope, type Scope } from './scope';
import { callSocket, untilAnswer, type HttpCall } from './unixHttp';

export interface ContainerOptions {
  readonly name: string;
  /** `busybox` or `nginx`. */
  readonly image: string;
  /** Default: the command of the image (busybox: sleep, nginx: the server in the foreground). */
  readonly command?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Docker's `HostConfig` as in its API. */
  readonly hostConfig?: Readonly<Record<string, unknown>>;
}

export interface Docker {
  readonly scope: Scope;
  /** Path of the API's unix socket. */
  readonly socket: string;
  /** Starts a container and answers what the engine says of it. */
  run(options: ContainerOptions): Promise<Inspected>;
  inspect(container: string): Promise<Inspected>;
  pause(container: string): Promise<void>;
  unpause(container: string): Promise<void>;
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

const commands: Readonly<Record<string, string>> = {
  busybox: 'CMD ["/bin/sleep", "infinity"]',
  nginx: 'CMD ["nginx", "-g", "daemon off;"]',
};

/** Starts dockerd; it starts a containerd of its own. */
async function startDaemon(scope: Scope): Promise<string> {
  const home = join(scope.directory, 'docker');
  mkdirSync(home);
  const at = (name: string): string => join(home, name);
  const socket = at('docker.sock');
  writeFileSync(at('daemon.json'), '{}');
  const daemon = spawnLogged(
    scope.command([
      'dockerd',
      `--config-file=${at('daemon.json')}`,
      `--data-root=${at('data')}`,
      `--exec-root=${at('exec')}`,
      `--pidfile=${at('pid')}`,
      `--host=unix://${socket}`,
      '--exec-opt=native.cgroupdriver=cgroupfs',
    ]),
    at('log'),
  );
  await untilAnswer(socket, daemon, () => readFileSync(at('log'), 'utf8'));
  return socket;
}

class RunningDocker implements Docker {
  private readonly imported = new Map<string, Promise<void>>();

  constructor(
    readonly scope: Scope,
    readonly socket: string,
  ) {}

  async run(options: ContainerOptions): Promise<Inspected> {
    await this.image(options.image);
    const created = await this.call(`/containers/create?name=${encodeURIComponent(options.name)}`, {
      method: 'POST',
      body: {
        Image: options.image,
        Cmd: options.command,
        Labels: options.labels,
        HostConfig: options.hostConfig,
        StopSignal: 'SIGKILL',
      },
    });
    const { Id: id } = JSON.parse(created) as { Id: string };
    await this.call(`/containers/${id}/start`, { method: 'POST' });
    return this.inspect(id);
  }

  async inspect(container: string): Promise<Inspected> {
    const answer = JSON.parse(await this.call(`/containers/${container}/json`)) as InspectAnswer;
    return {
      id: answer.Id,
      name: answer.Name.replace(/^\//, ''),
      pid: answer.State.Pid,
      running: answer.State.Running,
    };
  }

  async pause(container: string): Promise<void> {
    await this.call(`/containers/${container}/pause`, { method: 'POST' });
  }

  async unpause(container: string): Promise<void> {
    await this.call(`/containers/${container}/unpause`, { method: 'POST' });
  }

  async stop(container: string): Promise<void> {
    await this.call(`/containers/${container}/stop`, { method: 'POST' });
  }

  async remove(container: string): Promise<void> {
    await this.call(`/containers/${container}?force=true&v=true`, { method: 'DELETE' });
  }

  dispose(): Promise<void> {
    return this.scope.dispose();
  }

  /** Imports an image when it is first used. */
  private image(name: string): Promise<void> {
    let image = this.imported.get(name);
    if (image === undefined) {
      image = this.import(name);
      this.imported.set(name, image);
    }
    return image;
  }

  private async import(name: string): Promise<void> {
    const make = name === 'nginx' ? makeNginxRootfs : makeBusyboxRootfs;
    const body = await archive(await make(join(this.scope.directory, `image-${name}`)));
    const query = new URLSearchParams({
      fromSrc: '-',
      repo: name,
      tag: 'latest',
      changes: commands[name] ?? '',
    });
    await this.call(`/images/create?${query.toString()}`, { method: 'POST', body });
  }

  private async call(path: string, call: HttpCall = {}): Promise<string> {
    const { status, text } = await callSocket(this.socket, path, call);
    if (status >= 400 || /"errorDetail"/.test(text)) {
      throw new Error(`docker ${call.method ?? 'GET'} ${path}: ${status} ${text}`);
    }
    return text;
  }
}

/** A Docker daemon of its own with the images `busybox` and `nginx`. */
export async function startDocker(view: 'v1' | 'v2' = 'v2'): Promise<Docker> {
  const scope = await startScope({ view });
  try {
    return new RunningDocker(scope, await startDaemon(scope));
  } catch (error) {
    await scope.dispose();
    throw error;
  }
}
