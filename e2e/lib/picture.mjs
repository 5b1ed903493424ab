// Pictures that a browser shows.

import { crc32, deflateSync } from 'node:zlib';

/** A PNG of one colour, so many pixels wide and high. */
export function png([red, green, blue] = [51, 102, 204], size = 64) {
  const row = Buffer.alloc(1 + 3 * size);
  for (let at = 1; at < row.length; at += 3) row.set([red, green, blue], at);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2], 8); // eight bits of each of three colours
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(Array(size).fill(row)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name, data) {
  const named = Buffer.concat([Buffer.from(name), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
