// Many clients, each behind a jittery network of its own, in as many processes as can carry them.

import { fork } from 'node:child_process';

import { TRANSPORTS } from './client.mjs';
import { Inbox } from './inbox.mjs';

const PROGRAM = new URL('crowd-process.mjs', import.meta.url);
/** More than these in one process, and what is measured is the process. */
const MOST_IN_A_PROCESS = 100;
/** A machine that carries a thousand is slow. What was slow is in the figures. */
const PATIENCE_MS = 60_000;

class Part {
  #child = fork(PROGRAM);
  #answers = new Inbox('answer from a part of the crowd');

  constructor() {
    this.#child.on('message', (message) => this.#answers.put(message));
    this.#child.on('exit', (code) => this.#answers.put({ end: code }));
  }

  async tell(act, about) {
    this.#child.send({ act, about });
    const { answer, end } = await this.#answers.take(PATIENCE_MS);
    if (end !== undefined) throw new Error(`a part of the crowd ended with ${end}; what it printed says why`);
    return answer;
  }

  disconnect() {
    if (this.#child.connected) this.#child.disconnect();
  }
}

export class Crowd {
  #parts = [];

  /**
   * Connects `count` clients to the server `at`, by each transport in turn, with each of the `tokens` in turn; without
   * any, to plain socketioxide. Returns the cursor of one of them. `jitter` is of JitteryNetwork.
   */
  async connect(count, { at, tokens = [undefined], jitter, reconnection }) {
    const ways = Object.keys(TRANSPORTS);
    const members = Array.from({ length: count }, (_, n) => ({
      at,
      token: tokens[n % tokens.length],
      transport: ways[n % ways.length],
      jitter,
      reconnection,
    }));
    const cursors = [];
    while (members.length > 0) {
      const part = new Part();
      this.#parts.push(part);
      cursors.push(await part.tell('connect', members.splice(0, MOST_IN_A_PROCESS)));
    }
    return cursors[0];
  }

  /** Their networks begin to jitter. */
  begin() {
    return this.#tellAll('begin');
  }

  /** Their networks jitter no more; returns once all clients are back. */
  end() {
    return this.#tellAll('end');
  }

  /**
   * What each client went through before the text `marker`:
   * `{ transport, heard: ['sid cursor', …], breaches, cuts, delays }`, the delays being the times to be back, in ms.
   */
  async report(marker) {
    return (await this.#tellAll('report', marker)).flat();
  }

  #tellAll(act, about) {
    return Promise.all(this.#parts.map((part) => part.tell(act, about)));
  }

  disconnect() {
    for (const part of this.#parts) part.disconnect();
  }
}

/** Connects a crowd that is gone at the end of test `t`; then tells the cursor of one of them. */
export async function gatherCrowd(t, count, options) {
  const crowd = new Crowd();
  t.after(() => crowd.disconnect());
  const cursor = await crowd.connect(count, options);
  return { crowd, cursor };
}
