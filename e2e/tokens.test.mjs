// Short-lived tokens on live sockets: who renews them is never interrupted, who does not is out.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';

import { ok, PATIENCE_MS } from './lib/api.mjs';
import { connect, TRANSPORTS } from './lib/client.mjs';
import { acme } from './lib/demo.mjs';
import { login } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';
import { deliverSigned, smsForm, streamOfTexts } from './lib/twilio.mjs';

/** How long a token lives, in seconds, and for how many such lives clients are watched. */
const LIFE = 2;
const LIVES = 8;

const { url: at } = await startServer({ after }, { ACCESS_TOKEN_SECONDS: LIFE });

// Guards `announced` and `renew` in crates/realtime/src/token.rs: a warning that is given again and again would make
// clients refresh in a loop, and one that is not given for the new token would end them.
describe('at the same time', { concurrency: true }, () => {
  const texts = streamOfTexts(acme, { at });
  after(() => texts.stop());

  for (const [n, [how, options]] of Object.entries(TRANSPORTS).entries()) {
    test(`a client that renews its token hears everything and never reconnects, ${how}`, async (t) => {
      const session = await login(acme.agents[n], { at });
      const client = await connect(t, session.token, { at, ...options });
      const began = performance.now();
      let renewals = 0;
      for (let { expiresAt } = client.session; performance.now() - began < LIVES * LIFE * 1000; renewals += 1) {
        const { payload } = await client.notice('token-expiring');
        assert.deepEqual(payload, { expiresAt }, 'it is about the token that was shown last');
        const fresh = await ok('POST /api/auth/refresh', { at, token: client.token });
        assert.ok(fresh.expires_at > expiresAt);
        ({ token: client.token, expires_at: expiresAt } = fresh);
        const answer = await client.socket.timeout(PATIENCE_MS).emitWithAck('refresh-token', { token: fresh.token });
        assert.deepEqual(answer, { ok: true, expiresAt });
      }
      const last = smsForm(acme);
      await deliverSigned(acme, last, { at });
      let heard = 1;
      while ((await client.next('incoming-sms')).payload.messageSid !== last.MessageSid) heard += 1;
      t.diagnostic(`renewed ${renewals} times, heard ${heard} texts`);
      assert.ok(renewals >= LIVES && heard > LIVES);
      assert.equal(client.notices.unread, 0, 'one warning a token');
      assert.equal(client.sessions.unread + client.endings.unread, 0, 'it never reconnected');
    });
  }

  test('a client that does not renew its token is told so, once, and is out when it ends', async (t) => {
    const { token } = await login(acme.agents[3], { at });
    const client = await connect(t, token, { at });
    const { expiresAt } = client.session;
    assert.deepEqual((await client.notice('token-expiring')).payload, { expiresAt });
    await client.notice('session-ended');
    const { reason, at: ended } = await client.endings.take();
    assert.equal(reason, 'io server disconnect');
    const late = performance.timeOrigin + ended - Date.parse(expiresAt);
    t.diagnostic(`ended ${Math.round(late)} ms after the token`);
    assert.ok(late > -50 && late < 1_000, `${late} ms after the token`);
    assert.equal(client.notices.unread, 0);
    assert.equal(client.socket.active, false);
  });
});
