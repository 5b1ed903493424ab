//! What a queue is.

use chrono::{DateTime, Utc};
use std::collections::VecDeque;
use std::time::Duration;

/// Callers who wait, first come, first served.
#[derive(Clone, Debug)]
pub struct Queue {
    /// `QU…`
    pub sid: String,
    /// Whose it is.
    pub account_sid: String,
    /// Its name in TwiML.
    pub friendly_name: String,
    /// How many may wait.
    pub max_size: u32,
    /// Who waits, the front first.
    pub members: VecDeque<Member>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    /// Calls that dialled the queue while nobody was in it.
    pub(crate) servers: VecDeque<String>,
}

/// Somebody who waits in a queue.
#[derive(Clone, Debug)]
pub struct Member {
    /// Their call.
    pub call_sid: String,
    /// Since when.
    pub enqueued: DateTime<Utc>,
}

impl Queue {
    /// The place of a call, counted from 1.
    pub fn position(&self, call_sid: &str) -> Option<usize> {
        Some(self.members.iter().position(|member| member.call_sid == call_sid)? + 1)
    }

    /// How long those who wait have waited.
    pub fn average_wait(&self, now: DateTime<Utc>) -> Duration {
        let count = u32::try_from(self.members.len()).unwrap_or(u32::MAX).max(1);
        self.members.iter().map(|member| member.waited(now)).sum::<Duration>() / count
    }
}

impl Member {
    /// How long they have waited.
    pub fn waited(&self, now: DateTime<Utc>) -> Duration {
        (now - self.enqueued).to_std().unwrap_or_default()
    }
}
