use std::sync::Arc;

use switchboard_events::UserId;

use super::{NodeId, Sighting, Status};
use crate::access::{Caller, OrgScope};
use crate::error::Error;
use crate::offers::Board;
use crate::ports::Store;

/// Who is here, as nodes and people tell it.
pub struct Presence {
    store: Arc<dyn Store>,
}

impl Presence {
    /// Over a store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Keeps what a node knows of people and what they say of themselves. Others are told only if somebody comes, goes or
    /// stands otherwise by it.
    pub async fn note(
        &self,
        scope: OrgScope,
        node: NodeId,
        sightings: &[Sighting],
        said: &[(UserId, Status)],
    ) -> Result<(), Error> {
        let mut tx = self.store.begin(scope).await?;
        let mut is_news = tx.note_sightings(node, sightings).await?;
        for (user, status) in said {
            is_news |= tx.set_status(*user, *status).await?;
        }
        if is_news {
            tx.record_offers_change();
        }
        Ok(tx.commit().await?)
    }

    /// Keeps what somebody says of themselves without a connection, if they do. What they said last.
    pub async fn say(&self, caller: &Caller, status: Option<Status>) -> Result<Status, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        if let Some(status) = status
            && tx.set_status(caller.user, status).await?
        {
            tx.record_offers_change();
        }
        let people = tx.attendances(Some(&[caller.user])).await?;
        tx.commit().await?;
        people.first().map(|person| person.status).ok_or(Error::NotFound("user"))
    }

    /// The SIDs of the calls that ring for somebody who asks, and is here by asking; oldest first.
    pub async fn offers(&self, caller: &Caller) -> Result<Vec<String>, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let mut board = Board::read_for(tx.as_mut(), caller.user).await?;
        board.see(caller.user);
        Ok(board.offers(caller.user, caller.role))
    }
}
