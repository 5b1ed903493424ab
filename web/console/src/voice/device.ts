// A phone in a browser: what the simulator's and Twilio's have in common.

/** This browser's end of a call. */
export interface Leg {
  mute(isMuted: boolean): void;
  /** Keys: digits, `*` and `#`. */
  press(digits: string): void;
  hangUp(): void;
  /** Hears when it is over, by whomever; a leg that is over already is heard at once. */
  onEnd(listener: () => void): void;
}

/** A call that comes to this browser itself, as when a colleague asks one in. */
export interface IncomingLeg extends Leg {
  readonly from: string;
  /** Which of our calls it is about, if it is about one. */
  readonly about: string | undefined;
  accept(): Promise<void>;
  reject(): void;
}

/** What the webhook is told when the browser calls in. */
export interface Join {
  conference: string;
  participant: 'agent' | 'supervisor';
}

export interface VoiceDevice {
  connect(join: Join): Promise<Leg>;
  close(): void;
}

/** How a device is opened. `token` is asked whenever one is needed. */
export interface DeviceSetup {
  token(): Promise<string>;
  onIncoming(leg: IncomingLeg): void;
  /** It does not work any more, and why, in words. */
  onBroken(why: string): void;
}

/** Something that ends once. */
export class Ending {
  #isOver = false;
  readonly #listeners: (() => void)[] = [];

  onEnd = (listener: () => void): void => {
    if (this.#isOver) listener();
    else this.#listeners.push(listener);
  };

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const listener of this.#listeners) listener();
  }
}
