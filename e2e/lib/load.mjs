// Everybody at once: agents whose clients come and go, those who poll, customers who call and text, and clients that
// only take up room. The load is the same in every minute.

import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { blurt, knock, mutter, vanish } from './abuse.mjs';
import { api, patiently } from './api.mjs';
import { TRANSPORTS } from './client.mjs';
import { tokenOf } from './people.mjs';
import { deliverSigned, sign, smsForm, textMany, voiceForm } from './twilio.mjs';
import { FAREWELLS, Visitor } from './visitor.mjs';

const CALL_STATUS = '/api/twilio/webhook/call-status';
const LONG = '&'.repeat(1600);
/** How far back the cursor is that comes again and again. */
const BEHIND = 300;
/** The same for clients that then read nothing: more than fits into their buffer. */
const FAR_BEHIND = 1300;
const DEAF_MS = 8_000;
const RUBBISH = ['40', '40{"token":"rubbish"}', '40[[[', '42["incoming-sms",{}]', 'rubbish', '9'];

/** The load on one organisation. */
export class Load {
  #org;
  #at;
  #ledger;
  #faults;
  #visitors = [];
  #readers = [];
  /** Loops that go on until the end. */
  #lives = [];
  #timers = [];
  #running = new Set();
  #over = new AbortController();

