//! PostgreSQL behind row-level security. The only crate that knows sqlx.
//!
//! **The pool never leaves this crate.** Tenant tables are reached through [`Store::begin`] alone, which takes the role
//! `tenant_rw` and the organisation for one transaction; the login itself may read nothing.
//!
//! ```compile_fail
//! # async fn stray(store: switchboard_persistence::PgStore) {
//! sqlx::query("select * from tenant.calls").fetch_all(&store.pool).await; // error: field `pool` is private
//! # }
//! ```
//!
//! One file for each port trait, named like the trait's half of the domain. SQL names no organisation: the policy does.
//!
//! [`Store::begin`]: switchboard_domain::ports::Store::begin

mod attachments;
mod auto_responses;
mod calls;
mod consent;
mod conversations;
mod customers;
pub mod demo;
mod directory;
mod error;
mod events;
mod invitations;
mod legs;
mod lines;
mod login;
mod messages;
mod operations;
mod organizations;
mod paging;
mod presence;
mod recordings;
mod schema;
mod search;
mod service_tokens;
mod sessions;
mod stats;
mod store;
mod templates;
#[cfg(feature = "testing")]
pub mod testing;
mod timeline;
mod turns;
mod twilio;
mod uploads;
mod users;
mod webhooks;

pub use login::LoginError;
pub use schema::{Database, SchemaError, migrate, provision};
pub use store::{Config, Lane, PgStore};
