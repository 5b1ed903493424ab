//! The services on fakes, and the fake store against the contract that PostgreSQL passes too.

mod auto_responses;
mod calls;
mod consent;
mod customers;
mod desk;
mod dialing;
mod inbox;
mod inspector;
mod invitations;
mod life;
mod lines;
mod log;
mod media;
mod messages;
mod people;
mod post;
mod progress;
mod resealing;
mod retention;
mod rollout;
mod service_tokens;
mod sessions;
mod settling;
mod signatures;
mod switching;
mod telephony;
mod texting;
mod twilio_settings;
mod uploads;
mod watched_twilio;
mod world;

use std::sync::Arc;

use switchboard_domain::testing::{MemStore, store_contract};

#[tokio::test]
async fn the_fake_store_keeps_the_contract() {
    let store = Arc::new(MemStore::default());
    store_contract::run(store.clone(), store.clone(), store).await;
}
