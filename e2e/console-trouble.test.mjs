// What goes wrong around the agents' page: tokens end, servers die, networks go away, tabs are closed and fall asleep.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { api, ok } from './lib/api.mjs';
import { desks, fill, inSight } from './lib/console.mjs';
import { demo, someNumber, someWord } from './lib/demo.mjs';
import { company } from './lib/newcomer.mjs';
import { somebodyCalls } from './lib/phones.mjs';
import { startProxy } from './lib/proxy.mjs';
import { startServer } from './lib/server.mjs';
import { hearTones, tonesIn } from './lib/tones.mjs';
import { eventually, text } from './lib/twilio.mjs';

const thread = (number) => `/inbox/${encodeURIComponent(number)}`;

/** Several servers at a time, each for one page, leave the others their connections. */
const SMALL = { DATABASE_CONNECTIONS: 6, WEBHOOK_CONNECTIONS: 2 };
/** How long a token lives, in seconds. */
const LIFE = 2;
/** The same where it has to be renewed in time: a quarter of it before its end, however busy the machine is. */
const UNHURRIED_LIFE = 6;
const OFFLINE_MS = 10_000;
const BACK_MS = 5_000;
const SILENT_MS = 500;
/** How long a ring that nobody answers may be heard, and how long until the next one, as the client has it. */
const RING_EVERY_MS = 3_000;

/** The line of this customer in the list of calls. */
const rowOf = ({ page }, number) => page.getByRole('row').filter({ hasText: number.slice(-4) });

const passes = async (ms) => {
  const began = performance.now();
  await eventually(() => performance.now() - began > ms, 2 * ms);
};

/** Everybody is back where they were: what they typed is there, what they missed too, and events come. */
async function isAsBefore(desk, { account, from, typed, missed }) {
  await desk.isLive();
  assert.ok(desk.page.url().endsWith(thread(from)));
  assert.equal(await desk.composer.inputValue(), typed);
  await desk.message(missed).waitFor();
  const word = someWord();
  await text(account, { from, body: word });
  await desk.message(word).waitFor();
  assert.equal(await desk.message(missed).count(), 1);
}

/** How somebody is put out who is signed in with these tokens. */
const PUT_OUT = {
  'who signed out everywhere': ({ token }) => ok('POST /api/auth/logout-all', { token }),
  'whose refresh token was used by somebody else': async ({ refreshToken }) => {
    const refresh = (refresh_token) => api('POST /api/auth/refresh', { json: { refresh_token } });
    const { body } = await refresh(refreshToken);
    assert.equal((await refresh(body.refresh_token)).status, 200);
    assert.equal((await refresh(refreshToken)).status, 401);
  },
};

