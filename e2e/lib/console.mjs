// The agents' page in browsers, as the demo's people use it.

import assert from 'node:assert/strict';

import { openWindow, watched } from './browser.mjs';
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
  isLive() {
    return this.hears('live');
  }

  /** Waits until events come in this way, as `client.line` has it. */
  async hears(recovery, timeout) {
    await this.page.locator(`[data-line="${recovery}"]`).waitFor({ state: 'attached', timeout });
  }

  /** Another tab of the same browser. */
  async tab(path = '/', { recovery = 'live' } = {}) {
    const desk = new Desk(this.context, watched(await this.context.newPage()));
    await desk.page.goto(new URL(path, this.page.url()).href);
    await desk.hears(recovery);
    return desk;
  }

  /** Where one writes to whoever's conversation is open. */
  get composer() {
    return this.page.getByLabel('Message', { exact: true });
  }

  message(words) {
    return this.page.locator('[data-message]', { hasText: words });
  }

  /** The call that one has. */
  get bar() {
    return this.page.locator('[data-own]');
  }

  /** Takes this call and talks. */
  async take(sid) {
    await this.card(sid).getByRole('button', { name: 'Accept' }).click();
    await this.bar.getByText('Talking').waitFor();
  }

  /**
   * From now on nothing runs in the page, and its connections stay open: as in a tab that the browser put to sleep, which it
   * does to none that it is asked to by Playwright, for whom every page is in sight.
   */
  async fallAsleep() {
    this.debugger ??= await this.context.newCDPSession(this.page);
    await this.debugger.send('Debugger.enable');
    await this.debugger.send('Debugger.pause');
  }

  async wake() {
    await this.debugger.send('Debugger.resume');
    await this.debugger.send('Debugger.disable');
  }

  /** Nothing broke, and nothing was kept from loading by the page's policy. */
  isClean() {
    assert.deepEqual(this.errors, []);
  }
}

/**
 * People sign in, each in a window with a storage of their own: `open(user, { path, at, before, recovery, …look })`. `before`
 * prepares the window; `recovery` is how events come there in the end.
 */
export function desks(t) {
  return async (user, { path = '/', at = demo.baseUrl, before, recovery = 'live', ...look } = {}) => {
    const context = await openWindow(t, { viewport: { width: 1280, height: 800 }, ...look });
    await before?.(context);
    const desk = new Desk(context, watched(await context.newPage()));
    await desk.page.goto(at + path);
    await fill(desk.page, user);
    await desk.hears(recovery);
    return desk;
  };
}

/** What is in sight: of whoever has to sign in again, not what they were at. */
export const inSight = (page) => page.locator('main:visible');

/** Signs in with the form. */
export async function fill(page, { email, password }) {
  const form = inSight(page);
  await form.getByLabel('E-mail address').fill(email);
  await form.getByLabel('Password').fill(password);
  await form.getByRole('button', { name: 'Sign in' }).click();
}
