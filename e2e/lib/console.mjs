// The agents' page in browsers, as the demo's people use it.

import assert from 'node:assert/strict';

import { openBrowser, watched } from './browser.mjs';
import { demo } from './demo.mjs';

/** Somebody at the page. */
class Desk {
  constructor(context, { page, errors }) {
    Object.assign(this, { context, page, errors });
  }

  /** The card of a ringing call. */
  card(sid) {
    return this.page.locator(`[data-call="${sid}"]`);
  }

  /** A line of the banner that says this. */
  banner(words) {
    return this.page.locator('[data-line] p').filter({ hasText: words });
  }

  toast(words) {
    return this.page.locator('[data-toast]').filter({ hasText: words });
  }

  /** Waits until events come over a socket. */
  async isLive() {
    await this.page.locator('[data-line="live"]').waitFor({ state: 'attached' });
  }

  /** Another tab of the same browser. */
  async tab(path = '/') {
    const desk = new Desk(this.context, watched(await this.context.newPage()));
    await desk.page.goto(new URL(path, this.page.url()).href);
    await desk.isLive();
    return desk;
  }

  /** Nothing broke, and nothing was kept from loading by the page's policy. */
  isClean() {
    assert.deepEqual(this.errors, []);
  }
}

/** A browser in which people sign in, each in a window with a storage of their own. */
export async function desks(t) {
  const browser = await openBrowser(t);
  return async (user, { path = '/', at = demo.baseUrl, ...look } = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...look });
    const desk = new Desk(context, watched(await context.newPage()));
    await desk.page.goto(at + path);
    await fill(desk.page, user);
    await desk.isLive();
    return desk;
  };
}

/** Signs in with the form. */
export async function fill(page, { email, password }) {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
