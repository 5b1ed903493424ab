// The list of texts, the newest on top.

import type { IncomingSms } from '@switchboard/client';

import { copy, element, part, showWho } from './dom';
import { decode, readableNumber } from './text';

/** How many stay on the page. */
const MOST = 500;

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

export class Texts {
  readonly #list = element('texts');

  close(): void {
    this.#list.replaceChildren();
  }

  /** Shows a text and returns how to read it out. */
  add(sms: IncomingSms): string {
    const row = copy('text-row');
    const name = sms.contactName === null ? null : decode(sms.contactName);
    const number = readableNumber(decode(sms.from));
    const body = decode(sms.body);
    showWho(row, name, number);
    part(row, 'body').textContent = body;
    const time = row.querySelector('time');
    const at = new Date(sms.timestamp);
    if (time) {
      time.dateTime = sms.timestamp;
      time.textContent = TIME.format(at);
      time.title = EXACT.format(at);
    }
    this.#put(row);
    return `Text from ${name ?? number}: ${body}`;
  }

  /** Says that something may be missing between what is here and what comes. */
  markHole(): void {
    const row = document.createElement('li');
    row.className = 'hole';
    row.textContent = 'You were away for too long: texts that came meanwhile are not shown here.';
    this.#put(row);
  }

  #put(row: HTMLElement): void {
    this.#list.prepend(row);
    while (this.#list.childElementCount > MOST) this.#list.lastElementChild?.remove();
  }
}
