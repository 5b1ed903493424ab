//! This crate against data made by Twilio's own libraries, and against properties that hold for every input.

mod signature;
mod twiml;
mod webhook;
