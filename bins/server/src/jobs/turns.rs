use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};

use switchboard_domain::events::OrgId;

/// Which organisations are being looked after: each by one task at a time.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashSet<OrgId>>>);

/// An organisation is being looked after until this is dropped, however that comes about.
pub(super) struct Turn {
    turns: Turns,
    org: OrgId,
}

impl Turns {
    /// Begins, unless somebody is at it.
    pub(super) fn take(&self, org: OrgId) -> Option<Turn> {
        self.lock().insert(org).then(|| Turn { turns: self.clone(), org })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<OrgId>> {
        self.0.lock().expect("nothing panics while it holds this lock")
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.lock().remove(&self.org);
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::task::TaskTracker;

    use super::*;

    #[tokio::test]
    async fn a_turn_ends_with_its_task_even_if_that_panics() {
        let (turns, org) = (Turns::default(), OrgId::generate());
        let turn = turns.take(org).expect("nobody is at it");
        assert!(turns.take(org).is_none(), "somebody is");
        assert!(turns.take(OrgId::generate()).is_some(), "another one is another's turn");
        let task = TaskTracker::new().spawn(async move {
            let _turn = turn;
            panic!("as nothing should");
        });
        assert!(task.await.is_err());
        assert!(turns.take(org).is_some());
    }
}
