import { expect, test } from 'vitest';

import { delivery } from './delivery';

test('how far a message is stands there in words', () => {
  expect(delivery({ twilio_status: 'delivered' })).toEqual({ words: 'Delivered', tone: 'arrived' });
  expect(delivery({ twilio_status: 'queued' }).tone).toBe('waiting');
  expect(delivery({ twilio_status: 'partially_delivered' })).toEqual({
    words: 'partially_delivered',
    tone: 'gone',
  });
});

test('what failed says why, in the words that came or in ours', () => {
  expect(delivery({ twilio_status: 'undelivered', error_code: 30006 }).words).toBe(
    'Not delivered: a landline cannot be texted',
  );
  const told = { twilio_status: 'failed', error_code: 30006, error_message: 'the number is a landline' };
  expect(delivery(told).words).toBe('Not sent: the number is a landline');
  expect(delivery({ twilio_status: 'failed', error_code: 1 }).words).toBe('Not sent');
});
