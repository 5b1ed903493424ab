use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use switchboard_domain::ports::{Directory, StoreError, TwilioAccount};
use tokio::sync::Semaphore;

/// How long an account's tokens are remembered.
const KNOWN: Duration = Duration::from_secs(30);
/// How long it is remembered that an account is unknown: junk costs no query, a new account works soon.
const UNKNOWN: Duration = Duration::from_secs(5);
/// How many accounts are remembered.
const ACCOUNTS: usize = 10_000;

/// The tokens of Twilio accounts, remembered for a while; unknown accounts are remembered too.
pub(crate) struct AccountKeys {
    directory: Arc<dyn Directory>,
    /// Strangers are looked up few at a time, so that junk takes no connections from those who are known.
    strangers: Semaphore,
    known: Mutex<HashMap<String, (Instant, Option<TwilioAccount>)>>,
}

impl AccountKeys {
    pub(crate) fn new(directory: Arc<dyn Directory>) -> Self {
        Self { directory, strangers: Semaphore::new(2), known: Mutex::default() }
    }

    /// The account's tokens; `None` if nobody here uses it.
    pub(super) async fn find(&self, account_sid: &str) -> Result<Option<TwilioAccount>, StoreError> {
        if !is_account_sid(account_sid) {
            return Ok(None);
        }
        let _turn = match self.remembered(account_sid) {
            Some((account, true)) => return Ok(account),
            Some((Some(_), false)) => None,
            _ => Some(self.strangers.acquire().await.expect("turns are never closed")),
        };
        if let Some((account, true)) = self.remembered(account_sid) {
            return Ok(account); // found by whoever had the turn before
        }
        let account = self.directory.twilio_account(account_sid).await?;
        let until = Instant::now() + if account.is_some() { KNOWN } else { UNKNOWN };
        let mut known = self.known.lock().expect("nothing panics while it holds this lock");
        if known.len() >= ACCOUNTS {
            known.retain(|_, (_, account)| account.is_some());
        }
        known.insert(account_sid.to_owned(), (until, account.clone()));
        Ok(account)
    }

    /// What is remembered of an account, and whether that is fresh.
    fn remembered(&self, account_sid: &str) -> Option<(Option<TwilioAccount>, bool)> {
        let known = self.known.lock().expect("nothing panics while it holds this lock");
        known.get(account_sid).map(|(until, account)| (account.clone(), *until > Instant::now()))
    }
}

/// Twilio, "String identifier (SID)": two letters and 32 hexadecimal digits.
fn is_account_sid(text: &str) -> bool {
    text.strip_prefix("AC")
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}
