// Everybody's network goes away again and again while texts arrive: every client ends with the list that the log has.
// Plain socketioxide, under the same texts and behind the same networks, shows that they were bad ones.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setInterval } from 'node:timers/promises';

import { ok } from './lib/api.mjs';
import { gatherCrowd } from './lib/crowd.mjs';
import { acme } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { startPlain } from './lib/plain.mjs';
import { startServer } from './lib/server.mjs';
import { deliverSigned, smsForm } from './lib/twilio.mjs';

const isFull = process.env.SWITCHBOARD_E2E_FULL === '1' || process.env.SWITCHBOARD_JITTER_CLIENTS !== undefined;
const CLIENTS = Number(process.env.SWITCHBOARD_JITTER_CLIENTS ?? (isFull ? 200 : 40));
/** So many tell enough of what plain socketioxide delivers. */
const PLAIN_CLIENTS = Math.min(CLIENTS, 100);

// In full, 2 texts a second for a minute, and each network away for 2 s about every 15 s. In the suite all of it four
// times as fast, so that what decides stays the same: 120 texts, about 4 cuts a client, 4 texts a cut, 13 % of the time
// away. What cannot be hurried weighs more there: a handshake, and a client's pause before it tries again, which is a
// twentieth of the time away and then up to a quarter.
const SPEED = isFull ? 1 : 4;
const TEXTS = 120;
const EVERY_MS = 500 / SPEED;
const jitter = { period: 15_000 / SPEED, away: 2_000 / SPEED };
const reconnection = { reconnectionDelay: jitter.away / 20, reconnectionDelayMax: jitter.away / 4 };

/** A machine that carries a thousand clients beside the server may leave it too little to take every text at once. */
const MOST_TRIES = isFull ? 10 : 1;
let refusals = 0;

/** Of a hundred events, how many plain socketioxide must lose for the networks to count as bad. */
const LOST_BY_PLAIN = 5;

/** Sends the texts, one every so often, and returns their SIDs. */
async function sendTexts(server, plain) {
  const sent = [];
  let failure;
  for await (const _ of setInterval(EVERY_MS)) {
    if (failure) throw failure;
    const text = sendText(server, plain);
    text.catch((error) => (failure = error));
    sent.push(text);
    if (sent.length === TEXTS) return Promise.all(sent);
  }
}

async function sendText(server, plain) {
  const form = smsForm(acme);
  await Promise.all([deliverTo(server, form), plain.emit('incoming-sms', { messageSid: form.MessageSid })]);
  return form.MessageSid;
}

/** Delivers again what the server did not take: it has promised nothing then. */
async function deliverTo(server, form) {
  for (let tries = 1; ; tries += 1) {
    const { status } = await deliverSigned(acme, form, { at: server.url });
    if (status === 200) return;
    refusals += 1;
    assert.ok(status === 503 && tries < MOST_TRIES, `a text was answered ${status}, in ${tries} tries`);
  }
}

const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

/** The figures of a crowd of whom each should have heard this, and nothing else. */
function figuresOf(members, expected) {
  const due = members.length * expected.length;
  const lists = members.map(({ heard }) => new Set(heard));
  const lost = sum(lists.map((list) => expected.filter((event) => !list.has(event)).length));
  const doubled = sum(members.map(({ heard }, n) => heard.length - lists[n].size));
  const cuts = sum(members.map((member) => member.cuts));
  const worst = Math.round(Math.max(...members.flatMap(({ delays }) => delays)));
  const line =
    `${members.length} clients, ${cuts} cuts, ${due - lost} of ${due} events delivered, ${doubled} doubled, ` +
    `back within ${worst} ms`;
  return { due, lost, cuts, line };
}

// Guards the whole way of a cursor: `hello.cursor` in crates/realtime/src/handshake.rs, which can be left out, and `sent`
// in member.rs, which can be off by one. It also fails if plain socketioxide loses nothing: the networks were good then.
test('every client ends with the list of the log, however often its network goes away', async (t) => {
  const server = await startServer(t, { RECOVERY_SECONDS: 3600 });
  const plain = await startPlain(t);
  const tokens = await Promise.all(acme.agents.map(tokenOf));
  const { crowd: plains } = await gatherCrowd(t, PLAIN_CLIENTS, { at: plain.url, jitter, reconnection });
  const { crowd, cursor } = await gatherCrowd(t, CLIENTS, { at: server.url, tokens, jitter, reconnection });

  await Promise.all([crowd.begin(), plains.begin()]);
  const sids = await sendTexts(server, plain);
  await Promise.all([crowd.end(), plains.end()]);
  const marker = await sendText(server, plain);
  const [ours, theirs] = await Promise.all([crowd.report(marker), plains.report(marker)]);

  const { events } = await ok(`GET /api/events?after=${cursor}&limit=1000`, { at: server.url, token: tokens[0] });
  const before = events.slice(0, events.findIndex(({ data }) => data.messageSid === marker));
  const log = before.map(({ cursor, data }) => `${data.messageSid} ${cursor}`);
  const texts = before.filter(({ event }) => event === 'incoming-sms');
  assert.deepEqual(texts.map(({ data }) => data.messageSid).sort(), sids.toSorted());

  const us = figuresOf(ours, log);
  const them = figuresOf(theirs, sids);
  t.diagnostic(`Switchboard: ${us.line}, ${refusals} texts refused at first; plain socketioxide: ${them.line}`);
  assert.ok(us.cuts >= 3 * CLIENTS, 'the networks went away too seldom');
  assert.ok(them.lost > (them.due * LOST_BY_PLAIN) / 100, 'plain socketioxide lost too little: the run shows nothing');
  const others = ours.filter(({ heard }) => heard.join() !== log.join());
  const whose = [...new Set(others.map(({ transport }) => transport))].join('; ');
  assert.equal(others.length, 0, `another list than the log's at ${others.length} clients (${whose}): ${us.line}`);
  assert.deepEqual(ours.flatMap(({ breaches }) => breaches), []);
});
