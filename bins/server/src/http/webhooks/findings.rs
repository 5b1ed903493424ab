use std::sync::{Arc, Mutex, MutexGuard};

use chrono::{DateTime, Utc};
use switchboard_domain::events::OrgId;
use switchboard_domain::inspector::{Sent, SignatureVerdict, Why};

/// What is found out about a webhook while it is handled, for those who look into it afterwards. It goes with the request, and
/// changes nothing about the answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Findings(Arc<Mutex<Found>>);

#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) sent: Option<Delivered>,
    /// What the tokens of every organisation of its account say of its signature.
    verdicts: Vec<(OrgId, SignatureVerdict)>,
    /// Which of these it is about.
    about: Option<OrgId>,
    /// Whether it is known what to mend about a wrong signature: one of the account's tokens made it.
    pub(super) is_explained: bool,
    pub(super) why: Option<Why>,
    pub(super) is_ignored: bool,
    /// The caller comes back for the answer.
    pub(super) is_put_off: bool,
    /// It is handled later, and then there is something to tell.
    pub(super) is_put_away: bool,
}

/// What came.
#[derive(Debug, Clone)]
pub(super) struct Delivered {
    pub(super) at: DateTime<Utc>,
    pub(super) is_late: bool,
    pub(super) query: Sent,
    pub(super) params: Sent,
    /// By what it is known when it comes again.
    pub(super) event: String,
}

impl Findings {
    pub(super) fn came(&self, delivered: Delivered) {
        self.lock().sent = Some(delivered);
    }

    pub(super) fn judged(&self, verdicts: Vec<(OrgId, SignatureVerdict)>) {
        self.lock().verdicts = verdicts;
    }

    pub(super) fn is_about(&self, org: OrgId) {
        self.lock().about = Some(org);
    }

    /// It was let in although its signature is wrong.
    pub(super) fn is_observed(&self, org: OrgId) {
        for (of, verdict) in &mut self.lock().verdicts {
            if *of == org {
                *verdict = SignatureVerdict::Observed;
            }
        }
    }

    /// Something is wrong; what was found first counts.
    pub(super) fn because(&self, cause: &str, words: &str) {
        let why = || Why { cause: cause.to_owned(), words: words.to_owned() };
        self.lock().why.get_or_insert_with(why);
    }

    pub(super) fn is_explained(&self) {
        self.lock().is_explained = true;
    }

    /// There was nothing to do.
    pub(super) fn ignored(&self, cause: &str, words: &str) {
        self.because(cause, words);
        self.lock().is_ignored = true;
    }

    pub(super) fn put_off(&self) {
        self.because(
            "put_off",
            "it could not be answered in time: the caller hears a word, and the call comes back by itself",
        );
        self.lock().is_put_off = true;
    }

    pub(super) fn put_away(&self) {
        self.lock().is_put_away = true;
    }

    /// All of it, up to now.
    pub(super) fn found(&self) -> Found {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Found> {
        self.0.lock().expect("nothing panics while it holds this lock")
    }
}

impl Found {
    /// Whom it concerns: whom it is about; else those whose token signed it; else all who use the account. Somebody that it names
    /// without being of its account learns nothing of it.
    pub(super) fn whose(&self) -> Vec<(OrgId, SignatureVerdict)> {
        let among = |fits: &dyn Fn(&(OrgId, SignatureVerdict)) -> bool| -> Vec<_> {
            self.verdicts.iter().copied().filter(|verdict| fits(verdict)).collect()
        };
        let about = among(&|(org, _)| Some(*org) == self.about);
        let signed = among(&|(_, verdict)| verdict.is_right());
        [about, signed].into_iter().find(|found| !found.is_empty()).unwrap_or_else(|| self.verdicts.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_concerns_whom_it_is_about_or_who_signed_or_all_of_the_account() {
        let [one, two, stranger] = [0, 1, 2].map(|_| OrgId::generate());
        let (right, wrong) = (SignatureVerdict::Valid, SignatureVerdict::Wrong);
        for (verdicts, about, expected) in [
            (vec![(one, right), (two, wrong)], Some(two), vec![(two, wrong)]),
            (vec![(one, right), (two, wrong)], None, vec![(one, right)]),
            (vec![(one, right), (two, wrong)], Some(stranger), vec![(one, right)]),
            (vec![(one, wrong), (two, wrong)], None, vec![(one, wrong), (two, wrong)]),
            (vec![], Some(stranger), vec![]),
        ] {
            let findings = Findings::default();
            findings.judged(verdicts);
            about.into_iter().for_each(|org| findings.is_about(org));
            assert_eq!(findings.found().whose(), expected);
        }
    }
}
