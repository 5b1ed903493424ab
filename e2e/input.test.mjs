// Whatever is sent, the answer is one that a client can read, and never a 500.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { test } from 'node:test';

import { api } from './lib/api.mjs';
import { acme, demo, newSid } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { deliver, sign, smsForm, text, voiceForm } from './lib/twilio.mjs';

const JSON_TYPE = { 'content-type': 'application/json' };
const raw = (body) => ({ body, headers: JSON_TYPE });
const LOGIN = 'POST /api/auth/login';
const REGISTER = 'POST /api/auth/register';
const ADD = 'POST /api/contacts';
const ADD_LEAD = 'POST /api/leads';
const THREE_MIB = 3 * 1024 * 1024;

/** What is sent, and which status answers it. */
const TABLE = [
  ['JSON that breaks off', 400, ADD, raw('{"first_name": "A')],
  ['JSON with something after it', 400, ADD, raw('{"first_name":"A"} x')],
  ['no body where one is needed', [400, 422], ADD, raw('')],
  ['text that is no JSON', 400, ADD, raw('hello')],
  ['JSON that is not UTF-8', 400, ADD, raw(Buffer.from('{"first_name":"\xff"}', 'latin1'))],
  ['half of a surrogate pair', 400, ADD, raw('{"first_name":"\\ud800"}')],
  ['JSON a hundred thousand levels deep', 400, ADD, raw('['.repeat(100_000))],
  ['a number too large to be one', [400, 422], ADD_LEAD, raw('{"first_name":"A","value":1e400}')],

  ['a number for a name', 422, ADD, { json: { first_name: 7 } }],
  ['an object for a name', 422, ADD, { json: { first_name: { a: 1 } } }],
  ['a list for a record', 422, ADD, { json: [] }],
  ['null for a record', 422, ADD, { json: null }],
  ['a text for a value', 422, ADD_LEAD, { json: { first_name: 'A', value: 'much' } }],
  ['a value below nothing', 422, ADD_LEAD, { json: { first_name: 'A', value: -1 } }],
  ['a value beyond measure', 422, ADD_LEAD, { json: { first_name: 'A', value: 1e300 } }],
  ['numbers for e-mail address and password', 422, LOGIN, { json: { email: 1, password: 2 } }],
  ['a list for an organisation', 422, REGISTER, { json: { organization: [], admin: [] } }],
  ['a record without anything in it', 422, ADD, { json: {} }],
  ['a record with empty fields', 422, ADD, { json: { first_name: ' ', last_name: '', email: '', phone: '' } }],
  ['U+0000 in a name', 422, ADD, { json: { first_name: 'a\0b' } }],
  ['U+0000 in notes', 422, ADD, { json: { first_name: 'A', notes: '\0' } }],
  ['U+0000 in an e-mail address to log in with', 422, LOGIN, { json: { email: 'a\0@b.example', password: 'x' } }],
  ['a phone number that is none', 422, ADD, { json: { first_name: 'A', phone: 'call me' } }],
  ['a phone number that is too long', 422, ADD, { json: { first_name: 'A', phone: '1'.repeat(51) } }],
  ['an e-mail address that is none', 422, ADD, { json: { first_name: 'A', email: 'a@' } }],
  ['a status that there is not', 422, ADD, { json: { first_name: 'A', status: 'sleeping' } }],
  ['a priority that there is not', 422, ADD_LEAD, { json: { first_name: 'A', priority: 'huge' } }],

  ['limit=abc', 422, 'GET /api/contacts?limit=abc'],
  ['limit=0', 422, 'GET /api/contacts?limit=0'],
  ['limit=201', 422, 'GET /api/contacts?limit=201'],
  ['limit=9999', 422, 'GET /api/contacts?limit=9999'],
  ['limit=1.5', 422, 'GET /api/contacts?limit=1.5'],
  ['limit=-1', 422, 'GET /api/contacts?limit=-1'],
  ['offset=-1', 422, 'GET /api/contacts?offset=-1'],
  ['an offset that no integer holds', 422, 'GET /api/contacts?offset=99999999999999999999'],
  ['an offset beyond the end', 200, 'GET /api/contacts?offset=1000000'],
  ['U+0000 in a search', 422, 'GET /api/contacts?search=a%00b'],
  ['a search that is not UTF-8', [200, 400, 422], 'GET /api/contacts?search=%ff'],
  ['a search of eight thousand characters', [200, 422], `GET /api/contacts?search=${'x'.repeat(8000)}`],
  ['limit given twice', [200, 400, 422], 'GET /api/contacts?limit=1&limit=2'],

  ['an unknown id', 404, `GET /api/contacts/${randomUUID()}`],
  ['an unknown id to change', 404, `PUT /api/leads/${randomUUID()}`, { json: { first_name: 'A' } }],
  ['an unknown id to remove', 404, `DELETE /api/leads/${randomUUID()}`],
  ['an id that is none', 404, 'GET /api/contacts/me'],
  ['an id with U+0000', [400, 404], 'GET /api/contacts/%00'],
  ['an id that is not UTF-8', [400, 404], 'GET /api/contacts/%ff'],
  ['a call without its SID', 422, 'POST /api/twilio/incoming-calls/accept', { json: {} }],
  ['a call with a number for its SID', 422, 'POST /api/twilio/incoming-calls/accept', { json: { callSid: 1 } }],
  ['a call with U+0000 in its SID', [404, 422], 'POST /api/twilio/incoming-calls/accept', { json: { callSid: '\0' } }],

  ['an unknown address', 404, 'GET /api/nothing'],
  ['an unknown address below a known one', 404, 'GET /api/auth/me/too'],
  ['another method', [404, 405], 'DELETE /api/auth/me'],
  ['a method that nobody knows', [400, 404, 405, 501], 'BREW /api/contacts'],

  ['a body of three MiB', 413, ADD, raw(`{"first_name":"${'x'.repeat(THREE_MIB)}"}`)],
  ['a body of three MiB, to log in', 413, LOGIN, raw(`{"email":"${'x'.repeat(THREE_MIB)}"}`)],
];

