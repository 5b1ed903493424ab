// The page of somebody who is signed in.

import { Api, type Session } from './api';
import { Calls } from './calls';
import { element } from './dom';
import { Line, type LineState, type LogEvent } from './live';
import type { Sound } from './sound';
import { Texts } from './texts';

const STATES: Record<LineState, string> = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Reconnecting… nothing is lost',
};

const TITLE = document.title;

export class Desk {
  readonly #api: Api;
  readonly #me: string;
  readonly #sound: Sound;
  readonly #texts = new Texts();
  readonly #calls: Calls;
  readonly #line: Line;
  #names = new Map<string, string>();

  constructor(
    { token, user, organization }: Session,
    sound: Sound,
    onToken: (token: string) => void,
    onEnded: () => void,
  ) {
    this.#api = new Api(token, onEnded);
    this.#me = user.id;
    this.#sound = sound;
    element('person').textContent = user.full_name;
    element('organization').textContent = organization.name;

    this.#calls = new Calls(this.#api, user.role !== 'viewer', {
      onRinging: (count) => {
        sound.ring(count > 0);
        document.title = count > 0 ? `(${count}) calling – ${TITLE}` : TITLE;
      },
      onCall: (words) => (element('ringing-aloud').textContent = words),
      onOutcome: (words) => (element('aloud').textContent = words),
      nameOf: (userId) => this.#nameOf(userId),
    });

    this.#line = new Line(token, {
      onState: (state) => {
        const line = element('line');
        line.dataset['state'] = state;
        line.textContent = STATES[state];
      },
      onGreeting: ({ ringing, serverTime, recovered }, isFirst) => {
        void this.#learnNames();
        this.#calls.reset(ringing, serverTime);
        if (!recovered && !isFirst) this.#texts.markHole();
      },
      onEvent: (event, isHistory) => this.#show(event, isHistory),
      onEnded,
      renewToken: async () => {
        const renewed = await this.#api.renewToken();
        onToken(renewed);
        return renewed;
      },
    });
  }

  /** Ends the session, here and on the server. */
  signOut(): void {
    this.close();
    this.#api.signOut().catch(() => undefined);
  }

  close(): void {
    this.#line.close();
    this.#calls.close();
    this.#texts.close();
  }

  press(answer: 'accept' | 'decline'): void {
    this.#calls.press(answer);
  }

  /** What is history makes no sound, but for calls of which the greeting said that they still ring. */
  #show({ name, payload }: LogEvent, isHistory: boolean): void {
    switch (name) {
      case 'incoming-call':
        if (isHistory) this.#calls.addFromHistory(payload);
        else this.#calls.add(payload);
        break;
      case 'incoming-sms': {
        const words = this.#texts.add(payload);
        if (!isHistory) {
          element('aloud').textContent = words;
          this.#sound.playText();
        }
        break;
      }
      case 'call-accepted':
        this.#calls.taken(payload.callSid, payload.acceptedBy);
        break;
      case 'call-ended':
        this.#calls.ended(payload.callSid);
        break;
      case 'call-released':
        this.#calls.released(payload.callSid);
        break;
    }
  }

  #nameOf(userId: string): string {
    if (userId === this.#me) return 'You';
    const name = this.#names.get(userId);
    if (name === undefined) void this.#learnNames(); // somebody new: known the next time
    return name ?? 'A colleague';
  }

  async #learnNames(): Promise<void> {
    this.#names = await this.#api.team().catch(() => this.#names);
  }
}
