// One call, many agents, one winner.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { api, ok } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { acme, demo, globex, newSid, someNumber } from './lib/demo.mjs';
import { company } from './lib/newcomer.mjs';
import { hire, signedIn, tokenOf } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';
import { hangUp, ring, text } from './lib/twilio.mjs';

const ROUNDS = process.env.SWITCHBOARD_E2E_FULL === '1' ? 1000 : 100;
const MANY = 50;

const accept = (token, callSid, at) => api('POST /api/twilio/incoming-calls/accept', { at, token, json: { callSid } });
const decline = (token, callSid) => api('POST /api/twilio/incoming-calls/decline', { token, json: { callSid } });
const pending = (token) => ok('GET /api/twilio/incoming-calls/pending', { token });
const sids = ({ incomingCalls }) => incomingCalls.map(({ callSid }) => callSid);

/** What must be true when these sessions accepted `callSid` at the same moment; returns the winner. */
async function raceFor(callSid, sessions, allHaveAsked = () => {}) {
  const asked = sessions.map(({ token, at }) => accept(token, callSid, at));
  allHaveAsked();
  const answers = await Promise.all(asked);
  const winners = sessions.filter((_, n) => answers[n].status === 200);
  assert.equal(winners.length, 1, `${winners.length} winners: ${answers.map(({ status }) => status)}`);
  const [winner] = winners;
  for (const { status, body } of answers) {
    if (status === 200) {
      assert.deepEqual(Object.keys(body).sort(), ['conferenceId', 'message', 'success']);
      assert.equal(body.success, true);
      assert.equal(typeof body.conferenceId, 'string');
    } else {
      assert.equal(status, 409);
      assert.equal(body.code, 'already_accepted');
      assert.deepEqual(body.acceptedBy, { id: winner.user.id, name: winner.user.full_name });
    }
  }
  const again = await accept(winner.token, callSid, winner.at);
  const first = answers.find(({ status }) => status === 200);
  assert.deepEqual([again.status, again.body], [200, first.body], "the winner's retry got another answer");
  return winner;
}

test(`two agents accept at the same moment, ${ROUNDS} times: always one winner`, async (t) => {
  const [ada, bo] = await Promise.all(acme.agents.slice(0, 2).map(signedIn));
  const bystander = await connect(t, await tokenOf(acme.agents[2]));
  let wonByAda = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { sid } = await ring(acme);
    assert.equal((await bystander.next('incoming-call')).payload.callSid, sid);
    const winner = await raceFor(sid, round % 2 ? [ada, bo] : [bo, ada]);
    if (winner === ada) wonByAda += 1;
    const { payload } = await bystander.next('call-accepted');
    assert.deepEqual(Object.keys(payload).sort(), ['acceptedBy', 'callSid', 'timestamp']);
    assert.deepEqual([payload.callSid, payload.acceptedBy], [sid, winner.user.id]);
    await hangUp(sid);
    await bystander.next('call-ended');
  }
  t.diagnostic(`${ROUNDS} rounds: one won ${wonByAda}, the other ${ROUNDS - wonByAda}`);
});

test('fifty agents accept within 50 ms, at two servers: one winner, and everybody hears of it once', async (t) => {
  const { token, account } = await company();
  const hired = await Promise.all(Array.from({ length: MANY }, () => hire(token)));
  const servers = [demo.baseUrl, (await startServer(t)).url];
  const crowd = hired.map((session, n) => ({ ...session, at: servers[n % servers.length] }));
  const listeners = await Promise.all(crowd.map(({ token, at }) => connect(t, token, { at })));
  const spreads = [];
  const wins = servers.map(() => 0);
  for (let round = 0; round < ROUNDS / 10; round += 1) {
    const { sid } = await ring(account);
    for (const listener of listeners) assert.equal((await listener.next('incoming-call')).payload.callSid, sid);
    const began = performance.now();
    const winner = await raceFor(sid, crowd, () => spreads.push(performance.now() - began));
    wins[servers.indexOf(winner.at)] += 1;
    for (const listener of listeners) {
      assert.equal((await listener.next('call-accepted')).payload.acceptedBy, winner.user.id);
    }
    await hangUp(sid);
    for (const listener of listeners) await listener.next('call-ended');
  }
  const close = spreads.filter((ms) => ms < 50);
  const [least, most] = [Math.min(...spreads), Math.max(...spreads)].map(Math.round);
  t.diagnostic(`${spreads.length} rounds, won ${wins.join(' : ')}; the last asked ${least} to ${most} ms after the first`);
  assert.ok(close.length > 0);
});

