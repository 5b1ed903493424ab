// The people of a call: who calls, whose phone rings, whose browser talks. What they hear, the simulator knows.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';

import { ok, PATIENCE_MS } from './api.mjs';
import { demo } from './demo.mjs';
import { Inbox } from './inbox.mjs';
import { eventually, hangUp, ring, simulator } from './twilio.mjs';

/** Of Canada; with the last four digits of a phone that rings until somebody answers it. */
const AREA_CODES = [226, 289, 343, 365, 416, 437, 519, 613, 647, 705, 807, 905];
const ANSWERED_BY_HAND = '0005';

/**
 * A call at Twilio: `{ status, isOver, direction, parentCallSid, from, to, queue, conference, hears, voices, … }`. `queue`
 * and `conference` are the names of those that it is in, `hears` is what Twilio lets its person hear: words, the address
 * of a sound, `music`, `ringing`, or null. `voices` are the SIDs of the calls whose people are heard.
 */
export function simulatorCall(sid) {
  return simulator(`GET /call/${sid}`);
}

/**
 * The last conference of this name, once there is one: `{ sid, status, participants: [{ callSid, label, muted, hold,
 * coaches, endsOnExit, status }] }`.
 */
export function conferenceOf(name) {
  return eventually(async () => (await simulator('GET /conferences')).find((conference) => conference.name === name));
}

/** The recordings of a call or of a conference, the newest first: `[{ sid, status, seconds, source }]`. */
export async function recordingsOf(sid) {
  return (await simulator('GET /recordings')).filter(({ callSid, conferenceSid }) => [callSid, conferenceSid].includes(sid));
}

/** Somebody's end of a call. */
export class End {
  /** The call; of somebody who is called again, the last one. */
  sid;

  constructor(sid) {
    this.sid = sid;
  }

  state() {
    return simulatorCall(this.sid);
  }

  press(keys) {
    return simulator(`POST /call/${this.sid}/digits`, { digits: keys });
  }

  hangUp() {
    return hangUp(this.sid);
  }

  /** Waits until the call is so: `end.becomes((call) => call.queue)`. Returns the call. */
  becomes(fits) {
    return eventually(async () => {
      const state = await this.state();
      return fits(state) && state;
    });
  }

  /** Waits until they hear this of Twilio: exact words or an address, or what fits the expression. */
  hears(sound) {
    return this.becomes(({ hears }) => (sound instanceof RegExp ? sound.test(hears ?? '') : hears === sound));
  }

  /** Waits until they hear the people of these other ends and nobody else. */
  hearsOnly(...others) {
    const expected = others.map(({ sid }) => sid).sort();
    return this.becomes(({ voices }) => voices.length === expected.length && voices.sort().every((sid, n) => sid === expected[n]));
  }

  /** Waits until the call is over, and returns how it ended: `completed`, `busy`, `no-answer`, `canceled`, `failed`. */
  async ended() {
    return (await this.becomes(({ isOver }) => isOver)).status;
  }
}

/** Somebody who called a number. */
class Caller extends End {
  /** How long they speak when they are asked for a message, and what they say; with 0 they leave none. */
  speak(seconds, words) {
    return simulator(`POST /call/${this.sid}/speaks`, { seconds, words });
  }
}

/** Somebody calls `org`, and waits for what comes. */
export async function somebodyCalls(org, options) {
  return new Caller((await ring(org, options)).sid);
}

/** A phone that rings until somebody answers it. Any other number is answered by itself, and nobody there presses a key. */
class Phone extends End {
  constructor(number) {
    super();
    this.number = number;
  }

  /** Waits until it rings. */
  async rings() {
    const { sid } = await eventually(async () => {
      const calls = await simulator('GET /calls');
      return calls.find(({ to, rings }) => to === this.number && rings);
    });
    this.sid = sid;
    return this.state();
  }

  /** Picks up, once it rings. */
  async answer() {
    await this.rings();
    return simulator(`POST /call/${this.sid}/answer`);
  }

  /** Declines, once it rings. */
  async decline() {
    await this.rings();
    return simulator(`POST /call/${this.sid}/decline`);
  }
}

export function phone(number = someHandset()) {
  return new Phone(number);
}

function someHandset() {
  return `+1${AREA_CODES[randomInt(AREA_CODES.length)]}${randomInt(200, 1000)}${ANSWERED_BY_HAND}`;
}

/** A browser with an access token. Its end of a call is that of the last one that it made or was told of. */
class Browser extends End {
  #id;
  #listening = new AbortController();
  #told = new Map();

  constructor(id, identity) {
    super();
    this.#id = id;
    this.identity = identity;
  }

  /** Calls through the application; `params` reach the first request of the call. */
  async connect(params = {}) {
    this.sid = (await this.#act('connect', { params })).callSid;
    return this.state();
  }

  /** Waits until somebody calls: `{ callSid, from, to, parameters }`. */
  async incoming() {
    const call = await this.told('incoming');
    this.sid = call.callSid;
    return call;
  }

  accept() {
    return this.#act('accept', { callSid: this.sid });
  }

  reject() {
    return this.#act('reject', { callSid: this.sid });
  }

  /** Waits for the next event of this name: `incoming`, `cancel`, `accept`, `disconnect`, `error`. */
  told(name) {
    return this.#inbox(name).take();
  }

  /** Is gone without a word, as when its process is killed: Twilio needs a few seconds to see that. */
  async die() {
    this.#listening.abort();
    await simulator(`POST /device/${this.#id}/die`);
  }

  async listen() {
    const { signal } = this.#listening;
    const response = await fetch(`${demo.simulatorUrl}/device/${this.#id}/events`, { signal });
    assert.equal(response.status, 200);
    this.#read(response.body).catch((error) => assert.ok(signal.aborted, error));
  }

  async close() {
    this.#listening.abort();
    const signal = AbortSignal.timeout(PATIENCE_MS);
    await fetch(`${demo.simulatorUrl}/device/${this.#id}`, { method: 'DELETE', signal }); // 404: it died before
  }

  async #read(body) {
    let text = '';
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      const events = (text + part).split('\n\n');
      text = events.pop();
      for (const event of events) {
        const field = (name) => event.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        if (field('event')) this.#inbox(field('event')).put(JSON.parse(field('data')));
      }
    }
  }

  #inbox(name) {
    if (!this.#told.has(name)) this.#told.set(name, new Inbox(`${name} at the browser of ${this.identity}`));
    return this.#told.get(name);
  }

  #act(act, body) {
    return simulator(`POST /device/${this.#id}/${act}`, body);
  }
}

/** A browser of whoever has this session, closed at the end of test `t`. */
export async function browser(t, { token, at }) {
  return browserWith(t, (await ok('POST /api/twilio/token', { token, at })).token);
}

/** The same with an access token of Twilio's. */
export async function browserWith(t, accessToken) {
  const { id, identity } = await simulator('POST /device', { token: accessToken });
  const device = new Browser(id, identity);
  t.after(() => device.close());
  await device.listen();
  return device;
}
