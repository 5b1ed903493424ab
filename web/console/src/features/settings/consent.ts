// What was said about being texted, as its export tells it.

import { csv } from '../../lib/csv';

export interface Said {
  at: string;
  number: string;
  /** A number of ours, or the messaging service in front of it. */
  sender: string;
  /** `stop`, `start`, `help`, or `refused`. */
  what: string;
  words: string;
}

/** The record, newest first. */
export function record(table: string): Said[] {
  const [, ...lines] = csv(table);
  return lines.reverse().map(([at = '', number = '', sender = '', what = '', words = '']) => ({
    at,
    number,
    sender,
    what,
    words: words.replace(/^'(?=[=+\-@\t\r])/, ''), // as spreadsheets want it
  }));
}

/** Those about a number in any format, or with this word. */
export function found(record: readonly Said[], search: string): readonly Said[] {
  const word = search.trim().toLocaleLowerCase();
  const digits = /^[\d\s()+.-]+$/.test(word) ? word.replace(/\D/g, '') : '';
  if (digits)
    return record.filter(({ number, sender }) => number.includes(digits) || sender.includes(digits));
  return record.filter(({ what, words }) => words.toLocaleLowerCase().includes(word) || what.includes(word));
}
