// What runs while somebody is signed in.

import type { WaitingCalls } from './calls.js';
import type { Emitter } from './emitter.js';
import { Line, type LineParts } from './line/line.js';
import type { Bell } from './notifications.js';
import { Cell } from './readable.js';
import { Reporter } from './report.js';
import { Audience } from './ring/audience.js';
import type { Notices } from './ring/notices.js';
import { Ringer } from './ring/ringer.js';
import type { SettingsStore } from './ring/settings.js';
import type { Sound } from './ring/sound.js';
import { OwnStatus } from './status.js';
import { seekLeadership, type Leadership } from './tabs/leadership.js';
import { Tabs } from './tabs/tabs.js';
import type { AgentStatus, LineState, Platform, ScreenReport, SentEvents, Words } from './types.js';

export interface ShiftParts extends Omit<LineParts, 'tabs' | 'isLeader' | 'onWaiting'> {
  emitter: Emitter;
  platform: Platform;
  calls: WaitingCalls;
  bell: Bell;
  sound: Sound;
  notices: Notices;
  settings: SettingsStore;
  words: Words;
  state: Cell<LineState>;
  /** Whose shift it is, as far as it is known. */
  me(): string | null;
}

/** The tabs of one person in one browser are told apart from those of another. */
export class Shift {
  readonly #tabs: Tabs;
  readonly #leadership: Leadership;
  readonly #line: Line;
  readonly #status: OwnStatus;
  readonly #audience: Audience;
  readonly #ringer: Ringer;
  readonly #endings: (() => void)[];
  readonly #parts: ShiftParts;

  constructor(userId: string | undefined, parts: ShiftParts) {
    const { emitter, platform, calls, bell, state, timings, words } = parts;
    const name = `switchboard.${parts.origin}.${userId ?? 'somebody'}`;
    this.#parts = parts;
    this.#tabs = new Tabs(platform.channel(name));
    this.#leadership = seekLeadership(name, this.#tabs, platform);
    const { isLeader } = this.#leadership;
    // Whoever hears of nothing rings for nothing.
    const isHeard = new Cell(false);
    const hear = () => isHeard.set(bell.isAudible.get() && state.get().recovery !== 'offline');
    this.#audience = new Audience(this.#leadership, this.#tabs, isHeard);
    const { isLeaderAudible } = this.#audience;
    this.#ringer = new Ringer({
      ...parts,
      line: state,
      isLeader,
      tabs: this.#tabs,
      ringMs: timings.ringMs,
      elapsed: platform.elapsed,
    });
    const { isRinging } = this.#ringer;
    this.#status = new OwnStatus({ ...parts, tabs: this.#tabs, random: platform.random });
    const reporter = new Reporter({
      emitter,
      report: bell.report,
      line: state,
      send: (report) => this.#report(report),
      random: platform.random,
    });
    const tell = () =>
      bell.tell({
        isLeader: isLeader.get(),
        isRinging: isRinging.get(),
        isLeaderAudible: isLeaderAudible.get(),
        status: this.#status.get(),
      });
    const leave = () => this.#leadership.yield();
    // A tab that sleeps makes no sound.
    globalThis.document?.addEventListener('freeze', leave);
    globalThis.window?.addEventListener('pagehide', leave);
    this.#endings = [
      ...[isLeader, isRinging, isLeaderAudible, this.#status].map((what) => what.subscribe(tell)),
      ...[bell.isAudible, state].map((what) => what.subscribe(hear)),
      this.#tabs.on('answered', ({ callSid, outcome }) => calls.conclude(callSid, outcome)),
      emitter.on('incoming-sms', (sms, { isHistory }) => {
        if (!isHistory) this.#ringer.text(sms.messageSid, words.text(sms));
      }),
      () => reporter.close(),
      () => globalThis.document?.removeEventListener('freeze', leave),
      () => globalThis.window?.removeEventListener('pagehide', leave),
    ];
    tell();
    this.#line = new Line({ ...parts, tabs: this.#tabs, isLeader, onWaiting: (waiting) => calls.reset(waiting) });
  }

  send<Name extends keyof SentEvents>(name: Name, payload: SentEvents[Name]): void {
    this.#line.send(name, payload);
  }

  choose(status: AgentStatus): void {
    this.#status.choose(status);
  }

  /** This tab shows a call. */
  acknowledge(callSid: string): void {
    const { state, api } = this.#parts;
    if (state.get().isConnected) this.send('call-ack', { callSid });
    else void api.post('/api/twilio/incoming-calls/seen', { body: { callSid } }).catch(() => undefined);
  }

  /** Of the tabs that ask, the leader rings: how the others would be heard does not matter. */
  #report(report: ScreenReport): void {
    const { isConnected, recovery } = this.#parts.state.get();
    if (isConnected) this.send('presence', report);
    else if (recovery === 'polling') void this.#status.report(this.#leadership.isLeader.get() ? report : {});
  }

  /** Answered here: the other tabs fall silent before the server tells them. */
  answered(callSid: string, outcome: Parameters<WaitingCalls['conclude']>[1]): void {
    this.#tabs.tell('answered', { callSid, outcome });
  }

  close(): void {
    for (const end of this.#endings) end();
    this.#line.close();
    this.#ringer.close();
    this.#audience.close();
    this.#leadership.close();
    this.#tabs.close();
    this.#parts.calls.clear();
    this.#status.close();
    this.#parts.bell.forget();
  }
}
