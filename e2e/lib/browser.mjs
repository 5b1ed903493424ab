// Debian's Chromium, driven by Playwright, which would bring its own otherwise.

import { after } from 'node:test';

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

/** One for all tests of a file. */
let browser;
after(async () => (await browser)?.close());

/** A window with a storage of its own, gone at the end of test `t`. */
export async function openWindow(t, look) {
  browser ??= chromium.launch({ executablePath: PATH, args: ARGUMENTS });
  const context = await (await browser).newContext(look);
  t.after(() => context.close());
  return context;
}

/** A page, and what its console complained of. */
export function watched(page) {
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return { page, errors };
}

/** Opens a page in a window of its own; `look` is how it looks there. */
export async function openPage(t, url, look) {
  const opened = watched(await (await openWindow(t, look)).newPage());
  await opened.page.goto(url);
  return opened;
}
