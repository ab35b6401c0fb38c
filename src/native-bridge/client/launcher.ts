import { AgentUnavailable } from './errors';

/** Whose rights the agent has. */
export type Rights = 'user' | 'sudo';

/** How to start an agent: an argument vector, never a shell line. */
export interface Launch {
  readonly rights: Rights;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The Node that runs us, which also runs the agent. */
export interface Runtime {
  readonly execPath: string;
  /** Electron is Node only when its environment says so. */
  readonly electron: boolean;
}

export const thisRuntime = (): Runtime => ({
  execPath: process.execPath,
  electron: process.versions['electron'] !== undefined,
});

export interface LaunchOptions {
  readonly runtime?: Runtime;
  /** Use the Node reader even where the library could be loaded. */
  readonly noNative?: boolean;
}

/** `agentFile` is the bundle `dist/agent.js`, absolute. */
export function launchOf(
  rights: Rights,
  agentFile: string,
  { runtime = thisRuntime(), noNative = false }: LaunchOptions = {},
): Launch {
  const asNode = runtime.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {};
  const agent = [runtime.execPath, agentFile, ...(noNative ? ['--no-native'] : [])] as const;
  if (rights === 'user') {
    const [command, ...args] = agent;
    return { rights, command, args, env: { ...baseEnvironment(), ...asNode } };
  }
  // sudo clears the environment, so what the agent needs of it stands in the command line.
  const assignments = Object.entries(asNode).map(([name, value]) => `${name}=${value}`);
  return {
    rights,
    command: 'sudo',
    args: ['-n', '--', '/usr/bin/env', ...assignments, ...agent],
    env: baseEnvironment(),
  };
}

/** Little enough that NODE_OPTIONS and the like do not reach the agent; C locale: sudo is parsed. */
function baseEnvironment(): Record<string, string> {
  const env: Record<string, string> = { LC_ALL: 'C' };
  for (const name of ['PATH', 'HOME', 'TMPDIR']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** What it means that the command could not be started at all. */
export function startFailure(launch: Launch, error: NodeJS.ErrnoException): AgentUnavailable {
  const kind =
    launch.rights === 'sudo' && error.code === 'ENOENT' ? 'sudo-missing' : 'cannot-start';
  return new AgentUnavailable(kind, `${launch.command}: ${error.code ?? error.message}`, {
    cause: error,
  });
}

/** What it means that the process ended by itself. `stderr` is the end of what it wrote there. */
export function exitFailure(
  launch: Launch,
  code: number | null,
  signal: string | null,
  stderr: string,
): AgentUnavailable {
  if (launch.rights === 'sudo' && code === 1) {
    const line = stderr.split('\n').find((text) => /^sudo: |sudo/i.test(text)) ?? '';
    if (/^sudo: (a password is required|a terminal is required)/m.test(stderr)) {
      return new AgentUnavailable('sudo-needs-password', line);
    }
    if (
      /not in the sudoers|not allowed to|may not run sudo|no new privileges|^sudo: /im.test(stderr)
    ) {
      return new AgentUnavailable('sudo-refused', line);
    }
  }
  return new AgentUnavailable('exited', signal === null ? `code ${code ?? '?'}` : signal);
}