for (const [what, expected, call, options] of TABLE) {
  test(`${what} is answered ${[expected].flat().join(' or ')}`, async () => {
    const { status, body } = await api(call, { token: await tokenOf(acme.agents[0]), ...options });
    assert.ok([expected].flat().includes(status), `${call} answered ${status} ${JSON.stringify(body)}`);
    if (status >= 400) assert.doesNotMatch(JSON.stringify(body), /panicked|sqlx|postgres|serde|\.rs\b/i);
  });
}

test('a body of three MiB in pieces of unknown length is answered 413', async () => {
  const token = await tokenOf(acme.agents[0]);
  const { status, body } = await new Promise((resolve, reject) => {
    const headers = { ...JSON_TYPE, authorization: `Bearer ${token}` };
    const sending = request(`${demo.baseUrl}/api/contacts`, { method: 'POST', headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }));
    });
    sending.on('error', reject);
    for (let n = 0; n < 48; n += 1) sending.write('x'.repeat(THREE_MIB / 48));
    sending.end();
  });
  assert.equal(status, 413);
  assert.equal(typeof JSON.parse(body).code, 'string');
});

test('a webhook of three MiB is turned away', async () => {
  const form = smsForm(acme, { Body: 'x'.repeat(THREE_MIB) });
  const { status } = await deliver(form, { signature: sign(form, acme.authToken) });
  assert.ok([403, 413].includes(status), `answered ${status}`);
});

