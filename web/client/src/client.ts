import { originOf } from './address.js';
import { WaitingCalls } from './calls.js';
import { ServerClock } from './clock.js';
import { Emitter } from './emitter.js';
import { CLOSED } from './line/line.js';
import { TIMINGS, type Timings } from './line/timings.js';
import { Bell } from './notifications.js';
import { platformOf } from './platform.js';
import { followPresence } from './presence.js';
import { Cell } from './readable.js';
import { Rest, sender } from './rest.js';
import { Notices } from './ring/notices.js';
import { SettingsStore } from './ring/settings.js';
import { Tones } from './ring/tones.js';
import { Session } from './session/auth.js';
import { claimsOf } from './session/claims.js';
import { TokenStore } from './session/tokens.js';
import { Shift } from './shift.js';
import type { Client, ClientOptions, LineState, Words } from './types.js';

const WORDS: Words = {
  call: ({ callerName, from }) => ({ title: `Call from ${callerName ?? from}`, body: from }),
  text: ({ contactName, from, body }) => ({ title: `Text from ${contactName ?? from}`, body }),
};

/** Nothing happens before `start`. */
export function createClient(options: ClientOptions = {}): Client {
  return assemble(options, TIMINGS);
}

/** A client that takes its time as it is told. */
export function assemble(options: ClientOptions, timings: Timings): Client {
  const platform = platformOf(options.platform ?? {});
  const origin = originOf(options.url, options.isDevServer ?? false);
  const emitter = new Emitter();
  const clock = new ServerClock(platform.elapsed);
  const send = sender(origin, platform.fetch, clock);
  const session = new Session({ tokens: new TokenStore(platform.storage), send, clock, platform });
  const api = new Rest(send, session);
  const presence = followPresence(emitter);
  const state = new Cell<LineState>(CLOSED);
  const sound = options.sound ?? new Tones();
  const notices = new Notices();
  const settings = new SettingsStore(platform.storage);
  let shift: Shift | undefined;
  const bell = new Bell({ emitter, sound, notices, settings, choose: (status) => shift?.choose(status) });
  const me = () => session.get().user?.id ?? claimsOf(session.token() ?? '').userId ?? null;
  const calls = new WaitingCalls({
    api,
    emitter,
    me,
    acknowledge: (callSid) => shift?.acknowledge(callSid),
    onAnswered: (callSid, outcome) => shift?.answered(callSid, outcome),
    outcomeMs: options.outcomeMs ?? 2_000,
  });
  const words = { ...WORDS, ...options.words };
  const parts = {
    origin,
    api,
    session,
    emitter,
    clock,
    platform,
    timings,
    state,
    calls,
    bell,
    sound,
    notices,
    settings,
    words,
    me,
  };

  let whose: string | null = null;
  /** Works while somebody is signed in, for that person alone. */
  const follow = () => {
    const token = session.token();
    const person = token === null ? null : (claimsOf(token).userId ?? token);
    if (person === whose) return;
    shift?.close();
    shift = undefined;
    presence.set(new Map());
    whose = person;
    settings.belongTo(token === null ? null : (claimsOf(token).userId ?? null));
    if (token !== null) shift = new Shift(claimsOf(token).userId, parts);
  };

  let starts = 0;
  let isRunning = false;
  let unfollow = () => {};
  let stopping: ReturnType<typeof setTimeout> | undefined;

  const run = () => {
    clearTimeout(stopping);
    if (isRunning) return;
    isRunning = true;
    bell.open();
    session.open();
    unfollow = session.onToken(follow);
    follow();
  };
  const stop = () => {
    clearTimeout(stopping);
    if (!isRunning) return;
    isRunning = false;
    unfollow();
    session.close();
    shift?.close();
    shift = undefined;
    whose = null;
    bell.close();
  };

  return {
    api,
    auth: session,
    line: state,
    calls,
    notifications: bell,
    presence,
    on: (name, handler) => emitter.on(name, handler),
    once: (name, handler) => emitter.once(name, handler),
    off: (name, handler) => emitter.off(name, handler),
    emit: (name, payload) => shift?.send(name, payload),
    serverNow: () => clock.now(),
    start: () => {
      starts += 1;
      run();
      let isStarted = true;
      return () => {
        if (!isStarted) return;
        isStarted = false;
        starts -= 1;
        // Not at once: it may begin again in the same breath.
        if (starts === 0) stopping = setTimeout(stop, 0);
      };
    },
    close: () => {
      stop();
      calls.close();
      emitter.clear();
    },
  };
}
