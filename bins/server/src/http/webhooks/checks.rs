use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use serde::Serialize;
use switchboard_domain::events::OrgId;
use switchboard_twilio::signature::Diagnosis;
use utoipa::ToSchema;

use crate::http::people::timestamp;

/// How many organisations' accounts are remembered.
const ACCOUNTS: usize = 10_000;

/// How the last webhooks of each account fared on this node, for those who have to find out why nothing comes.
#[derive(Default)]
pub(crate) struct Checks {
    /// Of each organisation in each account: what was verified for it, and what was wrong for all who share the account.
    latest: Mutex<HashMap<(String, OrgId), Check>>,
}

#[derive(Debug, Clone, Default)]
struct Check {
    verified_at: Option<DateTime<Utc>>,
    mismatch: Option<(DateTime<Utc>, String)>,
    /// The mismatch says what to mend, and nothing was verified since.
    is_to_be_mended: bool,
}

impl Check {
    fn at(&self) -> Option<DateTime<Utc>> {
        self.verified_at.max(self.mismatch.as_ref().map(|(at, _)| *at))
    }
}

/// How the organization's last webhooks fared on this node since it started; a wrong signature is noted for all who share the
/// account.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckBody {
    /// When one had the right signature.
    last_verified_at: Option<String>,
    /// When one had a wrong signature.
    last_mismatch_at: Option<String>,
    /// What was found out about that. What says what to mend stays until one has the right signature.
    last_mismatch: Option<String>,
}

impl Checks {
    pub(super) fn verified(&self, account_sid: &str, org: OrgId, at: DateTime<Utc>) {
        self.note(account_sid, org, |check| {
            check.verified_at = Some(at);
            check.is_to_be_mended = false;
        });
    }

    /// One that is not explained may be anybody's, so it hides none that is until something was verified.
    pub(super) fn mismatched(&self, account_sid: &str, org: OrgId, at: DateTime<Utc>, why: &Diagnosis) {
        let is_explained = *why != Diagnosis::Unexplained;
        self.note(account_sid, org, |check| {
            if is_explained || !check.is_to_be_mended {
                check.mismatch = Some((at, why.to_string()));
                check.is_to_be_mended = is_explained;
            }
        });
    }

    pub(crate) fn of(&self, account_sid: &str, org: OrgId) -> CheckBody {
        let latest = self.latest.lock().expect("nothing panics while it holds this lock");
        let check = latest.get(&(account_sid.to_owned(), org)).cloned().unwrap_or_default();
        let (at, why) = check.mismatch.unzip();
        CheckBody {
            last_verified_at: check.verified_at.map(timestamp),
            last_mismatch_at: at.map(timestamp),
            last_mismatch: why,
        }
    }

    /// Of accounts that are used here, so their number is no stranger's choice; beyond all measure the quietest is forgotten.
    fn note(&self, account_sid: &str, org: OrgId, what: impl FnOnce(&mut Check)) {
        let mut latest = self.latest.lock().expect("nothing panics while it holds this lock");
        let key = (account_sid.to_owned(), org);
        if let Some(check) = latest.get_mut(&key) {
            return what(check);
        }
        if latest.len() >= ACCOUNTS {
            let quietest = latest.iter().min_by_key(|(_, check)| check.at()).map(|(key, _)| key.clone());
            quietest.map(|key| latest.remove(&key));
        }
        what(latest.entry(key).or_default());
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use switchboard_domain::testing::fixtures::noon;

    use super::*;

    #[test]
    fn the_quietest_account_is_forgotten_first() {
        let (checks, org) = (Checks::default(), OrgId::generate());
        checks.mismatched("AC-quiet", org, noon(), &Diagnosis::Unexplained);
        for n in 0..ACCOUNTS {
            checks.verified(&format!("AC{n}"), org, noon() + TimeDelta::seconds(1));
        }
        assert_eq!(checks.latest.lock().expect("no panic").len(), ACCOUNTS);
        assert!(checks.of("AC-quiet", org).last_mismatch.is_none());
        assert!(checks.of("AC0", org).last_verified_at.is_some());
    }

    #[test]
    fn what_anybody_can_send_hides_nothing_that_is_to_be_mended() {
        let (checks, org) = (Checks::default(), OrgId::generate());
        let (junk, stale) = (Diagnosis::Unexplained, Diagnosis::ReplacedToken);
        let elsewhere = Diagnosis::OtherPublicUrl("http://desk.example/".to_owned());
        for (seen, expected) in [
            (Some(&junk), &junk),
            (Some(&stale), &stale),
            (Some(&junk), &stale),
            (Some(&elsewhere), &elsewhere),
            (Some(&junk), &elsewhere),
            (None, &elsewhere),
            (Some(&junk), &junk),
        ] {
            match seen {
                Some(why) => checks.mismatched("AC1", org, noon(), why),
                None => checks.verified("AC1", org, noon()),
            }
            assert_eq!(checks.of("AC1", org).last_mismatch, Some(expected.to_string()), "after {seen:?}");
        }
    }

    #[test]
    fn a_check_is_one_organisations_in_one_account() {
        let (checks, org) = (Checks::default(), OrgId::generate());
        checks.verified("AC1", org, noon());
        assert!(checks.of("AC1", org).last_verified_at.is_some());
        assert!(checks.of("AC1", OrgId::generate()).last_verified_at.is_none());
        assert!(checks.of("AC2", org).last_verified_at.is_none());
    }
}
