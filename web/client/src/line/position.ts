// Where this client stands in the organisation's log of events.

/** What to do with an event, by its cursor. */
export type Verdict =
  /** It is the next one. */
  | 'next'
  /** It was here before. */
  | 'again'
  /** Something before it is missing. */
  | 'gap';

/** What the beginning of a connection means for what is shown. */
export type Beginning =
  /** Nothing was known before. */
  | 'first'
  /** It goes on where it was. */
  | 'recovered'
  /** What happened in between is not told. */
  | 'reset';

interface Place {
  epoch: string;
  seq: number;
}

export class Position {
  #cursor: string | undefined;
  #head = 0;

  /** The last cursor: what to show when connecting again. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  /**
   * A connection begins that goes on from `cursor`; everything up to `head` is history. Another transport may have come
   * further while it was made: then that counts, so nothing is told twice.
   */
  begin(cursor: string, head: string): Beginning {
    const [here, there] = [read(this.#cursor), read(cursor)];
    this.#head = read(head)?.seq ?? 0;
    if (here && there && here.epoch === there.epoch && here.seq >= there.seq) return 'recovered';
    this.#cursor = cursor;
    return here ? 'reset' : 'first';
  }

  /** Judges the event at `cursor`, and moves there if it is the next one. */
  take(cursor: string): Verdict {
    const [here, there] = [read(this.#cursor), read(cursor)];
    if (!here || !there || there.epoch !== here.epoch || there.seq > here.seq + 1) return 'gap';
    if (there.seq <= here.seq) return 'again';
    this.#cursor = cursor;
    return 'next';
  }

  /** Whether the event at `cursor` happened before this connection began. */
  isHistory(cursor: string): boolean {
    const place = read(cursor);
    return place !== undefined && place.seq <= this.#head;
  }
}

function read(cursor: string | undefined): Place | undefined {
  const parts = /^(\w+)\.(\d+)$/.exec(cursor ?? '');
  return parts?.[1] && parts[2] ? { epoch: parts[1], seq: Number(parts[2]) } : undefined;
}
