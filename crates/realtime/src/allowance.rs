use std::sync::Mutex;

use tokio::time::Instant;

/// How many messages a client may send at once.
const BURST: f64 = 100.0;
/// How many a second after that.
const RATE: f64 = 20.0;
/// How many more are ignored before its connection is closed.
const FLOOD: f64 = 2_000.0;

/// What a client may still say. People's clients say a few things a minute.
#[derive(Debug)]
pub(crate) struct Allowance(Mutex<(f64, Instant)>);

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
    pub(crate) fn new() -> Self {
        Self(Mutex::new((BURST, Instant::now())))
    }

    /// Judges one more message.
    pub(crate) fn spend(&self) -> Verdict {
        let mut purse = self.0.lock().expect("nothing panics while it holds this lock");
        let (left, since) = *purse;
        let now = Instant::now();
        let left = (left + RATE * (now - since).as_secs_f64()).min(BURST) - 1.0;
        *purse = (left, now);
        match left {
            left if left >= 0.0 => Verdict::Hear,
            left if left > -FLOOD => Verdict::Ignore,
            _ => Verdict::Close,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_ignored_then_ended_and_a_pause_makes_good() {
        let allowance = Allowance::new();
        let say = |count: usize| (0..count).map(|_| allowance.spend()).collect::<Vec<_>>();
        assert!(say(100).iter().all(|verdict| *verdict == Verdict::Hear));
        assert_eq!(say(20), [Verdict::Ignore; 20]);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(say(21)[19..], [Verdict::Hear, Verdict::Ignore]);
        assert_eq!(say(2_000).last(), Some(&Verdict::Close));
    }
}
