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

/// Slows down those who guess passwords: per account and address, so that nobody can lock out somebody else.
/// Successes never count.
#[derive(Debug, Default)]
pub(super) struct LoginThrottle {
    failures: Mutex<HashMap<(String, IpAddr), Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: DateTime<Utc>,
}

impl LoginThrottle {
    /// How long this pair still has to wait; `None` if it may try.
    pub(super) fn wait(
        &self,
        email: &str,
        address: IpAddr,
        known: bool,
        now: DateTime<Utc>,
    ) -> Option<Duration> {
        let failures = self.lock();
        let Failures { count, last } = *failures.get(&(email.to_owned(), address))?;
        let doublings = count.checked_sub(FREE_FAILURES)?;
        let longest = if known { LONGEST_WAIT_KNOWN } else { LONGEST_WAIT };
        let wait = Duration::from_secs(1 << doublings.min(20)).min(longest);
        let waited = (now - last).to_std().unwrap_or_default();
        wait.checked_sub(waited).filter(|rest| !rest.is_zero())
    }

    /// Notes a wrong password.
    pub(super) fn failed(&self, email: &str, address: IpAddr, now: DateTime<Utc>) {
        let mut failures = self.lock();
        if failures.len() >= PAIRS {
            failures.retain(|_, pair| now - pair.last < MEMORY);
        }
        if failures.len() >= PAIRS {
            let oldest = failures.iter().min_by_key(|(_, pair)| pair.last).map(|(key, _)| key.clone());
            oldest.map(|key| failures.remove(&key));
        }
        let pair = failures.entry((email.to_owned(), address)).or_insert(Failures { count: 0, last: now });
        pair.count = if now - pair.last < MEMORY { pair.count.saturating_add(1) } else { 1 };
        pair.last = now;
    }

    /// Forgets the pair: the right password was given.
    pub(super) fn succeeded(&self, email: &str, address: IpAddr) {
        self.lock().remove(&(email.to_owned(), address));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(String, IpAddr), Failures>> {
        self.failures.lock().expect("nothing panics while it holds this lock")
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

    #[test]
    fn a_guesser_waits_longer_each_time() {
        let throttle = LoginThrottle::default();
        for _ in 0..FREE_FAILURES {
            assert_eq!(throttle.wait("ada", HERE, false, at(0)), None);
            throttle.failed("ada", HERE, at(0));
        }
        assert_eq!(throttle.wait("ada", HERE, false, at(0)), Some(Duration::from_secs(1)));
        assert_eq!(throttle.wait("ada", HERE, false, at(1)), None);
        throttle.failed("ada", HERE, at(1));
        assert_eq!(throttle.wait("ada", HERE, false, at(1)), Some(Duration::from_secs(2)));
        for _ in 0..40 {
            throttle.failed("ada", HERE, at(2));
        }
        assert_eq!(throttle.wait("ada", HERE, false, at(2)), Some(LONGEST_WAIT));
    }

    #[test]
    fn nobody_locks_out_somebody_else() {
        let throttle = LoginThrottle::default();
        for _ in 0..40 {
            throttle.failed("ada", HERE, at(0));
        }
        assert_eq!(throttle.wait("ada", THERE, false, at(0)), None);
        assert_eq!(throttle.wait("bo", HERE, false, at(0)), None);
        assert_eq!(throttle.wait("ada", HERE, true, at(0)), Some(LONGEST_WAIT_KNOWN));
    }

    #[test]
    fn a_success_and_time_forget() {
        let throttle = LoginThrottle::default();
        for _ in 0..40 {
            throttle.failed("ada", HERE, at(0));
        }
        throttle.succeeded("ada", HERE);
        assert_eq!(throttle.wait("ada", HERE, false, at(0)), None);
        throttle.failed("ada", THERE, at(0));
        throttle.failed("ada", THERE, at(40 * 60));
        assert_eq!(throttle.lock()[&("ada".to_owned(), THERE)].count, 1);
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = LoginThrottle::default();
        for n in 0..PAIRS + 10 {
            throttle.failed(&n.to_string(), HERE, at(0));
        }
        assert_eq!(throttle.lock().len(), PAIRS);
    }
}
