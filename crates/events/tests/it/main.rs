//! What services rely on.

mod golden;
mod page;
mod schema;