test('a webhook that is not UTF-8 is turned away', async () => {
  for (const body of ['Body=%FF&AccountSid=AC1', `AccountSid=${acme.accountSid}&Body=%C3`, '%FF=1']) {
    const { status } = await deliver({}, { body, signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' });
    assert.ok([400, 403].includes(status), `${body} answered ${status}`);
  }
});

/** The webhooks of calls and messages, with the names of what is read there. */
const READ = {
  sms: ['MessageSid', 'From', 'To', 'Body', 'NumSegments', 'MessagingServiceSid', 'MediaUrl0'],
  'sms-status': ['MessageSid', 'MessageStatus', 'To', 'MessagingServiceSid', 'ErrorCode'],
  voice: ['CallSid', 'From', 'To', 'CallStatus', 'MessagingServiceSid', 'conference', 'participant'],
  wait: ['CallSid', 'To', 'QueueTime'],
  'queue-result': ['CallSid', 'To', 'QueueResult'],
  'voicemail-redirect': ['CallSid', 'To', 'DialCallStatus'],
  'call-status': ['CallSid', 'From', 'To', 'CallStatus', 'CallDuration'],
  'conference-status': ['CallSid', 'ConferenceSid', 'FriendlyName', 'StatusCallbackEvent', 'ParticipantLabel'],
};

test('U+0000 in whatever a webhook reads is no trouble of ours', async () => {
  for (const [webhook, names] of Object.entries(READ)) {
    const path = `/api/twilio/webhook/${webhook}`;
    for (const name of names) {
      const form = { ...smsForm(acme), ...voiceForm(acme), CallStatus: 'completed', [name]: 'a\0b' };
      if (name === 'MessagingServiceSid') form.To = 'client:somebody';
      const { status, body } = await deliver(form, { path, signature: sign(form, acme.authToken, path) });
      assert.ok(status < 500 && !body.includes('again='), `${webhook}, ${name}: ${status} ${body}`);
    }
  }
  for (const query of ['to=%00', 'to=%2B1%00&voicemail=1', 'org=%00&call=%00']) {
    const form = { ...voiceForm(acme), RecordingSid: newSid('RE'), RecordingStatus: 'completed' };
    const path = `/api/twilio/webhook/recording?${query}`;
    const { status, body } = await deliver(form, { path, signature: sign(form, acme.authToken, path) });
    assert.ok(status < 500, `${query}: ${status} ${body}`);
  }
});

test('a webhook without a body is turned away', async () => {
  const { status, body } = await deliver({}, { body: '' });
  assert.deepEqual([status, body], [403, '']);
});

test('every answer has a request id of its own', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => api('GET /health')));
  const ids = answers.map(({ headers }) => headers.get('x-request-id'));
  assert.equal(new Set(ids).size, ids.length);
});

test('the server says that it is healthy', async () => {
  const { status, body } = await api('GET /health');
  assert.equal(status, 200);
  assert.equal(body.status, 'healthy');
  assert.match(body.timestamp, /^\d{4}-.*\.\d{3}Z$/);
  assert.equal(typeof body.version, 'string');
  for (const path of ['/health/live', '/health/ready']) assert.equal((await api(`GET ${path}`)).status, 200, path);
});

const ALLOWED = demo.baseUrl;
const preflight = (origin) =>
  fetch(`${demo.baseUrl}/api/contacts`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,content-type,x-organization-slug,idempotency-key',
    },
  });
const list = (response, name) => (response.headers.get(name) ?? '').toLowerCase().split(/\s*,\s*/);

test('a page of the allowed origin may ask everything the contract names', async () => {
  const response = await preflight(ALLOWED);
  assert.ok(response.ok, `answered ${response.status}`);
  assert.equal(response.headers.get('access-control-allow-origin'), ALLOWED);
  assert.equal(response.headers.get('access-control-allow-credentials'), 'true');
  for (const method of ['get', 'post', 'put', 'patch', 'delete', 'options']) {
    assert.ok(list(response, 'access-control-allow-methods').includes(method), method);
  }
  for (const header of [
    'origin',
    'x-requested-with',
    'content-type',
    'accept',
    'authorization',
    'x-organization-slug',
    'x-organization-id',
    'x-user-timezone',
    'idempotency-key',
  ]) {
    assert.ok(list(response, 'access-control-allow-headers').includes(header), header);
  }
});

test('a front end in development may ask the demo', async () => {
  const origin = 'http://localhost:5173';
  assert.equal((await preflight(origin)).headers.get('access-control-allow-origin'), origin);
});

test('a page of the allowed origin can read errors too', async () => {
  for (const path of ['/api/contacts', '/api/nothing']) {
    const { headers } = await api(`GET ${path}`, { headers: { origin: ALLOWED } });
    assert.equal(headers.get('access-control-allow-origin'), ALLOWED, path);
    const exposed = list({ headers }, 'access-control-expose-headers');
    for (const header of ['x-request-id', 'retry-after']) assert.ok(exposed.includes(header), `${path}: ${header}`);
  }
});

test('a page of any other origin may ask nothing', async () => {
  const { host } = new URL(ALLOWED);
  for (const origin of ['https://evil.example', 'null', `https://${host}.evil.example`, `https://x.${host}`]) {
    const preflighted = await preflight(origin);
    const { headers } = await api('GET /api/contacts', { headers: { origin } });
    for (const allowed of [preflighted.headers, headers].map((h) => h.get('access-control-allow-origin'))) {
      assert.equal(allowed, null, origin);
    }
  }
});

test('after all of this the stack still works', async () => {
  assert.equal((await text(acme)).response.status, 200);
});
