// A day's work at the agents' page, beside calls and texts as they come.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { ok } from './lib/api.mjs';
import { desks, fill } from './lib/console.mjs';
import { acme, someNumber, someWord } from './lib/demo.mjs';
import { decide, supervisor } from './lib/desk.mjs';
import { signedIn, tokenOf } from './lib/people.mjs';
import { phone, somebodyCalls } from './lib/phones.mjs';
import { png } from './lib/picture.mjs';
import { eventually, sentAlong, text } from './lib/twilio.mjs';

const [ada, bo] = acme.agents;
const KNOWN = '+16475550100';
const thread = (number) => `/inbox/${encodeURIComponent(number)}`;

/** Somebody called, and this person took it in their window. */
async function talking(t, open, user, { from, line } = {}) {
  const session = await signedIn(user);
  await decide(t, { team: [session.user.id], ...line });
  const desk = await open(user);
  const caller = await somebodyCalls(acme, { from });
  await desk.card(caller.sid).getByRole('button', { name: 'Accept' }).click();
  await desk.page.locator('[data-own]').getByText('Talking').waitFor();
  return { desk, caller, session };
}

test('a call comes above whatever is asked in between', async (t) => {
  const { user } = await signedIn(ada);
  await decide(t, { team: [user.id] });
  const desk = await desks(t)(ada, { path: '/people/contacts' });
  await desk.page.getByRole('button', { name: 'Add a contact' }).click();
  const dialog = desk.page.getByRole('dialog');
  await dialog.getByLabel('First name').fill('Half');
  const caller = await somebodyCalls(acme);
  await desk.card(caller.sid).getByRole('button', { name: 'Accept' }).click();
  await desk.page.locator('[data-own]').getByText('Talking').waitFor();
  assert.equal(await dialog.getByLabel('First name').inputValue(), 'Half');
  await caller.hangUp();
});

test('a colleague is asked in, takes over, and the first one is done', async (t) => {
  const open = desks(t);
  const his = await open(bo);
  const { desk: hers, caller } = await talking(t, open, ada, { from: KNOWN });
  // A newer call, which somebody else holds.
  const boss = await supervisor(t);
  const elsewhere = await somebodyCalls(acme);
  await boss.hears('incoming-call', elsewhere.sid);
  const other = await boss.take(elsewhere.sid);
  await boss.becomes(other, ({ state }) => state === 'connected');
  await boss.asks('hold', other);
  const { user } = await signedIn(bo);
  await hers.page.keyboard.press('t');
  await hers.page.getByLabel('Colleague or number').fill(user.full_name);
  await hers.page
    .getByRole('list', { name: 'Colleagues' })
    .getByRole('button', { name: user.full_name })
    .click();
  await caller.hears('music');
  await hers.bar.getByText(`Ringing ${user.full_name}… If you hang up now, the call ends.`).waitFor();
  await his.page
    .getByRole('article', { name: 'A colleague asks you in' })
    .getByRole('button', { name: 'Join' })
    .click();
  await his.page.locator('[data-own]').getByText('Priya Raman').waitFor();
  const isHere = `${user.full_name} is here. Hang up to hand the call over.`;
  await hers.bar.getByText(isHere).waitFor();
  await hers.page.getByRole('status').getByText(isHere).waitFor({ state: 'attached' });
  await hers.page.locator('[data-own]').getByRole('button', { name: 'Hang up' }).click();
  await caller.becomes(({ voices, hears }) => voices.length === 1 && hears !== 'music');
  await hers.page.locator('[data-own]').waitFor({ state: 'detached' });
  await his.page.locator('[data-own]').getByText('Talking').waitFor();
  await his.page.locator('[data-own]').getByRole('button', { name: 'Hang up' }).click();
  assert.equal(await caller.ended(), 'completed');
  assert.equal((await boss.call(other)).state, 'connected', 'it was none of theirs');
  await elsewhere.hangUp();
  for (const desk of [hers, his]) desk.isClean();
});

