use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use switchboard_domain::events::OrgId;
use switchboard_domain::ports::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How long a unit of work waits for its organisation's turn.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many connections one organisation may hold at a time, so that a busy one cannot starve the others.
pub(crate) struct Turns {
    each: u32,
    orgs: Mutex<HashMap<OrgId, Arc<Semaphore>>>,
}

impl Turns {
    pub(crate) fn new(each: u32) -> Self {
        Self { each, orgs: Mutex::default() }
    }

    pub(crate) async fn take(&self, org: OrgId) -> Result<OwnedSemaphorePermit, StoreError> {
        let turns = {
            let mut orgs = self.orgs.lock().expect("nothing panics while it holds this lock");
            // Organisations at rest are forgotten: only those with all turns free and nobody waiting.
            if orgs.len() > 10_000 {
                orgs.retain(|_, turns| Arc::strong_count(turns) > 1);
            }
            Arc::clone(orgs.entry(org).or_insert_with(|| Arc::new(Semaphore::new(self.each as usize))))
        };
        match timeout(PATIENCE, turns.acquire_owned()).await {
            Ok(turn) => Ok(turn.expect("turns are never closed")),
            Err(late) => Err(StoreError::Unavailable(Box::new(late))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_organisation_cannot_take_all_turns() {
        let turns = Turns::new(2);
        let (busy, calm) = (OrgId::generate(), OrgId::generate());
        let first = turns.take(busy).await.expect("a turn");
        let _second = turns.take(busy).await.expect("a turn");
        assert!(matches!(turns.take(busy).await, Err(StoreError::Unavailable(_))));
        let _theirs = turns.take(calm).await.expect("somebody else's turn");
        drop(first);
        let _third = turns.take(busy).await.expect("a turn given back");
    }
}
