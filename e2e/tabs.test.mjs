// One person, several tabs of one real browser: one leads, one rings.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { acme } from './lib/demo.mjs';
import { login } from './lib/people.mjs';
import { bellOf, callIn, openBrowser, openTab } from './lib/tabs.mjs';
import { eventually, ring } from './lib/twilio.mjs';

/** The tabs of which the bell is so. */
async function which(tabs, fits) {
  const bells = await Promise.all(tabs.map(bellOf));
  return tabs.filter((_, at) => fits(bells[at]));
}

const leads = ({ isLeader }) => isLeader;
const rings = ({ isRinging }) => isRinging;

test('five tabs ring once, whoever leads; one answer silences all of them', async (t) => {
  const { token } = await login(acme.agents[7]);
  const browser = await openBrowser(t, token);
  const tabs = [];
  for (let n = 0; n < 5; n += 1) tabs.push(await openTab(browser));
  assert.equal((await which(tabs, leads)).length, 1);

  const { sid } = await ring(acme);
  for (const tab of tabs) await eventually(async () => (await callIn(tab, sid))?.ringsForMe);
  const [first] = await eventually(async () => {
    const ringing = await which(tabs, rings);
    return ringing.length === 1 && ringing;
  });

  const others = tabs.filter((tab) => tab !== first);
  await first.close();
  const [second] = await eventually(async () => {
    const ringing = await which(others, rings);
    return ringing.length === 1 && ringing;
  });
  assert.deepEqual(await which(others, leads), [second]);

  const follower = others.find((tab) => tab !== second);
  const { ok } = await follower.evaluate((callSid) => window.client.calls.accept(callSid), sid);
  assert.equal(ok, true);
  const answered = performance.now();
  await eventually(async () => (await which(others, rings)).length === 0, 500);
  t.diagnostic(`silent everywhere after ${Math.round(performance.now() - answered)} ms`);
  for (const tab of others) await eventually(async () => !(await callIn(tab, sid))?.ringsForMe);
});

test('a page that nobody touched says that it will not be heard, and a touch in any tab cures all', async (t) => {
  const { token } = await login(acme.agents[8]);
  const browser = await openBrowser(t, token);
  const [one, other] = [await openTab(browser), await openTab(browser)];
  for (const tab of [one, other]) {
    const { audio, permission, willNotice } = await bellOf(tab);
    assert.deepEqual({ audio, willNotice }, { audio: 'locked', willNotice: permission === 'granted' });
  }
  const [follower] = await which([one, other], (bell) => !bell.isLeader);
  await follower.click('button');
  await eventually(async () => {
    const bell = await bellOf(follower);
    return bell.audio === 'unlocked' && bell.isLeader;
  });
  for (const tab of [one, other]) await eventually(async () => (await bellOf(tab)).willNotice);
  assert.equal(await follower.evaluate(() => window.client.notifications.enableSound()), true);
});

test('who signs out in one tab is signed out in the others', async (t) => {
  const { token } = await login(acme.agents[9]);
  const browser = await openBrowser(t, token);
  const [one, other] = [await openTab(browser), await openTab(browser)];
  await one.evaluate(() => window.client.auth.signOut());
  await eventually(() => other.evaluate(() => window.client.auth.get().status === 'signed-out'));
  assert.equal(await other.evaluate(() => localStorage.getItem('authToken')), null);
});
