//! The log, for those who ask for it: the stream that sockets get, in the same order and with the same cursors.

use std::sync::Arc;
use std::time::Duration;

use switchboard_events::{Cursor, SessionId, UserId};
use uuid::Uuid;

use crate::access::{Caller, OrgScope, Role};
use crate::error::Error;
use crate::log::{Log, LogEntry, LogPosition};
use crate::ports::{News, Newsroom};
use crate::presence::Presence;
use crate::service_tokens::{ServiceCaller, ServiceTokens};

/// The longest time that a request is held.
pub const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// Who reads.
#[derive(Debug, Clone)]
pub enum Reader {
    /// Somebody for whom calls may ring.
    Person(Caller),
    /// A service, for which nothing rings.
    Service(ServiceCaller),
}

impl Reader {
    /// Whose log it reads.
    pub fn scope(&self) -> OrgScope {
        match self {
            Reader::Person(caller) => caller.scope,
            Reader::Service(service) => service.scope,
        }
    }

    /// What its held requests are counted by: a session, or a service's token.
    pub fn key(&self) -> Uuid {
        match self {
            Reader::Person(caller) => caller.session.into(),
            Reader::Service(service) => service.token.into(),
        }
    }

    /// The person, with what they may do, if it is one.
    pub fn person(&self) -> Option<(UserId, Role)> {
        match self {
            Reader::Person(caller) => Some((caller.user, caller.role)),
            Reader::Service(_) => None,
        }
    }

    /// The person's session.
    pub fn session(&self) -> Option<SessionId> {
        match self {
            Reader::Person(caller) => Some(caller.session),
            Reader::Service(_) => None,
        }
    }
}

/// Where a reader says it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// Nowhere yet: it wants to know where the log stands.
    Nothing,
    /// At a cursor.
    Cursor(Cursor),
    /// At something that is no cursor.
    NoCursor,
}

impl After {
    fn cursor(self) -> Option<Cursor> {
        match self {
            After::Cursor(cursor) => Some(cursor),
            After::Nothing | After::NoCursor => None,
        }
    }
}

/// What to read, and for how long to wait if there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Where the reader stands.
    pub after: After,
    /// The most events to give, at least 1.
    pub limit: u16,
    /// How long the request may be held, [`LONGEST_WAIT`] at most.
    pub wait: Duration,
}

/// A part of the stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Where the log stood.
    pub position: LogPosition,
    /// The events that follow the reader's cursor, in order and without a gap.
    pub entries: Vec<LogEntry>,
    /// The last event that the reader now knows.
    pub seq: u64,
    /// Whether there are more already.
    pub more: bool,
    /// Whether its cursor was no good: it goes on from the head and reads anew what it shows.
    pub reset: bool,
    /// The SIDs of the calls that ring for the reader now.
    pub offers: Vec<String>,
}

impl Page {
    /// Where the reader now stands.
    pub fn cursor(&self) -> Cursor {
        self.position.cursor(self.seq)
    }
}

/// The log, for those who ask for it.
pub struct Feed {
    log: Log,
    presence: Arc<Presence>,
    service_tokens: Arc<ServiceTokens>,
    newsroom: Arc<dyn Newsroom>,
}

impl Feed {
    /// Over a log and somebody who knows when it grows.
    pub fn new(
        log: Log,
        presence: Arc<Presence>,
        service_tokens: Arc<ServiceTokens>,
        newsroom: Arc<dyn Newsroom>,
    ) -> Self {
        Self { log, presence, service_tokens, newsroom }
    }

    /// The events after the reader's cursor. If there are none the request is held until there are, until other calls
    /// ring for the reader, or until it waited long enough. [`Error::Unauthenticated`] once the reader's session or
    /// token ends.
    pub async fn read(&self, reader: &Reader, request: Request) -> Result<Page, Error> {
        if let Reader::Person(caller) = reader {
            self.newsroom.saw(caller);
        }
        let page = self.page(reader, request).await?;
        let is_answer = !page.entries.is_empty() || page.reset || request.after == After::Nothing;
        if is_answer || request.wait.is_zero() {
            return Ok(page);
        }
        let wait = request.wait.min(LONGEST_WAIT);
        let news = self.newsroom.wait(reader, page.position, request.limit, &page.offers, wait).await?;
        self.check(reader).await?;
        match news {
            News::Entries { entries, head, offers } => Ok(Page {
                seq: entries.last().map_or(page.seq, |last| last.seq),
                more: entries.last().is_some_and(|last| last.seq < head),
                entries,
                offers,
                ..page
            }),
            News::LookYourself => self.page(reader, request).await,
        }
    }

    /// A service's token may have been revoked while its request was held; of a person the newsroom knows.
    async fn check(&self, reader: &Reader) -> Result<(), Error> {
        if let Reader::Service(service) = reader
            && self.service_tokens.live(service.scope, &[service.token]).await?.is_empty()
        {
            return Err(Error::Unauthenticated("the token was revoked"));
        }
        Ok(())
    }

    async fn page(&self, reader: &Reader, request: Request) -> Result<Page, Error> {
        let horizon = match reader {
            Reader::Person(_) => Some(self.log.window()),
            // Nobody reloads a service: what is kept is still news to it.
            Reader::Service(_) => None,
        };
        let (start, entries) =
            self.log.page(reader.scope(), request.after.cursor(), horizon, i64::from(request.limit)).await?;
        let offers = match reader {
            Reader::Person(caller) => self.presence.offers(caller).await?,
            Reader::Service(_) => Vec::new(),
        };
        let seq = entries.last().map_or(start.seq, |last| last.seq);
        Ok(Page {
            position: start.position,
            seq,
            more: seq < start.position.head,
            reset: !start.recovered && request.after != After::Nothing,
            entries,
            offers,
        })
    }
}
