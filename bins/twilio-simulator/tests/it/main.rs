//! The simulator against a small webhook receiver on loopback that checks what it gets as Twilio's customers do.

mod command_line;
mod courier;
mod deliveries;
mod http_face;
mod receiver;
