//! The Socket.IO hub: what is committed to an organisation's log is on its agents' screens a moment later, once and in
//! order. The only crate that knows socketioxide.
//!
//! ```text
//! handshake ── Admit ──▶ dispatcher (one task an organisation) ── emit ───▶ its members' sockets
//! newsroom ─── Hold ──▶      │                                 └─ answer ─▶ requests of those who poll
//! commit ───── wake ──▶      │  ▲
//! heads, twice a second ▶    └──┘ pages of the log, what rings and who is here: read and noted beside it, mailed back
//! ```
//!
//! **A member is a position in the log.** Live emission, replay and a slow client are one operation: emit from the
//! member's position until the head or until its buffer is full. From admission to the last emit it is one synchronous
//! task, so there is no moment in which an event could be missed, doubled or overtaken. A dispatcher holds members of
//! its own organisation alone, and there is no call that emits to everybody.
//!
//! **Whoever is in the way loses the connection, not an event.** A client that takes nothing, a connection too many or
//! replaced: its transport is closed, which a stock client takes for the network, and its cursor brings back the rest.
//!
//! This crate knows nothing of SQL, HTTP routes or Twilio.

mod allowance;
mod arrivals;
mod askers;
mod beats;
mod dispatcher;
mod greeting;
mod handshake;
mod heads;
mod holds;
mod hub;
mod in_flight;
mod mail;
mod member;
mod newsroom;
mod node;
mod outbox;
mod recorder;
mod registry;
mod remark;
mod roll;
mod room;
mod tail;
mod token;
mod transports;
mod wire;

pub use hub::{Hub, Parts};
pub use registry::Registry;
pub use wire::{Connection, Listener, Wire};
