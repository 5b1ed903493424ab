//! Fakes that keep the ports' promises, and the contract suites that show it: whatever passes
//! [`store_contract`] may stand in for the database, and whatever passes [`telephony_contract`] for Twilio.

mod fakes;
pub mod fixtures;
mod mem_store;
pub mod store_contract;
mod telephony;

pub use fakes::{ManualClock, NoNews, PlainPasswords, PlainTokens, PlainVault};
pub use mem_store::MemStore;
pub use telephony::{
    Asked, FakeTwilio, Outcome, PlainVoiceTokens, contract as telephony_contract, media_url,
};
