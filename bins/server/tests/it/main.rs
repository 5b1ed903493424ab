//! The routes over fakes: no port, no database. What a stock client sees of the real thing is tested in `e2e/`.

mod account_keys;
mod auth;
mod auto_responses;
mod bad_input;
mod calls;
mod fragile;
mod harness;
mod hostile;
mod invitations;
mod lines;
mod media;
mod messages;
mod openapi;
mod operator;
mod outages;
mod page;
mod rates;
mod realtime;
mod records;
mod service_tokens;
mod signatures;
mod spool;
mod strangers;
mod team;
mod twilio_settings;
mod webhooks;
