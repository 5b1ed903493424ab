//! What Switchboard does. Rules and services over [`ports`]; no I/O, no framework, no clock of its own.
//!
//! | room | what is in it |
//! |---|---|
//! | [`access`] | whose work it is: [`OrgScope`](access::OrgScope), roles, the caller |
//! | [`sessions`] | signing in and out, tokens, registration |
//! | [`service_tokens`] | what other services of an organisation read its events with |
//! | [`people`], [`invitations`] | the organisation and its team, and who joins it |
//! | [`customers`] | contacts and leads |
//! | [`twilio_settings`] | an organisation's account at Twilio |
//! | [`lines`] | its numbers as callers meet them: opening hours, team, greeting |
//! | [`signatures`] | by what a webhook is known to be Twilio's |
//! | [`inspector`] | which webhooks came lately, and what became of each |
//! | [`calls`], [`messages`] | what comes in from Twilio, and who takes it |
//! | [`switching`], [`texting`] | what is done at Twilio with calls, and with messages |
//! | [`auto_responses`] | what is answered by itself to those who write |
//! | [`presence`] | who is here, and what colleagues see of them |
//! | [`offers`] | whom a call rings |
//! | [`stats`] | figures over calls and messages |
//! | [`media`] | recordings and what hangs on messages, for those who may hear and see them |
//! | [`uploads`] | files that people send along |
//! | [`log`] | the organisation's log of events, the one source of everything agents learn |
//! | [`feed`] | the log, for those who ask for it |
//! | [`retention`] | how long the log is kept |
//! | [`resealing`] | sealing secrets anew after a change of keys |
//! | [`rollout`] | who gets websockets and who polls |
//! | [`operator`] | what those who run Switchboard do |
//! | [`paging`] | where a page of a long list begins |
//! | [`ids`] | ids that never leave the organisation |
//! | [`ports`] | every outside thing needed, as traits |
//! | `testing` | fakes and contract suites (feature `testing`) |
//!
//! This crate knows nothing of SQL, sockets, HTTP or Twilio's wire.

pub mod access;
pub mod auto_responses;
pub mod calls;
pub mod check;
pub mod customers;
pub mod error;
pub mod feed;
pub mod ids;
pub mod inspector;
pub mod invitations;
pub mod lines;
pub mod log;
pub mod media;
pub mod messages;
pub mod offers;
pub mod operator;
pub mod paging;
pub mod party;
pub mod people;
pub mod phone;
pub mod ports;
pub mod presence;
pub mod resealing;
pub mod retention;
pub mod rollout;
pub mod search;
pub mod service_tokens;
pub mod sessions;
pub mod signatures;
pub mod stats;
pub mod switching;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
pub mod texting;
pub mod twilio_settings;
pub mod uploads;
pub mod zone;

pub use error::Error;
/// What leaves the system: payloads, ids and the cursor.
pub use switchboard_events as events;
