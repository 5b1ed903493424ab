// The agents' page: as the server hands it out, and as people use it in a browser.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { ok } from './lib/api.mjs';
import { desks, fill, inSight } from './lib/console.mjs';
import { acme, demo, globex, someNumber, someWord } from './lib/demo.mjs';
import { decide } from './lib/desk.mjs';
import { openPage } from './lib/browser.mjs';
import { login, signedIn, tokenOf } from './lib/people.mjs';
import { somebodyCalls } from './lib/phones.mjs';
import { startProxy } from './lib/proxy.mjs';
import { becomesReachable } from './lib/team.mjs';
import { eventually, simulator, text } from './lib/twilio.mjs';

const page = await fetch(`${demo.baseUrl}/`);
const html = await page.text();

test('the page is served', () => {
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type'), /^text\/html/);
  assert.match(html, /<title>[^<]*Switchboard[^<]*<\/title>/);
});

test('the page runs only what the server handed out', () => {
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /(default|script)-src 'self'/);
  assert.match(policy, /connect-src [^;]*'self'/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.doesNotMatch(html, /<style|<script(?![^>]*\bsrc=)|\bstyle=|\bon\w+=/i);
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
});

test('everything that the page names is there', async () => {
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path]) => path);
  assert.ok(named.some((path) => path.endsWith('.js')) && named.some((path) => path.endsWith('.css')));
  for (const path of named) assert.equal((await fetch(demo.baseUrl + path)).status, 200, path);
});

test('a path that leads out of the page is not followed', async () => {
  for (const path of [
    '/..%2f..%2fetc%2fpasswd',
    '/assets/..%2f..%2f..%2fCargo.toml',
    '/%2e%2e/%2e%2e/Cargo.toml',
  ]) {
    const answer = await fetch(demo.baseUrl + path);
    assert.doesNotMatch(await answer.text(), /root:|\[workspace\]/, path);
  }
});

const [ada, bo] = acme.agents;
/** By when a page that answers no ping is gone: ping interval, ping timeout, and a moment. */
const HEARTBEAT_MS = 18_000 + 4_000;

/** The number rings for these people alone, until the end of test `t`. */
async function ringsFor(t, ...people) {
  const sessions = await Promise.all(people.map(signedIn));
  await decide(t, { team: sessions.map(({ user }) => user.id) });
}

