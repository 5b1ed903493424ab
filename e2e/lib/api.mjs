// REST as a browser speaks it. What the contract promises of every answer is checked on every answer.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { demo } from './demo.mjs';

/** The longest that anything may take before a test gives up. */
export const PATIENCE_MS = 10_000;

/**
 * Sends `'GET /api/contacts'` and returns `{ status, headers, body }`, the body parsed if it is JSON.
 * `json` is sent as JSON, `body` as it is; `at` names another server than the stack's.
 */
export async function api(call, { at = demo.baseUrl, token, json, body, headers = {}, ...rest } = {}) {
  const [method, path] = call.split(' ', 2);
  const response = await fetch(at + path, {
    method,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: json === undefined ? body : JSON.stringify(json),
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...rest,
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  const answer = {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
  };
  assertConventions(call, answer);
  return answer;
}

/** Like `api`, for calls that must succeed: returns the body alone. */
export async function ok(call, options) {
  const { status, body } = await api(call, options);
  assert.ok(status >= 200 && status < 300, `${call} answered ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Like `ok`, but a server that is busy is asked again when it said so, a few times. */
export async function patiently(call, options) {
  for (let tries = 0; tries < 10; tries += 1) {
    const { status, headers, body } = await api(call, options);
    if (status >= 200 && status < 300) return body;
    assert.equal(status, 503, `${call} answered ${status} ${JSON.stringify(body)}`);
    await pause(1000 * headers.get('retry-after'));
  }
  throw new Error(`${call} was never answered: the server stays busy`);
}

function assertConventions(call, { status, headers, body }) {
  assert.ok(headers.get('x-request-id'), `${call}: no X-Request-Id beside ${status}`);
  if (status < 400) return;
  const said = `${call} answered ${status} ${JSON.stringify(body)}`;
  for (const field of ['error', 'message', 'code']) {
    assert.ok(typeof body[field] === 'string' && body[field] !== '', `${said}: no ${field}`);
  }
  if (body.details !== undefined) {
    for (const detail of body.details) {
      assert.deepEqual(Object.keys(detail).sort(), ['field', 'message'], said);
    }
  }
  if (status === 429 || status === 503) {
    assert.match(headers.get('retry-after') ?? '', /^\d+$/, `${said}: no Retry-After`);
  }
}
