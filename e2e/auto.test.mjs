// What is answered by itself to those who write, and how it ends when the other side is a robot too.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { api, ok, PATIENCE_MS, patiently } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { someNumber } from './lib/demo.mjs';
import { CONFIG, newcomer, typed } from './lib/newcomer.mjs';
import { startServer } from './lib/server.mjs';
import { deliverSigned, eventually, simulator, smsForm, text } from './lib/twilio.mjs';

const RULES = '/api/twilio/auto-responses';

/** An organisation of a test's own that has a number and these rules. */
class Desk {
  static async with(...rules) {
    const desk = new Desk();
    Object.assign(desk, await newcomer());
    await patiently(CONFIG, { token: desk.token, json: typed(desk.account) });
    for (const json of rules) await ok(`POST ${RULES}`, { token: desk.token, json });
    return desk;
  }

  get number() {
    return this.account.phoneNumber;
  }

  text(from, body) {
    return text(this.account, { from, body });
  }

  /** What it sent to this number, the oldest first. */
  async sentTo(number) {
    const messages = await simulator('GET /messages');
    const fits = ({ from, to, direction }) => from === this.number && to === number && direction === 'outbound-api';
    return messages.filter(fits).map(({ body }) => body).reverse();
  }

  /** Texts it and waits for what it answers. */
  async answers(from, body) {
    const before = (await this.sentTo(from)).length;
    await this.text(from, body);
    return eventually(async () => (await this.sentTo(from))[before]);
  }

  /** Somebody else is answered, who wrote later: whatever was to be sent before was sent. */
  marker() {
    return this.answers(someNumber(), MARKER.keyword);
  }

  decide(line) {
    const path = `/api/twilio/numbers/${encodeURIComponent(this.number)}`;
    return ok(`PUT ${path}`, { token: this.token, json: line });
  }
}

const onKeyword = (keyword, body) => ({ trigger: 'keyword', keyword, body });
const MARKER = onKeyword('marker', 'here');

test('a keyword is answered, after everybody has heard of the text', async (t) => {
  const desk = await Desk.with(onKeyword('Opening hours', '{{organization}} is open from 9 to 5'));
  const agent = await connect(t, desk.token);
  const customer = someNumber();
  assert.equal(await desk.answers(customer, ' opening HOURS '), 'Initech is open from 9 to 5');
  assert.equal((await agent.next('incoming-sms')).payload.from, customer);
  assert.ok((await agent.next('message-status')).payload.messageSid);
});

test('outside the hours of the number an answer comes once', async () => {
  const desk = await Desk.with({ trigger: 'closed', body: 'We are away' }, MARKER);
  const [early, late] = [someNumber(), someNumber()];
  await desk.text(early, 'hello');
  await desk.marker();
  assert.deepEqual(await desk.sentTo(early), [], 'a number without hours is always open');
  await desk.decide({ hours: [] });
  assert.equal(await desk.answers(late, 'hello'), 'We are away');
  await desk.text(late, 'hello?');
  await desk.marker();
  assert.deepEqual(await desk.sentTo(late), ['We are away']);
});

test('whoever is new is welcomed, once', async () => {
  const desk = await Desk.with({ trigger: 'new_lead', body: 'Hi {{first_name}}, welcome!' }, MARKER);
  const customer = someNumber();
  assert.equal(await desk.answers(customer, 'hello'), 'Hi, welcome!');
  await desk.text(customer, 'hello again');
  await desk.marker();
  assert.deepEqual(await desk.sentTo(customer), ['Hi, welcome!']);
});

test('words about consent are answered by Twilio alone', async () => {
  const desk = await Desk.with(onKeyword('hours', '9 to 5'), { trigger: 'new_lead', body: 'Welcome' }, MARKER);
  const customer = someNumber();
  for (const word of ['HELP', 'STOP', 'hours']) await desk.text(customer, word);
  await desk.marker();
  assert.deepEqual(await desk.sentTo(customer), []);
  await desk.text(customer, 'START');
  assert.equal(await desk.answers(customer, 'hours'), '9 to 5');
  const stop = { token: desk.token, json: onKeyword('Stop', 'no') };
  assert.equal((await api(`POST ${RULES}`, stop)).status, 422, 'nor can a rule be made of them');
});

test('two organisations here do not answer one another', async () => {
  const rules = [onKeyword('ping', 'pong'), onKeyword('pong', 'ping'), MARKER];
  const [one, other] = [await Desk.with(...rules), await Desk.with(...rules)];
  await one.text(other.number, 'ping');
  await other.text(one.number, 'pong');
  await Promise.all([one.marker(), other.marker()]);
  assert.deepEqual([await one.sentTo(other.number), await other.sentTo(one.number)], [[], []]);
});

test('a robot elsewhere that has a word for everything stops hearing from us', async () => {
  const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven'];
  const desk = await Desk.with(...words.map((word) => onKeyword(word, `that is ${word}`)), MARKER);
  const robot = someNumber();
  const heard = [];
  for (const word of words.slice(0, 4)) heard.push(await desk.answers(robot, word));
  assert.deepEqual(heard, words.slice(0, 4).map((word) => `that is ${word}`));
  for (const word of words.slice(4)) await desk.text(robot, word);
  await desk.text(robot, heard.at(-1));
  await desk.marker();
  assert.deepEqual(await desk.sentTo(robot), heard, 'four within an hour, and no more');
});

// Guards that a text is left as unanswered in its own commit: without the job `Work::Unanswered` those are never answered.
test('what a server had taken in and not answered when it was killed, another one answers, once', async (t) => {
  const desk = await Desk.with(onKeyword('hours', '9 to 5'));
  const server = await startServer(t);
  const waiting = Array.from({ length: 300 }, someNumber);
  const taken = [];
  const twilio = async () => {
    for (let from = waiting.shift(); from; from = waiting.shift()) {
      const form = smsForm(desk.account, { From: from, Body: 'hours' });
      const answer = await deliverSigned(desk.account, form, { at: server.url }).catch(() => null);
      if (answer?.status === 200) taken.push(from);
      if (taken.length === 100) await server.kill();
    }
  };
  await Promise.all(Array.from({ length: 25 }, twilio));
  const sent = async () => {
    const messages = await simulator('GET /messages');
    return messages.filter(({ from, direction }) => from === desk.number && direction === 'outbound-api').map(({ to }) => to);
  };
  // What it had written and was about to hand over may have been sent: Twilio is not asked for that again.
  const { messages } = await ok('GET /api/twilio/sms?direction=outbound&limit=200', { token: desk.token });
  const written = new Set(messages.map(({ to_number: to }) => to));
  const left = taken.filter((from) => !written.has(from));
  t.diagnostic(`${taken.length} taken in, ${left.length} left unanswered`);
  assert.ok(left.length > 0, 'it was killed in the middle');

  const areAll = async () => {
    const now = new Set(await sent());
    return left.every((from) => now.has(from));
  };
  await eventually(areAll, 6 * PATIENCE_MS);
  const all = await sent();
  assert.equal(new Set(all).size, all.length, 'nobody twice');
});
