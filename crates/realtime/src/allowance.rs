use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use switchboard_domain::events::UserId;
use tokio::time::Instant;

/// What one client may say: people's clients say a few things a minute.
pub(crate) const MESSAGES: Rate = Rate { burst: 100.0, per_second: 20.0 };
/// How often a person may come in or show a new token: all of their sockets at once, and then some.
pub(crate) const VISITS: Rate = Rate { burst: 400.0, per_second: 10.0 };
/// How often a person may say how they are.
pub(crate) const REMARKS: Rate = Rate { burst: 1.0, per_second: 1.0 };
/// How much more is ignored before it is a flood.
const FLOOD: f64 = 2_000.0;

/// How many at once, after a rest, and how many in the long run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    burst: f64,
    per_second: f64,
}

/// What somebody may still do.
#[derive(Debug)]
pub(crate) struct Allowance {
    rate: Rate,
    /// What is left, and since when.
    purse: Mutex<(f64, Instant)>,
}

/// What to do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Hear it.
    Hear,
    /// Let it pass unheard.
    Ignore,
    /// This is a flood.
    Close,
}

impl Allowance {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, purse: Mutex::new((rate.burst, Instant::now())) }
    }

    fn left(&self, (left, since): (f64, Instant), now: Instant) -> f64 {
        (left + self.rate.per_second * (now - since).as_secs_f64()).min(self.rate.burst)
    }

    /// Judges one more.
    pub(crate) fn spend(&self) -> Verdict {
        let mut purse = self.purse.lock().expect("nothing panics while it holds this lock");
        let now = Instant::now();
        let left = self.left(*purse, now) - 1.0;
        *purse = (left, now);
        match left {
            left if left >= 0.0 => Verdict::Hear,
            left if left > -FLOOD => Verdict::Ignore,
            _ => Verdict::Close,
        }
    }
}

/// An allowance for each person.
#[derive(Debug)]
pub(crate) struct Allowances {
    rate: Rate,
    by_person: Mutex<HashMap<UserId, Allowance>>,
}

impl Allowances {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, by_person: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Allowance>> {
        self.by_person.lock().expect("nothing panics while it holds this lock")
    }

    /// Judges one more of this person's.
    pub(crate) fn spend(&self, user: UserId) -> Verdict {
        self.lock().entry(user).or_insert_with(|| Allowance::new(self.rate)).spend()
    }

    /// Forgets those who have had their rest.
    pub(crate) fn tidy(&self) {
        let now = Instant::now();
        self.lock().retain(|_, allowance| {
            let purse = *allowance.purse.get_mut().expect("nothing panics while it holds this lock");
            allowance.left(purse, now) < allowance.rate.burst
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_ignored_then_ended_and_a_pause_makes_good() {
        let allowance = Allowance::new(MESSAGES);
        let say = |count: usize| (0..count).map(|_| allowance.spend()).collect::<Vec<_>>();
        assert!(say(100).iter().all(|verdict| *verdict == Verdict::Hear));
        assert_eq!(say(20), [Verdict::Ignore; 20]);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(say(21)[19..], [Verdict::Hear, Verdict::Ignore]);
        assert_eq!(say(2_000).last(), Some(&Verdict::Close));
    }

    #[tokio::test(start_paused = true)]
    async fn a_person_who_comes_too_often_costs_nobody_else() {
        let visits = Allowances::new(VISITS);
        let (often, once) = (UserId::generate(), UserId::generate());
        assert!((0..400).all(|_| visits.spend(often) == Verdict::Hear));
        assert_eq!((visits.spend(often), visits.spend(once)), (Verdict::Ignore, Verdict::Hear));
        tokio::time::advance(Duration::from_secs(30)).await;
        visits.tidy();
        assert_eq!(visits.lock().keys().collect::<Vec<_>>(), [&often], "one had their rest");
        assert_eq!(visits.spend(often), Verdict::Hear);
    }
}
