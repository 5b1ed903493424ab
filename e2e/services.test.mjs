// Other services of an organisation: they read its events with tokens of their own, and with the example that the events
// crate gives them.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

import { api, ok, PATIENCE_MS } from './lib/api.mjs';
import { acme, demo, globex, someWord } from './lib/demo.mjs';
import { Inbox } from './lib/inbox.mjs';
import { tokenOf } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';
import { deliverSigned, smsForm, text, textMany } from './lib/twilio.mjs';

/** A token for a service of `org`, revoked at the end of test `t`. */
async function serviceToken(t, org) {
  const admin = await tokenOf(org.admin);
  const { token, serviceToken } = await ok('POST /api/service-tokens', { token: admin, json: { name: someWord() } });
  const revoke = () => api(`DELETE /api/service-tokens/${serviceToken.id}`, { token: admin });
  t.after(revoke);
  return { token, revoke };
}

const read = (token, query, options) =>
  api(`GET /api/events?${new URLSearchParams(query)}`, { token, signal: AbortSignal.timeout(3 * PATIENCE_MS), ...options });

test('a service reads the events of its organisation, however old, and nothing rings for it', async (t) => {
  const { token } = await serviceToken(t, acme);
  const { url } = await startServer(t, { RECOVERY_SECONDS: 1 });
  const at = { at: url };
  const { cursor } = (await read(token, {}, at)).body;
  const { sid } = await text(acme);
  const person = await tokenOf(acme.agents[0]);
  // Until it is too old for people, whose screens reload.
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await read(person, { after: cursor }, at)).body.reset) assert.ok(performance.now() < deadline);
  const { status, body } = await read(token, { after: cursor }, at);
  assert.equal(status, 200);
  assert.equal(body.reset, false);
  assert.equal(body.events[0].data.messageSid, sid);
  assert.deepEqual(body.offers, { callSids: [] });
});

test('a service gets nothing else, and nothing of anybody else', async (t) => {
  const { token } = await serviceToken(t, acme);
  for (const call of ['GET /api/auth/me', 'GET /api/contacts', 'GET /api/service-tokens', 'GET /api/realtime/config']) {
    assert.equal((await api(call, { token })).status, 401, call);
  }
  const { cursor } = (await read(token, {})).body;
  await text(globex);
  const { sid } = await text(acme);
  const { events } = (await read(token, { after: cursor })).body;
  assert.deepEqual(
    events.map(({ data }) => data.messageSid),
    [sid],
  );
});

test('a service that waits is held, until there is news or its token is revoked', async (t) => {
  const { token, revoke } = await serviceToken(t, globex);
  const { cursor } = (await read(token, {})).body;
  const before = performance.now();
  assert.deepEqual((await read(token, { after: cursor, wait: 3 })).body.events, []);
  assert.ok(performance.now() - before >= 2_900, 'held to the end');
  const held = read(token, { after: cursor, wait: 25 });
  const { sid } = await text(globex);
  const { events, cursor: now } = (await held).body;
  assert.equal(events[0].data.messageSid, sid);
  const last = read(token, { after: now, wait: 25 });
  await read(token, {});
  await revoke();
  const revoked = performance.now();
  const { status } = await last;
  assert.ok(status === 401 || performance.now() - revoked < 5_000);
  assert.equal((await read(token, { after: now })).status, 401);
});

/** Starts the example; its lines on standard output are put into an inbox. */
function follow(t, url, token, file) {
  const child = spawn(demo.follow, [url, file], { env: { SWITCHBOARD_TOKEN: token }, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = new Inbox('line of the example');
  const remarks = new Inbox('remark of the example');
  createInterface({ input: child.stdout }).on('line', (line) => lines.put(line));
  createInterface({ input: child.stderr }).on('line', (line) => remarks.put(line));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { lines, remarks, ended, kill: () => child.kill('SIGKILL') };
}

test("the example follows the log across the server's death and its own, and ends when it is not wanted", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-follow-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'cursor');
  const { token, revoke } = await serviceToken(t, globex);
  const server = await startServer(t);
  const at = { at: server.url };
  const sidOf = (line) => JSON.parse(line.slice(line.indexOf('{'))).messageSid;

  const first = follow(t, server.url, token, file);
  assert.match(await first.remarks.take(), /^following from /);
  const sids = [];
  const send = async () => {
    const form = smsForm(globex);
    assert.equal((await deliverSigned(globex, form, at)).status, 200);
    sids.push(form.MessageSid);
  };
  await send();
  const seen = [sidOf(await first.lines.take())];

  await server.kill();
  await server.restart();
  await send();
  seen.push(sidOf(await first.lines.take()));

  first.kill();
  await first.ended;
  sids.push(...(await textMany(globex, 1, at)));
  const second = follow(t, server.url, token, file);
  while (seen.length < 3) {
    const sid = sidOf(await second.lines.take());
    if (!seen.includes(sid)) seen.push(sid); // what was not noted before the end is printed again
  }
  assert.deepEqual(seen, sids);
  await revoke();
  assert.equal(await second.ended, 1);
});

test('operators move people between websockets and polling while the server runs, on every node', async (t) => {
  const nodes = await Promise.all([startServer(t), startServer(t)]);
  const token = await tokenOf(acme.agents[0]);
  const move = (percent) => nodes[0].operate('PUT /operator/realtime', { json: { percent } });
  const { percent: before } = await nodes[0].operate('GET /operator/realtime');
  try {
    for (const [percent, transport] of [
      [0, 'polling'],
      [100, 'websocket'],
    ]) {
      await move(percent);
      const changed = performance.now();
      for (const { url: at } of nodes) {
        for (;;) {
          const config = await ok('GET /api/realtime/config', { at, token });
          assert.deepEqual(Object.keys(config).sort(), ['pollIntervalMs', 'reconnect', 'transport']);
          if (config.transport === transport) break;
          assert.ok(performance.now() - changed < PATIENCE_MS, `${percent} % was not obeyed`);
        }
      }
      t.diagnostic(`${percent} %: obeyed everywhere after ${Math.round(performance.now() - changed)} ms`);
    }
  } finally {
    await move(before);
  }
});
