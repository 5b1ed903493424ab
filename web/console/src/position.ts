// Where this page stands in the organisation's log of events.

/** What to do with an event, by its cursor. */
export type Verdict =
  /** It is the next one. */
  | 'next'
  /** It was here before. */
  | 'again'
  /** Something before it is missing. */
  | 'gap';

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

  /** A connection begins: it stands at `cursor`, and everything up to `head` is history. */
  start(cursor: string, head: string): void {
    this.#cursor = cursor;
    this.#head = read(head)?.seq ?? 0;
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
