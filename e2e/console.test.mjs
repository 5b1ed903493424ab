// The agents' page, as the server hands it out.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { demo } from './lib/demo.mjs';

const page = await fetch(`${demo.baseUrl}/`);
const html = await page.text();

test('the page is served', () => {
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type'), /^text\/html/);
  assert.match(html, /<title>[^<]*Switchboard[^<]*<\/title>/);
});

test('the page runs only what the server handed out', () => {
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /(default|script)-src 'self'/);
  assert.match(policy, /connect-src [^;]*'self'/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.doesNotMatch(html, /<style|<script(?![^>]*\bsrc=)|\bstyle=|\bon\w+=/i);
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
});

test('everything that the page names is there', async () => {
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path]) => path);
  assert.ok(named.some((path) => path.endsWith('.js')) && named.some((path) => path.endsWith('.css')));
  for (const path of named) assert.equal((await fetch(demo.baseUrl + path)).status, 200, path);
});

test('a path that leads out of the page is not followed', async () => {
  for (const path of ['/..%2f..%2fetc%2fpasswd', '/assets/..%2f..%2f..%2fCargo.toml', '/%2e%2e/%2e%2e/Cargo.toml']) {
    const answer = await fetch(demo.baseUrl + path);
    assert.doesNotMatch(await answer.text(), /root:|\[workspace\]/, path);
  }
});
