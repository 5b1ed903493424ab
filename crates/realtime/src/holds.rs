use std::collections::{HashMap, HashSet};
use std::mem;

use switchboard_domain::Error;
use switchboard_domain::access::Role;
use switchboard_domain::events::{Epoch, SessionId, UserId};
use switchboard_domain::offers::Board;
use switchboard_domain::ports::News;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::tail::Tail;

/// How many requests of one session, or of one service's token, are held at a time.
const MOST_OF_ONE: usize = 8;

/// A request that waits for news.
pub(crate) struct Hold {
    /// What it is counted by.
    pub(crate) key: Uuid,
    /// Its person, with what they may do, if it is one.
    pub(crate) person: Option<(UserId, Role)>,
    /// The person's session.
    pub(crate) session: Option<SessionId>,
    /// Which log it reads.
    pub(crate) epoch: Epoch,
    /// The last event it knows.
    pub(crate) seq: u64,
    pub(crate) limit: u16,
    /// What it knows to ring.
    pub(crate) offers: Vec<String>,
    pub(crate) answer: oneshot::Sender<Result<News, Error>>,
}

impl Hold {
    /// What there is to tell it, if anything.
    fn news(&self, tail: &Tail, board: Option<&Board>) -> Option<News> {
        let offers = match (self.person, board) {
            (Some((user, role)), Some(board)) => board.offers(user, role),
            _ => self.offers.clone(),
        };
        if self.epoch != tail.epoch() {
            return Some(News::LookYourself);
        }
        if self.seq >= tail.head() && offers == self.offers {
            return None;
        }
        let entries = tail.entries(self.seq, self.limit.into());
        if self.seq < tail.head() && entries.is_empty() {
            return Some(News::LookYourself); // too old for the tail
        }
        Some(News::Entries { entries, head: tail.head(), offers })
    }
}

/// Requests that wait, the oldest first.
#[derive(Default)]
pub(crate) struct Holds(Vec<Hold>);

impl Holds {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes one more, unless there is news for it. If its session has too many, the oldest of them ends.
    pub(crate) fn add(&mut self, hold: Hold, tail: &Tail, board: Option<&Board>) {
        if let Some(news) = hold.news(tail, board) {
            answer(hold, Ok(news));
            return;
        }
        let of_one = self.0.iter().filter(|other| other.key == hold.key).count();
        if of_one >= MOST_OF_ONE
            && let Some(oldest) = self.0.iter().position(|other| other.key == hold.key)
        {
            answer(self.0.remove(oldest), Ok(News::LookYourself));
        }
        self.0.push(hold);
    }

    /// Answers those for whom there is news. How many people were told of events by that.
    pub(crate) fn tell(&mut self, tail: &Tail, board: Option<&Board>) -> usize {
        let mut screens = 0;
        for hold in mem::take(&mut self.0) {
            match hold.news(tail, board) {
                Some(news) => {
                    let is_screen = hold.person.is_some() && news.has_entries();
                    screens += usize::from(answer(hold, Ok(news)) && is_screen);
                }
                None => self.0.push(hold),
            }
        }
        screens
    }

    /// Takes what people may do now, which may change what rings for them.
    pub(crate) fn promote(&mut self, live: &HashMap<SessionId, Role>, tail: &Tail, board: Option<&Board>) {
        let mut is_changed = false;
        for hold in &mut self.0 {
            if let (Some((_, role)), Some(session)) = (&mut hold.person, hold.session)
                && let Some(now) = live.get(&session)
            {
                is_changed |= mem::replace(role, *now) != *now;
            }
        }
        if is_changed {
            self.tell(tail, board);
        }
    }

    /// Ends those whose session is over, in words that say so.
    pub(crate) fn end(&mut self, over: &HashSet<SessionId>) {
        let is_over = |hold: &mut Hold| hold.session.is_some_and(|session| over.contains(&session));
        for hold in self.0.extract_if(.., is_over) {
            answer(hold, Err(Error::Unauthenticated("the session has ended")));
        }
    }

    /// Lets all go, to ask anew.
    pub(crate) fn release(&mut self) {
        for hold in self.0.drain(..) {
            answer(hold, Ok(News::LookYourself));
        }
    }

    /// Lets those of services go, whose tokens are judged before they are answered.
    pub(crate) fn release_services(&mut self) {
        for hold in self.0.extract_if(.., |hold| hold.session.is_none()) {
            answer(hold, Ok(News::LookYourself));
        }
    }

    /// Forgets those whose client is gone.
    pub(crate) fn tidy(&mut self) {
        self.0.retain(|hold| !hold.answer.is_closed());
    }

    pub(crate) fn sessions(&self) -> impl Iterator<Item = SessionId> {
        self.0.iter().filter_map(|hold| hold.session)
    }
}

/// Whether it was heard: a client that is gone hears nothing.
fn answer(hold: Hold, news: Result<News, Error>) -> bool {
    hold.answer.send(news).is_ok()
}
