// What hangs on texts: fetched from Twilio if it came in, fetched by Twilio if it is sent, and seen by those who may see it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { api, ok, patiently } from './lib/api.mjs';
import { acme, demo, globex, newSid, someNumber } from './lib/demo.mjs';
import { CONFIG, newcomer, typed } from './lib/newcomer.mjs';
import { login, tokenOf } from './lib/people.mjs';
import { png } from './lib/picture.mjs';
import { receiver } from './lib/receiver.mjs';
import { deliverSigned, eventually, fileAt, sentAlong, simulator, smsForm, switchOn } from './lib/twilio.mjs';

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
    assert.deepEqual(bytes, await fileAt(sent[`MediaUrl${place}`], acme));
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
  await patiently(CONFIG, { token, json: typed(account) });
  await switchOn(t, 'restDown', { accountSid: account.accountSid, next: 3 });
  const { from } = await sendPictures(account, 1);
  const [{ state, url }] = (await settled(token, from, SECOND_TRY_MS)).media;
  assert.equal(state, 'kept');
  assert.equal((await see(url)).status, 200);
});

/** Uploads a file as it is; gives what was answered. */
function upload(token, body, options) {
  return api('POST /api/twilio/media', { token, body, headers: { 'content-type': 'image/png' }, ...options });
}

/** What became of a message. */
function ended(token, id) {
  return eventually(async () => {
    const { message } = await ok(`GET /api/twilio/sms/${id}`, { token });
    return ['delivered', 'failed', 'undelivered'].includes(message.twilio_status) && message;
  });
}

test('a file is uploaded, fetched by Twilio without a session, and seen by colleagues at their own addresses', async () => {
  const token = await tokenOf(acme.agents[0]);
  const files = [png(), Buffer.from('%PDF-1.7 a menu')];
  const mediaUrls = [];
  for (const file of files) mediaUrls.push((await upload(token, file)).body.upload.mediaUrl);
  const to = someNumber();
  const { data } = await ok('POST /api/twilio/sms/send', { token, json: { to, mediaUrls } });
  assert.equal((await ended(token, data.id)).twilio_status, 'delivered');
  assert.deepEqual(await sentAlong(acme, to), files, 'what Twilio has is what was uploaded');

  const { token: colleague } = await login(acme.agents[1]);
  const { message } = await ok(`GET /api/twilio/sms/${data.id}`, { token: colleague });
  assert.deepEqual(
    message.media.map(({ contentType, state, mediaUrl }) => [contentType, state, mediaUrl]),
    [
      ['image/png', 'kept', mediaUrls[0]],
      ['application/pdf', 'kept', mediaUrls[1]],
    ],
  );
  for (const [place, { url }] of message.media.entries()) {
    const seen = await see(url);
    assert.deepEqual(Buffer.from(await seen.arrayBuffer()), files[place]);
  }
  await ok('POST /api/auth/logout', { token: colleague });
  assert.equal((await see(message.media[0].url)).status, 401);
});

test('what was uploaded by somebody else does not exist', async () => {
  const { body } = await upload(await tokenOf(globex.agents[0]), png());
  const json = { to: someNumber(), mediaUrls: [body.upload.mediaUrl] };
  const refused = await api('POST /api/twilio/sms/send', { token: await tokenOf(acme.agents[0]), json });
  assert.deepEqual([refused.status, refused.body.details[0].field], [422, 'mediaUrls.0']);
});

test('what Twilio cannot fetch is told in words', async () => {
  const token = await tokenOf(acme.agents[0]);
  const json = { to: someNumber(), body: 'look', mediaUrls: [`${demo.publicUrl}/api/twilio/media/nothing`] };
  const { data } = await ok('POST /api/twilio/sms/send', { token, json });
  const { twilio_status: status, error_code: code, error_message: words } = await ended(token, data.id);
  assert.deepEqual([status, code, words], ['failed', 11200, 'Twilio could not fetch what hangs on it']);
});

test('what must not be sent is refused, however it is called and however it comes', async () => {
  const token = await tokenOf(acme.agents[0]);
  for (const body of [
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    '<!DOCTYPE html>',
    'MZ',
    '',
  ]) {
    const { status, body: answer } = await upload(token, body);
    assert.deepEqual([status, answer.details?.[0].field], [422, 'file'], body);
  }
  const pieces = (count) => {
    let left = count;
    const pull = (to) => (left-- > 0 ? to.enqueue(new Uint8Array(100_000)) : to.close());
    return new ReadableStream({ start: (to) => to.enqueue(png()), pull });
  };
  const tooLarge = await upload(token, pieces(120), { duplex: 'half' });
  assert.deepEqual([tooLarge.status, tooLarge.body.code], [413, 'too_large']);
  const nobody = await upload('nobody', pieces(40), { duplex: 'half' });
  assert.equal(nobody.status, 401, 'told, though they still send');
  const large = Buffer.concat([png(), Buffer.alloc(2_000_000)]);
  assert.equal((await upload(token, large)).status, 201, 'and the next one is taken');
});
