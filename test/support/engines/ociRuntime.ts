import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from './command';
import type { Inspected } from './container';
import { makeBusyboxRootfs } from './rootfs';
import { startScope, type Scope } from './scope';

export interface OciRuntimeOptions {
  /**
   * `own` (default): a state directory within the scope; `default`: /run/runc or /run/crun of the
   * host, where containers have to be named after the scope to be removed with it.
   */
  readonly state?: 'own' | 'default';
  /** Default: v2. */
  readonly view?: 'v1' | 'v2';
}

/** A low-level runtime, used without an engine on top. */
export interface OciRuntime {
  readonly scope: Scope;
  /** The state directory. */
  readonly root: string;
  /** Starts a container of busybox that sleeps. */
  run(id: string, command?: readonly string[]): Promise<Inspected>;
  inspect(id: string): Promise<Inspected>;
  /** Kills and deletes it. */
  remove(id: string): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * A container with a namespace of every type that runtimes give by default. It names no device
 * rule: crun cannot load the program for one where RLIMIT_MEMLOCK may not be raised.
 */
function specification(rootfs: string, command: readonly string[]): unknown {
  const capabilities = ['CAP_KILL', 'CAP_NET_BIND_SERVICE'];
  return {
    ociVersion: '1.0.2',
    hostname: 'box',
    root: { path: rootfs, readonly: false },
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: command,
      env: ['PATH=/bin'],
      cwd: '/',
      noNewPrivileges: true,
      capabilities: {
        bounding: capabilities,
        effective: capabilities,
        permitted: capabilities,
      },
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] },
    ],
    linux: {
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type })),
    },
  };
}

class RunningRuntime implements OciRuntime {
  constructor(
    private readonly program: 'runc' | 'crun',
    readonly scope: Scope,
    readonly root: string,
    private readonly rootfs: string,
  ) {}

  async run(id: string, command: readonly string[] = ['sleep', 'infinity']): Promise<Inspected> {
    const bundle = join(this.scope.directory, `bundle-${id}`);
    mkdirSync(bundle);
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(specification(this.rootfs, command)));
    await runLogged(
      this.scope.command(this.argv('run', '--detach', '--bundle', bundle, id)),
      join(bundle, 'log'),
    );
    return this.inspect(id);
  }

  async inspect(id: string): Promise<Inspected> {
    const state = JSON.parse(await this.scope.runChecked(this.argv('state', id))) as {
      readonly id: string;
      readonly pid: number;
      readonly status: string;
    };
    return { id: state.id, name: state.id, pid: state.pid, running: state.status === 'running' };
  }

  async remove(id: string): Promise<void> {
    await this.scope.runChecked(this.argv('delete', '--force', id));
  }

  dispose(): Promise<void> {
    return this.scope.dispose();
  }

  private argv(...args: readonly string[]): readonly string[] {
    return [this.program, '--root', this.root, ...args];
  }
}

/** runc or crun in a scope. */
export async function startOciRuntime(
  program: 'runc' | 'crun',
  options: OciRuntimeOptions = {},
): Promise<OciRuntime> {
  const state = options.state ?? 'own';
  const scope = await startScope({
    view: options.view ?? 'v2',
    run: state === 'own' ? 'private' : 'host',
  });
  try {
    const root = state === 'own' ? join(scope.directory, 'state') : `/run/${program}`;
    const rootfs = await makeBusyboxRootfs(join(scope.directory, 'rootfs'));
    return new RunningRuntime(program, scope, root, rootfs);
  } catch (error) {
    await scope.dispose();
    throw error;
  }
}
