//! Twilio's side of the wire: what it sends us, how we know that it was Twilio, and what we may answer.
//!
//! | module | answers |
//! |---|---|
//! | [`signature`] | did Twilio send this request? |
//! | [`webhook`] | which parameters did it send? |
//! | [`address`] | who is `From`, who is `To`? |
//! | [`twiml`] | what should Twilio do now? |
//! | [`documents`] | and what is that for a call? |
//! | [`rest`] | what do we ask of Twilio, and what did it do? |
//! | [`access_token`] | what does a browser's phone show Twilio? |
//!
//! A webhook handler uses them in this order: decode the raw body once with [`webhook::decode_form`], verify with
//! [`signature::verify_any`] over [`signature::candidate_urls`], read the addresses, answer with
//! [`twiml::Response`]. Everybody else asks the domain's ports, which [`rest::RestClient`] and
//! [`access_token::AccessTokens`] keep.
//!
//! This crate knows nothing of HTTP servers, of the database or of where secrets are kept. Only [`rest`] does I/O, and of an
//! organisation it knows no more than whose turn it is. Twilio's JSON webhooks (`bodySHA256`) are deliberately missing: none
//! of ours is one.

pub mod access_token;
pub mod address;
pub mod documents;
pub mod rest;
pub mod signature;
pub mod twiml;
pub mod webhook;
