use std::collections::HashMap;
use std::sync::Arc;

use switchboard_events::OrgId;
use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore, SemaphorePermit};

/// How many texts are looked at at the same time, whosever they are.
const AT_ONCE: usize = 4;

/// Whose texts are being looked at: of each organisation's one after the other, and few in all. However many come at once, the
/// database is there for people too; and who has to wait there keeps nobody else waiting.
pub(super) struct Turns {
    orgs: std::sync::Mutex<HashMap<OrgId, Arc<Mutex<()>>>>,
    places: Semaphore,
}

/// A text is being looked at until this is dropped.
pub(super) struct Turn<'a> {
    _own: OwnedMutexGuard<()>,
    _place: SemaphorePermit<'a>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { orgs: std::sync::Mutex::default(), places: Semaphore::new(AT_ONCE) }
    }
}

impl Turns {
    /// Waits for a turn of the organisation's; who came first has it first.
    pub(super) async fn take(&self, org: OrgId) -> Turn<'_> {
        let own = {
            let mut orgs = self.orgs.lock().expect("nothing panics while it holds this lock");
            orgs.retain(|_, own| Arc::strong_count(own) > 1); // who is at rest is forgotten
            Arc::clone(orgs.entry(org).or_default())
        };
        // A place comes last: nobody has one who still waits for others of theirs.
        let own = own.lock_owned().await;
        let place = self.places.acquire().await.expect("places are never closed");
        Turn { _own: own, _place: place }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn whoever_waits_for_others_of_theirs_keeps_nobody_else_waiting() {
        let turns = Turns::default();
        let (busy, calm) = (OrgId::generate(), OrgId::generate());
        let first = turns.take(busy).await;
        let mut others = Box::pin(join_all((0..100).map(|_| turns.take(busy).map(drop))));
        assert!(others.as_mut().now_or_never().is_none(), "one after the other");
        drop(turns.take(calm).now_or_never().expect("a turn at once"));
        drop(first);
        others.await; // each as the one before is done
    }

    #[tokio::test]
    async fn whosever_they_are_only_a_few_are_looked_at() {
        let turns = Turns::default();
        let mut taken = Vec::new();
        for _ in 0..AT_ONCE {
            taken.push(turns.take(OrgId::generate()).now_or_never().expect("a turn at once"));
        }
        let mut next = Box::pin(turns.take(OrgId::generate()));
        assert!(next.as_mut().now_or_never().is_none());
        taken.pop();
        assert!(next.now_or_never().is_some(), "a turn given back");
    }

    #[tokio::test]
    async fn who_is_at_rest_is_forgotten() {
        let turns = Turns::default();
        for _ in 0..100 {
            turns.take(OrgId::generate()).await;
        }
        assert_eq!(turns.orgs.lock().expect("no panic").len(), 1, "the last");
    }
}
