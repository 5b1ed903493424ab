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

/** Opens a page in a browser that is gone at the end of test `t`; `errors` is what its console complained of. */
export async function openPage(t, url) {
  const browser = await chromium.launch(CHROMIUM);
  t.after(() => browser.close());
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(url);
  return { page, errors };
}