  constructor(org, at, { ledger, faults }) {
    this.#org = org;
    this.#at = at;
    this.#ledger = ledger;
    this.#faults = faults;
    setMaxListeners(0, this.#over.signal); // everybody waits for it
  }

  /** Well-behaved clients on a socket at the moment. */
  get sockets() {
    return this.#visitors.filter(({ isThere }) => isThere).length;
  }

  /** Returns once everybody is there and the load is on: `texts`, `calls` and `abuses` a second. */
  async start({ visitors, pollers, texts, calls, abuses }) {
    const ways = Object.values(TRANSPORTS);
    for (let n = 0; n < visitors; n += 1) await this.#addVisitor(n, ways[n % ways.length]);
    for (let n = 0; n < pollers; n += 1) await this.#addPoller(n);
    const sids = await textMany(this.#org, FAR_BEHIND + 100, { at: this.#at });
    sids.forEach((sid) => this.#ledger.expect(sid));
    this.#every(1000 / texts, (n) => this.#text(n));
    this.#every(1000 / calls, (n) => this.#call(n));
    this.#every(2_000, (n) => this.#comeFromLongAgo(n));
    this.#every(3_000, (n) => this.#giveUpPolling(n));
    this.#every(6_000, (n) => this.#goDeaf(n));
    this.#every(1000 / abuses, (n) => this.#abuse(n));
  }

  /** Ends the load, and holds what everybody heard against the log. */
  async finish() {
    this.#timers.forEach(clearInterval);
    await Promise.all(this.#running);
    this.#over.abort();
    await Promise.all(this.#lives);
    const { cursor } = await patiently('GET /api/events', { at: this.#at, token: await this.#token(0) });
    this.#readers.forEach((reader) => reader.close(cursor));
    this.#ledger.close();
  }

  #token(n) {
    return tokenOf(this.#agent(n));
  }

  #agent(n) {
    return this.#org.agents[n % this.#org.agents.length];
  }

  #addReader(name) {
    const reader = this.#ledger.reader(`${name} of ${this.#org.slug}`);
    this.#readers.push(reader);
    return reader;
  }

  /** Pauses, but not beyond the end. */
  #pause(ms) {
    return pause(ms, undefined, { signal: this.#over.signal }).catch(() => {});
  }

  async #try(work) {
    try {
      await work();
    } catch (error) {
      this.#faults.note(error.stack);
    }
  }

  /** Begins `work(n)` at this pace, however long each takes. */
  #every(ms, work) {
    let n = 0;
    const begin = () => {
      const running = this.#try(() => work(n++)).finally(() => this.#running.delete(running));
      this.#running.add(running);
    };
    this.#timers.push(setInterval(begin, ms));
  }

  async #addVisitor(n, transports) {
    const reader = this.#addReader(`visitor ${n}`);
    const visitor = new Visitor(this.#agent(n), this.#at, { transports, reader, faults: this.#faults });
    this.#visitors.push(visitor);
    await visitor.arrive();
    this.#lives.push(this.#comeAndGo(visitor, n));
  }

  async #comeAndGo(visitor, n) {
    const over = this.#over.signal;
    let farewell = FAREWELLS[0];
    for (let visit = n; !over.aborted; visit += 1) {
      await this.#try(async () => {
        await this.#pause(3_000 + (n % 5) * 700);
        await visitor.stumble();
        await this.#pause(4_000);
        await visitor.leave(farewell);
        await this.#pause(500);
        farewell = FAREWELLS[visit % FAREWELLS.length];
        await visitor.arrive(farewell);
      });
    }
    await this.#try(async () => {
      await visitor.stumble();
      await visitor.catchUp();
    });
    await this.#try(() => visitor.leave(farewell));
  }

  async #addPoller(n) {
    const token = await this.#token(n);
    const reader = this.#addReader(`poller ${n}`);
    const { cursor } = await patiently('GET /api/events', { at: this.#at, token });
    reader.start(cursor);
    this.#lives.push(this.#try(() => this.#poll(reader, token, cursor)));
  }

  async #poll(reader, token, cursor) {
    let isLast, page;
    do {
      isLast = this.#over.signal.aborted;
      const query = new URLSearchParams({ after: cursor, wait: isLast ? 0 : 5 });
      page = await patiently(`GET /api/events?${query}`, { at: this.#at, token });
      assert.equal(page.reset, false, `the cursor ${cursor} was no good`);
      for (const { event, data, cursor } of page.events) reader.hear(event, data, cursor);
      ({ cursor } = page);
    } while (!isLast || page.events.length > 0);
  }

  /** Delivers a webhook: false if the server was too busy and said so. */
  async #delivers(form, expected, options) {
    const { status } = await deliverSigned(this.#org, form, { at: this.#at, ...options });
    assert.ok(status === expected || status === 503, `a webhook was answered ${status}`);
    return status === expected;
  }

  async #text(n) {
    const form = smsForm(this.#org, n % 10 === 0 ? { Body: LONG } : {});
    if (await this.#delivers(form, 200)) this.#ledger.expect(form.MessageSid);
  }

  /** A call that is accepted, declined by two and given up, or given up. */
  async #call(n) {
    const form = voiceForm(this.#org);
    if (!(await this.#delivers(form, 200))) return;
    const answer = async (how, agent) =>
      patiently(`POST /api/twilio/incoming-calls/${how}`, { at: this.#at, token: await this.#token(agent), json: { callSid: form.CallSid } });
    await this.#pause(1_000);
    if (n % 3 === 0) await answer('accept', n);
    if (n % 3 === 1) await Promise.all([answer('decline', n), answer('decline', n + 1)]);
    if (n % 3 !== 0) {
      const over = { ...form, CallStatus: 'completed' };
      const signature = sign(over, this.#org.authToken, CALL_STATUS);
      await this.#delivers(over, 204, { path: CALL_STATUS, signature });
    }
  }

  /** Shows an old cursor, and takes what was missed. */
  async #comeFromLongAgo(n) {
    const reader = this.#ledger.reader('who comes from long ago');
    const cursor = this.#ledger.cursorBehind(BEHIND);
    reader.start(cursor);
    const transports = Object.values(TRANSPORTS)[n % 3];
    const visitor = new Visitor(this.#agent(n), this.#at, { transports, reader, faults: this.#faults, cursor });
    await visitor.arrive();
    await visitor.catchUp();
    await visitor.leave(FAREWELLS[n % 2]);
  }

  /** Hangs up on a request that is held. */
  async #giveUpPolling(n) {
    const token = await this.#token(n);
    const { cursor } = await patiently('GET /api/events', { at: this.#at, token });
    const query = new URLSearchParams({ after: cursor, wait: 25 });
    const held = api(`GET /api/events?${query}`, { at: this.#at, token, signal: AbortSignal.timeout(200) });
    await held.catch((error) => assert.equal(error.name, 'TimeoutError', error.stack));
  }

  /** Comes from so long ago that its buffer is filled, and reads nothing. */
  async #goDeaf(n) {
    const client = await blurt(this.#at);
    await client.connect({ token: await this.#token(n), cursor: this.#ledger.cursorBehind(FAR_BEHIND) });
    client.goDeaf();
    await Promise.race([client.closed, this.#pause(DEAF_MS)]);
    client.socket.destroy();
  }

  async #abuse(n) {
    const token = await this.#token(n);
    const acts = [
      () => mutter(this.#at),
      () => mutter(this.#at, 'POST /api/auth/login HT'),
      () => knock(this.#at),
      () => blurt(this.#at),
      () => blurt(this.#at, [RUBBISH[n % RUBBISH.length]]),
      () => vanish(this.#at, { token }),
    ];
    await acts[n % acts.length]();
  }
}
