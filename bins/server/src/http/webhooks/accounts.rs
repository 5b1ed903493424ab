use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use metrics::counter;
use switchboard_domain::events::OrgId;
use switchboard_domain::ports::{Clock, Directory, StoreError, Vault};
use switchboard_domain::signatures::OrgKeys;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};
use tracing::error;

/// How long it is remembered what an account's webhooks are verified with, or that nobody uses it.
const REMEMBERED: Duration = Duration::from_secs(10);
/// How old that may be when a signature is wrong: a token saved, or a mode chosen, on another node is felt after this.
const YOUNG: Duration = Duration::from_secs(2);
/// How long an account that may be nobody's waits for its turn. After that it is nobody's.
const PATIENCE: Duration = Duration::from_secs(2);
/// For how long what was known counts for webhooks that are only put away: they are verified anew when they are handled.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// How many accounts are remembered.
const ACCOUNTS: usize = 10_000;

/// What an account's webhooks are verified with: keys of every organisation that uses it, opened; none if nobody does.
pub(super) type Keys = Arc<[OrgKeys]>;

/// The keys of Twilio accounts, remembered for a while. Accounts that nobody uses are remembered too, so that junk costs no
/// query.
pub(crate) struct AccountKeys {
    directory: Arc<dyn Directory>,
    vault: Arc<dyn Vault>,
    clock: Arc<dyn Clock>,
    /// Strangers are looked up few at a time, so that junk takes no connections from the others.
    strangers: Semaphore,
    /// So are accounts that are used here, after a wrong signature; they do not queue behind strangers.
    known: Semaphore,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    accounts: HashMap<String, (Instant, Keys)>,
    /// How often something was forgotten: what was asked before that may be old.
    forgotten: u64,
}

impl AccountKeys {
    pub(crate) fn new(directory: Arc<dyn Directory>, vault: Arc<dyn Vault>, clock: Arc<dyn Clock>) -> Self {
        Self {
            directory,
            vault,
            clock,
            strangers: Semaphore::new(2),
            known: Semaphore::new(2),
            memory: Mutex::default(),
        }
    }

    /// The account's keys; `None` if it may be nobody's, and too many of those knock.
    pub(super) async fn find(&self, account_sid: &str) -> Result<Option<Keys>, StoreError> {
        if !is_account_sid(account_sid) {
            return Ok(Some(Keys::default()));
        }
        let _turn = match self.remembered(account_sid) {
            Some((age, keys)) if age < REMEMBERED => return Ok(Some(keys)),
            Some((_, keys)) if !keys.is_empty() => None,
            _ => match self.turn(false).await {
                Some(turn) => Some(turn),
                None => return Ok(None),
            },
        };
        match self.remembered(account_sid) {
            Some((age, keys)) if age < REMEMBERED => Ok(Some(keys)), // found by whoever had the turn before
            // While the directory is away what was known before counts: who is on the line cannot wait for it.
            Some((_, keys)) if !keys.is_empty() => Ok(Some(self.ask(account_sid).await.unwrap_or(keys))),
            _ => self.ask(account_sid).await.map(Some),
        }
    }

    /// What is known of the account without asking; none if that is nothing, or too long ago.
    pub(super) fn known(&self, account_sid: &str) -> Keys {
        match self.remembered(account_sid) {
            Some((age, keys)) if age < KEPT => keys,
            _ => Keys::default(),
        }
    }

    /// The account's keys once more, because a signature is wrong by those of [`find`](Self::find) or
    /// [`known`](Self::known); `None` if those are young, or no turn comes.
    pub(super) async fn look_again(
        &self,
        account_sid: &str,
        known: &Keys,
    ) -> Result<Option<Keys>, StoreError> {
        if !is_account_sid(account_sid) {
            return Ok(None);
        }
        let is_young = |age: Duration| age < YOUNG;
        if self.remembered(account_sid).is_some_and(|(age, keys)| is_young(age) && Arc::ptr_eq(&keys, known))
        {
            return Ok(None);
        }
        let Some(_turn) = self.turn(!known.is_empty()).await else { return Ok(None) };
        match self.remembered(account_sid) {
            Some((age, keys)) if is_young(age) => Ok(Some(keys)),
            Some(_) => Ok(self.ask(account_sid).await.ok()),
            None => self.ask(account_sid).await.map(Some),
        }
    }

    /// A turn to ask, unless it is a stranger's and too long in coming.
    async fn turn(&self, is_known: bool) -> Option<SemaphorePermit<'_>> {
        let turns = if is_known { &self.known } else { &self.strangers };
        let turn = turns.acquire();
        let turn = if is_known { turn.await } else { timeout(PATIENCE, turn).await.ok()? };
        Some(turn.expect("turns are never closed"))
    }

    /// Forgets what was known of an account and of an organisation: something was saved.
    /// Twilio writes SIDs in lower case, people as they like.
    pub(crate) fn forget(&self, account_sid: Option<&str>, org: OrgId) {
        let mut memory = self.memory();
        memory.forgotten += 1;
        memory.accounts.retain(|account, (_, keys)| {
            !account_sid.is_some_and(|sid| sid.eq_ignore_ascii_case(account))
                && keys.iter().all(|keys| keys.org != org)
        });
    }

    async fn ask(&self, account_sid: &str) -> Result<Keys, StoreError> {
        let forgotten = self.memory().forgotten;
        let mut open = Vec::new();
        for sealed in self.directory.twilio_keys(account_sid).await? {
            let (keys, closed) = OrgKeys::open(self.vault.as_ref(), &sealed, self.clock.now());
            for why in closed {
                counter!("switchboard_sealed_tokens_unreadable_total").increment(1);
                error!(org.id = %sealed.org, "could not open an auth token: {why}; check SECRETS_KEY");
            }
            if !keys.is_empty() {
                open.push(keys);
            }
        }
        let keys = Keys::from(open);
        let mut memory = self.memory();
        if memory.forgotten == forgotten {
            if memory.accounts.len() >= ACCOUNTS {
                memory.accounts.retain(|_, (_, keys)| !keys.is_empty());
            }
            memory.accounts.insert(account_sid.to_owned(), (Instant::now(), Arc::clone(&keys)));
        }
        Ok(keys)
    }

    /// How long ago this was found, and what.
    fn remembered(&self, account_sid: &str) -> Option<(Duration, Keys)> {
        self.memory().accounts.get(account_sid).map(|(at, keys)| (at.elapsed(), Arc::clone(keys)))
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().expect("nothing panics while it holds this lock")
    }
}

/// Twilio, "String identifier (SID)": two letters and 32 hexadecimal digits.
fn is_account_sid(text: &str) -> bool {
    text.strip_prefix("AC")
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}
