import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { launchOf } from '../native-bridge/client/launcher';
import { exitCode, failureOf } from './failure';
import { parseOptions, usage, type Options } from './options';
import { Output } from './output';
import { Printer } from './printer';
import { Session } from './session';

/** The bundle lies beside the agent's; run from sources, it takes the bundle of the agent. */
const root = basename(__dirname) === 'dist' ? dirname(__dirname) : join(__dirname, '..', '..');

let session: Session | undefined;

async function main(): Promise<void> {
  const stop = new AbortController();
  const output = new Output(process.stdout, () => stop.abort());
  // Who closes it does not want to read what it is for.
  process.stderr.on('error', () => undefined);
  const parsed = parseOptions(process.argv.slice(2));
  if (parsed.kind === 'help') return output.write(usage);
  if (parsed.kind === 'version') return output.write(`container-internals ${version()}\n`);
  await run(parsed.options, output, stop);
}

async function run(options: Options, output: Output, stop: AbortController): Promise<void> {
  const agentFile = join(root, 'dist', 'agent.js');
  if (!existsSync(agentFile)) throw new Error(`${agentFile} is missing: run npm run build`);
  const launch = launchOf(options.sudo ? 'sudo' : 'user', agentFile, { noNative: !options.native });
  session = new Session(launch, options.command);
  const printer = new Printer(options, output, say);
  try {
    if (options.watch) await watch(session, printer, stop);
    else await printer.print(await session.view());
  } finally {
    await session.dispose();
  }
}

/** Until a signal, or until nobody reads what it prints. */
async function watch(from: Session, printer: Printer, stop: AbortController): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stop.abort());
  }
  const stopped = new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve());
  });
  // Not only between two pictures: an agent that hangs must not keep us.
  await Promise.race([from.watch((view) => printer.print(view), stop.signal), stopped]);
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '';
}

function say(lines: string): void {
  process.stderr.write(`${lines}\n`);
}

main().then(
  () => {
    process.exitCode = exitCode.done;
  },
  (error: unknown) => {
    const { code, message } = failureOf(error, session?.lastWords);
    say(`container-internals: ${message}`);
    process.exitCode = code;
  },
);
