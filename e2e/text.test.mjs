// What a customer wrote is what an agent reads, to the letter, and it is inert on the way.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect } from './lib/client.mjs';
import { acme } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { deliverSigned, smsForm, text, voiceForm } from './lib/twilio.mjs';
import { ok } from './lib/api.mjs';

/** Sent, and as it stands in the event. */
const TEXTS = {
  'markup is written as entities': ['donation=5 <3 & "you"', 'donation=5 &lt;3 &amp; &quot;you&quot;'],
  'an apostrophe is written as an entity': ["I'm", 'I&#x27;m'],
  'an entity that was typed is not taken for one': ['&lt;b&gt; &amp;amp;', '&amp;lt;b&amp;gt; &amp;amp;amp;'],
  'a script is text': ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  'emoji stay': ['👩‍👩‍👧‍👦 🇨🇦 ❤️ 👍🏽', '👩‍👩‍👧‍👦 🇨🇦 ❤️ 👍🏽'],
  'every script stays': ['مرحبا שלום 日本語 Ελληνικά नमस्ते', 'مرحبا שלום 日本語 Ελληνικά नमस्ते'],
  'line feeds and tabs stay': ['one\n\ttwo', 'one\n\ttwo'],
  'a right-to-left override is removed': ['pay \u202Egnp.exe', 'pay gnp.exe'],
  'every bidirectional override is removed': ['a\u202A\u202B\u202C\u202D\u202Eb\u2066\u2067\u2068\u2069c', 'abc'],
  'C0 and C1 controls are removed': ['a\u0007\u001B[31m\u007F\u0085\u009Fb\r\n', 'a[31mb\n'],
  'spaces at the ends stay': ['  hi  ', '  hi  '],
  'plus, per cent, equals and ampersand stay': ['1+1=2 & 100% %41 +', '1+1=2 &amp; 100% %41 +'],
  'an empty text is one': ['', ''],
  'a long text stays whole': ['x'.repeat(1600), 'x'.repeat(1600)],
};

for (const [fact, [sent, shown]] of Object.entries(TEXTS)) {
  test(`${fact}: ${JSON.stringify(sent.slice(0, 40))}`, async (t) => {
    const agent = await connect(t, await tokenOf(acme.agents[0]));
    await text(acme, { body: sent });
    assert.equal((await agent.next('incoming-sms')).payload.body, shown);
  });
}

test('U+0000 in a text loses nobody the text', async (t) => {
  const agent = await connect(t, await tokenOf(acme.agents[0]));
  await text(acme, { body: 'before\u0000after' });
  const { body } = (await agent.next('incoming-sms')).payload;
  assert.match(body, /^before\uFFFD?after$/);
});

test('a sender that is no number is shown as it is, inert', async (t) => {
  const agent = await connect(t, await tokenOf(acme.agents[0]));
  const { token } = agent;
  const accept = (callSid) => ok('POST /api/twilio/incoming-calls/accept', { token, json: { callSid } });
  for (const [From, shown] of [
    ['ACME', 'ACME'],
    ['12345', '12345'],
    ['<b>Bo</b>\u202E', '&lt;b&gt;Bo&lt;/b&gt;'],
    ['sip:"x"@example.com', 'sip:&quot;x&quot;@example.com'],
    ['anonymous', 'anonymous'],
    ['', ''],
  ]) {
    assert.equal((await deliverSigned(acme, smsForm(acme, { From }))).status, 200, From);
    assert.equal((await agent.next('incoming-sms')).payload.from, shown);
    const call = voiceForm(acme, { From });
    assert.equal((await deliverSigned(acme, call)).status, 200, From);
    assert.equal((await agent.next('incoming-call')).payload.from, shown);
    await accept(call.CallSid);
    await agent.next('call-accepted');
  }
});
