// When a text is to be sent, if not now: in the zone of whoever writes it.

import { startOfDay } from '../../lib/time';

/** The hour at which a day's work begins. */
const MORNING = 9;
const MONDAY = 1;

export interface Choice {
  name: string;
  at: Date;
}

/** What is chosen most often. */
export function choices(now: number): Choice[] {
  const tomorrow = morning(now, 1);
  const untilMonday = (MONDAY + 7 - new Date(now).getDay()) % 7 || 7;
  const monday = morning(now, untilMonday);
  const inAnHour = new Date(now + 3_600_000);
  inAnHour.setSeconds(0, 0);
  return [
    { name: 'In an hour', at: inAnHour },
    { name: 'Tomorrow morning', at: tomorrow },
    ...(untilMonday > 1 ? [{ name: 'Monday morning', at: monday }] : []),
  ];
}

function morning(now: number, days: number): Date {
  const day = startOfDay(now, -days);
  day.setHours(MORNING);
  return day;
}

/** As a field for a time wants it: `2026-03-05T09:00`, by this clock. */
export function local(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Back from such a field; what is no time, or not to come, is none. */
export function picked(text: string, now: number): Date | null {
  const at = new Date(text);
  return at.getTime() > now ? at : null;
}
