// The calls that wait for somebody, and what becomes of them.

import { ApiError, type Api } from './api.js';
import type { Emitter } from './emitter.js';
import type { IncomingCall } from './events.gen.js';
import { Cell } from './readable.js';
import type { Acceptance, Calls, Outcome, WaitingCall } from './types.js';

export interface CallsParts {
  api: Pick<Api, 'post'>;
  emitter: Emitter;
  /** Whose calls these are, as far as it is known. */
  me(): string | null;
  /** Seen: the server may know. */
  acknowledge(callSid: string): void;
  /** Answered here. */
  onAnswered(callSid: string, outcome: Outcome | null): void;
  outcomeMs: number;
}

/** What rings is what the server offers; history changes nothing, for the list that comes with it is newer. */
export class WaitingCalls implements Calls {
  readonly #parts: CallsParts;
  readonly #calls = new Cell<readonly WaitingCall[]>([]);
  readonly #folding = new Set<ReturnType<typeof setTimeout>>();
  readonly #acknowledged = new Set<string>();
  readonly #endings: (() => void)[];
  #offered: ReadonlySet<string> = new Set();

  constructor(parts: CallsParts) {
    this.#parts = parts;
    const { emitter } = parts;
    this.#endings = [
      emitter.on('session', ({ ringing, offers }) => {
        this.#offered = new Set(offers.callSids);
        this.reset(ringing);
      }),
      emitter.on('offers', ({ callSids }) => this.#offer(new Set(callSids))),
      emitter.on('incoming-call', (call, { isHistory }) => {
        if (!isHistory) this.#add(call);
      }),
      emitter.on('call-accepted', ({ callSid, acceptedBy }, { isHistory }) => {
        if (!isHistory) this.conclude(callSid, this.#taken(acceptedBy, null));
      }),
      emitter.on('call-ended', ({ callSid, reason }, { isHistory }) => {
        if (!isHistory) this.conclude(callSid, { kind: 'ended', reason });
      }),
    ];
  }

  readonly get = (): readonly WaitingCall[] => this.#calls.get();
  readonly subscribe = (listener: () => void): (() => void) => this.#calls.subscribe(listener);

  /** Exactly these wait, and those that were over just now. */
  reset(waiting: readonly IncomingCall[]): void {
    const known = new Map(this.get().map((call) => [call.callSid, call]));
    const calls = waiting.map((call) => {
      const before = known.get(call.callSid);
      return before?.outcome === null ? { ...before, ...call } : fresh(call);
    });
    const sids = new Set(waiting.map(({ callSid }) => callSid));
    const over = this.get().filter(({ outcome, callSid }) => outcome !== null && !sids.has(callSid));
    this.#set([...over, ...calls]);
  }

  /** It waits no more: with an outcome it says so for a while, without one it is gone at once. */
  conclude(callSid: string, outcome: Outcome | null): void {
    const call = this.#find(callSid);
    if (!call) return;
    this.#acknowledged.delete(callSid);
    if (outcome === null) return this.#set(this.get().filter((other) => other !== call));
    // Who took it is known already where it was taken, and there by name.
    if (call.outcome !== null) return;
    this.#change(callSid, { outcome, asking: null, problem: null });
    const timer = setTimeout(() => {
      this.#folding.delete(timer);
      this.#set(this.get().filter((other) => other.callSid !== callSid || other.outcome !== outcome));
    }, this.#parts.outcomeMs);
    this.#folding.add(timer);
  }

  readonly accept = async (callSid: string): Promise<Acceptance> => {
    this.#change(callSid, { asking: 'accept', problem: null });
    try {
      const { conferenceId } = await this.#parts.api.post('/api/twilio/incoming-calls/accept', { body: { callSid } });
      this.#answered(callSid, this.#taken(this.#parts.me() ?? '', null, true));
      return { ok: true, conferenceId };
    } catch (error) {
      const by = error instanceof ApiError ? error.acceptedBy : undefined;
      if (by) {
        this.conclude(callSid, this.#taken(by.id, by.name));
        return { ok: false, because: 'taken', by };
      }
      return this.#isOver(callSid, error)
        ? { ok: false, because: 'over' }
        : { ok: false, because: 'failed', problem: this.#fail(callSid, error) };
    }
  };

  readonly decline = async (callSid: string): Promise<boolean> => {
    this.#change(callSid, { asking: 'decline', problem: null });
    try {
      await this.#parts.api.post('/api/twilio/incoming-calls/decline', { body: { callSid } });
    } catch (error) {
      if (this.#isOver(callSid, error)) return true;
      this.#fail(callSid, error);
      return false;
    }
    this.#answered(callSid, null);
    return true;
  };

  /** Nobody is signed in any more. */
  clear(): void {
    for (const timer of this.#folding) clearTimeout(timer);
    this.#folding.clear();
    this.#acknowledged.clear();
    this.#offered = new Set();
    this.#set([]);
  }

  close(): void {
    for (const end of this.#endings) end();
    this.clear();
  }

  #add(call: IncomingCall): void {
    const others = this.get().filter(({ callSid, outcome }) => callSid !== call.callSid || outcome === null);
    if (others.some(({ callSid }) => callSid === call.callSid)) return;
    this.#set([...others, fresh(call)]);
  }

  #offer(offered: ReadonlySet<string>): void {
    this.#offered = offered;
    this.#set(this.get());
  }

  #taken(by: string, name: string | null, byMe = by === this.#parts.me()): Outcome {
    return { kind: 'taken', by, byMe, name };
  }

  #answered(callSid: string, outcome: Outcome | null): void {
    this.conclude(callSid, outcome);
    this.#parts.onAnswered(callSid, outcome);
  }

  #isOver(callSid: string, error: unknown): boolean {
    if (!(error instanceof ApiError) || (error.status !== 404 && error.status !== 410)) return false;
    this.conclude(callSid, { kind: 'ended', reason: 'unknown' });
    return true;
  }

  #fail(callSid: string, error: unknown): string {
    const problem = error instanceof Error ? error.message : 'That did not work. Try again.';
    this.#change(callSid, { asking: null, problem });
    return problem;
  }

  #find(callSid: string): WaitingCall | undefined {
    return this.get().find((call) => call.callSid === callSid);
  }

  #change(callSid: string, change: Partial<WaitingCall>): void {
    this.#set(this.get().map((call) => (call.callSid === callSid ? { ...call, ...change } : call)));
  }

  #set(calls: readonly WaitingCall[]): void {
    const before = this.get();
    const after = calls
      .map((call) => {
        const ringsForMe = call.outcome === null && this.#offered.has(call.callSid);
        return call.ringsForMe === ringsForMe ? call : { ...call, ringsForMe };
      })
      .sort((a, b) => a.timestamp.localeCompare(b.timestamp));
    if (after.length === before.length && after.every((call, at) => call === before[at])) return;
    this.#calls.set(after);
    const listed = new Set(after.map(({ callSid }) => callSid));
    for (const callSid of this.#acknowledged) if (!listed.has(callSid)) this.#acknowledged.delete(callSid);
    for (const { callSid, ringsForMe } of after) {
      if (!ringsForMe || this.#acknowledged.has(callSid)) continue;
      this.#acknowledged.add(callSid);
      this.#parts.acknowledge(callSid);
    }
  }
}

function fresh(call: IncomingCall): WaitingCall {
  return { ...call, ringsForMe: false, asking: null, problem: null, outcome: null };
}
