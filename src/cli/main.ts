import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { exitCode, failureOf } from './failure';
import { parseOptions, usage, type Options } from './options';
import { Output } from './output';
import { jsonReport, notes, textReport, type View } from './report';
import { Session } from './session';

const clearScreen = '\x1b[H\x1b[2J\x1b[3J';

/** The bundle lies beside the agent's; from sources the agent is its sources' bundle. */
function installation(): { agentFile: string; version: string } {
  const root = basename(__dirname) === 'dist' ? dirname(__dirname) : join(__dirname, '..', '..');
  const agentFile = join(root, 'dist', 'agent.js');
  if (!existsSync(agentFile)) throw new Error(`${agentFile} is missing: run npm run build`);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { agentFile, version: manifest.version };
}

async function main(): Promise<void> {
  const stop = new AbortController();
  const output = new Output(process.stdout, () => stop.abort());
  const parsed = parseOptions(process.argv.slice(2));
  if (parsed.kind === 'help') return output.write(usage);
  const { agentFile, version } = installation();
  if (parsed.kind === 'version') return output.write(`container-internals ${version}\n`);

  const { options } = parsed;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stop.abort());
  }
  const session = new Session({ ...options, agentFile });
  try {
    if (options.watch) await session.watch((view) => print(view, options, output), stop.signal);
    else await print(await session.view(), options, output);
  } finally {
    await session.dispose();
  }
}

let told: string | undefined;

async function print(view: View, options: Options, output: Output): Promise<void> {
  if (options.json) {
    await output.write(`${JSON.stringify(jsonReport(view, options))}\n`);
    return;
  }
  const screen = { headers: options.headers, width: output.width };
  const text = textReport(view, options, screen);
  const redraw = options.watch && screen.width !== undefined;
  await output.write((redraw ? clearScreen : '') + text);
  const words = notes(view);
  // said once, and again when it is another
  if (words !== undefined && (redraw || words !== told)) process.stderr.write(`${words}\n`);
  told = words;
}

main().then(
  () => {
    process.exitCode = exitCode.done;
  },
  (error: unknown) => {
    const { code, message } = failureOf(error);
    process.stderr.write(`container-internals: ${message}\n`);
    process.exitCode = code;
  },
);
