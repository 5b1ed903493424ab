//! Twilio's side of the wire: what it sends us, how we know that it was Twilio, and what we may answer.
//!
//! | module | answers |
//! |---|---|
//! | [`signature`] | did Twilio send this request? |
//! | [`webhook`] | which parameters did it send? |
//! | [`address`] | who is `From`, who is `To`? |
//! | [`twiml`] | what should Twilio do now? |
//!
//! A webhook handler uses them in this order: decode the raw body once with [`webhook::decode_form`], verify with
//! [`signature::verify_any`] over [`signature::candidate_urls`], read the addresses, answer with
//! [`twiml::Response`].
//!
//! This crate knows nothing of organisations, of HTTP servers, of the database or of where auth tokens are kept.
//! It does no I/O. Twilio's JSON webhooks (`bodySHA256`) are deliberately missing: none of ours is one.

pub mod address;
pub mod signature;
pub mod twiml;
pub mod webhook;
