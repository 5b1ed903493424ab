// The stream of events for those who ask for it: the same events, order and cursors as on the socket.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { api, ok, PATIENCE_MS } from './lib/api.mjs';
import { connect, readCursor } from './lib/client.mjs';
import { acme, globex } from './lib/demo.mjs';
import { login, tokenOf } from './lib/people.mjs';
import { becomesReachable, memberOf } from './lib/team.mjs';
import { ring, text } from './lib/twilio.mjs';

/** Asks for events; the answer's shape is checked. */
async function poll(token, query = {}) {
  const page = await ok(`GET /api/events?${new URLSearchParams(query)}`, {
    token,
    signal: AbortSignal.timeout(3 * PATIENCE_MS),
  });
  assert.deepEqual(Object.keys(page).sort(), ['cursor', 'events', 'more', 'offers', 'reset']);
  assert.deepEqual(Object.keys(page.offers), ['callSids']);
  for (const event of page.events) assert.deepEqual(Object.keys(event), ['cursor', 'event', 'data']);
  return page;
}

const sidsOf = ({ events }) => events.map(({ data }) => data.messageSid);

async function texts(count, org = acme) {
  const sids = [];
  for (let n = 0; n < count; n += 1) sids.push((await text(org, { body: `text ${n}` })).sid);
  return sids;
}

/** Lets a request get to where it is held: another one, sent later, is answered. */
const settle = (token) => poll(token);

test('who has no cursor gets the present one and no events', async () => {
  const token = await tokenOf(acme.agents[0]);
  await texts(1);
  const page = await poll(token, { wait: 25 });
  assert.deepEqual([page.events, page.more, page.reset], [[], false, false]);
  assert.deepEqual(await poll(token, { after: '' }), page, 'an empty value is no value');
});

test('events come as they come on the socket: order, cursors and payloads', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const client = await connect(t, token);
  const { cursor } = await poll(token);
  assert.equal(cursor, client.cursor);
  await texts(5);
  const heard = await client.events.takeMany(5);
  const page = await poll(token, { after: cursor });
  assert.deepEqual(
    page.events,
    heard.map(({ name, payload, cursor }) => ({ cursor, event: name, data: payload })),
  );
  assert.deepEqual([page.cursor, page.more, page.reset], [client.cursor, false, false]);
});

test('a reader that is behind is given as much as it asked for, and told of more', async () => {
  const token = await tokenOf(acme.agents[0]);
  let { cursor } = await poll(token);
  const sent = await texts(7);
  const heard = [];
  for (const [count, more] of [[3, true], [3, true], [1, false]]) {
    const page = await poll(token, { after: cursor, limit: 3, wait: 25 });
    assert.deepEqual([page.events.length, page.more], [count, more]);
    heard.push(...sidsOf(page));
    ({ cursor } = page);
  }
  assert.deepEqual(heard, sent);
});

test('a held request is answered as soon as there is news', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const { cursor } = await poll(token);
  const held = poll(token, { after: cursor, wait: 25 });
  await settle(token);
  const before = performance.now();
  const [{ sid }] = await Promise.all([text(acme)]);
  assert.deepEqual(sidsOf(await held), [sid]);
  const took = performance.now() - before;
  t.diagnostic(`answered after ${Math.round(took)} ms`);
  assert.ok(took < 5_000);
});

test('without news a request is held for as long as it asked, and the next goes on from there', async () => {
  const token = await tokenOf(globex.agents[0]);
  const { cursor } = await poll(token);
  const before = performance.now();
  const page = await poll(token, { after: cursor, wait: 1 });
  assert.ok(performance.now() - before >= 990);
  assert.deepEqual([page.events, page.cursor, page.reset], [[], cursor, false]);
});

test('a cursor that is no good is told so, with the present one', async () => {
  const token = await tokenOf(acme.agents[0]);
  const { cursor } = await poll(token);
  const theirs = (await poll(await tokenOf(globex.agents[0]))).cursor;
  const { epoch, seq } = readCursor(cursor);
  for (const after of ['garbage', theirs, `${epoch}.${seq + 1}`, 'ffffffffffffffff.1', 'x'.repeat(5000)]) {
    const page = await poll(token, { after, wait: 25 });
    assert.deepEqual([page.events, page.cursor, page.more, page.reset], [[], cursor, false, true], after.slice(0, 60));
  }
});

test('numbers out of range are refused, not clamped', async () => {
  const token = await tokenOf(acme.agents[0]);
  for (const query of ['wait=26', 'wait=-1', 'wait=x', 'limit=0', 'limit=1001', 'limit=1e2']) {
    const { status, body } = await api(`GET /api/events?${query}`, { token });
    assert.deepEqual([status, body.details?.length], [422, 1], query);
  }
});

