// Every screen of the agents' page, as it looks, and whether everybody can use it.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { AxeBuilder } from '@axe-core/playwright';

import { ok } from './lib/api.mjs';
import { openPage } from './lib/browser.mjs';
import { desks } from './lib/console.mjs';
import { acme, demo } from './lib/demo.mjs';
import { decide } from './lib/desk.mjs';
import { signedIn, tokenOf } from './lib/people.mjs';
import { somebodyCalls } from './lib/phones.mjs';
import { text } from './lib/twilio.mjs';

/** Where the pictures are kept: not in the repository. */
const FOLDER = fileURLToPath(new URL('screens/', import.meta.url));
const THEMES = ['light', 'dark'];
const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
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
  numbers: '/settings/numbers',
  templates: '/settings/templates',
  answers: '/settings/answers',
  users: '/settings/users',
  tokens: '/settings/tokens',
};

/** Something to look at. */
before(async () => {
  await mkdir(FOLDER, { recursive: true });
  await text(acme, { from: KNOWN, body: 'Hi, the kitchen tap drips again. Could somebody come by?' });
  await text(acme, { from: '+16475550101', body: '<b>What</b> would a new boiler cost? 😀' });
  await text(acme, { from: '+16475550102', body: 'שלום, אפשר לקבוע פגישה?' });
  await ok('POST /api/twilio/sms/send', {
    token: await tokenOf(acme.agents[0]),
    json: { to: KNOWN, body: 'Of course. Thursday at nine?' },
  });
});

/** Looks at what there is, takes its picture, and has it checked. */
async function look({ page }, name, look) {
  await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${FOLDER}${name}-${look}.png`, animations: 'disabled' });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name} ${look}: ${wide} pixels too wide`);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const told = serious.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
  assert.deepEqual(told, [], `${name} ${look}`);
}

for (const theme of THEMES) {
  for (const viewport of SIZES) {
    const how = `${theme}-${viewport.width}`;
    const options = { viewport, colorScheme: theme, reducedMotion: 'reduce' };

    test(`every screen, ${how}`, async (t) => {
      const desk = await (await desks(t))(acme.admin, options);
      for (const [name, path] of Object.entries(SCREENS)) {
        await desk.page.goto(demo.baseUrl + path);
        await desk.isLive();
        await look(desk, name, how);
      }
      desk.isClean();
    });

    test(`signing in and calls, ${how}`, async (t) => {
      const { page } = await openPage(t, demo.baseUrl, options);
      await page.getByLabel('Password').waitFor();
      await look({ page }, 'sign-in', how);

      const { user } = await signedIn(acme.agents[0]);
      await decide(t, { team: [user.id] });
      const desk = await (await desks(t))(acme.agents[0], { ...options, path: SCREENS.thread });
      const caller = await somebodyCalls(acme, { from: KNOWN });
      await desk.card(caller.sid).waitFor();
      await look(desk, 'ringing', how);
      await desk.card(caller.sid).getByRole('button', { name: 'Accept' }).click();
      await desk.page.locator('[data-own]').getByText('Talking').waitFor();
      await look(desk, 'talking', how);
      await desk.page.locator('[data-own]').getByRole('button', { name: 'Transfer' }).click();
      await look(desk, 'transfer', how);
      await caller.hangUp();
      await desk.page.getByRole('article', { name: 'After the call' }).waitFor();
      await look(desk, 'after', how);
    });
  }
}
