// What comes with texts: fetched from Twilio, and seen by those who may see it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { api, ok } from './lib/api.mjs';
import { acme, demo, globex, newSid, someNumber } from './lib/demo.mjs';
import { CONFIG, newcomer, typed } from './lib/newcomer.mjs';
import { tokenOf } from './lib/people.mjs';
import { receiver } from './lib/receiver.mjs';
import { deliverSigned, eventually, simulator, smsForm, switchOn } from './lib/twilio.mjs';

/** A file that could not be fetched is asked for again after five seconds. */
const SECOND_TRY_MS = 20_000;

/** The message from this number once everything that came with it is settled. */
function settled(token, from, patience) {
  return eventually(async () => {
    const { messages } = await ok(`GET /api/twilio/sms/conversation/${encodeURIComponent(from)}`, { token });
    const [message] = messages;
    return message?.media.length && message.media.every(({ state }) => state !== 'awaited') && message;
  }, patience);
}

/** Somebody sends so many pictures, through the simulator. */
async function sendPictures(org, count) {
  const from = someNumber();
  const exchange = await simulator('POST /sms', { from, to: org.phoneNumber, body: 'look', media: count });
  assert.equal(exchange.response?.status, 200, JSON.stringify(exchange));
  return { from, sent: exchange.webhook.parameters };
}

/** What is at an address of ours, as a browser gets it: without a token. */
function see(url) {
  assert.ok(url.startsWith(`${demo.publicUrl}/api/twilio/media/`), url);
  return fetch(url.replace(demo.publicUrl, demo.baseUrl));
}

/** The picture as Twilio has it, for whoever has the account's credentials and leaves them out after the redirect. */
async function pictureAt(url, { accountSid, authToken }) {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const elsewhere = await fetch(url, { headers: { authorization }, redirect: 'manual' });
  const file = await fetch(new URL(elsewhere.headers.get('location'), url));
  return Buffer.from(await file.arrayBuffer());
}

test('pictures that come with a text are fetched, and seen at addresses of ours', async () => {
  const token = await tokenOf(acme.agents[0]);
  const { from, sent } = await sendPictures(acme, 2);
  const message = await settled(token, from);
  assert.deepEqual(
    message.media.map(({ state, contentType, reason }) => [state, contentType, reason]),
    [
      ['kept', 'image/png', null],
      ['kept', 'image/png', null],
    ],
  );
  assert.equal(message.num_media, 2);
  assert.deepEqual(
    message.media_urls,
    message.media.map(({ url }) => url),
  );
  for (const [place, { url, size }] of message.media.entries()) {
    const seen = await see(url);
    const bytes = Buffer.from(await seen.arrayBuffer());
    assert.deepEqual(bytes, await pictureAt(sent[`MediaUrl${place}`], acme));
    assert.equal(bytes.length, size);
    const headers = ['content-type', 'content-disposition', 'cache-control', 'x-content-type-options'];
    const values = ['image/png', 'inline', 'private, no-store', 'nosniff'];
    assert.deepEqual(
      headers.map((name) => seen.headers.get(name)),
      values,
    );
    assert.match(seen.headers.get('content-security-policy'), /^sandbox; default-src 'none'$/);
  }
  const { timeline } = await ok(`GET /api/twilio/sms/${message.id}/timeline`, { token });
  const noted = timeline.filter(({ step }) => step === 'media');
  assert.equal(noted.length, 2);
  for (const { detail } of noted) assert.match(detail, /^kept: image\/png, \d+ bytes$/);
});

test('an address ends with the session in which it was given out, and a stranger is given none', async () => {
  const token = await tokenOf(acme.agents[1]);
  const { from } = await sendPictures(acme, 1);
  const { id, media } = await settled(token, from);
  const stranger = await tokenOf(globex.agents[0]);
  assert.equal((await api(`GET /api/twilio/sms/${id}`, { token: stranger })).status, 404);
  const [{ url }] = media;
  assert.equal((await see(url)).status, 200);
  assert.equal((await see(`${url}x`)).status, 404);
  await ok('POST /api/auth/logout', { token });
  assert.equal((await see(url)).status, 401);
});

test('an address that a webhook brings is not requested', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const elsewhere = await receiver(t);
  const from = someNumber();
  const MessageSid = newSid('MM');
  const account = `${demo.simulatorUrl}/2010-04-01/Accounts/${acme.accountSid}`;
  const urls = [
    elsewhere.url,
    `${elsewhere.url}/2010-04-01/Accounts/${acme.accountSid}/Messages/${MessageSid}/Media/${newSid('ME')}`,
    `${account}/Messages/${newSid('MM')}/Media/${newSid('ME')}`,
  ];
  const media = Object.fromEntries(urls.map((url, place) => [`MediaUrl${place}`, url]));
  const form = smsForm(acme, { From: from, MessageSid, NumMedia: String(urls.length), ...media });
  assert.equal((await deliverSigned(acme, form)).status, 200);
  const message = await settled(token, from);
  assert.deepEqual([message.media.length, message.media_urls], [3, []]);
  for (const { state, url, reason } of message.media) {
    assert.deepEqual([state, url], ['refused', null]);
    assert.match(reason, /not where Twilio keeps/);
  }
  await fetch(`${elsewhere.url}/marker`);
  assert.equal((await elsewhere.requests.take()).target, '/marker', 'nobody came before');
});

test('a picture is fetched once Twilio answers again', async (t) => {
  const { token, account } = await newcomer();
  await ok(CONFIG, { token, json: typed(account) });
  await switchOn(t, 'restDown', { accountSid: account.accountSid, next: 3 });
  const { from } = await sendPictures(account, 1);
  const [{ state, url }] = (await settled(token, from, SECOND_TRY_MS)).media;
  assert.equal(state, 'kept');
  assert.equal((await see(url)).status, 200);
});
