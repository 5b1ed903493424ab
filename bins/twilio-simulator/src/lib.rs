//! A local Twilio for demos and tests: it sends webhooks as Twilio does and judges the answers as Twilio would.
//!
//! [`Simulator`] is the whole of it, for use inside a test; [`http::router`] puts a web page and a JSON API in front
//! of it; the program `twilio-simulator` serves that or sends single webhooks.
//!
//! | file | reason to change |
//! |---|---|
//! | `account.rs` | what an account file says |
//! | `parameters.rs` | what Twilio puts into a webhook |
//! | `webhook_url.rs` | which address Twilio requests, and which it signs |
//! | `delivery.rs` | how Twilio makes a request |
//! | `verdict.rs` | what Twilio makes of an answer |
//! | `exchange.rs` | what we tell of a webhook and its answer |
//! | `world/` | what exists at Twilio, and what happens there |
//! | `clock.rs` | where time comes from |
//! | `engine.rs` | what can be done with the simulator, and when it happens |
//! | `http.rs`, `page/` | how to reach it over HTTP |
//!
//! It knows nothing of Switchboard: only signatures and forms are shared, through `switchboard-twilio`. Not yet here:
//! carrying out TwiML, status callbacks, fallback URLs, retries, redirects, Twilio's REST API.

pub mod access_token;
mod account;
mod attempt;
mod clock;
mod delivery;
mod engine;
mod error;
mod exchange;
pub mod faults;
pub mod http;
mod overrides;
mod parameters;
mod plan;
mod recent;
mod rest;
mod sid;
mod twiml;
mod verdict;
mod wav;
mod webhook_url;
pub mod world;

pub use account::{Account, ApiKey};
pub use clock::Clock;
pub use engine::{Call, LiveCall, Simulator, Sms};
pub use error::SimulatorError;
pub use exchange::{Answer, Attempt, Exchange, Kind, Warning, Webhook};
