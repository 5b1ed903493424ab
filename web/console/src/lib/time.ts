// Moments and lengths of time, in words, in the person's own zone.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const FULL_DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const WITH_YEAR = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** A length of time as a clock shows it: `0:07`, `12:30`, `1:00:00`. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** How long ago that was, as short as a list wants it: `now`, `5 min`, `3 h`, `Tuesday`, `4 Mar`, `4 Mar 2025`. */
export function ago(at: string, now: number): string {
  const then = Date.parse(at);
  const passed = now - then;
  if (passed < MINUTE) return 'now';
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min`;
  const days = daysBetween(then, now);
  if (days === 0) return `${Math.floor(passed / HOUR)} h`;
  if (days === 1) return 'Yesterday';
  if (days < 7) return WEEKDAY.format(then);
  const isThisYear = new Date(then).getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? SHORT_DAY : WITH_YEAR).format(then);
}

/** A day, as of a separator: `Today`, `Yesterday`, `Tuesday 3 March`. */
export function dayOf(at: string, now: number): string {
  const then = Date.parse(at);
  const days = daysBetween(then, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days === -1) return 'Tomorrow';
  return Math.abs(days) < 300 ? FULL_DAY.format(then) : WITH_YEAR.format(then);
}

/** The day that somebody may rely on: `4 Mar`. */
export function dayOn(at: string): string {
  return SHORT_DAY.format(Date.parse(at));
}

/** The time of day. */
export function timeOf(at: string | number): string {
  return CLOCK.format(typeof at === 'number' ? at : Date.parse(at));
}

/** When something is to happen: `Tomorrow 9:00`. */
export function dayAndTime(at: string, now: number): string {
  return `${dayOf(at, now)} ${timeOf(at)}`;
}

/** Everything there is to say about a moment: for a tooltip. */
export function exact(at: string): string {
  return EXACT.format(Date.parse(at));
}

/** The same as `clock`, in words for those who hear it: `2 minutes 5 seconds`. */
export function spoken(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [Math.floor(seconds % 60), 'second'],
  ] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}${n === 1 ? '' : 's'}`);
  return said.join(' ') || '0 seconds';
}

/** The first moment of the day that is `back` days before `now`. */
export function startOfDay(now: number, back = 0): Date {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - back);
  return day;
}

/** How many midnights lie between the two. */
function daysBetween(then: number, now: number): number {
  return Math.round((startOfDay(now).getTime() - startOfDay(then).getTime()) / DAY);
}
