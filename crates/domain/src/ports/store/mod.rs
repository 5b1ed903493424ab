mod auto_responses;
mod calls;
mod lines;
mod messages;
mod presence;
mod stats;
mod uploads;
mod webhooks;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_events::{CustomerId, Event, SessionId, UserId};
use thiserror::Error;
use uuid::Uuid;

pub use self::auto_responses::AutoResponseRepo;
pub use self::calls::{CallRepo, RecordingRepo, TimelineRepo};
pub use self::lines::LineRepo;
pub use self::messages::{AttachmentRepo, ConsentRepo, ConversationRepo, MessageRepo, TemplateRepo};
pub use self::presence::PresenceRepo;
pub use self::stats::StatsRepo;
pub use self::uploads::UploadRepo;
pub use self::webhooks::WebhookRepo;
use super::{Sealed, SecretField, TokenHash};
use crate::access::{OrgScope, Role};
use crate::customers::{Customer, CustomerFilter, CustomerKind, CustomerStats, LeadStats};
use crate::log::{LogEntry, LogPosition};
use crate::party::CustomerRef;
use crate::people::{NewUser, Organization, User};
use crate::phone::PhoneNumber;
use crate::service_tokens::{ServiceToken, ServiceTokenId};
use crate::sessions::{NewSession, Session};
use crate::signatures::ModeChange;
use crate::twilio_settings::TwilioSettings;

/// The only door to what belongs to organisations.
#[async_trait]
pub trait Store: Send + Sync {
    /// Starts a unit of work that sees and changes the rows of `scope` and no others.
    async fn begin(&self, scope: OrgScope) -> Result<Box<dyn OrgTx>, StoreError>;
}

