//! What a private PostgreSQL promises, tried on the machine's own.

mod broken;
mod crash;
mod fixtures;
mod life;
mod root;