test('somebody signs in, stays signed in, and signs out', async (t) => {
  const { page, errors } = await openPage(t, `${demo.baseUrl}/calls`);
  await fill(page, { ...ada, password: 'not it' });
  await page
    .getByRole('alert')
    .filter({ hasText: /password/i })
    .waitFor();
  errors.length = 0; // the browser notes a 401
  await fill(page, ada);
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  await page.getByRole('button', { name: /, (available|busy|away)$/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail address').waitFor();
  assert.deepEqual(errors, []);
});

test('what is loaded first is small', async (t) => {
  const { page } = await openPage(t, 'about:blank');
  const scripts = [];
  const note = (response) => response.url().endsWith('.js') && scripts.push(response.body());
  page.on('response', note);
  await page.goto(demo.baseUrl);
  await fill(page, ada);
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  page.off('response', note); // what comes later may be cut off by the end
  const sizes = (await Promise.all(scripts)).map((script) => gzipSync(script).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(total > 10_000 && total < 250_000, `${total} bytes`);
});

test('a call is on the screen in under a second', async (t) => {
  await ringsFor(t, ada);
  const desk = await desks(t)(ada);
  const caller = await somebodyCalls(acme, { from: '+16475550100' });
  await desk.card(caller.sid).waitFor({ timeout: 1_000 });
  assert.match(await desk.card(caller.sid).innerText(), /Priya Raman/);
  await desk.page
    .getByRole('alert')
    .filter({ hasText: 'Call from Priya Raman' })
    .waitFor({ state: 'attached' });
  await eventually(async () => (await desk.page.title()).startsWith('(1) calling'));
  desk.isClean();
});

// Guards that sound is unlocked by the end of a press: the line that goes then moves all that is below it.
test('the first press on a page is one, however long it takes', async (t) => {
  const { page, ...desk } = await desks(t)(ada);
  await page.reload();
  const line = page.getByText('You will not hear calls');
  await line.waitFor();
  await page.getByRole('button', { name: 'New message' }).click({ delay: 300 });
  await page.getByRole('dialog').waitFor();
  await line.waitFor({ state: 'detached' });
  assert.deepEqual(desk.errors, []);
});

test('who accepts in one window talks, and the call is gone from all others', async (t) => {
  await ringsFor(t, ada, bo);
  const open = desks(t);
  const [hers, his] = [await open(ada), await open(bo)];
  const herOther = await hers.tab();
  const caller = await somebodyCalls(acme);
  for (const desk of [hers, his, herOther]) await desk.card(caller.sid).waitFor();
  await hers.card(caller.sid).getByRole('button', { name: 'Accept' }).click();
  const { user } = await signedIn(ada);
  await his.card(caller.sid).getByText(`${user.full_name} took it`).waitFor();
  for (const desk of [hers, his, herOther]) await desk.card(caller.sid).waitFor({ state: 'detached' });

  const bar = hers.page.locator('[data-own]');
  await bar.getByText('Talking').waitFor();
  await caller.becomes(({ voices }) => voices.length === 1);
  await hers.page.keyboard.press('h');
  await caller.hears('music');
  await bar.getByText('On hold').waitFor();
  await hers.page.keyboard.press('h');
  await caller.becomes(({ voices }) => voices.length === 1);
  await bar.getByRole('button', { name: 'Mute' }).click();
  await bar.getByText('You are muted').waitFor();
  await bar.getByRole('button', { name: 'Hang up' }).click();
  assert.equal(await caller.ended(), 'completed');
  await hers.page.getByRole('article', { name: 'After the call' }).waitFor();
  await hers.page.keyboard.press('2');
  await hers.page.getByRole('article', { name: 'After the call' }).waitFor({ state: 'detached' });
  const { calls } = await ok('GET /api/twilio/call?limit=20', { token: await tokenOf(ada) });
  const call = calls.find(({ twilio_call_sid: sid }) => sid === caller.sid);
  assert.deepEqual([call.outcome, call.user_id], ['follow up', user.id]);
  for (const desk of [hers, his, herOther]) desk.isClean();
});

test('who declines is left alone, and others are not', async (t) => {
  await ringsFor(t, ada, bo);
  const open = desks(t);
  const [hers, his] = [await open(ada), await open(bo)];
  const caller = await somebodyCalls(acme);
  for (const desk of [hers, his]) await desk.card(caller.sid).waitFor();
  await hers.page.keyboard.press('d');
  await hers.card(caller.sid).waitFor({ state: 'detached' });
  assert.ok(await his.card(caller.sid).getByRole('button', { name: 'Accept' }).isEnabled());
  await caller.hangUp();
  await his.card(caller.sid).getByText('The call has ended').waitFor();
});

test('a call is announced, reached with one key, and takes nothing from what one types', async (t) => {
  await ringsFor(t, ada);
  const desk = await desks(t)(ada, { path: `/inbox/${encodeURIComponent('+16475550101')}` });
  const field = desk.page.getByLabel('Message', { exact: true });
  await field.fill('dear');
  const caller = await somebodyCalls(acme);
  await desk.card(caller.sid).waitFor();
  await desk.page.keyboard.type(' ada');
  assert.equal(await field.inputValue(), 'dear ada');
  assert.ok(await field.evaluate((element) => element === document.activeElement));
  await field.blur();
  await desk.page.keyboard.press('a');
  await desk.page.locator('[data-own]').waitFor();
  await caller.hangUp();
});

test('a text is a toast, and then a line of its conversation, as it was typed', async (t) => {
  const desk = await desks(t)(ada);
  const from = someNumber();
  const word = someWord();
  const body = `<img src=x onerror=alert(1)> ${word} & "you" 😀 I'm שלום \u202egnp.exe`;
  await text(acme, { from, body });
  await desk.toast(word).waitFor({ timeout: 1_000 });
  await desk.toast(word).click();
  const message = desk.page.locator('[data-message]', { hasText: word });
  await message.waitFor();
  assert.equal(await message.innerText(), body.replace('\u202e', ''));
  assert.equal(await message.locator('img').count(), 0, 'text, not markup');
  assert.match(desk.page.url(), new RegExp(`/inbox/${encodeURIComponent(from)}$`));
  await eventually(async () => {
    const { conversations } = await ok(
      `GET /api/twilio/sms/conversations?search=${encodeURIComponent(from)}`,
      { token: await tokenOf(ada) },
    );
    return conversations[0]?.unreadCount === 0;
  });
  const again = someWord();
  await text(acme, { from, body: again });
  await desk.page.locator('[data-message]', { hasText: again }).waitFor();
  desk.isClean();
});

test('when much comes at once the newest is in sight, and the oldest calls are', async (t) => {
  await ringsFor(t, ada);
  const from = someNumber();
  const desk = await desks(t)(ada, { path: `/inbox/${encodeURIComponent(from)}` });
  for (let n = 0; n < 20; n += 1) await text(acme, { from, body: `number ${n}` });
  const last = desk.page.locator('[data-message]', { hasText: 'number 19' });
  await last.waitFor();
  await eventually(() => last.evaluate((element) => element.getBoundingClientRect().bottom < innerHeight));
  const callers = [];
  for (let n = 0; n < 5; n += 1) callers.push(await somebodyCalls(acme));
  await desk.page.getByRole('link', { name: '2 more calls wait' }).waitFor();
  for (const { sid } of callers.slice(0, 3)) assert.ok(await desk.card(sid).isVisible());
  await desk.card(callers[0].sid).getByRole('button', { name: 'Decline' }).click();
  await desk.card(callers[3].sid).waitFor();
  desk.isClean();
});

test('two organisations see nothing of one another', async (t) => {
  await ringsFor(t, ada);
  const open = desks(t);
  const [ours, theirs] = [await open(ada), await open(globex.agents[0])];
  const [our, their] = [someWord(), someWord()];
  const caller = await somebodyCalls(acme);
  await ours.card(caller.sid).waitFor();
  await text(acme, { body: our });
  await text(globex, { body: their });
  await ours.toast(our).waitFor();
  await theirs.toast(their).waitFor();
  assert.equal(await theirs.page.getByText(our).count(), 0);
  assert.equal(await ours.page.getByText(their).count(), 0);
  assert.equal(await theirs.page.locator('[data-call], [data-elsewhere]').count(), 0);
});

test('where events come by asking the page says so, and calls ring all the same', async (t) => {
  await ringsFor(t, ada);
  const before = (context) =>
    context.route('**/api/realtime/config', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), transport: 'polling' } });
    });
  const desk = await desks(t)(ada, { before, recovery: 'polling' });
  await desk.banner(/Slow mode: checking every \d+ s/).waitFor();
  const caller = await somebodyCalls(acme);
  await desk.take(caller.sid);
  await caller.hangUp();
  await desk.page.getByRole('article', { name: 'After the call' }).waitFor();
});

