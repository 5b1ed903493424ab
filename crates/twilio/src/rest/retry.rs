use std::time::Duration;

use switchboard_domain::ports::TelephonyError;
use tracing::debug;

use super::Repeat;

/// How often something is asked at most.
const TRIES: u32 = 3;

/// The longest that a request is held for Twilio's wish to be asked later.
const LONGEST: Duration = Duration::from_secs(3);

/// Counts how often something was asked.
pub(super) struct Tries {
    repeat: Repeat,
    done: u32,
    last: Option<TelephonyError>,
}

impl Tries {
    pub(super) fn new(repeat: Repeat) -> Self {
        Self { repeat, done: 0, last: None }
    }

    /// Waits until it is time to ask again, after this went wrong; gives the error back if asking again is no good.
    pub(super) async fn again(&mut self, error: TelephonyError) -> Result<(), TelephonyError> {
        self.done += 1;
        let wait = wait(&error, self.repeat, self.done, fastrand::f64());
        let error = self.in_all(error);
        let Some(wait) = wait else { return Err(error) };
        debug!(tries = self.done, wait_ms = wait.as_millis(), "asking Twilio again: {error}");
        self.last = Some(error);
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// What became of it all if there is no turn to ask again: what the last answer left, if there was one.
    pub(super) fn out_of_turn(self, busy: TelephonyError) -> TelephonyError {
        self.last.unwrap_or(busy)
    }

    /// What this leaves after all that came before: that nothing happened now says nothing of what may have happened then.
    fn in_all(&mut self, error: TelephonyError) -> TelephonyError {
        match (self.last.take(), error) {
            (
                Some(unknown @ TelephonyError::Unknown(_)),
                TelephonyError::Busy { .. } | TelephonyError::Unreachable(_),
            ) => unknown,
            (_, error) => error,
        }
    }
}

/// How long to wait before asking again; `None` if this was the last time. `chance` is drawn from [0, 1).
fn wait(error: &TelephonyError, repeat: Repeat, tries: u32, chance: f64) -> Option<Duration> {
    if tries >= TRIES {
        return None;
    }
    let jitter = LONGEST.min(Duration::from_millis(100) * 2_u32.pow(tries)).mul_f64(chance);
    match error {
        TelephonyError::Refused(_) => None,
        // Such a request was never looked at, so that every one may be repeated: <https://www.twilio.com/docs/api/errors/20429>.
        TelephonyError::Busy { retry_after: None } => Some(jitter),
        TelephonyError::Busy { retry_after: Some(later) } => (*later <= LONGEST).then(|| *later + jitter),
        TelephonyError::Unreachable(_) | TelephonyError::Unknown(_) => {
            (repeat == Repeat::Safe).then_some(jitter)
        }
    }
}

#[cfg(test)]
mod tests {
    use switchboard_domain::ports::TwilioRefusal;

    use super::*;

    fn busy(seconds: Option<u64>) -> TelephonyError {
        TelephonyError::Busy { retry_after: seconds.map(Duration::from_secs) }
    }

    #[test]
    fn only_what_certainly_did_not_happen_or_may_happen_twice_is_asked_again() {
        let refused =
            || TelephonyError::Refused(TwilioRefusal { status: 400, code: None, message: String::new() });
        let unreachable = || TelephonyError::Unreachable("away".into());
        let unknown = || TelephonyError::Unknown("lost".into());
        let again = |error: TelephonyError, repeat| wait(&error, repeat, 1, 0.5).is_some();
        for repeat in [Repeat::Safe, Repeat::Never] {
            assert!(!again(refused(), repeat));
            assert!(again(busy(None), repeat));
            assert!(again(busy(Some(3)), repeat));
            assert!(!again(busy(Some(4)), repeat));
        }
        assert!(again(unreachable(), Repeat::Safe) && again(unknown(), Repeat::Safe));
        assert!(!again(unreachable(), Repeat::Never) && !again(unknown(), Repeat::Never));
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_have_happened_stays_so_without_a_turn() {
        let mut tries = Tries::new(Repeat::Safe);
        tries.again(TelephonyError::Unknown("lost".into())).await.expect("asked again");
        assert!(matches!(tries.out_of_turn(busy(None)), TelephonyError::Unknown(_)));
        assert!(matches!(Tries::new(Repeat::Safe).out_of_turn(busy(None)), TelephonyError::Busy { .. }));
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_have_happened_stays_so_when_the_next_try_did_nothing() {
        let unreachable = || TelephonyError::Unreachable("away".into());
        for next in [busy, |_| TelephonyError::Unreachable("away".into())] {
            let mut tries = Tries::new(Repeat::Safe);
            tries.again(TelephonyError::Unknown("lost".into())).await.expect("asked again");
            tries.again(next(None)).await.expect("asked once more");
            let end = tries.again(busy(None)).await;
            assert!(matches!(end, Err(TelephonyError::Unknown(_))), "{end:?}");
        }
        let mut tries = Tries::new(Repeat::Safe);
        tries.again(TelephonyError::Unknown("lost".into())).await.expect("asked again");
        let end = tries.again(busy(Some(3_600))).await;
        assert!(matches!(end, Err(TelephonyError::Unknown(_))), "{end:?}");
        let mut tries = Tries::new(Repeat::Safe);
        tries.again(unreachable()).await.expect("asked again");
        let end = tries.again(busy(Some(3_600))).await;
        assert!(matches!(end, Err(TelephonyError::Busy { .. })), "nothing happened at all: {end:?}");
    }

    #[test]
    fn waiting_is_drawn_and_has_ends() {
        let drawn = |tries, chance| wait(&busy(None), Repeat::Never, tries, chance);
        assert_eq!(drawn(1, 0.0), Some(Duration::ZERO));
        assert_eq!(drawn(1, 0.5), Some(Duration::from_millis(100)));
        assert_eq!(drawn(2, 0.5), Some(Duration::from_millis(200)));
        assert_eq!(drawn(3, 0.5), None);
        let wished = |chance| wait(&busy(Some(2)), Repeat::Never, 1, chance);
        assert_eq!(wished(0.0), Some(Duration::from_secs(2)));
        assert_eq!(wished(0.5), Some(Duration::from_millis(2_100)));
    }
}
