// Every screen of the agents' page, as it looks, and whether everybody can use it.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { AxeBuilder } from '@axe-core/playwright';

import { ok } from './lib/api.mjs';
import { openPage } from './lib/browser.mjs';
import { desks, fill } from './lib/console.mjs';
import { acme, demo, globex, someWord } from './lib/demo.mjs';
import { decide } from './lib/desk.mjs';
import { signedIn, tokenOf } from './lib/people.mjs';
import { somebodyCalls } from './lib/phones.mjs';
import { png } from './lib/picture.mjs';
import { deliver, eventually, sign, smsForm, text } from './lib/twilio.mjs';

/** Where the pictures are kept: not in the repository. */
const FOLDER = fileURLToPath(new URL('screens/', import.meta.url));
const THEMES = ['light', 'dark'];
const reducedMotion = 'reduce';
const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
/** Beyond that there is only more room. */
const WIDEST_LAYOUT = 1280;
const KNOWN = '+16475550100';
const SCREENS = {
  inbox: '/inbox',
  thread: `/inbox/${encodeURIComponent(KNOWN)}`,
  calls: '/calls',
  contacts: '/people/contacts',
  leads: '/people/leads',
  team: '/team',
  dashboard: '/dashboard',
  wall: '/dashboard?wall',
  settings: '/settings',
  me: '/settings/me',
  organization: '/settings/organization',
  twilio: '/settings/twilio',
  webhooks: '/settings/webhooks',
  numbers: '/settings/numbers',
  templates: '/settings/templates',
  answers: '/settings/answers',
  consent: '/settings/consent',
  users: '/settings/users',
  tokens: '/settings/tokens',
};

/** Somebody who does not come. */
let guest;

/** Something to look at. */
before(async () => {
  await mkdir(FOLDER, { recursive: true });
  await text(acme, { from: KNOWN, body: 'Hi, the kitchen tap drips again. Could somebody come by?' });
  await text(acme, { from: '+16475550101', body: '<b>What</b> would a new boiler cost? 😀' });
  await text(acme, { from: '+16475550102', body: 'שלום, אפשר לקבוע פגישה?' });
  await text(acme, { from: '+16475550155', body: 'STOP' });
  const token = await tokenOf(acme.agents[0]);
  const send = (json) => ok('POST /api/twilio/sms/send', { token, json: { to: KNOWN, ...json } });
  await send({ body: 'Of course. Thursday at nine?' });
  const { upload } = await ok('POST /api/twilio/media', { token, body: png([70, 130, 110], 240) });
  await send({ body: 'Does yours look like this one?', mediaUrls: [upload.mediaUrl] });
  await send({ body: 'See you tomorrow!', sendAt: new Date(Date.now() + 86_400_000).toISOString() });
  guest = await ok('POST /api/users', {
    token: await tokenOf(acme.admin),
    json: { email: `${someWord('a.rather.long.address')}@invited.example`, role: 'manager' },
  });
  const forged = smsForm(acme, { Body: 'Send money' });
  await deliver(forged, { signature: sign(forged, globex.authToken) });
  SCREENS.webhook = await eventually(async () => {
    const { webhooks } = await ok('GET /api/twilio/webhooks', { token: await tokenOf(acme.admin) });
    const kept = webhooks.find(({ twilio_message_sid: sid }) => sid === forged.MessageSid);
    return kept && `${SCREENS.webhooks}?open=${kept.id}`;
  });
});

after(async () => {
  await ok(`DELETE /api/users/${guest.user.id}/invite`, { token: await tokenOf(acme.admin) });
});