test('a session that is ended elsewhere is ended here', async (t) => {
  const desk = await desks(t)(bo);
  const token = await desk.page.evaluate(() => localStorage.getItem('authToken'));
  await ok('POST /api/auth/logout', { token });
  await desk.page.getByRole('alert').filter({ hasText: 'signed out' }).waitFor();
});

test('whose account is switched off is told so, and is back where they were once it is on again', async (t) => {
  const person = acme.agents[18]; // nobody else's session is ended
  const { user } = await login(person);
  const from = someNumber();
  const desk = await desks(t)(person, { path: `/inbox/${encodeURIComponent(from)}` });
  await desk.composer.fill('half a sen');
  const setActive = async (is_active) =>
    ok(`PATCH /api/users/${user.id}`, { token: await tokenOf(acme.admin), json: { is_active } });
  try {
    await setActive(false);
    await inSight(desk.page).getByRole('alert').filter({ hasText: 'your account was switched off' }).waitFor();
    await fill(desk.page, person);
    await inSight(desk.page).getByRole('alert').filter({ hasText: 'Wrong e-mail address or password' }).waitFor();
  } finally {
    await setActive(true);
  }
  await fill(desk.page, person);
  await desk.isLive();
  assert.equal(await desk.composer.inputValue(), 'half a sen');
  const word = someWord();
  await text(acme, { from, body: word });
  await desk.message(word).waitFor();
});

