//! What services rely on.

mod follow;
mod golden;
mod page;
mod schema;
