use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::people::timestamp;

/// How many accounts are remembered.
const ACCOUNTS: usize = 10_000;

/// How the last webhooks of each account fared on this node, for those who have to find out why nothing comes.
#[derive(Default)]
pub(crate) struct Checks {
    latest: Mutex<HashMap<String, Check>>,
}

#[derive(Debug, Clone, Default)]
struct Check {
    verified_at: Option<DateTime<Utc>>,
    mismatch: Option<(DateTime<Utc>, String)>,
}

impl Check {
    fn at(&self) -> Option<DateTime<Utc>> {
        self.verified_at.max(self.mismatch.as_ref().map(|(at, _)| *at))
    }
}

/// How the last webhooks of the account fared on this node since it started.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckBody {
    /// When one had the right signature.
    last_verified_at: Option<String>,
    /// When one had a wrong signature.
    last_mismatch_at: Option<String>,
    /// What was found out about that.
    last_mismatch: Option<String>,
}

impl Checks {
    pub(super) fn verified(&self, account_sid: &str, at: DateTime<Utc>) {
        self.note(account_sid, |check| check.verified_at = Some(at));
    }

    pub(super) fn mismatched(&self, account_sid: &str, at: DateTime<Utc>, why: &str) {
        self.note(account_sid, |check| check.mismatch = Some((at, why.to_owned())));
    }

    pub(crate) fn of(&self, account_sid: &str) -> CheckBody {
        let latest = self.latest.lock().expect("nothing panics while it holds this lock");
        let check = latest.get(account_sid).cloned().unwrap_or_default();
        let (at, why) = check.mismatch.unzip();
        CheckBody {
            last_verified_at: check.verified_at.map(timestamp),
            last_mismatch_at: at.map(timestamp),
            last_mismatch: why,
        }
    }

    /// Of accounts that are used here, so their number is no stranger's choice; beyond all measure the quietest is forgotten.
    fn note(&self, account_sid: &str, what: impl FnOnce(&mut Check)) {
        let mut latest = self.latest.lock().expect("nothing panics while it holds this lock");
        if let Some(check) = latest.get_mut(account_sid) {
            return what(check);
        }
        if latest.len() >= ACCOUNTS {
            let quietest = latest.iter().min_by_key(|(_, check)| check.at()).map(|(sid, _)| sid.clone());
            quietest.map(|sid| latest.remove(&sid));
        }
        what(latest.entry(account_sid.to_owned()).or_default());
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use switchboard_domain::testing::fixtures::noon;

    use super::*;

    #[test]
    fn the_quietest_account_is_forgotten_first() {
        let checks = Checks::default();
        checks.mismatched("AC-quiet", noon(), "why");
        for n in 0..ACCOUNTS {
            checks.verified(&format!("AC{n}"), noon() + TimeDelta::seconds(1));
        }
        assert_eq!(checks.latest.lock().expect("no panic").len(), ACCOUNTS);
        assert!(checks.of("AC-quiet").last_mismatch.is_none());
        assert!(checks.of("AC0").last_verified_at.is_some());
    }
}
