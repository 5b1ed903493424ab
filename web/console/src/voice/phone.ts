// The phone of whoever is signed in: at most one call, and what is to be written about the last one.

import { ApiError, type Api } from '@switchboard/client';

import { problem } from '../lib/problem';
import type { DeviceSetup, IncomingLeg, Join, Leg, VoiceDevice } from './device';

/** A call that this browser takes part in. */
export interface OwnCall {
  id: string;
  /** Whom one called. */
  to?: string | undefined;
  role: Join['participant'];
  /** `opening`: not heard yet; `lost`: the phone's end broke, the call may go on. */
  line: 'opening' | 'open' | 'lost';
  isMuted: boolean;
}

export interface PhoneState {
  call: OwnCall | null;
  /** The server is asked to call a customer. */
  isDialing: boolean;
  /** A colleague asks one in. */
  asked: { from: string } | null;
  /** The call that is over and of which something is to be written. */
  after: string | null;
  /** Why the phone does not work, in words. */
  broken: string | null;
}

export type OpenDevice = (setup: DeviceSetup) => Promise<VoiceDevice>;

const NOTHING: PhoneState = { call: null, isDialing: false, asked: null, after: null, broken: null };

/** Why one can neither take a call nor make one, in words; null if one can. Who only listens can: that ends for it. */
export function busyWith({ call, isDialing }: PhoneState): string | null {
  if (isDialing) return 'Your call is being made';
  return call?.role === 'agent' ? 'Finish your call first' : null;
}

export class Phone {
  readonly #api: Api;
  readonly #openDevice: OpenDevice;
  readonly #listeners = new Set<() => void>();
  #state: PhoneState = NOTHING;
  #device: Promise<VoiceDevice> | undefined;
  /** The end that is open, and of which call, once that is known. */
  #own: { leg: Leg; of: string | null } | undefined;
  /** Ends are opened one after another: a device makes no two calls at once. */
  #turn: Promise<void> = Promise.resolve();
  #asked: IncomingLeg | undefined;

  constructor(api: Api, openDevice: OpenDevice) {
    this.#api = api;
    this.#openDevice = openDevice;
  }

  readonly get = (): PhoneState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Opens the phone ahead of its first call, so that colleagues can ask one in. */
  async warmUp(): Promise<void> {
    await this.#open().catch(() => undefined); // the first call will tell
  }

  /** Opens this browser's end of a call; asked again when it broke. Refused while one talks in another. */
  async join(id: string, role: OwnCall['role'] = 'agent', to?: string): Promise<void> {
    const { call } = this.#state;
    const isOn = call?.id === id && call.role === role;
    if (isOn && call.line !== 'lost') return;
    if (!isOn) this.#makeWay();
    this.#change({ call: { id, to, role, line: 'opening', isMuted: false }, after: null });
    this.#turn = this.#turn.then(() => this.#connect(id, role));
    await this.#turn;
  }

  /** Calls a customer; `unsure`: the server did not say so, but may yet. Refused while one talks in another call. */
  async dial(to: string, who: { leadId?: string; contactId?: string } = {}): Promise<'made' | 'unsure'> {
    this.#makeWay();
    const conferenceId = crypto.randomUUID();
    let known: 'made' | 'unsure' = 'made';
    this.#change({ isDialing: true });
    try {
      await this.#api.post('/api/twilio/call/make', {
        body: { to, conferenceId, ...who },
        idempotencyKey: conferenceId,
      });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 0)) throw error;
      known = 'unsure';
    } finally {
      this.#change({ isDialing: false });
    }
    await this.join(conferenceId, 'agent', to);
    return known;
  }

  /** Takes part in the call that a colleague asked one into. */
  async answer(): Promise<void> {
    const leg = this.#asked;
    if (!leg?.about) return;
    this.#asked = undefined;
    this.#change({ asked: null });
    await leg.accept();
    this.#change({ call: { id: leg.about, role: 'agent', line: 'opening', isMuted: false }, after: null });
    this.#opened(leg.about, leg);
  }

  refuse(): void {
    this.#asked?.reject();
    this.#asked = undefined;
    this.#change({ asked: null });
  }

  mute(isMuted: boolean): void {
    const { call } = this.#state;
    if (!call) return;
    this.#own?.leg.mute(isMuted);
    this.#patch(call.id, { isMuted });
  }

  press(digits: string): void {
    this.#own?.leg.press(digits);
  }

  /** The call is over, or somebody else's: `isToBeWritten` if one talked. No other call's end is hung up. */
  leave(id: string, isToBeWritten: boolean): void {
    if (this.#state.call?.id !== id) return;
    const own = this.#own?.of === id ? this.#own : undefined;
    if (own) this.#own = undefined;
    this.#change({ call: null, after: isToBeWritten ? id : this.#state.after, broken: null });
    own?.leg.hangUp();
  }

  /** What was to be written is written, or will not be. */
  written(): void {
    this.#change({ after: null });
  }

  close(): void {
    void this.#device?.then((device) => device.close()).catch(() => undefined);
    this.#device = undefined;
    this.#own = undefined;
    this.#asked = undefined;
    this.#turn = Promise.resolve();
    this.#change(NOTHING);
  }

  /** Whoever only listens stops. */
  #makeWay(): void {
    const why = busyWith(this.#state);
    if (why !== null) throw new Error(why);
    if (this.#state.call) this.leave(this.#state.call.id, false);
  }

  async #connect(id: string, role: OwnCall['role']): Promise<void> {
    const isAwaited = () => {
      const { call } = this.#state;
      return call?.id === id && call.role === role && call.line === 'opening';
    };
    if (!isAwaited()) return;
    try {
      const device = await this.#open();
      const leg = await device.connect({ conference: id, participant: role });
      if (isAwaited()) this.#opened(id, leg);
      else leg.hangUp(); // it was over meanwhile
    } catch (error) {
      if (!isAwaited()) return;
      this.#change({ broken: `Your phone could not connect. ${reason(error)}` });
      this.#patch(id, { line: 'lost' });
    }
  }

  #open(): Promise<VoiceDevice> {
    this.#device ??= this.#openDevice({
      token: async () => (await this.#api.post('/api/twilio/token')).token,
      onIncoming: (leg) => this.#comes(leg),
      onBroken: (why) => {
        this.#device = undefined;
        this.#change({ broken: why });
      },
    }).catch((error: unknown) => {
      this.#device = undefined;
      throw error;
    });
    return this.#device;
  }

  #comes(leg: IncomingLeg): void {
    // Nobody calls a browser but for one of our calls.
    if (this.#own || !leg.about) {
      leg.reject();
      return;
    }
    this.#asked = leg;
    this.#change({ asked: { from: leg.from } });
    leg.onEnd(() => {
      if (this.#asked !== leg) return;
      this.#asked = undefined;
      this.#change({ asked: null });
    });
  }

  #opened(id: string, leg: Leg): void {
    const own = { leg, of: id };
    this.#own = own;
    this.#change({ broken: null });
    this.#patch(id, { line: 'open' });
    leg.onEnd(() => {
      if (this.#own !== own) return;
      this.#own = undefined;
      this.#patch(id, { line: 'lost' });
    });
  }

  #patch(id: string, part: Partial<OwnCall>): void {
    const { call } = this.#state;
    if (call?.id === id) this.#change({ call: { ...call, ...part } });
  }

  #change(part: Partial<PhoneState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}

function reason(error: unknown): string {
  const isMicrophone = error instanceof DOMException && error.name === 'NotAllowedError';
  return isMicrophone ? 'Allow this page to use the microphone.' : problem(error);
}
