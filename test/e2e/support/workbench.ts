import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { lifetime } from '../../../build/lib/lifetime.mjs';
import { openBrowser } from '../../../build/vscode/browser.mjs';
import { startServer, type ServerOptions } from '../../../build/vscode/server.mjs';
import { linkExtension, workbenchUrl } from '../../../build/vscode/workbench.mjs';
import { repository } from '../../support/agent';
import { attempt, deadlineMs } from './deadline';

/** The two default themes; each is what a new user sees, depending on the desktop. */
export const schemes = ['dark', 'light'] as const;
export type Scheme = (typeof schemes)[number];

const bodyClass = { dark: 'vs-dark', light: 'vs' } as const;
const pictures = join(repository, 'test-results', 'e2e');

/** The theme follows the browser's colour scheme, so that one window shows both. */
export const windowSettings = {
  'window.autoDetectColorScheme': true,
  'workbench.hover.delay': 100,
};

export interface WindowOptions {
  readonly address: string;
  /** Names the pictures of this window. */
  readonly name: string;
  /** Directory whose log files tell what happened. */
  readonly logs: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A window of the real workbench as a user has it, without VS Code's automation. */
export class Workbench {
  private failed = false;

  private constructor(
    private readonly browser: Browser,
    private readonly context: BrowserContext,
    readonly page: Page,
    private readonly options: WindowOptions,
    private readonly heard: string[],
  ) {}

  static async open(options: WindowOptions): Promise<Workbench> {
    const browser = await openBrowser();
    try {
      const context = await browser.newContext({
        viewport: options.viewport ?? { width: 1280, height: 1000 },
        permissions: ['clipboard-read', 'clipboard-write'],
        colorScheme: 'dark',
      });
      const page = await context.newPage();
      page.setDefaultTimeout(deadlineMs);
      const heard: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') heard.push(message.text().split('\n')[0] ?? '');
      });
      page.on('pageerror', (error) => heard.push(`page: ${error.message}`));
      const workbench = new Workbench(browser, context, page, options, heard);
      try {
        await page.goto(options.address);
        await page.locator('.activitybar .action-item').first().waitFor();
        await page.locator('.statusbar .statusbar-item').first().waitFor();
      } catch (error) {
        throw await workbench.explained(error);
      }
      return workbench;
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** Takes a picture in both themes, for people to look at; `prepare` brings back what a change of theme takes away. */
  async look(name: string, prepare?: () => Promise<unknown>): Promise<void> {
    for (const scheme of [...schemes].reverse()) {
      await this.use(scheme);
      await prepare?.();
      await this.picture(`${name}-${scheme}`);
    }
  }

  /** Takes a picture of the window as it is. */
  async picture(name: string): Promise<void> {
    mkdirSync(pictures, { recursive: true });
    const path = join(pictures, `${this.options.name}-${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
  }

  async use(scheme: Scheme): Promise<void> {
    await this.page.emulateMedia({ colorScheme: scheme });
    await this.page.locator(`.monaco-workbench.${bodyClass[scheme]}`).waitFor();
  }

  async untilCopied(text: string): Promise<void> {
    const isCopied = async (wanted: string): Promise<boolean> =>
      (await navigator.clipboard.readText()) === wanted;
    await this.page.waitForFunction(isCopied, text, attempt);
  }

  /**
   * Runs one step of a journey, in which each stands on those before: after a failure none is tried. It comes
   * with a picture and with what the logs say.
   */
  async step(work: () => Promise<void>): Promise<void> {
    if (this.failed) throw new Error('an earlier step failed');
    try {
      await work();
    } catch (error) {
      this.failed = true;
      throw await this.explained(error);
    }
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.browser.close();
  }

  private async explained(error: unknown): Promise<Error> {
    mkdirSync(pictures, { recursive: true });
    const path = join(pictures, `${this.options.name}-failed.png`);
    const picture = await this.page.screenshot({ path }).then(
      () => path,
      (why: unknown) => `no picture: ${String(why)}`,
    );
    const text = [
      error instanceof Error ? inspect(error) : String(error),
      `picture: ${picture}`,
      ...this.heard.slice(-5),
      ...lastLines(this.options.logs),
    ].join('\n');
    // the stack within the text is the one that matters
    return Object.assign(new Error(text), { stack: text });
  }
}

/** The ends of the server's own log and of our extension's. */
function lastLines(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(^server|Container Internals[^/]*)\.log$/.test(name))
    .flatMap((name) => [
      `${name}:`,
      ...readFileSync(join(directory, name), 'utf8').trimEnd().split('\n').slice(-15),
    ]);
}

/** A server and a window with a fresh profile. */
export interface Session {
  readonly workbench: Workbench;
  readonly dataDir: string;
  close(): Promise<void>;
}

export interface SessionOptions extends Pick<ServerOptions, 'settings' | 'env'> {
  readonly name: string;
  /** The extension's folder; by default this clone. */
  readonly extension?: string;
  readonly viewport?: WindowOptions['viewport'];
}

export async function openSession(options: SessionOptions): Promise<Session> {
  const scratch = mkdtempSync(join(tmpdir(), 'container-internals-e2e-'));
  const dataDir = join(scratch, 'profile');
  const folder = join(scratch, 'workspace');
  mkdirSync(folder);
  writeFileSync(join(folder, 'notes.txt'), 'a workspace\n');
  const forget = lifetime.own(() => {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  const remove = (): void => {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    forget();
  };
  try {
    linkExtension(options.extension ?? repository, join(dataDir, 'extensions'));
    const settings = { ...windowSettings, ...options.settings };
    const server = await startServer({
      dataDir,
      settings,
      ...(options.env && { env: options.env }),
    });
    try {
      const workbench = await Workbench.open({
        address: workbenchUrl(server, { folder }),
        name: options.name,
        logs: dataDir,
        ...(options.viewport && { viewport: options.viewport }),
      });
      const close = async (): Promise<void> => {
        await workbench.close();
        await server.stop();
        remove();
      };
      return { workbench, dataDir, close };
    } catch (error) {
      await server.stop();
      throw error;
    }
  } catch (error) {
    remove();
    throw error;
  }
}
