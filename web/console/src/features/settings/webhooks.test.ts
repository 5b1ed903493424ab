import { expect, test } from 'vitest';

import type { Webhook } from '../../lib/types';
import { causeOf, pathOf, verdictOf } from './webhooks';

const DONE: Webhook = {
  id: '1',
  at: '2026-01-01T12:00:00.000Z',
  kind: 'voice',
  from_number: '+16475550100',
  to_number: '+14155550123',
  twilio_call_sid: 'CA1',
  twilio_message_sid: null,
  call_id: null,
  message_id: null,
  signature: 'valid',
  outcome: 'handled',
  cause: null,
  reason: null,
  status: 200,
  took_ms: 5,
  is_repeat: false,
  is_late: false,
};

test('what became of a webhook is said by its signature and its end', () => {
  const said = (part: Partial<Webhook>) => verdictOf({ ...DONE, ...part }).words;
  expect(said({})).toBe('Done');
  expect(said({ signature: 'valid_replaced' })).toBe('Done, old token');
  expect(said({ signature: 'wrong', outcome: 'refused', status: 403 })).toBe('Wrong signature');
  expect(said({ signature: 'missing', outcome: 'refused', status: 403 })).toBe('Not signed');
  expect(said({ signature: 'observed' })).toBe('Wrong, but let in');
  expect(said({ outcome: 'refused', status: 403 })).toBe('Refused');
  expect(said({ outcome: 'refused', status: 400 })).toBe('Not understood');
  expect(said({ outcome: 'ignored' })).toBe('Nothing to do');
  expect(said({ outcome: 'failed', status: 200 })).toBe('Could not be done');
});

test('everything that is not simply done is explained', () => {
  expect(causeOf(DONE)).toBeUndefined();
  const causes = ['wrong_address', 'replaced_token', 'wrong_signature', 'missing_signature', 'malformed_sid'];
  for (const cause of [...causes, 'nobodys_number', 'not_ours', 'put_off'])
    expect(causeOf({ ...DONE, cause })?.help, cause).toBeTruthy();
  expect(causeOf({ ...DONE, cause: 'of a later server' })?.title).toBe('It was turned away');
  expect(causeOf({ ...DONE, outcome: 'failed', status: 500 })?.title).toBe('It could not be done');
  expect(causeOf({ ...DONE, signature: 'valid_replaced' })?.help).toContain('primary');
});

test('a webhook leads to its call, or to the conversation with the customer', () => {
  expect(pathOf(DONE)).toBeUndefined();
  expect(pathOf({ ...DONE, call_id: 'c' })?.to).toBe('/calls/c');
  const text = { ...DONE, message_id: 'm', from_number: 'whatsapp:+16475550100' };
  expect(pathOf({ ...text, kind: 'sms' })?.to).toBe('/inbox/%2B16475550100');
  expect(pathOf({ ...text, kind: 'sms-status' })?.to).toBe('/inbox/%2B14155550123');
});
