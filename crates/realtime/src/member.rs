use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use socketioxide::extract::SocketRef;
use switchboard_domain::access::{Caller, Role};
use switchboard_domain::events::{SessionId, UserId};
use switchboard_domain::offers::Board;
use switchboard_domain::text::timestamp;
use tokio::time::Instant;

use crate::greeting::{Ended, Expiring, Greeting, Offers, Present};
use crate::mail::Admission;
use crate::outbox::{Outbox, Refused};
use crate::tail::{Line, Tail};
use crate::token::Token;

/// How many events one member gets in one turn.
const BURST: usize = 64;
/// A polling client that is behind gets one burst in this time: a full buffer while it upgrades to a websocket would
/// stall the upgrade.
const POLLING_PAUSE: Duration = Duration::from_millis(25);

/// A moment, as timers count it and as people do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) instant: Instant,
    pub(crate) time: DateTime<Utc>,
}

/// One client's connection: a position in the log.
pub(crate) struct Member {
    outbox: Outbox,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    role: Role,
    token: Token,
    /// The last event accepted into its buffer.
    sent: u64,
    greeting: Option<Box<Greeting>>,
    ending: Option<&'static str>,
    offers: Offers,
    /// Whether it does not know them yet.
    owes_offers: bool,
    /// What it does not know of colleagues yet, each once.
    presence: VecDeque<Arc<Present>>,
    older: Older,
    last_burst: Option<Instant>,
}

/// Events that are no longer in the tail.
enum Older {
    None,
    Asked,
    Here(VecDeque<Arc<Line>>),
}

/// How far a pump came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pumped {
    /// It knows everything.
    UpToDate,
    /// Its buffer is full, or its turn is over: try again soon.
    Behind,
    /// It needs the events after this one from the log.
    NeedsPage(u64),
    /// It waits for a page.
    Waiting,
    /// It was told why, and is let go.
    Ended,
    /// It takes nothing any more.
    Stuck,
    /// It is over.
    Gone,
}

impl From<Refused> for Pumped {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Full => Pumped::Behind,
            Refused::Closed => Pumped::Gone,
        }
    }
}

impl Member {
    pub(crate) fn new(admission: Admission, board: &Board, now: DateTime<Utc>) -> Self {
        let Admission { id, socket, caller, start, .. } = admission;
        let offers = Offers { call_sids: board.offers(caller.user, caller.role) };
        let greeting = Greeting::new(id, &caller, start, board, now);
        Self {
            outbox: Outbox::new(socket),
            user: caller.user,
            session: caller.session,
            role: caller.role,
            token: Token::new(&caller),
            sent: start.seq,
            greeting: Some(Box::new(greeting)),
            ending: None,
            offers,
            owes_offers: false,
            presence: VecDeque::new(),
            older: Older::None,
            last_burst: None,
        }
    }

    /// What it is connected by.
    pub(crate) fn socket(&self) -> SocketRef {
        self.outbox.socket().clone()
    }

    /// Lives on with a new token.
    pub(crate) fn renew(&mut self, caller: &Caller) {
        self.session = caller.session;
        self.role = caller.role;
        self.token.renew(caller);
    }

    /// May do other things from now on.
    pub(crate) fn promote(&mut self, role: Role) {
        self.role = role;
    }

    /// When it has something to say by itself.
    pub(crate) fn next_moment(&self) -> DateTime<Utc> {
        self.token.next()
    }

    /// Takes what rings now, and tells the client if that is other calls for it than before.
    pub(crate) fn look_at(&mut self, board: &Board) {
        let call_sids = board.offers(self.user, self.role);
        if call_sids != self.offers.call_sids {
            self.offers = Offers { call_sids };
            self.owes_offers = true;
        }
    }

    /// Takes what colleagues are seen to be now.
    pub(crate) fn hear_of(&mut self, changes: &[Arc<Present>]) {
        for change in changes {
            self.presence.retain(|known| known.user_id != change.user_id);
            self.presence.push_back(Arc::clone(change));
        }
    }

