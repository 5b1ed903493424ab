use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// Failures after which the next try has to wait.
const FREE_FAILURES: u32 = 5;
/// The longest wait for an address that the account was never used from.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// The longest wait for an address that signed in before: felt by a guesser, not by its owner.
const LONGEST_WAIT_KNOWN: Duration = Duration::from_secs(2);
/// How long a failure is remembered.
const MEMORY: TimeDelta = TimeDelta::minutes(30);
/// How many pairs are remembered; beyond it the oldest are forgotten.
const PAIRS: usize = 20_000;

/// Slows down those who guess: per account and address, so that nobody can lock out somebody else. Successes never count.
/// The account is an e-mail address, a link that somebody follows, or who is signed in and says their password again.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    failures: Mutex<HashMap<(String, IpAddr), Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: DateTime<Utc>,
}

impl Throttle {
    /// Lets a try begin, or says how long the pair still has to wait. A try counts as a failure until it turns out
    /// otherwise, so that many at once are not many for the price of one.
    pub(super) fn begin(
        &self,
        account: &str,
        address: IpAddr,
        known: bool,
        now: DateTime<Utc>,
    ) -> Result<(), Duration> {
        let mut failures = self.lock();
        if failures.len() >= PAIRS {
            failures.retain(|_, pair| now - pair.last < MEMORY);
        }
        if failures.len() >= PAIRS {
            let oldest = failures.iter().min_by_key(|(_, pair)| pair.last).map(|(key, _)| key.clone());
            oldest.map(|key| failures.remove(&key));
        }
        let pair = failures.entry((account.to_owned(), address)).or_insert(Failures { count: 0, last: now });
        if now - pair.last >= MEMORY {
            pair.count = 0;
        }
        if let Some(wait) = pair.wait(known, now) {
            return Err(wait);
        }
        (pair.count, pair.last) = (pair.count.saturating_add(1), now);
        Ok(())
    }

    /// The try came to nothing: it could not be judged.
    pub(super) fn withdraw(&self, account: &str, address: IpAddr) {
        if let Some(pair) = self.lock().get_mut(&(account.to_owned(), address)) {
            pair.count = pair.count.saturating_sub(1);
        }
    }

    /// Forgets the pair: it was right.
    pub(super) fn succeeded(&self, account: &str, address: IpAddr) {
        self.lock().remove(&(account.to_owned(), address));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(String, IpAddr), Failures>> {
        self.failures.lock().expect("nothing panics while it holds this lock")
    }
}

impl Failures {
    fn wait(self, known: bool, now: DateTime<Utc>) -> Option<Duration> {
        let doublings = self.count.checked_sub(FREE_FAILURES)?;
        let longest = if known { LONGEST_WAIT_KNOWN } else { LONGEST_WAIT };
        let wait = Duration::from_secs(1 << doublings.min(20)).min(longest);
        let waited = (now - self.last).to_std().unwrap_or_default();
        wait.checked_sub(waited).filter(|rest| !rest.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000 + seconds, 0).expect("a moment")
    }

    /// Fails as often as it may until `seconds` have passed.
    fn guess(throttle: &Throttle, email: &str, address: IpAddr, seconds: i64) -> usize {
        (0..seconds).filter(|second| throttle.begin(email, address, false, at(*second)).is_ok()).count()
    }

    #[test]
    fn a_guesser_waits_longer_each_time() {
        let throttle = Throttle::default();
        for _ in 0..FREE_FAILURES {
            assert_eq!(throttle.begin("ada", HERE, false, at(0)), Ok(()));
        }
        assert_eq!(throttle.begin("ada", HERE, false, at(0)), Err(Duration::from_secs(1)));
        assert_eq!(throttle.begin("ada", HERE, false, at(1)), Ok(()));
        assert_eq!(throttle.begin("ada", HERE, false, at(1)), Err(Duration::from_secs(2)));
        assert!(guess(&Throttle::default(), "ada", HERE, 3600) < 20, "an hour of guessing");
    }

    #[test]
    fn many_at_once_are_not_many_for_the_price_of_one() {
        let throttle = Throttle::default();
        let let_through = (0..100).filter(|_| throttle.begin("ada", HERE, false, at(0)).is_ok()).count();
        assert_eq!(let_through, FREE_FAILURES as usize);
    }

    #[test]
    fn nobody_locks_out_somebody_else() {
        let throttle = Throttle::default();
        guess(&throttle, "ada", HERE, 3600);
        assert!(throttle.begin("ada", HERE, false, at(3600)).is_err());
        assert_eq!(throttle.begin("ada", THERE, false, at(3600)), Ok(()));
        assert_eq!(throttle.begin("bo", HERE, false, at(3600)), Ok(()));
        let known = throttle.begin("ada", HERE, true, at(3600));
        assert!(known.err().is_none_or(|wait| wait <= LONGEST_WAIT_KNOWN), "{known:?}");
    }

    #[test]
    fn a_success_and_time_forget_and_a_try_that_came_to_nothing_does_not_count() {
        let throttle = Throttle::default();
        guess(&throttle, "ada", HERE, 60);
        throttle.succeeded("ada", HERE);
        assert_eq!(throttle.begin("ada", HERE, false, at(60)), Ok(()));
        guess(&throttle, "ada", THERE, 60);
        assert_eq!(throttle.begin("ada", THERE, false, at(60 + 31 * 60)), Ok(()));
        for _ in 0..100 {
            assert_eq!(throttle.begin("bo", HERE, false, at(0)), Ok(()));
            throttle.withdraw("bo", HERE);
        }
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::default();
        for n in 0..PAIRS + 10 {
            throttle.begin(&n.to_string(), HERE, false, at(0)).expect("a first try");
        }
        assert_eq!(throttle.lock().len(), PAIRS);
    }
}
