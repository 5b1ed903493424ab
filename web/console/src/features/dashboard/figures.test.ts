import { expect, test } from 'vitest';

import type { Call, Message } from '../../lib/types';
import { answerTimes, byAgent, byHour, distribution, median, textsByHour } from './figures';

const at = (hour: number, minute = 0, second = 0) =>
  new Date(2026, 3, 15, hour, minute, second).toISOString();

function call(started_at: string, more: Partial<Call> = {}): Call {
  return {
    direction: 'inbound',
    state: 'ended',
    started_at,
    talk_time_seconds: 0,
    outcome: 'missed',
    ...more,
  } as Call;
}
const answered = (hour: number, waited: number, more: Partial<Call> = {}) =>
  call(at(hour), { answered_at: at(hour, 0, waited), outcome: 'answered', ...more });

test('the median of an even number is between the two in the middle, and of none there is none', () => {
  expect([median([9, 1, 5]), median([4, 1, 2, 9]), median([])]).toEqual([5, 3, null]);
});

test('callers who were answered have a time, others and calls that went out have none', () => {
  const calls = [answered(9, 7), call(at(9)), answered(9, 12, { direction: 'outbound' })];
  expect(answerTimes(calls)).toEqual([7]);
});

test('each call that came in and is settled is in one column of its hour, and hours between are not left out', () => {
  const calls = [
    answered(9, 5),
    answered(9, 5, { state: 'connected' }),
    call(at(9), { outcome: 'call back', voicemail_url: 'https://desk.example/1' }),
    call(at(11)),
    call(at(11), { state: 'ringing', outcome: null }),
    answered(11, 5, { direction: 'outbound' }),
  ];
  expect(byHour(calls)).toEqual([
    { hour: 9, answered: 2, missed: 0, voicemail: 1 },
    { hour: 10, answered: 0, missed: 0, voicemail: 0 },
    { hour: 11, answered: 0, missed: 1, voicemail: 0 },
  ]);
  expect(byHour([])).toEqual([]);
});

test('texts are counted by hour and direction', () => {
  const text = (hour: number, direction: string) => ({ created_at: at(hour), direction }) as Message;
  expect(textsByHour([text(8, 'inbound'), text(8, 'outbound'), text(8, 'inbound')])).toEqual([
    { hour: 8, received: 2, sent: 1 },
  ]);
});

test('every time is in one step, and a border belongs to the longer one', () => {
  const steps = distribution([0, 4.9, 5, 10, 59, 60, 3600]);
  expect(steps.map(({ calls }) => calls)).toEqual([2, 1, 1, 0, 1, 2]);
});

test('the busiest agent is on top, with what they did', () => {
  const ada = { user_id: 'a', user_first_name: 'Ada', user_last_name: 'L' };
  const bo = { user_id: 'b', user_first_name: 'Bo', user_last_name: null };
  const calls = [
    answered(9, 4, { ...bo, talk_time_seconds: 10 }),
    answered(9, 8, { ...ada, talk_time_seconds: 30 }),
    answered(10, 2, { ...ada, talk_time_seconds: 5 }),
    answered(10, 2, { ...ada, direction: 'outbound', talk_time_seconds: 1 }),
    call(at(9), { ...bo }),
  ];
  expect(byAgent(calls)).toEqual([
    { id: 'a', name: 'Ada L', answered: 2, made: 1, talkSeconds: 36, medianSeconds: 5 },
    { id: 'b', name: 'Bo', answered: 1, made: 0, talkSeconds: 10, medianSeconds: 4 },
  ]);
});
