import { QuietWriter } from '../pipe/quietWriter';
import { StrictReader } from '../pipe/strictReader';
import { findInstallation } from './installation';
import { exitSoftware, Lifetime } from './lifetime';
import { stderrLog } from './log';
import { openReader } from './openReader';
import { serve } from './serve';

/** Requests are small; the client has no reason to send a megabyte. */
const maxRequest = 1024 * 1024;
const maxUnsent = 8 * 1024 * 1024;

/** Entry of the agent. Its one argument, `--no-native`, forbids the native library. */
async function main(): Promise<void> {
  // Before the first use of the pool: reads that hang must not starve the others.
  process.env['UV_THREADPOOL_SIZE'] = '16';
  const { version, library } = findInstallation(__dirname);
  const noNative = process.argv.includes('--no-native');
  const opened = await openReader(noNative ? undefined : library, stderrLog);
  const lifetime = new Lifetime(stderrLog);
  const served = serve(
    new StrictReader(process.stdin, maxRequest),
    new QuietWriter(process.stdout),
    { ...opened, version, readerWhy: opened.why },
    { isCongested: () => process.stdout.writableLength > maxUnsent, log: stderrLog },
    () => lifetime.end(0),
  );
  lifetime.owns(served);
}

main().catch((error: unknown) => {
  stderrLog.warn(`cannot start: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  process.exit(exitSoftware);
});
