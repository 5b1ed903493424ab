//! The simulator against a small webhook receiver on loopback that checks what it gets as Twilio's customers do.

mod api;
mod command_line;
mod contract;
mod control;
mod courier;
mod deliveries;
mod faults;
mod fetching;
mod http_face;
mod our_client;
mod our_client_calls;
mod product;
mod readme;
mod receiver;
mod rest_messages;
mod rest_plumbing;
mod rest_setup;
mod rest_voice;
mod texting;
mod world;
