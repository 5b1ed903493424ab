// Rings while a call rings for this person: in one tab, again and again, until it does not any more.

import type { Readable } from '../readable.js';
import type { Tabs } from '../tabs/tabs.js';
import type { IncomingCall } from '../events.gen.js';
import { Cell } from '../readable.js';
import type { LineState, WaitingCall, Words } from '../types.js';
import type { Notices } from './notices.js';
import type { Settings } from './settings.js';
import type { Sound } from './sound.js';

export interface RingerParts {
  calls: Readable<readonly WaitingCall[]>;
  line: Readable<LineState>;
  isLeader: Readable<boolean>;
  settings: Readable<Settings>;
  tabs: Tabs;
  sound: Sound;
  notices: Notices;
  words: Words;
  ringMs: number;
  elapsed: () => number;
}

export class Ringer {
  readonly isRinging = new Cell(false);
  readonly #parts: RingerParts;
  readonly #endings: (() => void)[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rangAt = Number.NEGATIVE_INFINITY;
  #isDue = false;

  constructor(parts: RingerParts) {
    this.#parts = parts;
    const changed = () => this.#soon();
    this.#endings = [
      ...[parts.calls, parts.line, parts.isLeader, parts.settings].map((what) => what.subscribe(changed)),
      parts.tabs.on('rang', () => (this.#rangAt = parts.elapsed())),
    ];
    this.#soon();
  }

  /** A text came just now. */
  text(id: string, words: { title: string; body: string }): void {
    const { isLeader, settings, sound, notices } = this.#parts;
    if (!isLeader.get() || settings.get().isQuiet) return;
    sound.playText(settings.get().volume);
    notices.show(id, words);
  }

  close(): void {
    for (const end of this.#endings) end();
    this.#stop();
    this.#parts.notices.keep(new Set());
  }

  /** After everything that happens at once, so that a call which comes and goes in one breath is not heard. */
  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#follow();
    });
  }

  #follow(): void {
    const ringing = this.#ringing();
    const { notices, words } = this.#parts;
    notices.keep(new Set(ringing.map(({ callSid }) => callSid)));
    for (const call of ringing) notices.show(call.callSid, words.call(call));
    if (ringing.length === 0) return this.#stop();
    if (this.isRinging.get()) return;
    this.isRinging.set(true);
    // The leader before may have rung just now.
    const { elapsed, ringMs } = this.#parts;
    this.#ring(Math.max(0, this.#rangAt + ringMs - elapsed()));
  }

  #ringing(): readonly IncomingCall[] {
    const { isLeader, settings, line, calls } = this.#parts;
    // Of a call that was ringing when the line broke nobody knows whether it still does.
    const isSilent = !isLeader.get() || settings.get().isQuiet || line.get().recovery === 'offline';
    return isSilent ? [] : calls.get().filter(({ ringsForMe, asking }) => ringsForMe && asking === null);
  }

  #ring(afterMs: number): void {
    const { sound, settings, tabs, elapsed, ringMs } = this.#parts;
    const ring = () => {
      this.#rangAt = elapsed();
      sound.playRing(settings.get().volume);
      tabs.tell('rang', null);
      this.#ring(ringMs);
    };
    if (afterMs === 0) return ring();
    this.#timer = setTimeout(ring, afterMs);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    if (this.isRinging.get()) this.#parts.sound.stopRing();
    this.isRinging.set(false);
  }
}
