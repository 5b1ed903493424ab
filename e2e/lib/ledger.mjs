// What the clients of one organisation heard, held against one another: it must be one list, the organisation's log.

import { readCursor } from './client.mjs';

/** So many faults are kept to be shown; the rest are counted. */
const KEPT = 20;

/** What went wrong. */
export class Faults {
  count = 0;
  kept = [];

  note(fault) {
    this.count += 1;
    if (this.kept.length < KEPT) this.kept.push(String(fault));
  }
}

export class Ledger {
  #faults;
  /** By `seq`: what was heard there first, and its cursor. */
  #heard = new Map();
  #last = 0;
  #sids = new Set();
  #texts = [];
  /** How many events were delivered, to all readers together. */
  delivered = 0;

  constructor(faults) {
    this.#faults = faults;
  }

  /** A text that was answered 2xx: somebody must hear it. */
  expect(sid) {
    this.#texts.push(sid);
  }

  /** A client that comes and goes; what it hears must be the log without a hole, from its first event on. */
  reader(name) {
    return new Reader(this, this.#faults, name);
  }

  note(seq, name, payload, cursor) {
    const sid = payload.messageSid ?? payload.callSid;
    const what = `${name} ${sid}`;
    const known = this.#heard.get(seq);
    if (known && known.what !== what) this.#faults.note(`event ${seq} was ${known.what} for one and ${what} for another`);
    if (!known) this.#heard.set(seq, { what, cursor });
    this.#sids.add(sid);
    this.#last = Math.max(this.#last, seq);
    this.delivered += 1;
  }

  /** The cursor that has `count` events behind it. */
  cursorBehind(count) {
    return this.#heard.get(this.#last - count)?.cursor;
  }

  /** Notes a fault for every text that nobody heard. */
  close() {
    for (const sid of this.#texts) if (!this.#sids.has(sid)) this.#faults.note(`nobody heard the text ${sid}`);
  }
}

class Reader {
  #ledger;
  #faults;
  #name;
  /** Where it stands. */
  seq;

  constructor(ledger, faults, name) {
    this.#ledger = ledger;
    this.#faults = faults;
    this.#name = name;
  }

  /** Starts at this cursor. */
  start(cursor) {
    this.seq ??= readCursor(cursor).seq;
  }

  hear(name, payload, cursor) {
    const { seq } = readCursor(cursor);
    if (seq !== this.seq + 1) this.#faults.note(`${this.#name} heard event ${seq} after ${this.seq}`);
    this.seq = seq;
    this.#ledger.note(seq, name, payload, cursor);
  }

  /** Notes a fault unless it stands at `head`. */
  close(head) {
    const { seq } = readCursor(head);
    if (this.seq !== seq) this.#faults.note(`${this.#name} stopped at event ${this.seq} of ${seq}`);
  }
}
