import { attempt, button, byId, element, input, request } from './dom.js';

/** Registers a browser with an agent's access token, and lets it ring here. */
export async function register(token) {
  const { id, identity } = await request('POST', 'device', { token });
  const device = new AgentPhone(id, identity);
  byId('devices').append(device.card);
}

class AgentPhone {
  #id;
  #calls = new Map();
  #list = element('div');
  #events;

  constructor(id, identity) {
    this.#id = id;
    const to = input('text', '', { placeholder: 'To=+1…&other=…', ariaLabel: 'Parameters' });
    const connect = button('Connect', () => this.#connect(to.value), 'main');
    const leave = button('Unregister', () => this.#leave('DELETE', ''), 'end');
    const die = button('Die', () => this.#leave('POST', '/die'), 'end');
    const row = element('div', [to, connect, leave, die], { className: 'row' });
    this.card = element('div', [element('strong', identity), this.#list, row], { className: 'card' });
    this.#events = new EventSource(`device/${id}/events`);
    for (const name of ['incoming', 'accept', 'cancel', 'disconnect']) {
      this.#events.addEventListener(name, ({ data }) => this.#happened(name, JSON.parse(data)));
    }
    // A connection that breaks is an `error` too, but one without data.
    this.#events.addEventListener('error', ({ data }) => data && this.#complain(JSON.parse(data)));
  }

  async #connect(text) {
    const params = Object.fromEntries(new URLSearchParams(text));
    const { callSid } = await request('POST', `device/${this.#id}/connect`, { params });
    this.#calls.set(callSid, { title: `calls ${params.To ?? 'through the application'}`, state: 'connecting' });
    this.#draw();
  }

  async #leave(method, how) {
    this.#events.close();
    this.card.remove();
    await request(method, `device/${this.#id}${how}`);
  }

  #happened(name, { callSid, from }) {
    if (name === 'incoming') this.#calls.set(callSid, { title: `${from} calls`, state: 'ringing' });
    else if (name === 'accept') this.#calls.set(callSid, { title: 'in a call', ...this.#calls.get(callSid), state: 'open' });
    else this.#calls.delete(callSid);
    this.#draw();
  }

  #complain({ code, message }) {
    byId('error').textContent = `${code}: ${message}`;
  }

  #act(act, callSid, more) {
    return () => request('POST', `device/${this.#id}/${act}`, { callSid, ...more });
  }

  #draw() {
    const rows = [...this.#calls].map(([callSid, { title, state }]) => {
      const buttons =
        state === 'ringing'
          ? [
              button('Accept', this.#act('accept', callSid), 'main'),
              button('Reject', this.#act('reject', callSid), 'end'),
              button('Ignore', () => this.#ignore(callSid)),
            ]
          : [button('Hang up', this.#act('hangup', callSid), 'end'), this.#keypad(callSid)];
      return element('div', [`${title}, ${state} `, ...buttons], { className: 'row' });
    });
    this.card.classList.toggle('rings', [...this.#calls.values()].some(({ state }) => state === 'ringing'));
    this.#list.replaceChildren(...rows);
  }

  async #ignore(callSid) {
    await attempt(this.#act('ignore', callSid));
    this.#calls.delete(callSid);
    this.#draw();
  }

  #keypad(callSid) {
    const digits = input('text', '', { placeholder: 'Keys', size: 6, ariaLabel: 'Keys' });
    return element('span', [digits, button('Press', () => this.#act('digits', callSid, { digits: digits.value })())]);
  }
}
