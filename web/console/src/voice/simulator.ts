// The simulator's phone: no sound, but everything else that Twilio's does.

import { Ending, type DeviceSetup, type IncomingLeg, type Join, type Leg, type VoiceDevice } from './device';

/** A token is renewed this long before it ends. */
const AHEAD_MS = 60_000;

interface Registered {
  id: string;
  expires: string;
}

/** Registers a phone at the local Twilio. */
export async function openSimulatorDevice(simulator: string, setup: DeviceSetup): Promise<VoiceDevice> {
  const registered = await post<Registered>(`${simulator}/device`, { token: await setup.token() });
  return new SimulatorDevice(`${simulator}/device/${registered.id}`, registered.expires, setup);
}

/** What happens at a phone; all but the SID only when somebody calls. */
interface Told {
  callSid: string;
  from: string;
  parameters: { call?: string };
}

class SimulatorDevice implements VoiceDevice {
  readonly #url: string;
  readonly #setup: DeviceSetup;
  readonly #events: EventSource;
  readonly #legs = new Map<string, SimulatorLeg>();
  /** Calls that were over before their beginning was answered. */
  readonly #early = new Set<string>();
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(url: string, expires: string, setup: DeviceSetup) {
    this.#url = url;
    this.#setup = setup;
    this.#events = new EventSource(`${url}/events`);
    this.#on('incoming', ({ callSid, from, parameters }) => {
      const leg = new SimulatorLeg(this.#url, callSid, from, parameters.call);
      this.#legs.set(callSid, leg);
      setup.onIncoming(leg);
    });
    for (const end of ['cancel', 'disconnect']) this.#on(end, ({ callSid }) => this.#over(callSid));
    this.#renewAt(expires);
    addEventListener('pagehide', this.close);
  }

  async connect({ conference, participant }: Join): Promise<Leg> {
    const { callSid } = await post<{ callSid: string }>(`${this.#url}/connect`, {
      params: { conference, participant },
    });
    const leg = new SimulatorLeg(this.#url, callSid, '');
    this.#legs.set(callSid, leg);
    if (this.#early.delete(callSid)) this.#over(callSid);
    return leg;
  }

  close = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    removeEventListener('pagehide', this.close);
    clearTimeout(this.#renewal);
    this.#events.close();
    fetch(this.#url, { method: 'DELETE', keepalive: true }).catch(() => undefined);
    for (const callSid of [...this.#legs.keys()]) this.#over(callSid);
  };

  #over(callSid: string): void {
    const leg = this.#legs.get(callSid);
    if (leg) leg.ending.end();
    else this.#early.add(callSid);
    this.#legs.delete(callSid);
  }

  #on(name: string, listener: (event: Told) => void): void {
    this.#events.addEventListener(name, (event) => listener(JSON.parse(event.data)));
  }

  #renewAt(expires: string): void {
    const inMs = Math.max(1_000, Date.parse(expires) - Date.now() - AHEAD_MS);
    this.#renewal = setTimeout(() => void this.#renew(), inMs);
  }

  async #renew(): Promise<void> {
    try {
      const token = await this.#setup.token();
      const { expires } = await send<Registered>('PUT', this.#url, { token });
      if (!this.#isClosed) this.#renewAt(expires);
    } catch {
      if (!this.#isClosed) this.#setup.onBroken('Your phone was signed out');
    }
  }
}

class SimulatorLeg implements IncomingLeg {
  readonly ending = new Ending();
  readonly onEnd = this.ending.onEnd;

  constructor(
    private readonly url: string,
    private readonly callSid: string,
    readonly from: string,
    readonly about: string | undefined = undefined,
  ) {}

  async accept(): Promise<void> {
    await this.#act('accept');
  }

  reject(): void {
    void this.#act('reject').catch(() => undefined);
  }

  mute(muted: boolean): void {
    void this.#act('mute', { muted }).catch(() => undefined);
  }

  press(digits: string): void {
    void this.#act('digits', { digits }).catch(() => undefined);
  }

  hangUp(): void {
    void this.#act('hangup').catch(() => undefined);
  }

  #act(act: string, more: object = {}): Promise<unknown> {
    return post(`${this.url}/${act}`, { callSid: this.callSid, ...more });
  }
}

const post = <T>(url: string, body: object): Promise<T> => send('POST', url, body);

async function send<T>(method: string, url: string, body: object): Promise<T> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) {
    const { error } = await response.json().catch(() => ({ error: response.statusText }));
    throw new Error(error);
  }
  return response.json();
}
