// A network that goes away again and again.

import { Proxy } from './proxy.mjs';

export class JitteryNetwork {
  #proxy;
  #jitter;
  #timer;
  #destroys;
  #isAway = false;
  #isEnding = false;
  #cameBack;
  /** How often it went away. */
  cuts = 0;

  /**
   * A network before the server at `target` that goes away for `away` ms about every `period` ms, by turns such that
   * connections are destroyed and new ones refused, which comes first if `destroys`, and such that nothing passes any
   * more. `cameBack` is called each time that it is there again.
   */
  constructor(target, { period, away, destroys }, cameBack) {
    this.#proxy = new Proxy(target);
    this.#jitter = { period, away };
    this.#destroys = destroys;
    this.#cameBack = cameBack;
  }

  /** Starts, and is a good network until it begins to jitter. Returns where clients connect. */
  async start() {
    await this.#proxy.start();
    return this.#proxy.url;
  }

  /** Begins, somewhere in a period. */
  begin() {
    this.#timer = setTimeout(() => this.#goAway(), Math.random() * this.#jitter.period);
  }

  #goAway() {
    this.cuts += 1;
    this.#isAway = true;
    if (this.#destroys) this.#proxy.cut();
    else this.#proxy.swallow();
    this.#destroys = !this.#destroys;
    this.#timer = setTimeout(() => this.#comeBack(), this.#jitter.away);
  }

  #comeBack() {
    this.#isAway = false;
    this.#proxy.heal();
    this.#cameBack();
    if (this.#isEnding) return;
    const { period, away } = this.#jitter;
    this.#timer = setTimeout(() => this.#goAway(), period * (0.8 + 0.4 * Math.random()) - away);
  }

  /** Goes away no more. If it is away, it comes back in its time. */
  end() {
    this.#isEnding = true;
    if (!this.#isAway) clearTimeout(this.#timer);
  }

  /** Whether it is there. */
  get isBack() {
    return !this.#isAway;
  }
}