/// One unit of work in one organisation: a transaction. Dropping it undoes everything.
///
/// A helper takes only the repository that it needs.
#[async_trait]
pub trait OrgTx:
    OrganizationRepo
    + UserRepo
    + InvitationRepo
    + SessionRepo
    + ServiceTokenRepo
    + TwilioRepo
    + LineRepo
    + CustomerRepo
    + CallRepo
    + RecordingRepo
    + TimelineRepo
    + PresenceRepo
    + MessageRepo
    + AttachmentRepo
    + UploadRepo
    + ConversationRepo
    + TemplateRepo
    + ConsentRepo
    + StatsRepo
    + AutoResponseRepo
    + WebhookRepo
    + EventLog
{
    /// Whose rows these are.
    fn scope(&self) -> OrgScope;
    /// What time it is by the store's own clock, which is one for all servers. It judges what they compete for.
    async fn now(&mut self) -> Result<DateTime<Utc>, StoreError>;

    /// Numbers and stores the recorded events, commits, and wakes those who wait for the log.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// Why the store could not do as asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A value that must be unique in all of Switchboard is in use; the text names it for people.
    #[error("this {0} is already taken")]
    Taken(&'static str),
    /// The database cannot be reached, is overloaded, or took too long; the same request may succeed later.
    #[error("could not reach the database in time")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else: a fault of ours.
    #[error("could not run a statement")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The organisation itself.
#[async_trait]
pub trait OrganizationRepo: Send {
    /// The scope's organisation; `None` if it was never registered.
    async fn organization(&mut self) -> Result<Option<Organization>, StoreError>;
    /// Holds everybody else off who would change the organisation's people, until this unit of work ends.
    async fn lock_people(&mut self) -> Result<(), StoreError>;
    /// Registers the scope's organisation. [`StoreError::Taken`] if its slug is.
    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError>;
    /// Writes name and time zone of the scope's organisation.
    async fn update_organization(&mut self, organization: &Organization) -> Result<(), StoreError>;
    /// Switches the scope's organisation on or off; false if it stood there already, or was never registered.
    async fn set_organization_active(
        &mut self,
        is_active: bool,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError>;
}

/// The people who sign in.
#[async_trait]
pub trait UserRepo: Send {
    /// A user by id.
    async fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError>;
    /// Everybody, the longest there first.
    async fn users(&mut self) -> Result<Vec<User>, StoreError>;
    /// Adds a user and their login. [`StoreError::Taken`] if the e-mail address is.
    async fn insert_user(&mut self, user: &NewUser) -> Result<(), StoreError>;
    /// Writes names, role, activity, time zone, whether the address is theirs, and until when they are invited, of a user that
    /// exists. Who has no password stays invited.
    async fn update_user(&mut self, user: &User) -> Result<(), StoreError>;
    /// The hash to check a password against; none for who is invited.
    async fn password_hash(&mut self, id: UserId) -> Result<Option<String>, StoreError>;
    /// Replaces the hash.
    async fn set_password_hash(&mut self, id: UserId, hash: &str) -> Result<(), StoreError>;
    /// Notes a sign-in.
    async fn touch_login(&mut self, id: UserId, at: DateTime<Utc>) -> Result<(), StoreError>;
}

/// Links with which those who are invited come in.
#[async_trait]
pub trait InvitationRepo: Send {
    /// Lets the token with this hash, and no other, lead to this user from now on.
    async fn put_invitation(&mut self, user: UserId, hash: TokenHash) -> Result<(), StoreError>;
    /// Ends the user's link if this is its hash; false if it is not, or not any more.
    async fn take_invitation(&mut self, user: UserId, hash: TokenHash) -> Result<bool, StoreError>;
    /// Removes somebody who is invited, with their login and their link; false if nobody such is invited.
    async fn delete_invited(&mut self, user: UserId) -> Result<bool, StoreError>;
}

/// Sign-ins.
#[async_trait]
pub trait SessionRepo: Send {
    /// Starts a session, with refresh generation 0.
    async fn insert_session(&mut self, session: &NewSession) -> Result<(), StoreError>;
    /// A session that may be used at `now`, with its user's role: neither ended nor expired, user and organisation
    /// active.
    async fn live_session(
        &mut self,
        id: SessionId,
        now: DateTime<Utc>,
    ) -> Result<Option<(Session, Role)>, StoreError>;
    /// Moves a live session from refresh generation `from` to the next; false if it was there no more.
    async fn rotate_refresh(
        &mut self,
        id: SessionId,
        from: i32,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError>;
    /// Ends a session; one that has ended stays as it is.
    async fn end_session(&mut self, id: SessionId, reason: &str, at: DateTime<Utc>)
    -> Result<(), StoreError>;
    /// Ends every live session of a user.
    async fn end_sessions_of(
        &mut self,
        user: UserId,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError>;
    /// Of these sessions, those for which [`live_session`](Self::live_session) would find something, with the role.
    async fn live_sessions(
        &mut self,
        ids: &[SessionId],
        now: DateTime<Utc>,
    ) -> Result<Vec<(SessionId, Role)>, StoreError>;
    /// Whether the user ever signed in from this address.
    async fn signed_in_from(&mut self, user: UserId, address: &str) -> Result<bool, StoreError>;
}

/// Tokens of services.
#[async_trait]
pub trait ServiceTokenRepo: Send {
    /// Keeps a token, to be found by its hash.
    async fn insert_service_token(&mut self, token: &ServiceToken, hash: TokenHash)
    -> Result<(), StoreError>;
    /// Every token, the oldest first.
    async fn service_tokens(&mut self) -> Result<Vec<ServiceToken>, StoreError>;
    /// Of these tokens, those that count: the tokens are there and the organisation is active.
    async fn live_service_tokens(&mut self, ids: &[ServiceTokenId]) -> Result<Vec<ServiceToken>, StoreError>;
    /// Notes a use at `at`, unless one after `before` is noted already.
    async fn touch_service_token(
        &mut self,
        id: ServiceTokenId,
        at: DateTime<Utc>,
        before: DateTime<Utc>,
    ) -> Result<(), StoreError>;
    /// Forgets a token; false if there is none.
    async fn delete_service_token(&mut self, id: ServiceTokenId) -> Result<bool, StoreError>;
}

/// The organisation's settings at Twilio, and how strictly its webhooks are judged.
#[async_trait]
pub trait TwilioRepo: Send {
    /// The settings, if any were saved.
    async fn twilio_settings(&mut self) -> Result<Option<TwilioSettings>, StoreError>;
    /// The same, to be replaced: nobody else replaces them until this unit of work ends.
    async fn twilio_settings_to_change(&mut self) -> Result<Option<TwilioSettings>, StoreError>;
    /// Keeps these settings and forgets those before; their numbers and their messaging service lead to the scope.
    /// [`StoreError::Taken`] if one of them is another organisation's in this account.
    async fn put_twilio_settings(&mut self, settings: &TwilioSettings) -> Result<(), StoreError>;
    /// Notes that Twilio was told of the webhooks; false if it is not these settings any more.
    async fn note_webhooks_set(&mut self, revision: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError>;
    /// Puts a secret that was sealed anew where the old form of it was read; false if that is not there any more.
    async fn reseal(&mut self, field: SecretField, from: &Sealed, to: &Sealed) -> Result<bool, StoreError>;
    /// Every choice of how strictly signatures are judged, the last one first, `limit` at most.
    async fn signature_modes(&mut self, limit: i64) -> Result<Vec<ModeChange>, StoreError>;
    /// Judges as this says from now on, and keeps that it was said.
    async fn insert_signature_mode(&mut self, change: &ModeChange) -> Result<(), StoreError>;
}

/// Contacts and leads.
#[async_trait]
pub trait CustomerRepo: Send {
    /// A contact or lead by id.
    async fn customer(&mut self, kind: CustomerKind, id: CustomerId) -> Result<Option<Customer>, StoreError>;
    /// The same, to be changed: nobody else changes it until this unit of work ends.
    async fn customer_to_change(
        &mut self,
        kind: CustomerKind,
        id: CustomerId,
    ) -> Result<Option<Customer>, StoreError>;
    /// One page, newest first, and how many there are in all.
    async fn customers(
        &mut self,
        filter: &CustomerFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Customer>, i64), StoreError>;
    /// Whose number it is: a contact before a lead, the oldest before younger ones. They are not removed before this
    /// unit of work ends.
    async fn customer_by_phone(&mut self, phone: &PhoneNumber) -> Result<Option<Customer>, StoreError>;
    /// The same for several numbers at once: everybody whose number one of them is, contacts before leads, the oldest first,
    /// `each` at most of each number.
    async fn customers_by_phones(
        &mut self,
        phones: &[PhoneNumber],
        each: i64,
    ) -> Result<Vec<(PhoneNumber, CustomerRef)>, StoreError>;
    /// Adds one.
    async fn insert_customer(&mut self, customer: &Customer) -> Result<(), StoreError>;
    /// Writes one that exists.
    async fn update_customer(&mut self, customer: &Customer) -> Result<(), StoreError>;
    /// Removes one; false if there is none. Calls and messages stay, without it.
    async fn delete_customer(&mut self, kind: CustomerKind, id: CustomerId) -> Result<bool, StoreError>;
    /// Figures over all contacts.
    async fn contact_stats(&mut self) -> Result<CustomerStats, StoreError>;
    /// Figures over all leads, in a week and a month that began then.
    async fn lead_stats(
        &mut self,
        week: DateTime<Utc>,
        month: DateTime<Utc>,
    ) -> Result<LeadStats, StoreError>;
}

/// The organisation's log.
#[async_trait]
pub trait EventLog: Send {
    /// Collects an event that happened at `at`; [`OrgTx::commit`] numbers and stores it, so that order of number is order of commit.
    fn record(&mut self, at: DateTime<Utc>, event: Event);
    /// Tells, with the commit, that somebody's rights or sessions changed, so that live sockets are checked again.
    fn record_access_change(&mut self);
    /// Tells, with the commit, that a call rings for other people than before, where no event says so.
    fn record_offers_change(&mut self);
    /// Where the log stands.
    async fn position(&mut self) -> Result<LogPosition, StoreError>;
    /// The events after `seq`, in order, `limit` at most.
    async fn events_after(&mut self, seq: u64, limit: i64) -> Result<Vec<LogEntry>, StoreError>;
    /// Deletes the oldest events that happened before `before`, `limit` at most, and tells how many. What stays has no
    /// gap: an event behind one that stays does too, whenever it happened. Numbers go on as if nothing had been deleted.
    async fn trim(&mut self, before: DateTime<Utc>, limit: i64) -> Result<u64, StoreError>;
}
