//! How often a principal may ask: a person, a service, an organisation. Twilio is none of them and is never told to wait.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use switchboard_domain::Error;
use switchboard_domain::access::Caller;
use switchboard_domain::events::{OrgId, UserId};
use switchboard_domain::feed::Reader;
use tokio::time::Instant;
use uuid::Uuid;

/// After how many questions a limiter forgets those who have not asked for a while.
const TIDY_EVERY: u32 = 10_000;
/// How much more often somebody may ask for events than for anything else: such a request is answered, and asked again, at
/// every event.
const EVENTS_FACTOR: u32 = 10;
/// How often somebody may say how they are: as often as on their sockets.
const REMARKS: Rate = Rate { per_second: 1, burst: 1 };

/// How often, in the long run and at once.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// Requests a second, in the long run.
    pub per_second: u32,
    /// Requests at once, after a rest.
    pub burst: u32,
}

/// Who may ask how often.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// A person, with all of their clients together; a service's token.
    pub user: Rate,
    /// An organisation, with all of its people together.
    pub organization: Rate,
}

impl Default for Rates {
    /// So much that only a client gone wild meets a limit.
    fn default() -> Self {
        Self {
            user: Rate { per_second: 100, burst: 1_000 },
            organization: Rate { per_second: 1_000, burst: 10_000 },
        }
    }
}

impl Rate {
    fn times(self, factor: u32) -> Self {
        Self { per_second: self.per_second.saturating_mul(factor), burst: self.burst.saturating_mul(factor) }
    }

    /// Nothing counts as one: somebody who may never ask is not let in at all.
    fn quota(self) -> Quota {
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Quota::per_second(at_least_one(self.per_second)).allow_burst(at_least_one(self.burst))
    }
}

/// Counts the requests of principals who have proved who they are.
pub(crate) struct Limits {
    users: Limiter<UserId>,
    organizations: Limiter<OrgId>,
    readers: Limiter<Uuid>,
    remarks: Limiter<UserId>,
}

impl Limits {
    pub(crate) fn new(rates: Rates) -> Self {
        Self {
            users: Limiter::new(rates.user),
            organizations: Limiter::new(rates.organization),
            readers: Limiter::new(rates.user.times(EVENTS_FACTOR)),
            remarks: Limiter::new(REMARKS),
        }
    }

    /// Counts a request of a person. One who asks too often costs the organisation nothing more.
    pub(super) fn person(&self, caller: &Caller) -> Result<(), Error> {
        self.users.count(caller.user)?;
        self.organizations.count(caller.scope.org())
    }

    /// Counts what a person says of themselves.
    pub(super) fn remark(&self, caller: &Caller) -> Result<(), Error> {
        self.remarks.count(caller.user)
    }

    /// Counts a request for events. The organisation's do not count together: all who poll ask again at the same event, and
    /// none of them asks too often.
    pub(super) fn reader(&self, reader: &Reader) -> Result<(), Error> {
        self.readers.count(match reader {
            Reader::Person(caller) => caller.user.into(),
            Reader::Service(service) => service.token.into(),
        })
    }
}

/// One rate for each of many.
struct Limiter<K: Hash + Eq + Clone> {
    rates: RateLimiter<K, HashMapStateStore<K>, Monotonic, NoOpMiddleware<Duration>>,
    counted: AtomicU32,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(rate: Rate) -> Self {
        Self {
            rates: RateLimiter::hashmap_with_clock(rate.quota(), Monotonic(Instant::now())),
            counted: AtomicU32::new(0),
        }
    }

    fn count(&self, key: K) -> Result<(), Error> {
        if self.counted.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            self.rates.retain_recent();
        }
        self.rates.check_key(&key).map_err(|until| {
            let wait = until.wait_time_from(self.rates.clock().now());
            Error::Throttled { retry_after: Duration::from_secs(wait.as_secs_f64().ceil().max(1.0) as u64) }
        })
    }
}

/// Time that only goes forward, and in tests only when they say so.
#[derive(Debug, Clone)]
struct Monotonic(Instant);

impl Clock for Monotonic {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_let_through_and_then_so_many_a_second() {
        let limiter = Limiter::new(Rate { per_second: 2, burst: 5 });
        let let_through = |tries: u32| (0..tries).filter(|_| limiter.count("ada").is_ok()).count();
        assert_eq!(let_through(20), 5);
        assert_eq!(limiter.count("bo").ok(), Some(()), "somebody else");
        let mut later = 0;
        for _ in 0..100 {
            advance(Duration::from_millis(100)).await;
            later += let_through(3);
        }
        assert_eq!(later, 20, "in ten seconds");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_as_long_as_told_is_let_through() {
        let limiter = Limiter::new(Rate { per_second: 1, burst: 1 });
        for _ in 0..3 {
            assert!(limiter.count("ada").is_ok());
            let Err(Error::Throttled { retry_after }) = limiter.count("ada") else { panic!("let through") };
            assert_eq!(retry_after, Duration::from_secs(1));
            advance(retry_after).await;
        }
        let hasty = Limiter::new(Rate { per_second: 1_000, burst: 1 });
        assert!(hasty.count("ada").is_ok());
        let Err(Error::Throttled { retry_after }) = hasty.count("ada") else { panic!("let through") };
        assert_eq!(retry_after, Duration::from_secs(1), "whole seconds, and never none");
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_rest_are_forgotten() {
        let limiter = Limiter::new(Rate { per_second: 10, burst: 10 });
        let mut most = 0;
        for round in 0..10 * TIDY_EVERY {
            assert!(limiter.count(round).is_ok());
            advance(Duration::from_micros(100)).await;
            most = most.max(limiter.rates.len());
        }
        assert!(most <= 2 * TIDY_EVERY as usize, "{most}");
    }
}
