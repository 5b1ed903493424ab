import { expect, test } from 'vitest';

import { found, record } from './consent';

const TABLE = [
  'at,phone_number,sender,what,said,message_id',
  '2026-04-15T10:00:00.000Z,+16475550100,+14155550123,stop,"Stop, please",m1',
  "2026-04-16T10:00:00.000Z,+16475550101,MG1,help,'=HELP,m2",
  '2026-04-17T10:00:00.000Z,+16475550100,+14155550123,start,START,m3',
  '',
].join('\r\n');

test('the newest comes first, in the words that were written', () => {
  expect(record(TABLE).map(({ what, words }) => [what, words])).toEqual([
    ['start', 'START'],
    ['help', '=HELP'],
    ['stop', 'Stop, please'],
  ]);
});

test('it is searched by number in any format, and by word', () => {
  const said = record(TABLE);
  const whats = (search: string) => found(said, search).map(({ what }) => what);
  expect(whats('(647) 555-0100')).toEqual(['start', 'stop']);
  expect(whats(' PLEASE ')).toEqual(['stop']);
  expect(whats('help')).toEqual(['help']);
  expect(whats('')).toEqual(['start', 'help', 'stop']);
  expect(whats('555 0199')).toEqual([]);
});
