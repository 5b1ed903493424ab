// The server dies in the middle of its work. What it had answered, everybody hears of: once, and in order.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ok, PATIENCE_MS } from './lib/api.mjs';
import { connect, TRANSPORTS } from './lib/client.mjs';
import { acme } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';
import { deliverSigned, smsForm } from './lib/twilio.mjs';

const WEBHOOKS = 2000;
/** How many requests Twilio has under way at a time. */
const AT_ONCE = 25;

/** Follows the events by asking for them, across the server's death, until the text `last` came; returns them all. */
async function follow(at, token, cursor, last) {
  const events = [];
  for (const began = performance.now(); events.at(-1)?.data.messageSid !== last; ) {
    assert.ok(performance.now() - began < 6 * PATIENCE_MS, 'the last text never came');
    const ask = ok(`GET /api/events?after=${cursor}&wait=5&limit=1000`, { at, token });
    const page = await ask.catch((error) => {
      if (error instanceof assert.AssertionError) throw error;
    });
    if (!page) continue; // nobody answered
    assert.equal(page.reset, false);
    events.push(...page.events);
    ({ cursor } = page);
  }
  return events;
}

/** Sends every form, and puts down when; a form that the server's death leaves unanswered is not sent again. */
async function burst(at, forms, { after, then }) {
  const deliveries = [];
  const waiting = [...forms];
  let revival;
  let answered = 0;
  const twilio = async () => {
    for (let form = waiting.shift(); form; form = waiting.shift()) {
      const delivery = { sid: form.MessageSid, sent: performance.now() };
      deliveries.push(delivery);
      try {
        const { status } = await deliverSigned(acme, form, { at });
        delivery.status = status;
        delivery.answered = performance.now();
        answered += 1;
      } catch {
        await revival;
      }
      if (answered === after) revival ??= then();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, twilio));
  return deliveries;
}

// Guards that a webhook is answered after its commit: with `commit` in crates/persistence/src/store.rs in a task of its
// own, some are answered and lost.
test(`a server that is killed in a burst of ${WEBHOOKS} webhooks loses none that it answered`, async (t) => {
  const server = await startServer(t, { RECOVERY_SECONDS: 600 });
  const at = server.url;
  const clients = await Promise.all(
    Object.values(TRANSPORTS).map(async (options, n) => connect(t, await tokenOf(acme.agents[n]), { at, ...options })),
  );
  const last = smsForm(acme);
  const following = follow(at, await tokenOf(acme.agents[3]), clients[0].cursor, last.MessageSid);

  const forms = Array.from({ length: WEBHOOKS }, (_, n) => smsForm(acme, { Body: `text ${n}` }));
  const deliveries = await burst(at, forms, {
    after: WEBHOOKS / 2,
    then: async () => {
      await server.kill();
      await server.restart();
    },
  });
  assert.equal((await deliverSigned(acme, last, { at })).status, 200);

  const polled = (await following).map(({ cursor, data }) => `${cursor} ${data.messageSid}`);
  for (const client of clients) {
    const heard = await client.events.takeMany(polled.length);
    assert.deepEqual(
      heard.map(({ cursor, payload }) => `${cursor} ${payload.messageSid}`),
      polled,
    );
    assert.equal(client.events.unread, 0);
    assert.equal(client.endings.unread, 1, 'it lost its connection, and came back by itself');
  }

  const told = polled.map((line) => line.split(' ')[1]).slice(0, -1);
  const bySid = new Map(deliveries.map((delivery) => [delivery.sid, delivery]));
  assert.equal(new Set(told).size, told.length, 'nothing twice');
  assert.ok(told.every((sid) => bySid.has(sid)), 'nothing that was not sent');
  const answered = deliveries.filter(({ status }) => status >= 200 && status < 300);
  const lost = answered.filter(({ sid }) => !told.includes(sid));
  assert.deepEqual(lost, [], 'answered, and lost');
  const unanswered = deliveries.length - answered.length;
  t.diagnostic(`${answered.length} answered, ${unanswered} not, ${told.length} told`);
  assert.ok(unanswered > 0, 'it was killed in the middle');

  // Whatever was answered before another was sent comes before it.
  let latest = 0;
  for (const sid of told) {
    const { sent, answered: at = Infinity } = bySid.get(sid);
    assert.ok(at >= latest, 'out of order');
    latest = Math.max(latest, sent);
  }
});

