// Cards of ringing calls.

import type { IncomingCall } from '@switchboard/client';

import { ApiError, type Api } from './api';
import { copy, element, part, showWho } from './dom';
import { clock, decode, readableNumber } from './text';

/** How long a card says what became of its call. */
const OUTCOME_MS = 2_000;

interface Card {
  item: HTMLElement;
  who: string;
  since: number;
  isRinging: boolean;
}

export interface CallsListener {
  /** Whether something rings has changed, or how much. */
  onRinging(count: number): void;
  /** To be read out at once. */
  onCall(words: string): void;
  /** To be read out when there is time. */
  onOutcome(words: string): void;
  /** Who that is. */
  nameOf(userId: string): string;
}

export class Calls {
  readonly #list = element('calls');
  readonly #cards = new Map<string, Card>();
  readonly #declined = new Set<string>();
  #stillRinging = new Set<string>();
  readonly #api: Api;
  readonly #canAnswer: boolean;
  readonly #listener: CallsListener;
  readonly #ticking: number;
  #serverIsAhead = 0;

  constructor(api: Api, canAnswer: boolean, listener: CallsListener) {
    this.#api = api;
    this.#canAnswer = canAnswer;
    this.#listener = listener;
    this.#ticking = setInterval(() => this.#tick(), 1_000);
  }

  close(): void {
    clearInterval(this.#ticking);
    this.#cards.clear();
    this.#changed();
    this.#list.replaceChildren();
  }

  /** Shows exactly these calls, the oldest first; `serverTime` is when they were ringing. */
  reset(ringing: IncomingCall[], serverTime: string): void {
    this.#serverIsAhead = Date.parse(serverTime) - Date.now();
    this.#stillRinging = new Set(ringing.map(({ callSid }) => callSid));
    for (const [callSid, card] of this.#cards) {
      if (card.isRinging && !this.#stillRinging.has(callSid)) this.#remove(callSid);
    }
    for (const call of ringing) this.add(call);
  }

  /** Shows a call of the past, if it was ringing at the last reset. */
  addFromHistory(call: IncomingCall): void {
    if (this.#stillRinging.has(call.callSid)) this.add(call);
  }

  /** Shows a call, unless it is shown already or was declined here. */
  add(call: IncomingCall): void {
    const { callSid } = call;
    if (this.#cards.get(callSid)?.isRinging || this.#declined.has(callSid)) return;
    this.#remove(callSid);
    const item = copy('call-card');
    const name = call.callerName === null ? null : decode(call.callerName);
    const number = readableNumber(decode(call.from));
    showWho(item, name, number);
    const accept = part<HTMLButtonElement>(item, 'accept');
    const decline = part<HTMLButtonElement>(item, 'decline');
    accept.addEventListener('click', () => void this.#accept(callSid));
    decline.addEventListener('click', () => void this.#decline(callSid));
    part(item, 'answers').hidden = !this.#canAnswer;
    const who = name ?? number;
    item.setAttribute('aria-label', `Call from ${who}`);
    this.#cards.set(callSid, { item, who, since: Date.parse(call.timestamp), isRinging: true });
    this.#list.append(item);
    this.#tick();
    this.#listener.onCall(`Call from ${who}`);
    this.#changed();
  }

  /** Somebody took it. */
  taken(callSid: string, by: string): void {
    this.#over(callSid, `${this.#listener.nameOf(by)} took it`);
  }

  /** Nobody can take it any more. */
  ended(callSid: string): void {
    this.#over(callSid, 'The call has ended');
  }

  /** It rings again, even where it was declined. */
  released(callSid: string): void {
    this.#declined.delete(callSid);
  }

  /** Answers the card that has the focus, or else the oldest. */
  press(answer: 'accept' | 'decline'): void {
    const ringing = [...this.#cards.values()].filter((card) => card.isRinging);
    const focused = ringing.find((card) => card.item.contains(document.activeElement));
    const card = focused ?? ringing[0];
    if (card) part<HTMLButtonElement>(card.item, answer).click();
  }

  async #accept(callSid: string): Promise<void> {
    this.#busy(callSid, true);
    try {
      await this.#api.accept(callSid);
      this.#over(callSid, 'You took it');
    } catch (error) {
      if (error instanceof ApiError && error.acceptedBy) this.#over(callSid, `${error.acceptedBy.name} took it`);
      else this.#refused(callSid, error);
    }
  }

  async #decline(callSid: string): Promise<void> {
    this.#busy(callSid, true);
    try {
      await this.#api.decline(callSid);
      this.#declined.add(callSid);
      this.#remove(callSid);
    } catch (error) {
      this.#refused(callSid, error);
    }
  }

  #refused(callSid: string, error: unknown): void {
    const card = this.#cards.get(callSid);
    if (!card) return;
    if (error instanceof ApiError && (error.status === 404 || error.status === 410)) {
      this.ended(callSid);
      return;
    }
    const message = error instanceof Error ? error.message : 'That did not work. Try again.';
    this.#busy(callSid, false);
    part(card.item, 'outcome').textContent = message;
    this.#listener.onOutcome(message);
  }

  #busy(callSid: string, isBusy: boolean): void {
    const buttons = this.#cards.get(callSid)?.item.querySelectorAll('button') ?? [];
    for (const button of buttons) button.disabled = isBusy;
  }

  /** The card says what became of the call, and folds away. */
  #over(callSid: string, outcome: string): void {
    const card = this.#cards.get(callSid);
    if (!card?.isRinging) return;
    card.isRinging = false;
    card.item.classList.add('over');
    part(card.item, 'answers').hidden = true;
    part(card.item, 'outcome').textContent = outcome;
    this.#listener.onOutcome(`${card.who}: ${outcome}`);
    this.#changed();
    setTimeout(() => {
      if (this.#cards.get(callSid) === card) this.#remove(callSid);
    }, OUTCOME_MS);
  }

  #remove(callSid: string): void {
    this.#cards.get(callSid)?.item.remove();
    if (this.#cards.delete(callSid)) this.#changed();
  }

  #changed(): void {
    this.#listener.onRinging([...this.#cards.values()].filter((card) => card.isRinging).length);
  }

  #tick(): void {
    const now = Date.now() + this.#serverIsAhead;
    for (const { item, since, isRinging } of this.#cards.values()) {
      if (isRinging) part(item, 'waiting').textContent = clock(now - since);
    }
  }
}
