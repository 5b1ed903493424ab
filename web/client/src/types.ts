// What the client offers. How it keeps that is in the other files; docs/client.md tells it in order.

import type { components } from './api.gen.js';
import type { IncomingCall, LogEvents, Offers } from './events.gen.js';
import type { Api } from './api.js';
import type { Sound } from './ring/sound.js';
import type { Readable } from './readable.js';

export type User = components['schemas']['UserBody'];
export type InviteAcceptance = components['schemas']['Acceptance'];
export type Organization = components['schemas']['OrganizationBody'];

/** All of it: one per page. */
export interface Client {
  /** REST, with the token of whoever is signed in. */
  readonly api: Api;
  readonly auth: Auth;
  /** How events come. */
  readonly line: Readable<LineState>;
  readonly calls: Calls;
  readonly notifications: Notifications;
  /** How colleagues are, by user id, as far as the socket told: nothing is told while polling. */
  readonly presence: Readable<ReadonlyMap<string, PresenceStatus>>;

  /**
   * Hears of every event of the log exactly once and in order, and of whatever else has a name in `ClientEvents`.
   * May be called at any time, before `start` too. Returns what ends it.
   */
  on<Name extends EventName>(name: Name, handler: Handler<Name>): () => void;
  once<Name extends EventName>(name: Name, handler: Handler<Name>): () => void;
  off<Name extends EventName>(name: Name, handler: Handler<Name>): void;
  /** Says something to the server, if there is a socket. */
  emit<Name extends keyof SentEvents>(name: Name, payload: SentEvents[Name]): void;

  /** The server's time, in milliseconds: right whatever the computer's clock says or does. */
  serverNow(): number;

  /**
   * Begins: connects as soon as somebody is signed in. Returns what ends it. It may be called several times and ends
   * with the last one; what ends and begins at once, as under React's StrictMode, is one connection.
   */
  start(): () => void;
  /** Ends it for good: no listener, timer or socket stays. */
  close(): void;
}

export interface ClientOptions {
  /** Where the server is, of which only the origin counts: `import.meta.env.VITE_API_URL`. Empty: see `isDevServer`. */
  url?: string | undefined;
  /** The page comes from a development server that passes nothing on: then `http://localhost:3004` is the server. */
  isDevServer?: boolean;
  /** What rings. Without it, two soft tones. */
  sound?: Sound;
  /** The words of system notifications. */
  words?: Partial<Words>;
  /** How long a call is still shown when it is over; 2 s. */
  outcomeMs?: number;
  /** What of the browser is used: for tests and for other places than a page. */
  platform?: Partial<Platform>;
}

/** The words of system notifications. */
export interface Words {
  call(call: IncomingCall): { title: string; body: string };
  text(sms: LogEvents['incoming-sms']): { title: string; body: string };
}

/** What the client uses of the browser. Whatever is missing or throws is done without. */
export interface Platform {
  fetch: typeof fetch;
  /** Where the token lies. */
  storage: Storage | undefined;
  locks: Pick<LockManager, 'request'> | undefined;
  /** How the tabs of a browser talk. */
  channel(name: string): BroadcastChannel | undefined;
  /** Milliseconds that only ever grow. */
  elapsed(): number;
  /** From 0 up to 1. */
  random(): number;
}

// Who is signed in.

export interface AuthState {
  /** `checking`: there is a token, and nothing is known yet of whose it is. */
  status: 'checking' | 'signed-in' | 'signed-out';
  /** Who it is; while `endedBecause` says why their session ended, who it was. */
  user: User | null;
  organization: Organization | null;
  /** Why the session ended, when the server ended it: `expired`, `revoked`, … */
  endedBecause: string | null;
}

export interface Auth extends Readable<AuthState> {
  /** Throws `ApiError`. */
  signIn(email: string, password: string): Promise<void>;
  /** Signs in whom an invitation's link is for, with the password that they chose. Throws `ApiError`. */
  acceptInvite(acceptance: InviteAcceptance): Promise<void>;
  /** Ends the session here, in the other tabs and on the server. */
  signOut(): Promise<void>;
  /** The token now, or null. */
  token(): string | null;
  /** For pages that sign in by themselves: everything goes on with this token, in the other tabs too. */
  setToken(token: string | null, refreshToken?: string | null): void;
}

// How events come.

/**
 * `live`: over a socket. `recovering`: the socket was lost, comes back, and nothing is lost. `polling`: events come by
 * asking. `offline`: neither works, or nobody is signed in.
 */
export type Recovery = 'live' | 'recovering' | 'polling' | 'offline';

