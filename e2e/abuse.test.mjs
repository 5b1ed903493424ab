// Broken and hostile clients cost the server nothing that lasts, and their neighbours nothing at all.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { blurt, knock, mutter, post, vanish } from './lib/abuse.mjs';
import { ok, PATIENCE_MS } from './lib/api.mjs';
import { connect, TRANSPORTS } from './lib/client.mjs';
import { acme } from './lib/demo.mjs';
import { latency } from './lib/latency.mjs';
import { login, tokenOf } from './lib/people.mjs';
import { frame } from './lib/raw.mjs';
import { startServer } from './lib/server.mjs';
import { becomesReachable } from './lib/team.mjs';
import { deliverSigned, smsForm, textMany } from './lib/twilio.mjs';

/** The longest packet that a client may send. */
const LONGEST = 64 * 1024;
/** More than may stand at the door. */
const HALF_OPEN = 4_500;
/** By when a client that answers no ping is gone: ping interval, ping timeout, and a moment. */
const HEARTBEAT_MS = 18_000 + 4_000;
/** Who comes back soon, again and again, if turned away. */
const STUBBORN = { reconnectionDelay: 200, reconnectionDelayMax: 200, patience: 2 * PATIENCE_MS };
/** By how much the server's memory may differ after the same again, in MiB: what its allocator keeps is not exact. */
const TOLERANCE = 8;

const file = { after };
const server = await startServer(file, { RECOVERY_SECONDS: 3600 });
const at = server.url;

/** So many events behind the cursor that comes again and again. */
const BEHIND = 300;
let cursor;

before(async () => {
  ({ cursor } = await connect(file, await tokenOf(acme.agents[0]), { at, ...TRANSPORTS['over websocket'] }));
  await textMany(acme, BEHIND, { at });
});

after(() => assert.deepEqual(server.panics, []));

/** Neighbours do not notice `abuse`: what they hear comes about as fast as before. */
async function undisturbed(t, abuse) {
  const neighbour = await connect(t, await tokenOf(acme.agents[1]), { at });
  const alone = await latency(neighbour, at);
  const [beside, result] = await Promise.all([latency(neighbour, at), abuse()]);
  t.diagnostic(`latency ${alone.toFixed(1)} ms, beside it ${beside.toFixed(1)} ms`);
  assert.ok(beside < 10 * alone + 50, `${beside} ms instead of ${alone} ms`);
  assert.equal(neighbour.endings.unread, 0);
  return result;
}

const times = (count, act) => Promise.all(Array.from({ length: count }, act));

/** Says this on a websocket, and waits until the server has closed it. */
async function closedAfter(bytes) {
  const { socket, closed } = await blurt(at);
  socket.write(bytes);
  const timer = setTimeout(() => socket.destroy(new Error('it was not closed')), PATIENCE_MS);
  const { error } = await closed;
  clearTimeout(timer);
  assert.notEqual(error?.message, 'it was not closed');
}

async function comeFromLongAgo(t, n) {
  const client = await connect(t, await tokenOf(acme.agents[2]), { at, cursor, ...Object.values(TRANSPORTS)[n % 3] });
  assert.ok(client.session.replayed >= BEHIND);
  await client.events.takeMany(client.session.replayed);
  client.socket.disconnect();
}

// Guards `LONGEST_POST` in crates/realtime/src/transports.rs and `ws_max_message_size` in hub.rs.
test('a packet that is too long is refused, however it comes, also one that is only announced', async (t) => {
  await undisturbed(t, async () => {
    assert.equal((await post(at, '4'.repeat(LONGEST + 1))).status, 413);
    await closedAfter(frame('4'.repeat(LONGEST + 1)));
    await closedAfter(frame('4', 2 ** 40));
  });
});

// Guards the verdicts in crates/realtime/src/allowance.rs.
test('unknown events are ignored, and a flood of them ends the connection, not the client', async (t) => {
  const client = await connect(t, await tokenOf(acme.agents[3]), { at, reconnectionDelay: 50, ...TRANSPORTS['over websocket'] });
  const say = (count) => times(count, (_, n) => client.socket.emit('nobody-knows', { n }));
  await say(1_000);
  const form = smsForm(acme);
  await deliverSigned(acme, form, { at });
  assert.equal((await client.next('incoming-sms')).payload.messageSid, form.MessageSid);
  assert.equal(client.endings.unread, 0);
  await undisturbed(t, async () => {
    await say(10_000);
    assert.match((await client.endings.take()).reason, /^transport (close|error)$/);
    assert.equal((await client.sessions.take()).recovered, true);
  });
});

describe('at the same time', { concurrency: true }, () => {
  let vanished;

  test('clients that were let in by polling and never ask again are gone after the heartbeat', async (t) => {
    const { token, user } = await login(acme.agents[4], { at });
    vanished = times(50, async () => assert.equal((await vanish(at, { token })).status, 200));
    await vanished;
    await becomesReachable(user, acme.agents[0], true, { at });
    const began = performance.now();
    await becomesReachable(user, acme.agents[0], false, { at, patience: HEARTBEAT_MS });
    t.diagnostic(`gone after ${Math.round(performance.now() - began)} ms`);
  });

  // Guards `MOST` in crates/realtime/src/arrivals.rs: without it those of both storms stand there together.
  test('thousands who only knock trouble nobody: those inside do not notice, and others come in', async (t) => {
    await vanished;
    const storm = async () => {
      const muttering = Array.from({ length: 200 }, () => mutter(at, 'GET /socket.io/'));
      const statuses = await undisturbed(t, async () => (await times(HALF_OPEN, () => knock(at))).map(({ status }) => status));
      assert.deepEqual(statuses.filter((status) => status !== 200 && status !== 503), []);
      const turnedAway = statuses.filter((status) => status === 503).length;
      t.diagnostic(`${turnedAway} of ${HALF_OPEN} were turned away; ${server.memory.toFixed(1)} MiB`);
      muttering.forEach((socket) => socket.destroy());
      return server.memory;
    };
    const calm = server.memory;
    const first = await storm();
    const [second] = await Promise.all([storm(), connect(t, await tokenOf(acme.agents[5]), { at, ...STUBBORN })]);
    // If those of the first storm still stood there too, it would be as much again.
    assert.ok(second - first < 0.75 * (first - calm), `${calm} MiB, then ${first} MiB, then ${second} MiB`);
  });
});

test('the same abuse again and again takes no more memory', async (t) => {
  const round = async () => {
    for (let n = 0; n < 6; n += 1) await comeFromLongAgo(t, n);
    await times(20, () => post(at, '4'.repeat(LONGEST + 1)));
    await times(20, () => closedAfter(frame('4'.repeat(LONGEST + 1))));
  };
  await round();
  await round();
  const warm = server.memory;
  for (let n = 0; n < 4; n += 1) await round();
  t.diagnostic(`${warm.toFixed(1)} MiB, later ${server.memory.toFixed(1)} MiB`);
  assert.ok(server.memory < warm + TOLERANCE, `${server.memory} MiB instead of ${warm} MiB`);
});
