// Who asks too often is told when to come back. Twilio never is, nor a client that waits for its events.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { api, ok } from './lib/api.mjs';
import { acme } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';
import { textMany } from './lib/twilio.mjs';

/** What a person may ask for at once, after a rest; one more a second after that. */
const BURST = 5;
const { url: at } = await startServer({ after }, { USER_REQUESTS_PER_SECOND: 1, USER_REQUEST_BURST: BURST });

test('who asks too often gets 429 and comes back when told to; colleagues do not notice', async () => {
  const [hasty, colleague] = await Promise.all(acme.agents.slice(0, 2).map(tokenOf));
  const ask = (token) => api('GET /api/team', { at, token });
  const answers = await Promise.all(Array.from({ length: 4 * BURST }, () => ask(hasty)));
  const limited = answers.filter(({ status }) => status === 429);
  assert.ok(limited.length >= 2 * BURST, answers.map(({ status }) => status).join(' '));
  for (const { body } of limited) assert.equal(body.code, 'throttled');
  assert.equal((await ask(colleague)).status, 200);
  await pause(1000 * limited.at(-1).headers.get('retry-after'));
  assert.equal((await ask(hasty)).status, 200);
});

test('webhooks and a client that waits for events are never told to wait', async () => {
  const token = await tokenOf(acme.agents[2]);
  let { cursor } = await ok('GET /api/events', { at, token });
  const sending = textMany(acme, 8 * BURST, { at });
  const heard = [];
  while (heard.length < 8 * BURST) {
    const page = await ok(`GET /api/events?${new URLSearchParams({ after: cursor, wait: 5 })}`, { at, token });
    assert.ok(page.events.length > 0, `there came only ${heard.length}`);
    heard.push(...page.events.map(({ data }) => data.messageSid));
    ({ cursor } = page);
  }
  assert.deepEqual(heard.sort(), (await sending).sort());
});
