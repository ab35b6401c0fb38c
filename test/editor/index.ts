import Mocha from 'mocha';

/** The bundler's list of modules that match a pattern (webpack's import.meta.webpackContext). */
interface ModuleContext {
  (key: string): unknown;
  keys(): string[];
}
declare global {
  interface ImportMeta {
    webpackContext(
      directory: string,
      options: { recursive: boolean; regExp: RegExp },
    ): ModuleContext;
  }
}

interface TestRecord {
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  ms?: number | undefined;
  error?: string;
  reason?: string;
}

/**
 * The contract of VS Code and of @vscode/test-electron: called inside the extension host; a rejection is
 * exit code 1. The suites are all `*.test.ts` beside this file, written with describe() and it().
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const mocha = new Mocha({
    ui: 'bdd',
    // says nothing by itself: the listeners below do
    reporter: Mocha.reporters.Base,
    timeout: 30_000,
    forbidOnly: Boolean(process.env['CI']),
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  const context = import.meta.webpackContext('.', { recursive: true, regExp: /\.test\.ts$/ });
  for (const key of context.keys()) context(key);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const add = (record: TestRecord) => {
    counts[record.status] += 1;
    say(record, human(record));
  };
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => {
      resolve();
    });
    runner.on('pass', (test) => {
      add({ name: nameOf(test), status: 'passed', ms: test.duration });
    });
    runner.on('fail', (test, error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      add({ name: nameOf(test), status: 'failed', ms: test.duration, error: text });
    });
    runner.on('pending', (test) => {
      add({ name: nameOf(test), status: 'skipped', reason: 'the test skips itself' });
    });
  });
  const summary = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  say({ closing: counts }, summary);
  if (counts.failed > 0) throw new Error(summary);
  if (counts.passed === 0) throw new Error('no test ran');
}

function nameOf(test: Mocha.Runnable): string {
  return test.titlePath().join(' › ');
}

/**
 * One line on the extension host's console: a marked record for the script that leads the run
 * (VSCODE_TEST_MARK), a sentence for a person otherwise.
 */
function say(record: object, sentence: string): void {
  const mark = process.env['VSCODE_TEST_MARK'];
  // eslint-disable-next-line no-console -- the console is the only way from the extension host to the runner
  console.log('%s', mark === undefined ? sentence : mark + JSON.stringify(record));
}

function human({ name, status, error }: TestRecord): string {
  const sign = { passed: '✓', failed: '✗', skipped: '-' }[status];
  return `${sign} ${name}${error === undefined ? '' : `\n${error}`}`;
}