test('a phone that is asked in and does not come is named, and the customer is talked with again', async (t) => {
  const { desk, caller } = await talking(t, desks(t), ada);
  const mobile = phone();
  await desk.page.keyboard.press('t');
  await desk.page.getByLabel('Colleague or number').fill(mobile.number);
  await desk.page.getByRole('button', { name: `Transfer to ${mobile.number}` }).click();
  await desk.bar.getByText(/^Ringing .*… If you hang up now, the call ends\.$/).waitFor();
  await mobile.decline();
  const missed = desk.bar.getByText(/did not come\. Resume to talk with the customer\.$/);
  await missed.waitFor();
  await desk.bar.getByRole('button', { name: 'Resume' }).click();
  await desk.bar.getByText('Talking').waitFor();
  await missed.waitFor({ state: 'detached' });
  await desk.bar.getByRole('button', { name: 'Hang up' }).click();
  assert.equal(await caller.ended(), 'completed');
  desk.isClean();
});

test('a call is handed over at once, and rings there', async (t) => {
  const open = desks(t);
  const his = await open(bo);
  const { desk: hers, caller } = await talking(t, open, ada);
  const { user } = await signedIn(bo);
  await hers.page.keyboard.press('t');
  await hers.page.getByRole('button', { name: 'At once' }).click();
  await hers.page
    .getByRole('list', { name: 'Colleagues' })
    .getByRole('button', { name: user.full_name })
    .click();
  await his.card(caller.sid).waitFor();
  await hers.page.locator('[data-own]').waitFor({ state: 'detached' });
  await caller.hangUp();
});

test('a supervisor listens, and nobody hears that', async (t) => {
  const open = desks(t);
  const { desk, caller } = await talking(t, open, ada);
  const boss = await open(acme.manager, { path: '/calls' });
  await boss.page.getByRole('table').getByRole('link').first().click();
  await boss.page.getByRole('button', { name: 'Listen', exact: true }).click();
  const bar = boss.page.locator('[data-own]');
  await bar.getByText('You are listening').waitFor();
  await caller.becomes(({ voices }) => voices.length === 1);
  await bar.getByRole('button', { name: 'Join in' }).click();
  await bar.getByText('Both hear you').waitFor();
  await caller.becomes(({ voices }) => voices.length === 2);
  await bar.getByRole('button', { name: 'Stop listening' }).click();
  await caller.becomes(({ voices }) => voices.length === 1);
  await bar.waitFor({ state: 'detached' });
  await desk.page.locator('[data-own]').getByText('Talking').waitFor();
  await caller.hangUp();
  await desk.page.getByRole('article', { name: 'After the call' }).waitFor();
});

test('who talks takes no other call and makes none, and their customer stays', async (t) => {
  const { desk, caller } = await talking(t, desks(t), ada, { from: KNOWN });
  const other = await somebodyCalls(acme);
  const waits = desk.page.locator(`[data-elsewhere="${other.sid}"]`);
  const take = waits.getByRole('button', { name: 'Take it' });
  assert.deepEqual(
    [await take.isDisabled(), await take.getAttribute('title')],
    [true, 'Finish your call first'],
  );
  await desk.page.keyboard.press('Control+k');
  const commands = desk.page.getByRole('dialog');
  await commands.getByRole('combobox').fill(someNumber());
  await commands.getByRole('option', { name: 'Finish your call first' }).click({ force: true });
  await desk.page.keyboard.press('Escape');
  await other.hangUp();
  await waits.waitFor({ state: 'detached' });
  await desk.page.locator('[data-own]').getByText('Talking').waitFor();
  await caller.becomes(({ voices }) => voices.length === 1);
  await caller.hangUp();
  desk.isClean();
});

test('a supervisor who listens takes a call, and listens no more', async (t) => {
  const open = desks(t);
  const { caller } = await talking(t, open, ada);
  const boss = await open(acme.manager, { path: '/calls' });
  await boss.page.getByRole('table').getByRole('link').first().click();
  await boss.page.getByRole('button', { name: 'Listen', exact: true }).click();
  await boss.page.locator('[data-own]').getByText('You are listening').waitFor();
  const other = await somebodyCalls(acme);
  await boss.page
    .locator(`[data-elsewhere="${other.sid}"]`)
    .getByRole('button', { name: 'Take it' })
    .click();
  await boss.page.locator('[data-own]').getByText('Talking').waitFor();
  for (const one of [caller, other]) await one.becomes(({ voices }) => voices.length === 1);
  await other.hangUp();
  await boss.page.getByRole('article', { name: 'After the call' }).waitFor();
  await caller.becomes(({ voices, isOver }) => voices.length === 1 && !isOver);
  await caller.hangUp();
});

