//! A local Twilio for demos and tests: it sends webhooks as Twilio does and judges the answers as Twilio would.
//!
//! [`Simulator`] is the whole of it, for use inside a test; [`http::router`] puts Twilio's REST API, a web page and a
//! control API in front of it; the program `twilio-simulator` serves that or sends single webhooks.
//!
//! | file | reason to change |
//! |---|---|
//! | `account.rs` | what an account file says |
//! | `world/`, `twiml/` | what exists at Twilio, what happens there, and what documents say |
//! | `access_token.rs` | which browsers may register |
//! | `parameters.rs` | what Twilio puts into a webhook |
//! | `faults.rs`, `plan.rs` | what goes wrong on purpose, and what that means for one webhook |
//! | `delivery.rs` | how a webhook is delivered: retries and the fallback |
//! | `attempt.rs` | how one request is made: signature, redirects, password |
//! | `connecting.rs` | when the wait for its answer begins |
//! | `overrides.rs` | what an address's fragment says about that |
//! | `webhook_url.rs` | which address Twilio requests, and which it signs |
//! | `verdict.rs` | what Twilio makes of an answer |
//! | `exchange.rs` | what we tell of a webhook and its answer |
//! | `clock.rs` | where time comes from |
//! | `engine.rs` | what can be done with the simulator, and when it happens |
//! | `rest/` | Twilio's REST API |
//! | `http.rs`, `http/`, `page/` | how people and tests reach it |
//!
//! It knows nothing of Switchboard: only signatures and forms are shared, through `switchboard-twilio`. What it can do,
//! which numbers make something happen and which faults there are, the README says.

pub mod access_token;
mod account;
mod attempt;
mod clock;
mod connecting;
mod delivery;
mod engine;
mod error;
mod exchange;
pub mod faults;
mod fetching;
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
