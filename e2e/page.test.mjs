// The simulator's page, in a real browser: a newcomer is a customer who texts and calls, and an agent's stock client hears it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ok } from './lib/api.mjs';
import { openPage } from './lib/browser.mjs';
import { connect } from './lib/client.mjs';
import { acme, demo, someNumber, someWord } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { allFaults, eventually } from './lib/twilio.mjs';

async function open(t) {
  const { page, errors } = await openPage(t, demo.simulatorUrl);
  await page.locator(`#to option[value="${acme.phoneNumber}"]`).waitFor({ state: 'attached' });
  await page.selectOption('#to', acme.phoneNumber);
  return { page, errors };
}

test('a newcomer texts and calls the number, and hangs up', async (t) => {
  const agent = await connect(t, await tokenOf(acme.agents[0]));
  const { page, errors } = await open(t);
  const word = someWord();
  const body = `<b>${word}</b> & "you"`;
  await page.fill('#sms [name=body]', body);
  await page.getByRole('button', { name: 'Text the number' }).click();
  const { payload } = await agent.next('incoming-sms');
  assert.equal(payload.body, `&lt;b&gt;${word}&lt;/b&gt; &amp; &quot;you&quot;`);
  const shown = page.locator('#log summary', { hasText: body }).first();
  await shown.waitFor();
  assert.equal(await shown.locator('b').count(), 0, 'text, not markup');

  const from = someNumber();
  await page.fill('#call [name=from]', from);
  await page.getByRole('button', { name: 'Call the number' }).click();
  const call = await agent.next('incoming-call');
  assert.equal(call.payload.from, from);
  await page.locator('#calls .card', { hasText: from }).getByText('Hang up').click();
  const ended = await agent.next('call-ended');
  assert.deepEqual([ended.payload.callSid, ended.payload.reason], [call.payload.callSid, 'caller-hangup']);
  assert.deepEqual(errors, []);
});

test('every fault has a switch', async (t) => {
  const { page, errors } = await open(t);
  const faults = await allFaults();
  assert.ok(faults.length > 10);
  for (const { name } of faults) {
    const isOn = async () => (await allFaults()).find((fault) => fault.name === name).on.length > 0;
    await page.getByRole('checkbox', { name, exact: true, checked: false }).click();
    await eventually(isOn);
    await page.getByRole('checkbox', { name, exact: true, checked: true }).click();
    await eventually(async () => !(await isOn()));
  }
  assert.deepEqual(errors, []);
});

test("an agent's phone registers with the token that the server gives", async (t) => {
  const { token } = await ok('POST /api/twilio/token', { token: await tokenOf(acme.agents[0]) });
  const { page, errors } = await open(t);
  await page.fill('#device [name=token]', token);
  await page.click('#device button');
  await page.locator('#devices .card').waitFor();
  assert.match(await page.locator('#devices .card strong').innerText(), /^o[0-9a-f]{32}_u[0-9a-f]{32}$/);
  await page.locator('#devices .card').getByText('Connect', { exact: true }).click();
  await page.locator('#log summary', { hasText: 'client:o' }).first().waitFor();
  assert.deepEqual(errors, []);
});
