// Generated from schemas/events.schema.json: npm run generate

/**
 * A person who signs in: agent, manager, viewer or admin.
 */
export type UserId = string;
/**
 * A moment as it stands on the wire: ISO 8601 in UTC with milliseconds and `Z`, `2026-01-31T23:59:59.000Z`.
 * Such texts sort as the moments do.
 */
export type Timestamp = string;
/**
 * Why a call ended.
 */
export type EndReason =
  'caller-hangup' | 'completed' | 'voicemail' | 'timeout' | 'declined' | 'failed' | string;
/**
 * A person outside the organisation: a contact or a lead.
 */
export type CustomerId = string;
/**
 * Where a reader stands in its organisation's log: everything up to `seq` is known to it.
 * On the wire `{epoch}.{seq}`, to be treated as opaque by everyone but the makers of clients, who may compare `seq`.
 */
export type Cursor = string;

/**
 * The events of an organisation's log: the name of each and its payload.
 */
export interface LogEvents {
  'call-accepted': CallAccepted;
  'call-ended': CallEnded;
  'call-released': CallReleased;
  'incoming-call': IncomingCall;
  'incoming-sms': IncomingSms;
  'message-status': MessageStatus;
}
/**
 * An agent took a ringing call.
 */
export interface CallAccepted {
  /**
   * Who took it.
   */
  acceptedBy: UserId;
  /**
   * Twilio's id of the call.
   */
  callSid: string;
  /**
   * When.
   */
  timestamp: Timestamp;
}
/**
 * A call is over, for agents: nobody can take it any more.
 */
export interface CallEnded {
  /**
   * Twilio's id of the call.
   */
  callSid: string;
  /**
   * Why.
   */
  reason: EndReason;
  /**
   * When.
   */
  timestamp: Timestamp;
}
/**
 * An agent took a call but their audio never connected. The call rings again: a new `incoming-call` follows.
 */
export interface CallReleased {
  /**
   * Twilio's id of the call.
   */
  callSid: string;
  /**
   * Who had taken it.
   */
  releasedBy: UserId;
  /**
   * When.
   */
  timestamp: Timestamp;
}
/**
 * A customer calls.
 */
export interface IncomingCall {
  /**
   * Twilio's id of the call.
   */
  callSid: string;
  /**
   * The name of the contact or lead that owns the number.
   */
  callerName: string | null;
  /**
   * The contact, when the caller is one. At most one of the two is set.
   */
  contactId: CustomerId | null;
  /**
   * Who calls.
   */
  from: string;
  /**
   * The lead, when the caller is one.
   */
  leadId: CustomerId | null;
  /**
   * When the call reached us.
   */
  timestamp: Timestamp;
  /**
   * The organisation's number that was dialled.
   */
  to: string;
}
/**
 * A customer's text arrived.
 */
export interface IncomingSms {
  /**
   * What was written, inert.
   */
  body: string;
  /**
   * The contact, when the sender is one. At most one of the two is set.
   */
  contactId: CustomerId | null;
  /**
   * The name of the contact or lead that owns the number.
   */
  contactName: string | null;
  /**
   * Who wrote.
   */
  from: string;
  /**
   * The lead, when the sender is one.
   */
  leadId: CustomerId | null;
  /**
   * Twilio's id of the message.
   */
  messageSid: string;
  /**
   * When the message reached us.
   */
  timestamp: Timestamp;
  /**
   * The organisation's number that was written to.
   */
  to: string;
}
/**
 * A text message to a customer came a step further.
 */
export interface MessageStatus {
  /**
   * Twilio's number for what went wrong.
   */
  errorCode: number | null;
  /**
   * Twilio's id of the message.
   */
  messageSid: string;
  /**
   * Where it stands, in Twilio's words: `queued`, `sent`, `delivered`, `undelivered`, `failed` and others.
   */
  status: string;
  /**
   * When.
   */
  timestamp: Timestamp;
}
/**
 * One event of the log.
 */
export interface Entry {
  /**
   * Where a reader stands who knows this event and all before it.
   */
  cursor: Cursor;
  /**
   * Its payload.
   */
  data: {
    [k: string]: unknown;
  };
  /**
   * The event's name.
   */
  event: string;
}
/**
 * The calls that ring for one person: the full list.
 */
export interface Offers {
  /**
   * Twilio's ids of the calls.
   */
  callSids: string[];
}
/**
 * A part of the log, in order.
 */
export interface Page {
  /**
   * Where the reader stands after this page: what to ask for next, and to keep.
   */
  cursor: Cursor;
  /**
   * What happened after the cursor that was asked for, oldest first.
   */
  events: Entry[];
  /**
   * Whether there is more already.
   */
  more: boolean;
  /**
   * What rings for the reader, now.
   */
  offers: Offers;
  /**
   * The cursor that was asked for is no good: what happened between it and this page's is not told. The reader
   * loads anew what it keeps, and goes on from this page's cursor.
   */
  reset: boolean;
}
