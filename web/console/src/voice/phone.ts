// The phone of whoever is signed in: at most one call, and what is to be written about the last one.

import type { Api } from '@switchboard/client';

import { problem } from '../lib/problem';
import type { DeviceSetup, IncomingLeg, Join, Leg, VoiceDevice } from './device';

/** A call that this browser takes part in. */
export interface OwnCall {
  id: string;
  role: Join['participant'];
  /** `opening`: not heard yet; `lost`: the phone's end broke, the call may go on. */
  line: 'opening' | 'open' | 'lost';
  isMuted: boolean;
}

export interface PhoneState {
  call: OwnCall | null;
  /** A colleague asks one in. */
  asked: { from: string } | null;
  /** The call that is over and of which something is to be written. */
  after: string | null;
  /** Why the phone does not work, in words. */
  broken: string | null;
}

/** Where the local Twilio is, if calls go there. */
export type FindSimulator = () => Promise<string | null>;
export type OpenDevice = (setup: DeviceSetup) => Promise<VoiceDevice>;

export class Phone {
  readonly #api: Api;
  readonly #openDevice: OpenDevice;
  readonly #listeners = new Set<() => void>();
  #state: PhoneState = { call: null, asked: null, after: null, broken: null };
  #device: Promise<VoiceDevice> | undefined;
  #leg: Leg | undefined;
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

  /** Opens this browser's end of a call; asked again when it broke. */
  async join(id: string, role: OwnCall['role'] = 'agent'): Promise<void> {
    this.#change({ call: { id, role, line: 'opening', isMuted: false }, after: null });
    try {
      const device = await this.#open();
      const leg = await device.connect({ conference: id, participant: role });
      this.#opened(id, leg);
    } catch (error) {
      this.#change({ broken: `Your phone could not connect. ${reason(error)}` });
      this.#patch(id, { line: 'lost' });
    }
  }

  /** Calls a customer. */
  async dial(to: string, who: { leadId?: string; contactId?: string } = {}): Promise<void> {
    const conferenceId = crypto.randomUUID();
    const { data } = await this.#api.post('/api/twilio/call/make', {
      body: { to, conferenceId, ...who },
      idempotencyKey: conferenceId,
    });
    await this.join(data.id);
  }

  /** Takes part in the call that a colleague asked one into. */
  async answer(): Promise<void> {
    const leg = this.#asked;
    if (!leg) return;
    this.#asked = undefined;
    this.#change({ asked: null });
    await leg.accept();
    this.#leg = leg;
    // Whose call it is the server knows: whoever is asked in has it in their history.
    const { calls } = await this.#api.get('/api/twilio/call', { query: { state: 'connected', limit: 50 } });
    const held =
      calls.find((call) => call.on_hold && [call.from_number, call.to_number].includes(leg.from)) ??
      calls.find((call) => call.on_hold);
    if (held) {
      this.#change({ call: { id: held.id, role: 'agent', line: 'open', isMuted: false }, after: null });
      this.#opened(held.id, leg);
    }
  }

  refuse(): void {
    this.#asked?.reject();
    this.#asked = undefined;
    this.#change({ asked: null });
  }

  mute(isMuted: boolean): void {
    const { call } = this.#state;
    if (!call) return;
    this.#leg?.mute(isMuted);
    this.#patch(call.id, { isMuted });
  }

  press(digits: string): void {
    this.#leg?.press(digits);
  }

  /** Ends this browser's end; the call too, if nobody else has it. */
  hangUp(): void {
    this.#leg?.hangUp();
  }

  /** The call is over, or somebody else's: `isToBeWritten` if one talked. */
  leave(id: string, isToBeWritten: boolean): void {
    if (this.#state.call?.id !== id) return;
    const leg = this.#leg;
    this.#leg = undefined;
    this.#change({ call: null, after: isToBeWritten ? id : this.#state.after, broken: null });
    leg?.hangUp();
  }

  /** What was to be written is written, or will not be. */
  written(): void {
    this.#change({ after: null });
  }

  close(): void {
    void this.#device?.then((device) => device.close()).catch(() => undefined);
    this.#device = undefined;
    this.#leg = undefined;
    this.#asked = undefined;
    this.#change({ call: null, asked: null, after: null, broken: null });
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
    if (this.#leg) {
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
    this.#leg = leg;
    this.#change({ broken: null });
    this.#patch(id, { line: 'open' });
    leg.onEnd(() => {
      if (this.#leg !== leg) return;
      this.#leg = undefined;
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
