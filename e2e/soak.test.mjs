// How the soak judges what it measured, and what its clients heard.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Faults, Ledger } from './lib/ledger.mjs';
import { trend, verdict } from './lib/trend.mjs';

/** Memory, once a second, that grows by so much in ten minutes, with a saw on it and a steep start. */
const measured = (seconds, mibPerTenMinutes) =>
  Array.from({ length: seconds }, (_, n) => [n + 1, 100 + (mibPerTenMinutes * n) / 600 + (n % 3) - (n < seconds / 3 ? 20 : 0)]);

test('the line with the least squares is found', () => {
  const { slope, at } = trend([[0, 1], [1, 3], [2, 2], [3, 4]]);
  assert.ok(Math.abs(slope - 0.8) < 1e-9);
  assert.ok(Math.abs(at(0) - 1.3) < 1e-9);
});

test('a long run may grow by one per cent in ten minutes, whatever its first half did', () => {
  assert.equal(verdict(measured(1200, 0.5)).grows, false);
  assert.equal(verdict(measured(1200, 1.5)).grows, true);
});

test('a short run may grow by 4 MiB in its second half', () => {
  assert.equal(verdict(measured(120, 20)).grows, false);
  assert.equal(verdict(measured(120, 50)).grows, true);
});

/** What is found wrong when `first` and `second` heard texts with these SIDs at these numbers, and the log stands at 3. */
function faultsOf(first, second, sent = ['SM1', 'SM2', 'SM3']) {
  const faults = new Faults();
  const ledger = new Ledger(faults);
  sent.forEach((sid) => ledger.expect(sid));
  for (const [name, heard] of Object.entries({ first, second })) {
    const reader = ledger.reader(name);
    reader.start('e.0');
    for (const [seq, messageSid] of heard) reader.hear('incoming-sms', { messageSid }, `e.${seq}`);
    reader.close('e.3');
  }
  ledger.close();
  return faults.kept;
}

const WHOLE = [[1, 'SM1'], [2, 'SM2'], [3, 'SM3']];

test('what two heard is one list or a fault: holes, repetitions, order, an early end, two truths, a missing text', () => {
  assert.deepEqual(faultsOf(WHOLE, WHOLE), []);
  const wrong = {
    hole: [WHOLE[0], WHOLE[2]],
    repetition: [WHOLE[0], WHOLE[0], WHOLE[1], WHOLE[2]],
    order: [WHOLE[1], WHOLE[0], WHOLE[2]],
    end: WHOLE.slice(0, 2),
    truths: [[1, 'SM1'], [2, 'SM4'], [3, 'SM3']],
  };
  for (const [what, heard] of Object.entries(wrong)) assert.notEqual(faultsOf(WHOLE, heard).length, 0, what);
  assert.deepEqual(faultsOf(WHOLE, WHOLE, ['SM1', 'SM9']), ['nobody heard the text SM9']);
});
