import { startOfDay } from '../../lib/time';
import type { Message, Note } from '../../lib/types';

export type Item =
  | { kind: 'message'; at: string; message: Message }
  | { kind: 'note'; at: string; note: Note };

export interface Day {
  /** When it begins. */
  day: string;
  items: Item[];
}

/** Messages and notes in the order of time, by day of this person's zone. */
export function byDay(messages: readonly Message[], notes: readonly Note[]): Day[] {
  const items: Item[] = [
    ...messages.map((message) => ({ kind: 'message' as const, at: message.created_at, message })),
    ...notes.map((note) => ({ kind: 'note' as const, at: note.created_at, note })),
  ];
  items.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const days: Day[] = [];
  for (const item of items) {
    const day = startOfDay(Date.parse(item.at)).toISOString();
    const last = days.at(-1);
    if (last?.day === day) last.items.push(item);
    else days.push({ day, items: [item] });
  }
  return days;
}
