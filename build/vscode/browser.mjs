import { which } from '../bootstrap/host.mjs';
import { lifetime } from '../lib/lifetime.mjs';

/** Chromium as these machines run it: without sandbox (root, containers), without a GPU, talking to nobody. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** The Chromium that is used: `CHROMIUM`, or the distribution's. */
export function chromiumPath() {
  const found = process.env.CHROMIUM ?? which('chromium') ?? which('chromium-browser');
  if (!found)
    throw new Error('no Chromium: install the package chromium or set CHROMIUM to its program');
  return found;
}

/** Opens a headless Chromium through playwright-core; it ends with this script if not closed before. */
export async function openBrowser() {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: flags,
    // this script ends it itself, in its order
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const forget = lifetime.own(() => browser.close());
  browser.once('disconnected', forget);
  return browser;
}
