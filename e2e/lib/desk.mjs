// A phone desk for a test: some agents of the demo's organisation with their sockets, whom alone its number rings.

import assert from 'node:assert/strict';

import { api, ok } from './api.mjs';
import { connect } from './client.mjs';
import { acme, demo } from './demo.mjs';
import { signedIn } from './people.mjs';
import { browser } from './phones.mjs';
import { eventually } from './twilio.mjs';

const NUMBER = `/api/twilio/numbers/${encodeURIComponent(acme.phoneNumber)}`;

/** Somebody at a screen. */
class Agent {
  constructor(t, { token, user }, client) {
    Object.assign(this, { t, token, user, client });
  }

  /** The next event of this name about this call; events about other calls are passed over. */
  async hears(name, sid) {
    for (;;) {
      const event = await this.client.events.take();
      if (event.payload.callSid !== sid) continue;
      assert.equal(event.name, name, JSON.stringify(event));
      return event.payload;
    }
  }

  /** Waits until the call rings for them, or does no more. */
  async isOffered(sid, isOffered = true) {
    for (;;) {
      const { payload } = await this.client.notice('offers');
      if (payload.callSids.includes(sid) === isOffered) return;
    }
  }

  accept(callSid) {
    return api('POST /api/twilio/incoming-calls/accept', { token: this.token, json: { callSid } });
  }

  decline(callSid) {
    return ok('POST /api/twilio/incoming-calls/decline', { token: this.token, json: { callSid } });
  }

  /** Takes the call and opens their end of it. */
  async take(callSid) {
    const { status, body } = await this.accept(callSid);
    assert.equal(status, 200, JSON.stringify(body));
    await this.opens(body.conferenceId);
    return body.conferenceId;
  }

  /** Opens their browser's end of a call. */
  async opens(conference, participant = 'agent') {
    this.browser = await browser(this.t, this);
    await this.browser.connect({ conference, participant });
  }

  /** Asks something of a call: `agent.asks('hold', id)`. */
  asks(act, id, json = {}) {
    return ok(`POST /api/twilio/call/${id}/${act}`, { token: this.token, json });
  }

  call(id) {
    return ok(`GET /api/twilio/call/${id}`, { token: this.token }).then(({ call }) => call);
  }

  /** The call with this SID, once it is so. */
  finds(sid, fits = () => true) {
    return eventually(async () => {
      const { calls } = await ok('GET /api/twilio/call?limit=20', { token: this.token });
      return calls.find((call) => call.twilio_call_sid === sid && fits(call));
    });
  }

  /** Waits until the call is so, and returns it. */
  becomes(id, fits, patience) {
    return eventually(async () => {
      const call = await this.call(id);
      return fits(call) && call;
    }, patience);
  }
}

/** Whoever has this session, at their screen; `at` names another server than the stack's. */
export async function agentOf(t, session, options) {
  return new Agent(t, session, await connect(t, session.token, options));
}

/** The organisation whose desk it is. */
export const org = acme;

/** Decides about the desk's number until the end of test `t`. */
export async function decide(t, line) {
  const { token } = await signedIn(acme.admin);
  t.after(() => ok(`PUT ${NUMBER}`, { token, json: {} }));
  return ok(`PUT ${NUMBER}`, { token, json: line });
}

/**
 * `count` agents at their screens, whom alone the number rings; `line` is what else is decided about it. They are spread over the
 * servers `at`, if that is not the stack's alone.
 */
export async function agents(t, count, line = {}, { at = [demo.baseUrl] } = {}) {
  const sessions = await Promise.all(acme.agents.slice(0, count).map(signedIn));
  await decide(t, { team: sessions.map(({ user }) => user.id), ...line });
  return Promise.all(sessions.map((session, n) => agentOf(t, session, { at: at[n % at.length] })));
}

/** A manager at their screen. */
export async function supervisor(t) {
  return agentOf(t, await signedIn(acme.manager));
}
