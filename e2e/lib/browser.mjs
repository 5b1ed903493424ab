// Debian's Chromium, driven by Playwright, which would bring its own otherwise.

import { chromium } from 'playwright-core';

const PATH = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Chromium refuses to sandbox itself as root, and would look for Google's hosts. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How it is started. */
export const CHROMIUM = { executablePath: PATH, args: ARGUMENTS };

/** A browser that is gone at the end of test `t`. */
export async function openBrowser(t) {
  const browser = await chromium.launch(CHROMIUM);
  t.after(() => browser.close());
  return browser;
}

/** A page, and what its console complained of. */
export function watched(page) {
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return { page, errors };
}

/** Opens a page in a browser of its own; `look` is how it looks there. */
export async function openPage(t, url, look) {
  const context = await (await openBrowser(t)).newContext(look);
  const opened = watched(await context.newPage());
  await opened.page.goto(url);
  return opened;
}
