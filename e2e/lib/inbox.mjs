// Things in the order in which they came, and a way to wait for the next one.

import { PATIENCE_MS } from './api.mjs';

export class Inbox {
  #what;
  #unread = [];
  #waiting = [];

  /** `what` names its contents in the message of a wait that was in vain. */
  constructor(what) {
    this.#what = what;
  }

  put(item) {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(item);
    else this.#unread.push(item);
  }

  /** How many nobody has taken yet. */
  get unread() {
    return this.#unread.length;
  }

  /** Takes the next one, waiting for it if need be. */
  take(patience = PATIENCE_MS) {
    if (this.#unread.length > 0) return Promise.resolve(this.#unread.shift());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((waiting) => waiting !== arrived);
        reject(new Error(`no ${this.#what} within ${patience} ms`));
      }, patience);
      const arrived = (item) => {
        clearTimeout(timer);
        resolve(item);
      };
      this.#waiting.push(arrived);
    });
  }

  /** Takes the next `count`. */
  async takeMany(count) {
    const items = [];
    while (items.length < count) items.push(await this.take());
    return items;
  }
}
