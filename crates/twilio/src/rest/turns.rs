use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use switchboard_domain::events::OrgId;
use switchboard_domain::ports::TelephonyError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How many requests one organisation may have under way, so that a busy one cannot starve the others.
pub(super) struct Turns {
    each: usize,
    patience: Duration,
    orgs: Mutex<HashMap<OrgId, Arc<Semaphore>>>,
}

impl Turns {
    pub(super) fn new(each: usize, patience: Duration) -> Self {
        Self { each, patience, orgs: Mutex::default() }
    }

    pub(super) async fn take(&self, org: OrgId) -> Result<OwnedSemaphorePermit, TelephonyError> {
        /// Beyond so many organisations those at rest are forgotten.
        const REMEMBERED: usize = 1_000;
        let turns = {
            let mut orgs = self.orgs.lock().expect("nothing panics while it holds this lock");
            if orgs.len() >= REMEMBERED && !orgs.contains_key(&org) {
                // Whoever has a turn or waits for one holds the semaphore too.
                orgs.retain(|_, turns| Arc::strong_count(turns) > 1);
            }
            Arc::clone(orgs.entry(org).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
        };
        match timeout(self.patience, turns.acquire_owned()).await {
            Ok(turn) => Ok(turn.expect("turns are never closed")),
            Err(_late) => Err(TelephonyError::Busy { retry_after: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(each: usize) -> Turns {
        Turns::new(each, Duration::from_secs(3))
    }

    #[tokio::test(start_paused = true)]
    async fn one_organisation_cannot_take_all_turns() {
        let turns = turns(2);
        let (busy, calm) = (OrgId::generate(), OrgId::generate());
        let first = turns.take(busy).await.expect("a turn");
        let _second = turns.take(busy).await.expect("a turn");
        assert!(matches!(turns.take(busy).await, Err(TelephonyError::Busy { retry_after: None })));
        let _theirs = turns.take(calm).await.expect("somebody else's turn");
        drop(first);
        let _third = turns.take(busy).await.expect("a turn given back");
    }

    #[tokio::test]
    async fn organisations_at_rest_are_forgotten_and_no_others() {
        let turns = turns(1);
        let busy = OrgId::generate();
        let held = turns.take(busy).await.expect("a turn");
        for _ in 0..5_000 {
            drop(turns.take(OrgId::generate()).await.expect("a turn"));
        }
        let remembered = turns.orgs.lock().expect("no panic").len();
        assert!(remembered <= 1_000, "{remembered}");
        assert!(turns.orgs.lock().expect("no panic").contains_key(&busy));
        drop(held);
    }
}
