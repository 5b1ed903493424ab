// What is heard and seen when something comes, and what the page can show of it.

import type { Emitter } from './emitter.js';
import { Cell, type Readable } from './readable.js';
import type { Notices } from './ring/notices.js';
import type { SettingsStore } from './ring/settings.js';
import type { Sound } from './ring/sound.js';
import type { AgentStatus, Notifications, NotificationsState, ScreenReport } from './types.js';

export interface BellParts {
  emitter: Emitter;
  sound: Sound;
  notices: Notices;
  settings: SettingsStore;
  /** The person chose how they are. */
  choose(status: AgentStatus): void;
}

/** What of the state is decided elsewhere: by other tabs, the ringer, the server. */
type Told = Pick<NotificationsState, 'isLeader' | 'isRinging' | 'status'> & { isLeaderAudible: boolean };
/** While nobody is signed in. */
const NOTHING: Told = { isLeader: false, isRinging: false, status: 'available', isLeaderAudible: true };

/** Of a press its end: what is said of silence goes then, and must not move what is pressed from under the pointer. */
const GESTURES = ['click', 'keydown'] as const;

export class Bell implements Notifications {
  readonly #parts: BellParts;
  readonly #state: Cell<NotificationsState>;
  readonly #audible = new Cell(false);
  readonly #report: Cell<ScreenReport>;
  #endings: (() => void)[] = [];
  #told = NOTHING;
  #unreadCount = 0;

  constructor(parts: BellParts) {
    this.#parts = parts;
    this.#state = new Cell(this.#look());
    this.#report = new Cell(reported(this.get()));
  }

  readonly get = (): NotificationsState => this.#state.get();
  readonly subscribe = (listener: () => void): (() => void) => this.#state.subscribe(listener);

  /** Whether this tab makes sounds that can be heard. */
  get isAudible(): Readable<boolean> {
    return this.#audible;
  }

  /** What the server is told of this tab. */
  get report(): Readable<ScreenReport> {
    return this.#report;
  }

  open(): void {
    const { emitter, sound, notices, settings } = this.#parts;
    const look = () => this.#update();
    const touched = () => void sound.unlock().catch(() => undefined);
    this.#endings = [
      sound.onChange(look),
      notices.onChange(look),
      settings.subscribe(look),
      settings.watch(),
      emitter.on('incoming-sms', (_, { isHistory }) => {
        if (isHistory) return;
        this.#unreadCount += 1;
        look();
      }),
      // A page that is touched at all needs no button for it.
      ...GESTURES.map((gesture) => listen(gesture, touched)),
      listen('visibilitychange', look, globalThis.document),
    ];
    look();
  }

  close(): void {
    for (const end of this.#endings) end();
    this.#endings = [];
    this.#parts.sound.close();
  }

  tell(told: Partial<Told>): void {
    this.#told = { ...this.#told, ...told };
    this.#update();
  }

  /** Nobody is signed in any more. */
  forget(): void {
    this.tell(NOTHING);
  }

  readonly enableSound = async (): Promise<boolean> => {
    const { sound, settings } = this.#parts;
    await sound.unlock().catch(() => undefined);
    this.#update();
    if (sound.state() !== 'unlocked') return false;
    sound.playRing(settings.get().volume);
    return true;
  };

  readonly askPermission = async (): Promise<boolean> => {
    const permission = await this.#parts.notices.ask();
    this.#update();
    return permission === 'granted';
  };

  readonly setVolume = (volume: number): void => {
    this.#parts.settings.change({ volume: Math.min(1, Math.max(0, volume)) });
  };

  readonly setQuiet = (isQuiet: boolean): void => this.#parts.settings.change({ isQuiet });

  readonly setStatus = (status: AgentStatus): void => this.#parts.choose(status);

  readonly markRead = (): void => {
    this.#unreadCount = 0;
    this.#update();
  };

  #update(): void {
    const state = this.#look();
    if (JSON.stringify(state) !== JSON.stringify(this.get())) this.#state.set(state);
    this.#audible.set(state.audio === 'unlocked');
    const report = reported(state);
    if (JSON.stringify(report) !== JSON.stringify(this.#report.get())) this.#report.set(report);
  }

  #look(): NotificationsState {
    const { isLeaderAudible, ...told } = this.#told;
    const audio = this.#parts.sound.state();
    const permission = this.#parts.notices.permission();
    const { volume, isQuiet } = this.#parts.settings.get();
    const isHeardElsewhere = !told.isLeader && isLeaderAudible;
    return {
      ...told,
      audio,
      permission,
      willNotice: audio === 'unlocked' || permission === 'granted' || isHeardElsewhere,
      unreadCount: this.#unreadCount,
      volume,
      isQuiet,
    };
  }
}

function reported({ audio, permission, isQuiet }: NotificationsState): ScreenReport {
  return {
    audioUnlocked: audio === 'unlocked' && !isQuiet,
    notifications: permission === 'granted' && !isQuiet,
    visible: globalThis.document?.visibilityState !== 'hidden',
  };
}

function listen(name: string, listener: () => void, target: EventTarget | undefined = globalThis.window): () => void {
  target?.addEventListener(name, listener);
  return () => target?.removeEventListener(name, listener);
}