// Nobody calls in the others.
describe('texts are written while a tab sleeps', { concurrency: true }, () => {
  test('a tab that sleeps is noticed, and its person is not rung while another one is', async (t) => {
    const [one, other] = acme.agents.slice(16);
    const { user } = await signedIn(one);
    await ringsFor(t, one, other);
    const open = desks(t);
    const [sleeper, awake] = [await open(one), await open(other)];
    await becomesReachable(user, other, true);
    await sleeper.fallAsleep();
    const began = performance.now();
    await becomesReachable(user, other, false, { patience: HEARTBEAT_MS });
    t.diagnostic(`noticed after ${Math.round(performance.now() - began)} ms`);
    const caller = await somebodyCalls(acme, { t });
    await awake.card(caller.sid).waitFor();
    await caller.hangUp();
    // Where nobody else is there it does not ring at all.
    await decide(t, { team: [user.id], greeting: { text: 'Nobody is here.' } });
    const unlucky = await somebodyCalls(acme, { t });
    await unlucky.hears('Nobody is here.');
    await unlucky.hangUp();

    await sleeper.wake();
    await becomesReachable(user, other, true);
    await sleeper.isLive();
    const lucky = await somebodyCalls(acme, { t });
    await sleeper.card(lucky.sid).waitFor();
    await lucky.hangUp();
  });

  test('a picture that comes with a text is seen in its place', async (t) => {
    const from = someNumber();
    const desk = await desks(t)(ada, { path: `/inbox/${encodeURIComponent(from)}` });
    await simulator('POST /sms', { from, to: acme.phoneNumber, body: 'look', media: 1 });
    const picture = desk.page.getByRole('img', { name: 'Attachment 1' });
    await picture.waitFor();
    await eventually(() => picture.evaluate((image) => image.complete && image.naturalWidth > 0));
    desk.isClean();
  });

  test('what one writes is there at once, goes out, and says how far it is', async (t) => {
    const number = someNumber();
    const desk = await desks(t)(ada, { path: `/inbox/${encodeURIComponent(number)}` });
    const field = desk.page.getByLabel('Message', { exact: true });
    const word = someWord();
    await field.fill(word);
    await desk.page.getByText('1 part').waitFor();
    await field.press('Shift+Enter');
    await field.pressSequentially('and more');
    await field.press('Enter');
    const message = desk.page.locator('[data-message]', { hasText: word });
    await message.waitFor();
    assert.equal(await message.innerText(), `${word}\nand more`);
    assert.equal(await field.inputValue(), '');
    await desk.page
      .getByRole('article')
      .filter({ has: message })
      .getByText('Delivered')
      .waitFor({ state: 'attached' });
    desk.isClean();
  });

  test('what does not go out stays, says why, and is sent once when asked again', async (t) => {
    const number = someNumber();
    const proxy = await startProxy(t, demo.baseUrl);
    const desk = await desks(t)(ada, { at: proxy.url, path: `/inbox/${encodeURIComponent(number)}` });
    const field = desk.page.getByLabel('Message', { exact: true });
    const word = someWord();
    await field.fill(word);
    proxy.cut();
    await field.press('Enter');
    const unsent = desk.page.getByRole('article').filter({ has: desk.page.locator('[data-sending]') });
    await unsent.getByText('Not sent.').waitFor();
    proxy.heal();
    await desk.isLive();
    await unsent.getByRole('button', { name: 'Try again' }).click();
    await desk.page.locator('[data-message]', { hasText: word }).waitFor();
    await unsent.waitFor({ state: 'detached' });
    const { messages } = await ok(`GET /api/twilio/sms/conversation/${encodeURIComponent(number)}`, {
      token: await tokenOf(ada),
    });
    assert.equal(messages.filter(({ body }) => body === word).length, 1);
  });

  test('who asked not to be texted is not written to, and the page says why', async (t) => {
    const from = someNumber();
    await text(acme, { from, body: 'STOP' });
    const desk = await desks(t)(ada, { path: `/inbox/${encodeURIComponent(from)}` });
    await desk.page.getByText('They asked not to be texted').waitFor();
    assert.equal(await desk.page.getByLabel('Message', { exact: true }).count(), 0);
  });
});

test('every figure of the dashboard is what the server counts', async (t) => {
  await ringsFor(t, ada);
  const open = desks(t);
  const caller = await somebodyCalls(acme);
  const boss = await open(acme.manager, { path: '/dashboard?wall' });
  const figure = (id) => boss.page.locator(`[data-figure="${id}"]`);
  const token = await tokenOf(acme.manager);
  const midnight = new Date(new Date().setHours(0, 0, 0, 0)).toISOString();
  /** Waits until the page shows what is asked for at that moment: other things go on, too. */
  const shows = (id, look) =>
    eventually(async () => {
      const expected = await look();
      return (await figure(id).innerText()) === expected;
    }, 30_000);
  await shows('waiting', async () => {
    const { pagination } = await ok('GET /api/twilio/call?state=ringing&direction=inbound&limit=1', {
      token,
    });
    assert.ok(pagination.total > 0);
    return String(pagination.total);
  });
  await caller.hangUp();
  await shows('waiting', async () => '0');
  await shows('answered', async () => {
    const { calls } = await ok(`GET /api/twilio/stats?from=${midnight}`, { token });
    return `${calls.answered} · ${calls.missed}`;
  });
  await shows('agents', async () => {
    const { members } = await ok('GET /api/team', { token });
    const are = (status) =>
      members.filter((member) => member.role !== 'viewer' && member.status === status).length;
    return `${are('available')} · ${are('busy')} · ${are('away')}`;
  });
  await shows('unanswered', async () => {
    const { conversations } = await ok('GET /api/twilio/sms/conversations?limit=200', { token });
    return String(conversations.filter(({ lastDirection }) => lastDirection === 'inbound').length);
  });
});

test('in the demo, the page can be its own customer', async (t) => {
  await ringsFor(t, ada);
  const desk = await desks(t)(ada);
  await desk.page.getByRole('button', { name: 'Simulate' }).click();
  await desk.page.getByRole('button', { name: 'A stranger calls' }).click();
  const card = desk.page.locator('[data-call]');
  await card.waitFor();
  const sid = await card.getAttribute('data-call');
  await simulator(`POST /call/${sid}/hang-up`);
  await card.getByText('The call has ended').waitFor();
  desk.isClean();
});