test('a call that is made though its answer is lost has somebody on the line', async (t) => {
  const mobile = phone();
  const { page } = await desks(t)(ada, { path: '/calls' });
  await page.route('**/api/twilio/call/make', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await page.getByRole('button', { name: 'Call a number' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Number').fill(mobile.number);
  await dialog.getByRole('button', { name: 'Call', exact: true }).click();
  await page.locator('[data-toast]').filter({ hasText: 'It may still ring' }).waitFor();
  await mobile.answer();
  await page.locator('[data-own]').getByText('Talking').waitFor();
  await mobile.becomes(({ voices }) => voices.length === 1);
  await mobile.hangUp();
  await page.getByRole('article', { name: 'After the call' }).waitFor();
});

test('a call that was recorded is heard, read and written about in the history', async (t) => {
  const { desk, caller, session } = await talking(t, desks(t), ada, { line: { recordCalls: true } });
  const find = async () => {
    const { calls } = await ok('GET /api/twilio/call?limit=20', { token: session.token });
    return calls.find(({ twilio_call_sid: sid }) => sid === caller.sid);
  };
  await eventually(async () => (await find()).talk_time_seconds >= 1);
  await caller.hangUp();
  const { id } = await eventually(async () => {
    const call = await find();
    return call.has_recording && call;
  });
  await desk.page.getByRole('button', { name: 'Not now' }).click();
  await desk.page.goto(new URL(`/calls/${id}?direction=inbound`, desk.page.url()).href);
  const view = desk.page.getByRole('region', { name: /^Call with/ });
  await view.getByText('Phone connected').waitFor();
  assert.ok(
    (await view.locator('li').allInnerTexts()).some((step) =>
      step.startsWith(`Accepted · ${session.user.full_name}`),
    ),
  );
  await view.getByRole('button', { name: 'Play recording' }).waitFor();
  await view.getByLabel('Notes').fill('wants a quote');
  await view.getByRole('button', { name: 'Save' }).click();
  await desk.toast('Saved').waitFor();
  assert.equal((await find()).notes, 'wants a quote');
  assert.equal(await desk.page.getByLabel('Direction').inputValue(), 'inbound');
  await desk.page.getByLabel('Direction').selectOption('outbound');
  await desk.page.waitForURL(/\?direction=outbound$/);
  desk.isClean();
});

test('who is on a call is asked before the page is left', async (t) => {
  const { desk, caller } = await talking(t, desks(t), ada);
  const asked = desk.page.waitForEvent('dialog');
  const leaving = desk.page.evaluate(() => location.reload()).catch(() => undefined); // it may go before it is answered
  const dialog = await asked;
  assert.equal(dialog.type(), 'beforeunload');
  await dialog.dismiss();
  await leaving;
  await desk.page.locator('[data-own]').getByText('Talking').waitFor();
  await caller.hangUp();
  await desk.page.getByRole('article', { name: 'After the call' }).waitFor();
});

test('a customer is called from their conversation', async (t) => {
  const desk = await desks(t)(ada, { path: thread(KNOWN) });
  await desk.page.getByRole('button', { name: 'Call Priya Raman' }).click();
  const bar = desk.page.locator('[data-own]');
  await bar.getByText('Talking').waitFor();
  await bar.getByRole('button', { name: 'Keypad' }).click();
  await bar.getByRole('button', { name: '5', exact: true }).click();
  await bar.getByRole('status', { name: 'Pressed' }).filter({ hasText: '5' }).waitFor();
  await bar.getByRole('button', { name: 'Hang up' }).click();
  await desk.page.getByRole('article', { name: 'After the call' }).waitFor();
  desk.isClean();
});

test('what one began to write waits in its conversation, is named in the list, and goes with who signs out', async (t) => {
  const [one, other] = [someNumber(), someNumber()];
  for (const from of [one, other]) await text(acme, { from, body: 'hello' });
  const desk = await desks(t)(ada, { path: thread(one) });
  const row = (number) => desk.page.locator(`[href^="${thread(number)}"]`);
  await desk.composer.fill('half a sen');
  await row(other).click();
  await row(one).getByText('Draft:').waitFor();
  await row(one).getByText('half a sen').waitFor();
  assert.equal(await desk.composer.inputValue(), '');
  await row(one).click();
  await desk.page.waitForURL(`**${thread(one)}`);
  assert.equal(await desk.composer.inputValue(), 'half a sen');
  await desk.composer.press('Enter');
  await desk.message('half a sen').waitFor();
  await desk.composer.fill('and more');
  await row(other).click();
  await row(one).getByText('and more').waitFor();
  await desk.page.getByRole('button', { name: /, (available|busy|away)$/ }).click();
  await desk.page.getByRole('button', { name: 'Sign out' }).click();
  await fill(desk.page, bo);
  await desk.isLive();
  await row(other).waitFor();
  assert.equal(await row(one).getByText('Draft:').count(), 0);
  await row(one).click();
  await desk.page.waitForURL(`**${thread(one)}`);
  assert.equal(await desk.composer.inputValue(), '');
  desk.isClean();
});

test('a conversation is noted about and given to somebody', async (t) => {
  const number = someNumber();
  await text(acme, { from: number, body: 'hello' });
  const open = desks(t);
  const [hers, his] = [await open(ada, { path: thread(number) }), await open(bo)];
  await hers.page.getByRole('button', { name: 'Note', exact: true }).click();
  const word = someWord();
  await hers.page.getByLabel('Note for colleagues').fill(word);
  await hers.page.keyboard.press('Enter');
  await hers.page
    .getByRole('article', { name: /^Note of/ })
    .filter({ hasText: word })
    .waitFor();
  const { user } = await signedIn(bo);
  await hers.page.getByLabel('Looks after it').selectOption(user.id);
  await eventually(async () => {
    const path = `/api/twilio/sms/conversation/${encodeURIComponent(number)}`;
    return (await ok(`GET ${path}`, { token: await tokenOf(ada) })).assignedTo === user.id;
  });
  await his.page.getByRole('link', { name: 'Assigned to me' }).click();
  await his.page.getByRole('list', { name: 'Conversations' }).getByText('hello').first().click();
  await his.page.getByText(word).waitFor();
  for (const desk of [hers, his]) desk.isClean();
});

/** A file that lies in the clipboard is pasted. */
function paste(field, name, bytes) {
  return field.evaluate(
    (element, [name, base64]) => {
      const data = new DataTransfer();
      data.items.add(
        new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type: 'image/png' }),
      );
      element.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    },
    [name, bytes.toString('base64')],
  );
}

test('pictures are chosen and pasted, sent, fetched by Twilio, and seen in the conversation', async (t) => {
  const number = someNumber();
  await text(acme, { from: number, body: 'what does it look like?' });
  const open = desks(t);
  const [hers, his] = [await open(ada, { path: thread(number) }), await open(bo, { path: thread(number) })];
  const field = hers.page.getByLabel('Message', { exact: true });
  const [blue, red] = [png(), png([204, 51, 51])];
  await hers.page
    .getByLabel('Files', { exact: true })
    .setInputFiles({ name: 'blue.png', mimeType: 'image/png', buffer: blue });
  await paste(field, 'red.png', red);
  const list = hers.page.getByRole('list', { name: 'Attachments' });
  await list.getByText('1 kB').nth(1).waitFor();
  await list.getByText('red.png').waitFor();
  await field.fill('like this');
  await field.press('Enter');
  await list.waitFor({ state: 'detached' });
  for (const { page } of [hers, his]) {
    const bubble = page.locator('[data-message]', { hasText: 'like this' });
    for (const name of ['Attachment 1', 'Attachment 2']) {
      const picture = bubble.getByRole('img', { name });
      await eventually(() => picture.evaluate(({ naturalWidth }) => naturalWidth === 64));
    }
  }
  await eventually(async () => (await sentAlong(acme, number)).length === 2);
  await hers.page.getByTitle('Delivered').last().waitFor({ state: 'attached' });
  assert.deepEqual(await sentAlong(acme, number), [blue, red]);
  for (const desk of [hers, his]) desk.isClean();
});

test('the end of a conversation stays in sight, unless one reads further up', async (t) => {
  const number = someNumber();
  for (const line of Array(12).keys()) await text(acme, { from: number, body: `line ${line}` });
  const desk = await desks(t)(ada, { path: thread(number), viewport: { width: 1280, height: 700 } });
  const { page } = desk;
  const log = page.getByRole('log');
  const left = () => log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
  await desk.message('line 11').waitFor();
  await page.getByLabel('Files', { exact: true }).setInputFiles({
    name: 'tall.png',
    mimeType: 'image/png',
    buffer: png(undefined, 256),
  });
  await page.getByRole('list', { name: 'Attachments' }).getByText('1 kB').waitFor();
  await desk.composer.press('Enter');
  const picture = page.getByRole('img', { name: 'Attachment 1' });
  await eventually(() => picture.evaluate(({ naturalHeight }) => naturalHeight === 256));
  await eventually(async () => (await left()) < 2);
  await page.setViewportSize({ width: 1280, height: 500 });
  await eventually(async () => (await left()) < 2);
  await log.evaluate((log) => log.scrollTo({ top: 0 }));
  await page.setViewportSize({ width: 1280, height: 400 });
  await text(acme, { from: number, body: 'one more' });
  await desk.message('one more').waitFor({ state: 'attached' });
  assert.equal(await log.evaluate(({ scrollTop }) => scrollTop), 0);
  desk.isClean();
});

test('a file that cannot be sent says so, and the text waits until it is taken away', async (t) => {
  const number = someNumber();
  const desk = await desks(t)(ada, { path: thread(number) });
  const { page } = desk;
  await page
    .getByLabel('Files', { exact: true })
    .setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
  await page.getByText('is of a kind that cannot be sent').waitFor();
  desk.errors.length = 0; // the browser notes a 422
  const field = page.getByLabel('Message', { exact: true });
  await field.fill('the logo');
  await field.press('Enter');
  await page.getByText('Remove what cannot be sent first.').waitFor();
  await page.getByRole('button', { name: 'Remove logo.svg' }).click();
  await field.press('Enter');
  await page.locator('[data-message]', { hasText: 'the logo' }).waitFor();
  desk.isClean();
});

test('a text is sent later, and called back', async (t) => {
  const number = someNumber();
  const desk = await desks(t)(ada, { path: thread(number) });
  const { page } = desk;
  const field = page.getByLabel('Message', { exact: true });
  for (const words of ['see you then', 'or not']) {
    await field.fill(words);
    await page.getByRole('button', { name: 'Send later' }).click();
    await page.getByRole('button', { name: /^Tomorrow morning/ }).click();
    await page.locator('[data-message]', { hasText: words }).waitFor();
  }
  const bubble = page.getByRole('article').filter({ hasText: 'or not' });
  await bubble.getByText(/^Tomorrow/).waitFor();
  await bubble.getByRole('button', { name: 'Do not send' }).click();
  await bubble.waitFor({ state: 'detached' });
  await page.reload();
  await page.locator('[data-message]', { hasText: 'see you then' }).waitFor();
  const { scheduled, messages } = await ok(`GET /api/twilio/sms/conversation/${encodeURIComponent(number)}`, {
    token: await tokenOf(ada),
  });
  assert.deepEqual([scheduled.map(({ body }) => body), messages], [['see you then'], []]);
  const at = new Date(scheduled[0].scheduled_at);
  const clock = await page.evaluate(
    (at) => [new Date(at).getHours(), new Date(at).getMinutes()],
    at.toISOString(),
  );
  assert.deepEqual(clock, [9, 0], 'by the clock of whoever wrote it');
  await page.getByRole('button', { name: 'Do not send' }).click();
  await page.getByText('Nothing was written yet').waitFor();
  desk.isClean();
});

test('who wants no texts is found in the record, and the record is downloaded', async (t) => {
  const from = someNumber();
  await text(acme, { from, body: 'STOP' });
  const desk = await desks(t)(acme.manager, { path: '/settings/consent' });
  const { page } = desk;
  await page.getByLabel('Search by number or word').fill(from.slice(2));
  await page.getByRole('status').filter({ hasText: '1 entry' }).waitFor();
  const list = page.getByRole('list', { name: 'Consent' });
  await list.getByText('Wants no texts').waitFor();
  assert.equal(await list.getByRole('listitem').count(), 1);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as CSV' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'consent.csv');
  const table = await readFile(await download.path(), 'utf8');
  assert.ok(
    table.split('\r\n').some((line) => line.includes(`${from},`) && line.includes(',stop,STOP,')),
    table,
  );
  desk.isClean();
});

test('a template is written in the settings and sent by its name', async (t) => {
  const name = someWord('template');
  const open = desks(t);
  const boss = await open(acme.manager, { path: '/settings/templates' });
  await boss.page.getByRole('button', { name: 'Add', exact: true }).click();
  await boss.page.getByLabel('Name').fill(name);
  await boss.page.getByLabel('Text').fill(`Hi {{first_name}}, ${name} of {{organization}}`);
  await boss.page.getByRole('button', { name: 'Save' }).click();
  await boss.toast('Saved').waitFor();
  const desk = await open(ada, { path: thread(KNOWN) });
  const field = desk.page.getByLabel('Message', { exact: true });
  await field.fill(`/${name}`);
  await desk.page.getByRole('option', { name }).waitFor();
  await field.press('Enter');
  assert.equal(await field.inputValue(), `Hi Priya, ${name} of Brightwater Plumbing`);
  await field.press('Enter');
  await desk.page.locator('[data-message]', { hasText: `Hi Priya, ${name}` }).waitFor();
  for (const one of [boss, desk]) one.isClean();
});

test('somebody is added, found, changed and deleted', async (t) => {
  const desk = await desks(t)(ada, { path: '/people/leads' });
  const { page } = desk;
  const name = someWord('lead');
  await page.getByRole('button', { name: 'Add a lead' }).click();
  await page.getByLabel('First name').fill(name);
  await page.getByLabel('Phone').fill('not a number');
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
  await page.getByText('Must be a phone number.').waitFor();
  desk.errors.length = 0; // the browser notes a 422
  await page.getByLabel('Phone').fill(someNumber());
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
  await page.getByRole('region', { name }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search' }).fill(name);
  await page.getByRole('option', { name }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('dialog').getByLabel('Status').selectOption('qualified');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name }).getByText('Qualified').waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await desk.toast(`${name} is deleted`).waitFor();
  await page.getByRole('list', { name: 'Leads' }).waitFor();
  await page.getByRole('list', { name: 'Leads' }).getByText(name).waitFor({ state: 'detached' });
  desk.isClean();
});

test('what a caller meets is decided in the settings', async (t) => {
  await decide(t, {});
  const desk = await desks(t)(acme.admin, { path: '/settings/numbers' });
  const { page } = desk;
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('button', { name: 'At these hours' }).click();
  await page.getByRole('button', { name: 'Add hours' }).click();
  await page.getByLabel('Greeting', { exact: true }).fill('We are out.');
  await page.getByLabel('Record calls').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Mon 09:00–17:00').waitFor();
  const { number } = await ok(`GET /api/twilio/numbers/${encodeURIComponent(acme.phoneNumber)}`, {
    token: await tokenOf(acme.admin),
  });
  assert.deepEqual(number.hours, [{ day: 'monday', from: '09:00', to: '17:00' }]);
  assert.deepEqual([number.greeting.text, number.recordCalls], ['We are out.', true]);
  desk.isClean();
});

test('what is answered by itself is decided in the settings', async (t) => {
  const keyword = someWord('hours');
  const open = desks(t);
  const boss = await open(acme.manager, { path: '/settings/answers' });
  await boss.page.getByRole('button', { name: 'Add', exact: true }).click();
  await boss.page.getByLabel('Keyword').fill(keyword);
  await boss.page.getByLabel('Text').fill('We are open from 9 to 5, {{organization}}');
  await boss.page.getByRole('button', { name: 'Save' }).click();
  await boss.page.getByRole('heading', { name: keyword }).waitFor();
  const from = someNumber();
  const desk = await open(ada, { path: thread(from) });
  await text(acme, { from, body: keyword.toUpperCase() });
  await desk.page
    .locator('[data-message]', { hasText: 'We are open from 9 to 5, Brightwater Plumbing' })
    .waitFor();
  const rule = boss.page.locator('section', { has: boss.page.getByRole('heading', { name: keyword }) });
  await rule.getByRole('button', { name: 'Change' }).last().click();
  await boss.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await boss.page.getByRole('heading', { name: keyword }).waitFor({ state: 'detached' });
  for (const one of [boss, desk]) one.isClean();
});

test('who only reads is offered nothing that they may not do', async (t) => {
  const { user } = await signedIn(acme.viewer);
  const { user: agent } = await signedIn(ada);
  await decide(t, { team: [agent.id] });
  const desk = await desks(t)(acme.viewer, { path: thread(KNOWN) });
  await desk.page.getByRole('heading', { name: 'Priya Raman' }).waitFor();
  assert.equal(await desk.page.getByLabel('Message', { exact: true }).count(), 0);
  await somebodyCalls(acme);
  const word = someWord();
  await text(acme, { body: word });
  await desk.toast(word).waitFor(); // so the call was told of, too
  assert.equal(await desk.page.getByRole('button', { name: /Accept|Take it/ }).count(), 0);
  await desk.page.goto(new URL('/settings/users', desk.page.url()).href);
  await desk.page.getByRole('heading', { name: 'Settings' }).waitFor();
  assert.equal(await desk.page.getByText(user.email).count(), 0);
  desk.isClean();
});