test('an agent who presses twice at the same moment wins once', async () => {
  const { token } = await signedIn(acme.agents[0]);
  const { sid } = await ring(acme);
  const [one, two] = await Promise.all([accept(token, sid), accept(token, sid)]);
  assert.deepEqual([one.status, two.status], [200, 200]);
  assert.deepEqual(one.body, two.body);
});

test('a ringing call is pending until somebody accepts it', async (t) => {
  const [ada, bo] = await Promise.all(acme.agents.slice(0, 2).map(signedIn));
  const from = someNumber();
  const agent = await connect(t, ada.token);
  const { sid } = await ring(acme, { from });
  const { payload } = await agent.next('incoming-call');
  const before = await pending(ada.token);
  assert.deepEqual(
    before.incomingCalls.find(({ callSid }) => callSid === sid),
    payload,
  );
  assert.deepEqual(before.incomingCall, before.incomingCalls[0]);
  await accept(bo.token, sid);
  const after = await pending(ada.token);
  assert.ok(!sids(after).includes(sid));
  assert.deepEqual(after.incomingCall, after.incomingCalls[0] ?? null);
});

test('pending calls come oldest first', async () => {
  const { token } = await signedIn(acme.agents[0]);
  const rung = [];
  for (let n = 0; n < 3; n += 1) rung.push((await ring(acme)).sid);
  const listed = sids(await pending(token)).filter((sid) => rung.includes(sid));
  assert.deepEqual(listed, rung);
  for (const sid of rung) await accept(token, sid);
});

test('declining silences the call for me only', async () => {
  const [ada, bo] = await Promise.all(acme.agents.slice(0, 2).map(signedIn));
  const { sid } = await ring(acme);
  for (let time = 0; time < 2; time += 1) {
    const { status, body } = await decline(ada.token, sid);
    assert.deepEqual([status, body], [200, { success: true }]);
  }
  assert.ok(!sids(await pending(ada.token)).includes(sid));
  assert.ok(sids(await pending(bo.token)).includes(sid));
  assert.equal((await accept(bo.token, sid)).status, 200);
});

test('whoever declined may still change their mind', async () => {
  const { token } = await signedIn(acme.agents[0]);
  const { sid } = await ring(acme);
  await decline(token, sid);
  assert.equal((await accept(token, sid)).status, 200);
});

test("a call that does not exist and another organisation's are not found", async () => {
  const [ada, stranger] = await Promise.all([signedIn(acme.agents[0]), signedIn(globex.agents[0])]);
  const { sid } = await ring(acme);
  for (const answer of [
    await accept(ada.token, newSid('CA')),
    await decline(ada.token, newSid('CA')),
    await accept(stranger.token, sid),
    await decline(stranger.token, sid),
  ]) {
    assert.equal(answer.status, 404);
  }
  assert.ok(!sids(await pending(stranger.token)).includes(sid));
  assert.equal((await accept(ada.token, sid)).status, 200);
});

test('a viewer sees the call but cannot accept it', async () => {
  const [viewer, ada] = await Promise.all([signedIn(acme.viewer), signedIn(acme.agents[0])]);
  const { sid } = await ring(acme);
  assert.ok(sids(await pending(viewer.token)).includes(sid));
  assert.equal((await accept(viewer.token, sid)).status, 403);
  assert.equal((await accept(ada.token, sid)).status, 200);
});

test('neither socket nor presence is needed to accept', async () => {
  const { token } = await signedIn(acme.agents[5]);
  const { sid } = await ring(acme);
  assert.equal((await accept(token, sid)).status, 200);
});

test("the other organisation's agents do not hear who accepted", async (t) => {
  const stranger = await connect(t, await tokenOf(globex.agents[0]));
  const { sid } = await ring(acme);
  await accept(await tokenOf(acme.agents[0]), sid);
  const marker = await text(globex);
  assert.equal((await stranger.next('incoming-sms')).payload.messageSid, marker.sid);
});