// Each of them has an organisation, a number, a server or at least a customer of their own.
describe('at the same time', { concurrency: 3 }, () => {
  test('a token that lives for seconds is renewed behind the page, again and again, on one socket', async (t) => {
    const { admin, account } = await company();
    const { url: at } = await startServer(t, { ...SMALL, ACCESS_TOKEN_SECONDS: UNHURRIED_LIFE });
    const from = someNumber();
    const sockets = [];
    const before = (context) =>
      context.on('page', (page) => page.on('websocket', (socket) => sockets.push(socket.url())));
    const desk = await desks(t)(admin, { at, path: thread(from), before });
    await desk.composer.fill('half a sen');
    const tokens = new Set();
    await eventually(
      async () => tokens.add(await desk.page.evaluate(() => localStorage.getItem('authToken'))).size >= 4,
      10 * UNHURRIED_LIFE * 1_000,
    );
    const missed = someWord();
    await text(account, { from, body: missed });
    await isAsBefore(desk, { account, from, typed: 'half a sen', missed });
    assert.equal(sockets.length, 1, sockets.join());
  });

  test('a token that ended while the network was away is renewed, and nobody is asked for a password', async (t) => {
    const { admin, account } = await company();
    const { url } = await startServer(t, { ...SMALL, ACCESS_TOKEN_SECONDS: LIFE });
    const proxy = await startProxy(t, url);
    const from = someNumber();
    const desk = await desks(t)(admin, { at: proxy.url, path: thread(from) });
    await desk.composer.fill('half a sen');
    proxy.cut();
    await passes(2 * LIFE * 1_000);
    const missed = someWord();
    await text(account, { from, body: missed });
    proxy.heal();
    await isAsBefore(desk, { account, from, typed: 'half a sen', missed });
  });

  for (const [who, putOut] of Object.entries(PUT_OUT)) {
    test(`${who} signs in again where they were, with what they typed, in all tabs`, async (t) => {
      const { admin: person, account } = await company();
      const from = someNumber();
      const desk = await desks(t)(person, { path: thread(from) });
      const other = await desk.tab('/people/contacts');
      await desk.composer.fill('half a sen');
      await other.page.getByRole('button', { name: 'Add a contact' }).click();
      await other.page.getByLabel('First name').fill('Half');
      const tokens = await desk.page.evaluate(() => ({
        token: localStorage.getItem('authToken'),
        refreshToken: localStorage.getItem('authRefreshToken'),
      }));
      await putOut(tokens);
      const why = /^Your session .*Sign in again, and everything is as you left it/;
      for (const { page } of [desk, other]) {
        await inSight(page).getByRole('alert').filter({ hasText: why }).waitFor();
        assert.equal(await inSight(page).getByLabel('E-mail address').inputValue(), person.email);
      }
      assert.equal(await desk.composer.isVisible(), false);
      const missed = someWord();
      await text(account, { from, body: missed });

      await fill(desk.page, person);
      await isAsBefore(desk, { account, from, typed: 'half a sen', missed });
      await desk.composer.press('x');
      assert.equal(await desk.composer.inputValue(), 'half a senx');
      await other.isLive();
      assert.equal(await other.page.getByLabel('First name').inputValue(), 'Half');
    });
  }

  test('somebody else who signs in at a page of who was put out finds nothing of theirs', async (t) => {
    const [one, other] = await Promise.all([company(), company()]);
    const desk = await desks(t)(one.admin, { path: thread(someNumber()) });
    await desk.composer.fill('half a sen');
    const token = await desk.page.evaluate(() => localStorage.getItem('authToken'));
    await ok('POST /api/auth/logout', { token });
    await desk.page.getByLabel('E-mail address').waitFor();
    await fill(desk.page, other.admin);
    await desk.isLive();
    assert.equal(await desk.composer.inputValue(), '');
  });

  test('who is put out in the middle of a call talks on, and has the call when they are back', async (t) => {
    const { admin, account, token } = await company();
    const desk = await desks(t)(admin);
    const caller = await somebodyCalls(account, { t });
    await desk.take(caller.sid);
    await ok('POST /api/auth/logout-all', { token });
    await desk.page.getByText('Your call goes on meanwhile.').waitFor();
    await caller.becomes(({ voices }) => voices.length === 1);
    await fill(desk.page, admin);
    await desk.bar.getByText('Talking').waitFor();
    await desk.bar.getByRole('button', { name: 'Hold' }).click();
    await caller.hears('music');
    await desk.bar.getByRole('button', { name: 'Hang up' }).click();
    assert.equal(await caller.ended(), 'completed');
    await desk.page.getByRole('article', { name: 'After the call' }).waitFor();
  });

  test('the server is killed and started in the middle of a call: it goes on, and what was missed is shown once', async (t) => {
    const { admin, account } = await company();
    const server = await startServer(t, SMALL);
    const desk = await desks(t)(admin, { at: server.url, path: '/calls' });
    const caller = await somebodyCalls(account, { t });
    await desk.take(caller.sid);

    await server.kill();
    await desk.banner(/Reconnecting… nothing is lost|Offline since/).waitFor();
    await desk.bar.getByText('Talking').waitFor();
    await desk.page.keyboard.press('h');
    await desk.bar.getByRole('alert').filter({ hasText: 'Switchboard cannot be reached' }).waitFor();
    await caller.becomes(({ voices }) => voices.length === 1);
    const [word, from] = [someWord(), someNumber()];
    await text(account, { from, body: word });
    const gaveUp = someNumber();
    await (await somebodyCalls(account, { t, from: gaveUp })).hangUp();

    await server.restart();
    await desk.isLive();
    await desk.bar.getByText('Talking').waitFor();
    await desk.page.keyboard.press('h');
    await caller.hears('music');
    await desk.bar.getByText('On hold').waitFor();
    await desk.page.keyboard.press('h');
    await caller.becomes(({ voices }) => voices.length === 1);
    await rowOf(desk, gaveUp).getByText('Missed').waitFor();
    assert.equal(await rowOf(desk, gaveUp).count(), 1);
    assert.equal(await desk.page.locator('[data-call], [data-elsewhere]').count(), 0);
    await desk.bar.getByRole('button', { name: 'Hang up' }).click();
    assert.equal(await caller.ended(), 'completed');
    await desk.page.getByRole('article', { name: 'After the call' }).waitFor();
    await desk.page.getByRole('link', { name: 'Inbox, 1 unread' }).click();
    await desk.page.getByRole('list', { name: 'Conversations' }).getByText(word).click();
    await desk.message(word).waitFor();
    assert.equal(await desk.message(word).count(), 1);
    assert.ok(desk.page.url().endsWith(thread(from)));
  });

  test('offline is said, and back is everything that was missed, once', async (t) => {
    const { admin, account } = await company();
    const proxy = await startProxy(t, demo.baseUrl);
    const from = someNumber();
    const desk = await desks(t)(admin, { at: proxy.url, path: thread(from) });
    const calls = await desk.tab('/calls');
    proxy.cut();
    const since = performance.now();
    for (const one of [desk, calls]) await one.banner(/Offline since/).waitFor();
    const word = someWord();
    await text(account, { from, body: word });
    const gaveUp = someNumber();
    await (await somebodyCalls(account, { t, from: gaveUp })).hangUp();
    const caller = await somebodyCalls(account, { t });
    await passes(OFFLINE_MS - (performance.now() - since));

    proxy.heal();
    const back = performance.now();
    await Promise.all([
      desk.hears('live', BACK_MS),
      calls.hears('live', BACK_MS),
      desk.message(word).waitFor({ timeout: BACK_MS }),
      rowOf(calls, gaveUp).getByText('Missed').waitFor({ timeout: BACK_MS }),
      desk.card(caller.sid).waitFor({ timeout: BACK_MS }),
      calls.card(caller.sid).waitFor({ timeout: BACK_MS }),
    ]);
    t.diagnostic(`back after ${Math.round(performance.now() - back)} ms`);
    assert.equal(await desk.message(word).count(), 1);
    assert.equal(await rowOf(calls, gaveUp).count(), 1);
    for (const one of [desk, calls]) {
      assert.equal(await one.page.locator('[data-call]').count(), 1);
      assert.equal(await one.banner(/Reconnecting|Slow mode|Offline/).count(), 0);
    }
  });

  test('where neither websockets nor long polling pass, calls and texts come all the same, once', async (t) => {
    const { admin, account } = await company();
    const before = async (context) => {
      await context.route('**/socket.io/**', (route) => route.abort());
      await context.routeWebSocket('**/socket.io/**', (socket) => socket.close());
    };
    const desk = await desks(t)(admin, { before, recovery: 'polling' });
    const other = await desk.tab('/calls', { recovery: 'polling' });
    for (const one of [desk, other]) await one.banner(/Slow mode: checking every \d+ s/).waitFor();
    const word = someWord();
    await text(account, { body: word });
    await Promise.all([desk, other].map((one) => one.toast(word).waitFor()));
    for (const one of [desk, other]) assert.equal(await one.toast(word).count(), 1);
    const caller = await somebodyCalls(account, { t });
    for (const one of [desk, other]) {
      await one.card(caller.sid).waitFor();
      assert.equal(await one.page.locator('[data-call]').count(), 1);
    }
    await desk.take(caller.sid);
    await other.card(caller.sid).waitFor({ state: 'detached' });
    await caller.hangUp();
    await desk.page.getByRole('article', { name: 'After the call' }).waitFor();
  });

  test('of five tabs one rings; when it is closed another does, later; and who accepts silences all of them', async (t) => {
    const { admin, account } = await company();
    const desk = await desks(t)(admin, { before: hearTones });
    const tabs = [desk];
    while (tabs.length < 5) tabs.push(await desk.tab());
    for (const { page } of tabs) await page.getByRole('heading', { name: 'Inbox' }).click(); // so they may be heard
    const caller = await somebodyCalls(account, { t });
    for (const tab of tabs) await tab.card(caller.sid).waitFor();

    const tonesOf = (some) => Promise.all(some.map(({ page }) => tonesIn(page)));
    const ringing = async (some) => (await tonesOf(some)).flatMap((tones, at) => (tones.length > 0 ? [some[at]] : []));
    await eventually(async () => (await ringing(tabs)).length > 0);
    const [first, ...none] = await ringing(tabs);
    assert.deepEqual(none, []);
    const before = await tonesIn(first.page);
    await first.page.close();

    const others = tabs.filter((tab) => tab !== first);
    await eventually(async () => (await ringing(others)).length > 0);
    const [second, ...nobody] = await ringing(others);
    assert.deepEqual(nobody, []);
    const [{ from: next }] = await tonesIn(second.page);
    const { from: last } = before.at(-2); // each ring has two tones
    assert.ok(next - last > RING_EVERY_MS - SILENT_MS, `rang again after ${next - last} ms`);

    // In the middle of a ring, from a tab that is silent.
    const accepting = others.find((tab) => tab !== second);
    const button = await accepting.card(caller.sid).getByRole('button', { name: 'Accept' }).elementHandle();
    const rings = (await tonesIn(second.page)).length;
    await eventually(async () => (await tonesIn(second.page)).length > rings);
    const accepted = await button.evaluate((element) => {
      element.click();
      return performance.timeOrigin + performance.now();
    });
    await accepting.bar.getByText('Talking').waitFor();
    for (const tab of others) await tab.card(caller.sid).waitFor({ state: 'detached' });
    await passes(RING_EVERY_MS); // in which it would have rung again
    const until = Math.max(...(await tonesOf(others)).flat().map((tone) => tone.until));
    t.diagnostic(`silent everywhere ${Math.round(until - accepted)} ms after the click`);
    assert.ok(until - accepted < SILENT_MS, `${until - accepted} ms`);
    await caller.hangUp();
  });
});
