import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { lifetime } from '../lib/lifetime.mjs';
import { root } from '../lib/paths.mjs';
import { EditorRecords } from '../testing/editorRecords.mjs';
import { openBrowser } from './browser.mjs';
import { startServer } from './server.mjs';
import { installVsix } from './vsix.mjs';
import { workbenchUrl } from './workbench.mjs';

/** An invisible separator (U+2063) that nothing else writes at the beginning of a line. */
const mark = '\u2063';

/** The suite as webpack.config.mjs bundles it. */
export const suiteModule = join(root, 'out/test/editor/index');

/**
 * Runs the compiled editor suite inside a real VS Code's extension host.
 * @param add takes each Record
 * @param options.vsix test the installed package instead of this clone
 * @param options.extension another extension in development instead of this clone
 * @param options.tests another module with run()
 * @param options.folder workspace; by default an empty one
 */
export async function runEditorSuite(add, options = {}) {
  const { vsix, tests = suiteModule, timeoutMs = 300_000, env = {}, settings } = options;
  const scratch = mkdtempSync(join(tmpdir(), 'container-internals-suite-'));
  const forget = lifetime.own(() => rmSync(scratch, { recursive: true, force: true }));
  const folder = options.folder ?? join(scratch, 'workspace');
  mkdirSync(folder, { recursive: true });
  let extension = options.extension ?? root;
  let dataDir;
  if (vsix) {
    dataDir = join(scratch, 'profile');
    await installVsix(vsix, dataDir);
    extension = emptyExtension(join(scratch, 'carrier'));
  }
  const driver = { driver: true, settings, dataDir, env: { ...env, VSCODE_TEST_MARK: mark } };
  const server = await startServer(driver);
  const browser = await openBrowser();
  const noise = [];
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const records = new EditorRecords(mark, add);
    const ended = watch(page, records, noise, timeoutMs);
    await ended.ready;
    await page.goto(workbenchUrl(server, { folder, development: [extension], tests }));
    const fault = (await ended.fault) ?? records.fault();
    if (fault) throw new Error([fault, ...noise.slice(-20)].join('\n'));
  } finally {
    await browser.close();
    await server.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    forget();
  }
}

/** What the workbench tells its driver, turned into one promise of what went wrong (or undefined). */
function watch(page, records, noise, timeoutMs) {
  let end;
  const fault = new Promise((resolve) => (end = resolve));
  const timer = setTimeout(() => end(`no end after ${timeoutMs / 1000} s`), timeoutMs);
  void fault.finally(() => clearTimeout(timer));
  const log = (type, args) => {
    const text = format(...args);
    try {
      if (records.take(text)) return;
    } catch (error) {
      end(`unreadable record: ${error.message}: ${text}`);
    }
    if (type === 'error') noise.push(text);
    if (/extension host.*(terminated unexpectedly|crashed)/i.test(text)) end(text);
  };
  const ready = (async () => {
    await page.exposeFunction('codeAutomationLog', log);
    // exit code 1 is a failed suite, whose records say more; the closing record is judged by the caller
    await page.exposeFunction('codeAutomationExit', (code) => {
      noise.push(`VS Code's exit code: ${code}`);
      end(undefined);
    });
  })();
  page.on('crash', () => end('the page crashed'));
  page.on('pageerror', (error) => noise.push(`page: ${error.stack ?? error.message}`));
  return { ready, fault };
}

/** VS Code runs tests only with an extension in development: one that does nothing, so that the installed one is tested. */
function emptyExtension(directory) {
  mkdirSync(directory, { recursive: true });
  const manifest = {
    name: 'carrier',
    publisher: 'test',
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
  };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  return directory;
}
