//! Sealing secrets anew, so that an old key can be taken away.

use std::sync::Arc;

use switchboard_events::OrgId;

use crate::access::OrgScope;
use crate::error::Error;
use crate::ports::{Operations, SecretField, Store, Vault};

/// How many organisations are listed at once.
const PAGE: i64 = 500;

/// What was done.
#[derive(Debug, Default)]
pub struct Resealed {
    /// How many secrets were sealed anew.
    pub anew: u64,
    /// How many were sealed with the key that seals now already.
    pub current: u64,
    /// How many were replaced by somebody who saved meanwhile.
    pub overtaken: u64,
    /// Whose secrets stayed as they were, and why.
    pub failures: Vec<(OrgId, Error)>,
}

/// Seals with the key that seals now whatever another one sealed.
pub struct Resealing {
    store: Arc<dyn Store>,
    operations: Arc<dyn Operations>,
    vault: Arc<dyn Vault>,
}

impl Resealing {
    /// Over a store. The vault has the old key too.
    pub fn new(store: Arc<dyn Store>, operations: Arc<dyn Operations>, vault: Arc<dyn Vault>) -> Self {
        Self { store, operations, vault }
    }

    /// Goes through the organisations once, each in its own scope; one's trouble is not another's. Servers may run and admins
    /// may save meanwhile: a secret is put back only where it was read. Done again, nothing is left to do.
    pub async fn run(&self) -> Result<Resealed, Error> {
        let mut done = Resealed::default();
        let mut last = None;
        loop {
            let page = self.operations.organizations(last, PAGE).await?;
            let Some(end) = page.last() else { return Ok(done) };
            last = Some(*end);
            for org in page {
                if let Err(error) = self.reseal(org, &mut done).await {
                    done.failures.push((org, error));
                }
            }
        }
    }

    async fn reseal(&self, org: OrgId, done: &mut Resealed) -> Result<(), Error> {
        #[expect(clippy::disallowed_methods, reason = "an operator's task that does the same for everybody")]
        let scope = OrgScope::trusted(org);
        let mut tx = self.store.begin(scope).await?;
        let Some(settings) = tx.twilio_settings().await? else { return Ok(()) };
        // In the order in which settings are saved, so that neither waits for the other.
        let key = settings.api_key.map(|key| (SecretField::ApiKeySecret, key.secret));
        let token = (SecretField::AuthToken, settings.auth_token);
        let previous = settings.previous_token.map(|token| (SecretField::PreviousAuthToken, token.token));
        let (mut anew, mut current, mut overtaken) = (0, 0, 0);
        for (field, sealed) in key.into_iter().chain([token]).chain(previous) {
            // Names can be used twice: what a key sealed is what it opens.
            let secret = self.vault.open(org, field, &sealed)?;
            if self.vault.is_current(&sealed) {
                current += 1;
                continue;
            }
            if tx.reseal(field, &sealed, &self.vault.seal(org, field, &secret)).await? {
                anew += 1;
            } else {
                overtaken += 1;
            }
        }
        tx.commit().await?;
        done.anew += anew;
        done.current += current;
        done.overtaken += overtaken;
        Ok(())
    }
}
