// Figures out of lists: pure, so that each can be held against a query.

import { fateOf, type Fate } from '../../lib/calls';
import type { Call, Message } from '../../lib/types';

/** The middle one of them, or of two the mean; null of none. */
export function median(numbers: readonly number[]): number | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[half - 1], sorted[half]];
  if (high === undefined) return null;
  return sorted.length % 2 === 0 && low !== undefined ? (low + high) / 2 : high;
}

/** How long callers waited until somebody took their call, in seconds. */
export function answerTimes(calls: readonly Call[]): number[] {
  return calls.flatMap(({ direction, started_at, answered_at }) =>
    direction === 'inbound' && answered_at
      ? [Math.max(0, (Date.parse(answered_at) - Date.parse(started_at)) / 1000)]
      : [],
  );
}

export interface Hour {
  hour: number;
  answered: number;
  missed: number;
  voicemail: number;
}

/** What became of the calls that came in, by the hour of this person's zone; from the first hour with one to the last. */
export function byHour(calls: readonly Call[]): Hour[] {
  const hours = new Map<number, Hour>();
  for (const call of calls) {
    const fate: Fate = fateOf(call);
    const kind = call.direction === 'inbound' && call.answered_at ? 'answered' : fate;
    if (call.direction !== 'inbound' || (kind !== 'answered' && kind !== 'missed' && kind !== 'voicemail'))
      continue;
    const hour = new Date(call.started_at).getHours();
    const entry = hours.get(hour) ?? { hour, answered: 0, missed: 0, voicemail: 0 };
    entry[kind] += 1;
    hours.set(hour, entry);
  }
  return filledUp(hours, (hour) => ({ hour, answered: 0, missed: 0, voicemail: 0 }));
}

export interface TextHour {
  hour: number;
  received: number;
  sent: number;
}

export function textsByHour(messages: readonly Pick<Message, 'created_at' | 'direction'>[]): TextHour[] {
  const hours = new Map<number, TextHour>();
  for (const { created_at, direction } of messages) {
    const hour = new Date(created_at).getHours();
    const entry = hours.get(hour) ?? { hour, received: 0, sent: 0 };
    entry[direction === 'inbound' ? 'received' : 'sent'] += 1;
    hours.set(hour, entry);
  }
  return filledUp(hours, (hour) => ({ hour, received: 0, sent: 0 }));
}

function filledUp<T extends { hour: number }>(
  hours: ReadonlyMap<number, T>,
  empty: (hour: number) => T,
): T[] {
  if (hours.size === 0) return [];
  const [first, last] = [Math.min(...hours.keys()), Math.max(...hours.keys())];
  return Array.from({ length: last - first + 1 }, (_, at) => hours.get(first + at) ?? empty(first + at));
}

const STEPS: readonly (readonly [string, number])[] = [
  ['under 5 s', 5],
  ['5–10 s', 10],
  ['10–20 s', 20],
  ['20–40 s', 40],
  ['40 s–1 min', 60],
  ['longer', Infinity],
];

/** How many callers waited how long. */
export function distribution(seconds: readonly number[]): { label: string; calls: number }[] {
  return STEPS.map(([label, below], at) => {
    const from = STEPS[at - 1]?.[1] ?? 0;
    return { label, calls: seconds.filter((one) => one >= from && one < below).length };
  });
}

export interface AgentRow {
  id: string;
  name: string;
  answered: number;
  made: number;
  talkSeconds: number;
  medianSeconds: number | null;
}

/** What each did, the busiest first. */
export function byAgent(calls: readonly Call[]): AgentRow[] {
  const rows = new Map<string, AgentRow & { own: Call[] }>();
  for (const call of calls) {
    if (!call.user_id || !call.answered_at) continue;
    const name = [call.user_first_name, call.user_last_name].filter(Boolean).join(' ');
    const row = rows.get(call.user_id) ?? {
      id: call.user_id,
      name,
      answered: 0,
      made: 0,
      talkSeconds: 0,
      medianSeconds: null,
      own: [],
    };
    row[call.direction === 'inbound' ? 'answered' : 'made'] += 1;
    row.talkSeconds += call.talk_time_seconds;
    row.own.push(call);
    rows.set(call.user_id, row);
  }
  const done = [...rows.values()].map(({ own, ...row }) => ({
    ...row,
    medianSeconds: median(answerTimes(own)),
  }));
  return done.sort((a, b) => b.answered + b.made - a.answered - a.made || a.name.localeCompare(b.name));
}
