use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{MemTx, lock};
use crate::ports::{Sealed, SecretField, StoreError, TwilioRepo};
use crate::signatures::ModeChange;
use crate::twilio_settings::TwilioSettings;

#[async_trait]
impl TwilioRepo for MemTx {
    async fn twilio_settings(&mut self) -> Result<Option<TwilioSettings>, StoreError> {
        Ok(self.tenant.twilio.clone())
    }

    async fn twilio_settings_to_change(&mut self) -> Result<Option<TwilioSettings>, StoreError> {
        Ok(self.tenant.twilio.clone()) // transactions of one organisation run one after the other
    }

    async fn put_twilio_settings(&mut self, settings: &TwilioSettings) -> Result<(), StoreError> {
        let keys = lock(&self.keys);
        let owner = |key: &str| keys.numbers.get(&(settings.account_sid.clone(), key.to_owned())).copied();
        if settings.keys().filter_map(owner).any(|owner| owner != self.scope.org()) {
            return Err(StoreError::Taken("phone number or messaging service"));
        }
        self.tenant.twilio = Some(settings.clone());
        Ok(())
    }

    async fn note_webhooks_set(&mut self, revision: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let settings = self.tenant.twilio.as_mut().filter(|settings| settings.revision == revision);
        Ok(settings.is_some_and(|settings| {
            settings.webhooks_set_at = Some(at);
            true
        }))
    }

    async fn reseal(&mut self, field: SecretField, from: &Sealed, to: &Sealed) -> Result<bool, StoreError> {
        let settings = self.tenant.twilio.as_mut();
        let kept = settings.and_then(|settings| match field {
            SecretField::AuthToken => Some(&mut settings.auth_token),
            SecretField::PreviousAuthToken => {
                settings.previous_token.as_mut().map(|previous| &mut previous.token)
            }
            SecretField::ApiKeySecret => settings.api_key.as_mut().map(|key| &mut key.secret),
        });
        Ok(kept.filter(|kept| **kept == *from).is_some_and(|kept| {
            kept.clone_from(to);
            true
        }))
    }

    async fn signature_modes(&mut self, limit: i64) -> Result<Vec<ModeChange>, StoreError> {
        Ok(self.tenant.signature_modes.iter().take(limit as usize).cloned().collect())
    }

    async fn insert_signature_mode(&mut self, change: &ModeChange) -> Result<(), StoreError> {
        self.tenant.signature_modes.insert(0, change.clone());
        Ok(())
    }
}
