//! Calls: who rings whom, who takes each, and what becomes of it.
//!
//! | file | what is in it |
//! |---|---|
//! | [`call`], [`legs`] | a call, and who is on its line |
//! | [`life`] | its life: a table of steps, and what each thing that happens does to it |
//! | [`inbound`] | the customer's leg, from the first ring to the last |
//! | [`outbound`] | which leg is the customer's whom we call |
//! | [`taking`] | people take and silence calls |
//! | [`conference`] | who meets in a call's conference |
//! | [`history`] | calls, as people look them up |
//! | [`next`] | what a leg is told to do next |
//! | [`timeline`] | what is noted of a call or message |
//!
//! What Twilio tells may come late, twice and in any order; what people do, at the same time. So whatever happens goes
//! through [`Call::after`], and is written only over the version of the call that it was judged by. What has then to be done
//! at Twilio is [`switching`](crate::switching)'s work.

mod call;
mod conference;
mod history;
mod inbound;
mod legs;
mod life;
mod meeting;
mod next;
mod outbound;
mod recording;
mod taking;
mod timeline;

use std::sync::Arc;

use switchboard_events::CallId;

pub use self::call::{Call, CallState, Direction};
pub(crate) use self::history::timeline as timeline_of;
pub use self::history::{CallFilter, CallForm, CallQuery, CallRecord};
pub use self::inbound::{InboundCall, LeftQueue};
pub use self::legs::{Leg, LegRole, Listening, Place};
pub use self::life::{
    AUDIO_LEASE, DIAL_LEASE, Deeds, Happening, LEASE, Onward, Outcome, QUIET, Step, TABLE, Turn, Unanswered,
};
pub use self::meeting::Meeting;
pub use self::next::{Answer, Elsewhere, Next};
pub use self::recording::{CallRecording, RecordingKind};
pub use self::timeline::{Note, Told, What};
use crate::access::OrgScope;
use crate::error::Error;
use crate::offers::Board;
use crate::ports::{Clock, OrgTx, Store};

/// How often something is tried again because somebody else changed the call meanwhile.
const TRIES: usize = 20;

/// Calls, from the first ring to the last word.
#[derive(Clone)]
pub struct Calls {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    is_told_late: bool,
}

/// A call after something was to happen to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// The call as it is now.
    pub call: Call,
    /// Whether it happened; else it came late, or twice, or does not fit where the call is.
    pub is_new: bool,
    /// What has to be done for it.
    pub todo: Option<Todo>,
}

/// What has to be done at Twilio for a call, once what it follows from is committed.
#[derive(Debug, Clone, PartialEq)]
pub struct Todo {
    /// Whose call.
    pub scope: OrgScope,
    /// Which.
    pub call: CallId,
    /// What.
    pub deeds: Deeds,
}

impl Calls {
    /// Over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, is_told_late: false }
    }

    /// The same, told of what happened a while ago: nothing rings by it.
    pub fn told_late(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, is_told_late: true }
    }

    /// As it is to be judged: as it happens, or late.
    fn as_told(&self, happening: Happening) -> Happening {
        if self.is_told_late { Happening::ToldLate(Box::new(happening)) } else { happening }
    }

    /// Everything that rings, and how people stand.
    pub async fn board(&self, scope: OrgScope) -> Result<Board, Error> {
        let mut tx = self.store.begin(scope).await?;
        Board::read(tx.as_mut()).await
    }

    /// A call by our id.
    pub async fn find(&self, scope: OrgScope, id: CallId) -> Result<Call, Error> {
        let mut tx = self.store.begin(scope).await?;
        tx.call(id).await?.ok_or(Error::NotFound("call"))
    }

    /// Lets this happen to a call.
    pub async fn happen(
        &self,
        scope: OrgScope,
        id: CallId,
        happening: &Happening,
    ) -> Result<Happened, Error> {
        let mut tx = self.store.begin(scope).await?;
        let call = tx.call(id).await?.ok_or(Error::NotFound("call"))?;
        let happened = happen(tx.as_mut(), call, &self.as_told(happening.clone())).await?;
        if happened.is_new {
            tx.commit().await?;
        }
        Ok(happened)
    }
}

/// Lets this happen to a call in an open unit of work. Of all who try at the same time each sees what the one before left.
pub(crate) async fn happen(
    tx: &mut dyn OrgTx,
    mut call: Call,
    happening: &Happening,
) -> Result<Happened, Error> {
    for _ in 0..TRIES {
        let now = tx.now().await?;
        let Some(outcome) = call.after(happening, now) else {
            return Ok(Happened { call, is_new: false, todo: None });
        };
        let Outcome { call: mut changed, events, notes, deeds } = outcome;
        if tx.update_call(&changed).await? {
            changed.version += 1;
            events.into_iter().for_each(|event| tx.record(now, event));
            tx.note(changed.id.into(), &notes).await?;
            if call.busy_people() != changed.busy_people() {
                tx.record_offers_change();
            }
            let todo = Todo { scope: tx.scope(), call: changed.id, deeds };
            let todo = Some(todo).filter(|todo| todo.deeds != Deeds::default());
            return Ok(Happened { call: changed, is_new: true, todo });
        }
        call = tx.call(call.id).await?.ok_or(Error::NotFound("call"))?;
    }
    Err(Error::ChangedMeanwhile)
}
