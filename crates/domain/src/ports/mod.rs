//! Every outside thing the domain needs, as traits, shaped by use and not by table.

mod directory;
mod outside;
mod store;

pub use directory::{Directory, LoginKey, OrgHead, ServiceTokenKey, TwilioAccount};
pub use outside::{
    AccessClaims, Clock, News, Newsroom, PasswordError, Passwords, Presence, RefreshClaims, TokenError,
    Tokens, Wake,
};
pub use store::{
    CallRepo, CustomerRepo, EventLog, MessageRepo, NumberRepo, OrgTx, OrganizationRepo, ServiceTokenRepo,
    SessionRepo, Store, StoreError, UserRepo,
};