    /// Tells the client why, and lets it go, at the next pump.
    pub(crate) fn end(&mut self, reason: &'static str) {
        self.ending.get_or_insert(reason);
    }

    /// It is being asked for the page that it needs.
    pub(crate) fn asked(&mut self) {
        self.older = Older::Asked;
    }

    /// The page could not be read; it asks again.
    pub(crate) fn ask_again(&mut self) {
        self.older = Older::None;
    }

    /// Takes a page of events; false if they do not follow its position: the log does not go back that far any more.
    pub(crate) fn take_page(&mut self, lines: VecDeque<Arc<Line>>) -> bool {
        let follows = lines.front().is_some_and(|first| first.seq == self.sent + 1);
        self.older = Older::Here(lines);
        follows
    }

    /// Emits what the member does not have yet, until the head or until its buffer is full.
    pub(crate) fn pump(&mut self, tail: &Tail, now: Moment) -> Pumped {
        let pumped = self.advance(tail, now).unwrap_or_else(Pumped::from);
        if pumped == Pumped::Behind && self.outbox.is_stuck(now.instant) { Pumped::Stuck } else { pumped }
    }

    fn advance(&mut self, tail: &Tail, now: Moment) -> Result<Pumped, Refused> {
        if self.token.is_over(now.time) {
            self.end("token expired");
        }
        if let Some(reason) = self.ending {
            self.outbox.put("session-ended", &Ended { reason }, now.instant)?;
            // A full buffer refuses; the transport is closed a little later in any case.
            let _ = self.socket().disconnect();
            return Ok(Pumped::Ended);
        }
        if let Some(greeting) = &self.greeting {
            self.outbox.put("session", greeting, now.instant)?;
            self.greeting = None;
        }
        if self.token.is_to_be_announced(now.time) {
            let expiring = Expiring { expires_at: timestamp(self.token.expires_at) };
            self.outbox.put("token-expiring", &expiring, now.instant)?;
            self.token.announced();
        }
        if self.owes_offers {
            self.outbox.put("offers", &self.offers, now.instant)?;
            self.owes_offers = false;
        }
        let is_behind = self.sent < tail.head() || !self.presence.is_empty();
        if is_behind
            && self.outbox.is_polled()
            && self.last_burst.is_some_and(|last| now.instant - last < POLLING_PAUSE)
        {
            return Ok(Pumped::Behind);
        }
        for turn in 0..BURST {
            if let Some(line) = self.next_line(tail) {
                self.outbox.put(&line.name, &(&line.payload, &line.cursor), now.instant)?;
                self.sent = line.seq;
            } else if let Some(present) = self.presence.front() {
                self.outbox.put("presence", present.as_ref(), now.instant)?;
                self.presence.pop_front();
            } else {
                return Ok(self.rest(tail));
            }
            if turn > 0 {
                self.last_burst = Some(now.instant);
            }
        }
        let is_behind = self.sent < tail.head() || !self.presence.is_empty();
        Ok(if is_behind { Pumped::Behind } else { Pumped::UpToDate })
    }

    /// The event after its position, if it is at hand.
    fn next_line(&mut self, tail: &Tail) -> Option<Arc<Line>> {
        if let Older::Here(lines) = &mut self.older {
            while lines.front().is_some_and(|line| line.seq <= self.sent) {
                lines.pop_front();
            }
            match lines.front() {
                Some(line) => return Some(Arc::clone(line)),
                None => self.older = Older::None,
            }
        }
        tail.after(self.sent).cloned()
    }

    fn rest(&self, tail: &Tail) -> Pumped {
        match self.older {
            Older::Asked => Pumped::Waiting,
            _ if self.sent >= tail.head() => Pumped::UpToDate,
            _ => Pumped::NeedsPage(self.sent),
        }
    }
}