export interface LineState {
  recovery: Recovery;
  /** Since when, by `Date.now()`. */
  since: number;
  /** What carries events now: a websocket, Socket.IO's own long polling, or questions to `/api/events`. */
  transport: 'websocket' | 'long-polling' | 'rest' | null;
  /** Whether a socket stands. */
  isConnected: boolean;
  /** What went wrong last, in words; null once it went well. */
  connectionError: string | null;
  /** How often is asked while `recovery` is `polling`. */
  pollIntervalMs: number;
}

// Events.

/** What a handler is told beside the payload of an event of the log. */
export interface About {
  /** Its place in the log; null for what is not of the log. */
  cursor: string | null;
  /** It happened before this connection stood: show it, but make no sound. */
  isHistory: boolean;
}

export interface Greeting {
  sessionId: string;
  cursor: string;
  head: string;
  recovered: boolean;
  replayed: number;
  expiresAt: string;
  serverTime: string;
  ringing: IncomingCall[];
  offers: Offers;
  presence: Presence[];
}

export type PresenceStatus = 'available' | 'busy' | 'away' | 'offline' | (string & {});

export interface Presence {
  userId: string;
  status: PresenceStatus;
  timestamp: string;
}

/** Everything that can be heard, by name. Texts are as people typed them: for text nodes, never for HTML. */
export interface ClientEvents extends LogEvents {
  /** A socket stands. */
  session: Greeting;
  /** What happened up to here is not told: load anew what you show. */
  reset: { cursor: string };
  /** The full list of the calls that ring for this person. */
  offers: Offers;
  presence: Presence;
  'token-expiring': { expiresAt: string };
  'session-ended': { reason: string };
  'server-draining': { reconnectAfterMs: number };
}

export type EventName = keyof ClientEvents;
export type Handler<Name extends EventName> = (payload: ClientEvents[Name], about: About) => void;

/** What a client can say. */
export interface SentEvents {
  'call-ack': { callSid: string };
  presence: Partial<PresenceReport>;
}

/** What is said of a tab. */
export interface ScreenReport {
  audioUnlocked: boolean;
  notifications: boolean;
  visible: boolean;
}

export interface PresenceReport extends ScreenReport {
  /** How the person is, in all their tabs. */
  status: AgentStatus;
}

export type AgentStatus = 'available' | 'busy' | 'away';

// Calls that wait for somebody.

export type Outcome =
  | { kind: 'taken'; by: string; byMe: boolean; /** When the server said it. */ name: string | null }
  | { kind: 'ended'; reason: string };

/** A call that waits, or did until just now. */
export interface WaitingCall extends IncomingCall {
  /** Whether it rings for this person; else they just know of it and may take it. */
  ringsForMe: boolean;
  /** Asked for, not answered yet. */
  asking: 'accept' | 'decline' | null;
  /** Why the last answer did not go through, in words. */
  problem: string | null;
  /** What became of it: shown for two seconds, then the call is gone from the list. */
  outcome: Outcome | null;
}

/** What came of accepting a call. */
export type Acceptance =
  | { ok: true; conferenceId: string }
  | { ok: false; because: 'taken'; by: { id: string; name: string } }
  | { ok: false; because: 'over' }
  | { ok: false; because: 'failed'; problem: string };

export interface Calls extends Readable<readonly WaitingCall[]> {
  accept(callSid: string): Promise<Acceptance>;
  /** Silences it for this person, in all their tabs. Returns whether it went through. */
  decline(callSid: string): Promise<boolean>;
}

// What is heard and seen of it.

export interface NotificationsState {
  /** `locked`: the browser plays nothing until the page is touched. */
  audio: 'locked' | 'unlocked' | 'unsupported';
  permission: NotificationPermission | 'unsupported';
  /** Whether a call would be noticed. If not: "You will not hear calls: enable". */
  willNotice: boolean;
  /** Whether this tab is the one of this browser that makes sounds, shows system notifications and polls. */
  isLeader: boolean;
  /** Whether this very tab rings now. */
  isRinging: boolean;
  /** Texts that came live since `markRead`. */
  unreadCount: number;
  /** From 0 to 1, of this person in this browser. */
  volume: number;
  /** No sound and no system notification, in this browser. */
  isQuiet: boolean;
  /** How the person is, wherever they chose it; busy while they are on a call. */
  status: AgentStatus;
}

export interface Notifications extends Readable<NotificationsState> {
  /** To be called while the person does something. Plays the ring once; returns whether it could. */
  enableSound(): Promise<boolean>;
  /** To be called while the person does something. */
  askPermission(): Promise<boolean>;
  setVolume(volume: number): void;
  setQuiet(isQuiet: boolean): void;
  /** For this person everywhere. Told the server until it has heard it; does nothing while nobody is signed in. */
  setStatus(status: AgentStatus): void;
  markRead(): void;
}