test('logging out ends a held request', async () => {
  const { token } = await login(acme.agents[3]);
  const { cursor } = await poll(token);
  const held = api(`GET /api/events?${new URLSearchParams({ after: cursor, wait: 25 })}`, { token });
  await settle(token);
  await ok('POST /api/auth/logout', { token });
  const { status, body } = await held;
  assert.deepEqual([status, body.code], [401, 'unauthenticated']);
});

test('the ninth held request of a session ends the first, and no other', async () => {
  const { token } = await login(acme.agents[3]);
  const { cursor } = await poll(token);
  const ended = [];
  const held = [];
  for (let n = 0; n < 9; n += 1) {
    held.push(poll(token, { after: cursor, wait: 25 }).then((page) => (ended.push(n), page)));
    await settle(token);
  }
  assert.deepEqual((await held[0]).events, []);
  assert.deepEqual(ended, [0]);
  const { sid } = await text(acme);
  for (const page of await Promise.all(held.slice(1))) assert.deepEqual(sidsOf(page), [sid]);
});

test('who switches between socket and polling at any moment hears everything once and in order', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const client = await connect(t, token, { reconnection: false });
  const sending = texts(60);
  const heard = [];
  let isSending = true;
  sending.finally(() => (isSending = false));
  for (let round = 0; isSending || round < 2; round += 1) {
    // Some events on the socket …
    for (const event of await client.events.takeMany(Math.min(round % 4, client.events.unread))) heard.push(event.payload.messageSid);
    client.socket.disconnect();
    while (client.events.unread > 0) heard.push((await client.events.take()).payload.messageSid);
    // … some by asking …
    const page = await poll(token, { after: client.cursor, limit: 1 + (round % 5), wait: isSending ? 1 : 0 });
    assert.equal(page.reset, false);
    heard.push(...sidsOf(page));
    client.cursor = page.cursor;
    // … and back to the socket.
    client.socket.connect();
    const session = await client.sessions.take();
    assert.deepEqual([session.recovered, session.cursor], [true, page.cursor]);
  }
  const sent = await sending;
  while (heard.length < sent.length) heard.push((await client.events.take()).payload.messageSid);
  assert.deepEqual(heard, sent);
});

test('what rings for me is told with every answer, and ends a held request when it changes', async () => {
  const [mine, theirs] = [await tokenOf(acme.agents[0]), await tokenOf(acme.agents[1])];
  const { sid } = await ring(acme);
  const { cursor, offers } = await poll(mine);
  assert.ok(offers.callSids.includes(sid), 'who comes late hears it ring');
  const held = poll(mine, { after: cursor, wait: 25 });
  await settle(mine);
  await ok('POST /api/twilio/incoming-calls/decline', { token: mine, json: { callSid: sid } });
  const page = await held;
  assert.deepEqual(page.events, []);
  assert.ok(!page.offers.callSids.includes(sid));
  assert.ok((await poll(theirs)).offers.callSids.includes(sid), 'for nobody else');
  await ok('POST /api/twilio/incoming-calls/accept', { token: theirs, json: { callSid: sid } });
  assert.ok(!(await poll(theirs)).offers.callSids.includes(sid));
  const viewer = await poll(await tokenOf(acme.viewer));
  assert.deepEqual(viewer.offers.callSids, [], 'nothing rings for those who do not handle calls');
});

test('who asks for events counts as reachable', async () => {
  const person = globex.agents[7];
  const { token, user } = await login(person);
  assert.equal((await memberOf(user, globex.admin)).reachable, false);
  await poll(token);
  await becomesReachable(user, globex.admin, true);
});

/** Says how somebody is and what of their screen; who says too much at once is asked to wait. */
async function say(token, said) {
  for (;;) {
    const { status, headers, body } = await api('POST /api/presence', { token, json: said });
    if (status === 200) return body.status;
    assert.equal(status, 429);
    await pause(1000 * headers.get('retry-after'));
  }
}

test('who asks for events says how they are, and whether they would notice a call', async () => {
  const person = globex.agents[6];
  const { token, user } = await login(person);
  await poll(token);
  await becomesReachable(user, globex.admin, true);
  assert.equal(await say(token, { status: 'away' }), 'away');
  assert.equal((await memberOf(user, globex.admin)).status, 'away');
  assert.equal(await say(token, { audioUnlocked: false, notifications: false }), 'away', 'as they said last');
  await poll(token);
  await becomesReachable(user, globex.admin, false);
  await poll(token);
  assert.equal(await say(token, { status: 'available', audioUnlocked: true }), 'available');
  await becomesReachable(user, globex.admin, true);
});