/** Looks at what there is in both themes, takes its pictures, and has it checked. */
async function look({ page }, name, { width }) {
  await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
  await page.evaluate(() => document.fonts.ready);
  for (const theme of THEMES) {
    const how = `${theme}-${width}`;
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: `${FOLDER}${name}-${how}.png`, animations: 'disabled' });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${name} ${how}: ${wide} pixels too wide`);
    if (width > WIDEST_LAYOUT) continue;
    // There are no frames of other origins, for which it would open a page each time.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    // Themes are colours.
    const { violations } = await (theme === THEMES[0] ? axe : axe.withRules(['color-contrast', 'link-in-text-block'])).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const told = serious.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
    );
    assert.deepEqual(told, [], `${name} ${how}`);
  }
}

describe('at the same time', { concurrency: true }, () => {
  for (const viewport of SIZES) {
    test(`every screen, ${viewport.width} pixels wide`, async (t) => {
      const desk = await desks(t)(acme.admin, { viewport, reducedMotion });
      for (const [name, path] of Object.entries(SCREENS)) {
        await desk.page.goto(demo.baseUrl + path);
        await desk.isLive();
        await look(desk, name, viewport);
      }
      await desk.page.goto(demo.baseUrl + SCREENS.users);
      const email = `${someWord('joan')}@invited.example`;
      await desk.page.getByLabel('E-mail address').fill(email);
      await desk.page.getByRole('button', { name: 'Invite', exact: true }).click();
      await desk.page.getByText(`Send this link to ${email}`).waitFor();
      await look(desk, 'invited', viewport);
      const withdraw = desk.page.getByRole('button', { name: `Withdraw the invitation of ${email}` });
      await withdraw.scrollIntoViewIfNeeded();
      await look(desk, 'guests', viewport);
      await withdraw.click();
      await desk.page.getByText(`Send this link to ${email}`).waitFor({ state: 'detached' });
      desk.isClean();
    });

    test(`writing a text, ${viewport.width} pixels wide`, async (t) => {
      const desk = await desks(t)(acme.agents[0], { viewport, reducedMotion, path: SCREENS.thread });
      const { page } = desk;
      const file = (name, mimeType, buffer) => ({ name, mimeType, buffer });
      await page
        .getByLabel('Files', { exact: true })
        .setInputFiles([
          file('tap.png', 'image/png', png()),
          file('a menu that has quite a long name.pdf', 'application/pdf', Buffer.from('%PDF-1.7')),
          file('logo.svg', 'image/svg+xml', Buffer.from('<svg/>')),
        ]);
      await page.getByText('is of a kind that cannot be sent').waitFor();
      await page.getByText('1 kB').nth(1).waitFor();
      await page.getByLabel('Message', { exact: true }).fill('The one on the left, I think.');
      await look(desk, 'attached', viewport);
      await page.getByRole('button', { name: 'Send later' }).click();
      await look(desk, 'later', viewport);
    });
  }
});

for (const viewport of SIZES) {
  test(`signing in and calls, ${viewport.width} pixels wide`, async (t) => {
    const { page } = await openPage(t, demo.baseUrl, { viewport, reducedMotion });
    await page.getByLabel('Password').waitFor();
    await look({ page }, 'sign-in', viewport);
    await page.goto(guest.inviteUrl);
    await page.getByRole('heading', { name: 'Join ' }).waitFor();
    await look({ page }, 'join', viewport);
    await page.goto(`${demo.baseUrl}/invite`);
    await page.getByRole('heading', { name: 'This link does not open' }).waitFor();
    await look({ page }, 'join-ended', viewport);

    const { user } = await signedIn(acme.agents[0]);
    await decide(t, { team: [user.id] });
    const open = desks(t);
    const desk = await open(acme.agents[0], { viewport, reducedMotion, path: SCREENS.thread });
    const caller = await somebodyCalls(acme, { from: KNOWN });
    await desk.card(caller.sid).waitFor();
    await look(desk, 'ringing', viewport);
    await desk.take(caller.sid);
    await look(desk, 'talking', viewport);
    await ok('POST /api/auth/logout', { token: await desk.page.evaluate(() => localStorage.getItem('authToken')) });
    await desk.page.getByText('Your call goes on meanwhile.').waitFor();
    await look(desk, 'sign-in-again', viewport);
    await fill(desk.page, acme.agents[0]);
    await desk.isLive();
    const { bar } = desk;
    const press = (name) => bar.getByRole('button', { name, exact: true }).click();
    await press('Keypad');
    for (const key of '0416') await press(key);
    await look(desk, 'keypad', viewport);
    await press('Notes');
    await bar.getByLabel('Notes').fill('Kitchen tap, second visit. Wants Thursday.');
    await bar.getByText('Saved').waitFor();
    await look(desk, 'notes', viewport);
    const other = await somebodyCalls(acme, { from: '+16475550101' });
    await desk.page.getByText('Finish your call first').waitFor();
    await look(desk, 'elsewhere', viewport);
    await other.hangUp();

    const boss = await open(acme.manager, { viewport, reducedMotion, path: SCREENS.calls });
    await boss.page.getByRole('table').getByRole('link', { name: 'Priya Raman' }).first().click();
    await boss.page.getByRole('button', { name: 'Listen', exact: true }).click();
    await boss.page.locator('[data-own]').getByText('You are listening').waitFor();
    await look(boss, 'listening', viewport);
    await boss.page.locator('[data-own]').getByRole('button', { name: 'Stop listening' }).click();

    await press('Transfer');
    await look(desk, 'transfer', viewport);
    const { user: colleague } = await signedIn(acme.manager);
    await bar.getByLabel('Colleague or number').fill(colleague.full_name);
    await bar.getByRole('list', { name: 'Colleagues' }).getByRole('button').first().click();
    await bar.getByText('On hold').waitFor();
    await look(desk, 'held', viewport);
    const asked = boss.page.getByRole('article', { name: 'A colleague asks you in' });
    await asked.waitFor();
    await look(boss, 'asked', viewport);
    await asked.getByRole('button', { name: 'Not now' }).click();
    await caller.hangUp();
    await desk.page.getByRole('article', { name: 'After the call' }).waitFor();
    await look(desk, 'after', viewport);
  });
}
