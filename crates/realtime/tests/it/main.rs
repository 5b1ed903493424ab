//! The hub over fakes, spoken to in Engine.IO's long polling without a network. What stock clients make of it, over
//! either transport, is tested in `e2e/`.

mod client;
mod delivery;
mod handshake;
mod interleavings;
mod offers;
mod operator;
mod polling;
mod presence;
mod recorder;
mod world;
