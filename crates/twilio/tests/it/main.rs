//! This crate against data made by Twilio's own libraries, against Twilio's own description of its API, against a server that
//! answers badly, and against properties that hold for every input.

mod access_token;
mod calls;
mod credentials;
mod diagnosis;
mod documents;
mod downloads;
mod golden_requests;
mod openapi;
mod operations;
mod outcomes;
mod server;
mod signature;
mod turns;
mod twiml;
mod webhook;
