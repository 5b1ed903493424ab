// Who is here, as colleagues see it, and whom a call rings by that; on several servers, and with one that dies.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { ok } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { acme, globex } from './lib/demo.mjs';
import { login, tokenOf } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';
import { ring } from './lib/twilio.mjs';

/** As long as a person counts whose last socket is gone, with time to notice. */
const GRACE_MS = 15_000;
const NOTICE_MS = 5_000;
/** A person is heard once a second, and a little more. */
const HEARD_EVERY_MS = 1_200;
/** As long as a node may be silent. */
const PATIENCE_OF_NODES_MS = 10_000;

/** Takes notices until this person is seen to be so; `deadline` is on `performance`'s clock. */
async function sees(client, user, status, deadline = performance.now() + NOTICE_MS) {
  for (;;) {
    const { payload } = await client.notices.take(deadline - performance.now());
    if (payload.userId !== user.id) continue;
    assert.deepEqual(Object.keys(payload), ['userId', 'status', 'timestamp']);
    if (payload.status === status) return performance.now();
  }
}

/** Takes notices until a call rings, or rings no more. */
async function offered(client, callSid, isOffered) {
  for (;;) {
    const { payload } = await client.notice('offers');
    if (payload.callSids.includes(callSid) === isOffered) return;
  }
}

const member = async (user, at) => {
  const { members } = await ok('GET /api/team', { at, token: await tokenOf(acme.agents[19]) });
  return members.find(({ id }) => id === user.id);
};

// Each has people of their own, and most of it is waiting.
describe('at the same time', { concurrency: true }, () => {
  test('colleagues see what somebody says, and whoever is away is not rung', async (t) => {
    const colleague = await connect(t, await tokenOf(acme.agents[10]));
    const stranger = await connect(t, await tokenOf(globex.agents[10]));
    const { token, user } = await login(acme.agents[11]);
    const [one, two] = [await connect(t, token), await connect(t, token, { transports: ['polling'] })];
    await sees(colleague, user, 'available');
    assert.ok(two.session.presence.some(({ userId, status }) => userId === user.id && status === 'available'));

    one.socket.emit('presence', { status: 'away', audioUnlocked: false, notifications: false, visible: false });
    await Promise.all([colleague, two].map((client) => sees(client, user, 'away')));
    assert.equal((await member(user)).status, 'away');
    const { sid } = await ring(acme, { t });
    await offered(colleague, sid, true);
    await one.next('incoming-call');
    const late = await connect(t, token);
    assert.ok(late.session.ringing.some(({ callSid }) => callSid === sid), 'it may be taken');
    assert.ok(!late.session.offers.callSids.includes(sid), 'and does not ring');
    const page = await ok('GET /api/events', { token });
    assert.deepEqual(page.offers.callSids, []);

    await pause(HEARD_EVERY_MS); // sooner, it would not be heard
    two.socket.emit('presence', { status: 'available' });
    await offered(one, sid, true);
    await sees(colleague, user, 'available');
    await ok('POST /api/twilio/incoming-calls/accept', { token, json: { callSid: sid } });
    await sees(colleague, user, 'busy');
    await offered(late, sid, false);
    assert.equal((await member(user)).status, 'busy');
    assert.ok(stranger.notices.unread === 0, 'nobody else hears of it');
  });

  test('who cannot be heard anywhere is not reachable', async (t) => {
    const { token, user } = await login(acme.agents[12]);
    const client = await connect(t, token);
    const becomes = async (reachable) => {
      for (const began = performance.now(); (await member(user)).reachable !== reachable; ) {
        assert.ok(performance.now() - began < NOTICE_MS, `never ${reachable}`);
      }
    };
    await becomes(true);
    client.socket.emit('presence', { status: 'available', audioUnlocked: false, notifications: false });
    await becomes(false);
    await connect(t, token);
    await becomes(true);
  });

  test('a page that is loaded anew is no news; one that is closed is, fifteen seconds later', async (t) => {
    const colleague = await connect(t, await tokenOf(acme.agents[13]));
    const { token, user } = await login(acme.agents[14]);
    const before = await connect(t, token);
    await sees(colleague, user, 'available');
    before.socket.disconnect();
    const after = await connect(t, token);
    const closed = performance.now();
    after.socket.disconnect();
    const next = async () => {
      for (;;) {
        const { payload } = await colleague.notices.take(GRACE_MS + NOTICE_MS);
        if (payload.userId === user.id) return payload.status;
      }
    };
    assert.equal(await next(), 'offline');
    const took = performance.now() - closed;
    t.diagnostic(`offline after ${Math.round(took)} ms`);
    assert.ok(took >= GRACE_MS - 1_000, `after ${took} ms`);
    assert.deepEqual(await member(user), { ...(await member(user)), status: 'offline', reachable: false });
  });

  // Guards `beat` and `leave` in crates/persistence: without the first the dead server's people stay for good, without the
  // second those of one that stops are gone while their clients are on their way.
  test('servers see one another\'s people, those of one that stops and of one that dies too', async (t) => {
    const stops = await startServer(t);
    const dies = await startServer(t);
    const colleague = await connect(t, await tokenOf(acme.agents[15]));
    const moving = await login(acme.agents[16]);
    const dying = await login(acme.agents[17]);
    await connect(t, moving.token, { at: stops.url, reconnection: false });
    const last = await connect(t, dying.token, { at: dies.url, reconnection: false });
    await sees(colleague, moving.user, 'available');
    await sees(colleague, dying.user, 'available');
    last.socket.emit('presence', { status: 'busy' });
    await sees(colleague, dying.user, 'busy');

    await stops.stop();
    await connect(t, moving.token);
    const killed = performance.now();
    await dies.kill();
    const heard = [];
    for (;;) {
      const { payload } = await colleague.notices.take(PATIENCE_OF_NODES_MS + NOTICE_MS);
      heard.push([payload.userId, payload.status]);
      if (payload.userId === dying.user.id) break;
    }
    const took = performance.now() - killed;
    t.diagnostic(`those of the dead server were offline after ${Math.round(took)} ms`);
    assert.deepEqual(heard.at(-1), [dying.user.id, 'offline']);
    assert.ok(!heard.some(([id]) => id === moving.user.id), 'who came over was never gone');
    assert.equal((await member(moving.user)).status, 'available');
    const back = await connect(t, dying.token);
    back.socket.emit('presence', { status: 'available' });
    await sees(colleague, dying.user, 'available');
  });
});
