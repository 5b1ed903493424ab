use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use switchboard_domain::ports::{Directory, StoreError, TwilioAccount};

/// How long an account's tokens are remembered.
const KNOWN: Duration = Duration::from_secs(30);
/// How long it is remembered that an account is unknown: junk costs no query, a new account works soon.
const UNKNOWN: Duration = Duration::from_secs(5);
/// How many accounts are remembered.
const ACCOUNTS: usize = 10_000;

/// The tokens of Twilio accounts, remembered for a while; unknown accounts are remembered too.
pub(crate) struct AccountKeys {
    directory: Arc<dyn Directory>,
    known: Mutex<HashMap<String, (Instant, Option<TwilioAccount>)>>,
}

impl AccountKeys {
    pub(crate) fn new(directory: Arc<dyn Directory>) -> Self {
        Self { directory, known: Mutex::default() }
    }

    /// The account's tokens; `None` if nobody here uses it.
    pub(super) async fn find(&self, account_sid: &str) -> Result<Option<TwilioAccount>, StoreError> {
        if !is_account_sid(account_sid) {
            return Ok(None);
        }
        if let Some(account) = self.remembered(account_sid) {
            return Ok(account);
        }
        let account = self.directory.twilio_account(account_sid).await?;
        let until = Instant::now() + if account.is_some() { KNOWN } else { UNKNOWN };
        let mut known = self.known.lock().expect("nothing panics while it holds this lock");
        if known.len() >= ACCOUNTS {
            known.retain(|_, (until, account)| account.is_some() && *until > Instant::now());
        }
        known.insert(account_sid.to_owned(), (until, account.clone()));
        Ok(account)
    }

    fn remembered(&self, account_sid: &str) -> Option<Option<TwilioAccount>> {
        let known = self.known.lock().expect("nothing panics while it holds this lock");
        known
            .get(account_sid)
            .filter(|(until, _)| *until > Instant::now())
            .map(|(_, account)| account.clone())
    }
}

/// Twilio, "String identifier (SID)": two letters and 32 hexadecimal digits.
fn is_account_sid(text: &str) -> bool {
    text.strip_prefix("AC")
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}
