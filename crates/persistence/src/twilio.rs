use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::events::UserId;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{PreviousToken, Sealed, SecretField, StoreError, TwilioRepo};
use switchboard_domain::signatures::{ModeChange, SignatureMode};
use switchboard_domain::twilio_settings::{ApiKey, TwilioNumber, TwilioSettings};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    revision: Uuid,
    account_sid: String,
    auth_token: Vec<u8>,
    auth_token_key: String,
    previous_token: Option<Vec<u8>>,
    previous_token_key: Option<String>,
    previous_until: Option<DateTime<Utc>>,
    api_key_sid: Option<String>,
    api_key_secret: Option<Vec<u8>>,
    api_key_secret_key: Option<String>,
    application_sid: Option<String>,
    messaging_service_sid: Option<String>,
    phone_number: String,
    saved_by: Uuid,
    saved_at: DateTime<Utc>,
    webhooks_set_at: Option<DateTime<Utc>>,
}

/// A sealed secret from its two columns.
pub(crate) fn sealed(bytes: Vec<u8>, key_id: String) -> Sealed {
    Sealed { key_id, bytes }
}

/// The token before, from its three columns.
pub(crate) fn previous(
    bytes: Option<Vec<u8>>,
    key_id: Option<String>,
    until: Option<DateTime<Utc>>,
) -> Option<PreviousToken> {
    Some(PreviousToken { token: sealed(bytes?, key_id?), until: until? })
}

impl Row {
    fn settings(self, numbers: Vec<TwilioNumber>) -> TwilioSettings {
        let secret = self.api_key_secret.zip(self.api_key_secret_key);
        TwilioSettings {
            revision: self.revision,
            account_sid: self.account_sid,
            auth_token: sealed(self.auth_token, self.auth_token_key),
            previous_token: previous(self.previous_token, self.previous_token_key, self.previous_until),
            api_key: self
                .api_key_sid
                .zip(secret)
                .map(|(sid, (bytes, key_id))| ApiKey { sid, secret: sealed(bytes, key_id) }),
            application_sid: self.application_sid,
            messaging_service_sid: self.messaging_service_sid,
            phone_number: PhoneNumber::from_e164(self.phone_number),
            numbers,
            saved_by: UserId::from(self.saved_by),
            saved_at: self.saved_at,
            webhooks_set_at: self.webhooks_set_at,
        }
    }
}

#[derive(sqlx::FromRow)]
struct ModeRow {
    mode: String,
    until: Option<DateTime<Utc>>,
    changed_by: String,
    changed_at: DateTime<Utc>,
}

impl From<ModeRow> for ModeChange {
    fn from(row: ModeRow) -> Self {
        Self {
            mode: row.mode.parse().unwrap_or(SignatureMode::Enforce),
            until: row.until,
            changed_by: row.changed_by,
            changed_at: row.changed_at,
        }
    }
}

impl PgTx {
    /// Who changes settings or mode takes turns, also before there are settings: each copies what the other wrote.
    async fn lock_twilio(&mut self) -> Result<(), StoreError> {
        sqlx::query("select from tenant.organizations for no key update")
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

#[async_trait]
impl TwilioRepo for PgTx {
    async fn twilio_settings(&mut self) -> Result<Option<TwilioSettings>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "select s.revision, s.account_sid, a.auth_token, a.auth_token_key,
                 a.previous_token, a.previous_token_key, a.previous_until,
                 s.api_key_sid, s.api_key_secret, s.api_key_secret_key, s.application_sid,
                 s.messaging_service_sid, s.phone_number, s.saved_by, s.saved_at, s.webhooks_set_at
             from tenant.twilio_settings s
             join directory.twilio_accounts a on a.account_sid = s.account_sid",
        )
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let Some(row) = row else { return Ok(None) };
        let numbers: Vec<(String, String)> = sqlx::query_as(
            r#"select number, number_sid from directory.twilio_numbers
             where number_sid is not null
             order by number collate "C""#,
        )
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let number = |(number, sid)| TwilioNumber { number: PhoneNumber::from_e164(number), sid };
        Ok(Some(row.settings(numbers.into_iter().map(number).collect())))
    }

    async fn twilio_settings_to_change(&mut self) -> Result<Option<TwilioSettings>, StoreError> {
        self.lock_twilio().await?;
        self.twilio_settings().await
    }

    async fn put_twilio_settings(&mut self, settings: &TwilioSettings) -> Result<(), StoreError> {
        self.lock_twilio().await?;
        let key = settings.api_key.as_ref();
        sqlx::query(
            "insert into tenant.twilio_settings
                 (revision, account_sid, api_key_sid, api_key_secret, api_key_secret_key, application_sid,
                  messaging_service_sid, phone_number, saved_by, saved_at, webhooks_set_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             on conflict (org_id) do update set
                 revision = excluded.revision,
                 account_sid = excluded.account_sid,
                 api_key_sid = excluded.api_key_sid,
                 api_key_secret = excluded.api_key_secret,
                 api_key_secret_key = excluded.api_key_secret_key,
                 application_sid = excluded.application_sid,
                 messaging_service_sid = excluded.messaging_service_sid,
                 phone_number = excluded.phone_number,
                 saved_by = excluded.saved_by,
                 saved_at = excluded.saved_at,
                 webhooks_set_at = excluded.webhooks_set_at",
        )
        .bind(settings.revision)
        .bind(&settings.account_sid)
        .bind(key.map(|key| &key.sid))
        .bind(key.map(|key| &key.secret.bytes))
        .bind(key.map(|key| &key.secret.key_id))
        .bind(&settings.application_sid)
        .bind(&settings.messaging_service_sid)
        .bind(settings.phone_number.as_str())
        .bind(Uuid::from(settings.saved_by))
        .bind(settings.saved_at)
        .bind(settings.webhooks_set_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        for statement in ["delete from directory.twilio_numbers", "delete from directory.twilio_accounts"] {
            sqlx::query(statement).execute(&mut *self.tx).await.map_err(store_error)?;
        }
        let previous = settings.previous_token.as_ref();
        sqlx::query(
            "insert into directory.twilio_accounts
                 (account_sid, auth_token, auth_token_key, previous_token, previous_token_key, previous_until,
                  observed_from, observed_until)
             select $1, $2, $3, $4, $5, $6, m.changed_at, m.until
             from (select) one
             left join (
                 select changed_at, until, mode from tenant.signature_modes order by id desc limit 1
             ) m on m.mode = 'observe'",
        )
        .bind(&settings.account_sid)
        .bind(&settings.auth_token.bytes)
        .bind(&settings.auth_token.key_id)
        .bind(previous.map(|previous| &previous.token.bytes))
        .bind(previous.map(|previous| &previous.token.key_id))
        .bind(previous.map(|previous| previous.until))
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let numbers = settings.numbers.iter().map(|number| (number.number.as_str(), Some(&number.sid)));
        let service = settings.messaging_service_sid.as_deref().map(|service| (service, None));
        let (keys, sids): (Vec<_>, Vec<_>) = numbers.chain(service).unzip();
        sqlx::query(
            "insert into directory.twilio_numbers (account_sid, number, number_sid)
             select $1, k.number, k.sid from unnest($2::text[], $3::text[]) k (number, sid)",
        )
        .bind(&settings.account_sid)
        .bind(keys)
        .bind(sids)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn note_webhooks_set(&mut self, revision: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let done = sqlx::query("update tenant.twilio_settings set webhooks_set_at = $2 where revision = $1")
            .bind(revision)
            .bind(at)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn reseal(&mut self, field: SecretField, from: &Sealed, to: &Sealed) -> Result<bool, StoreError> {
        let statement = match field {
            SecretField::AuthToken => {
                "update directory.twilio_accounts set auth_token = $3, auth_token_key = $4
                 where auth_token = $1 and auth_token_key = $2"
            }
            SecretField::PreviousAuthToken => {
                "update directory.twilio_accounts set previous_token = $3, previous_token_key = $4
                 where previous_token = $1 and previous_token_key = $2"
            }
            SecretField::ApiKeySecret => {
                "update tenant.twilio_settings set api_key_secret = $3, api_key_secret_key = $4
                 where api_key_secret = $1 and api_key_secret_key = $2"
            }
        };
        let done = sqlx::query(statement)
            .bind(&from.bytes)
            .bind(&from.key_id)
            .bind(&to.bytes)
            .bind(&to.key_id)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn signature_modes(&mut self, limit: i64) -> Result<Vec<ModeChange>, StoreError> {
        let rows: Vec<ModeRow> = sqlx::query_as(
            "select mode, until, changed_by, changed_at from tenant.signature_modes
             order by id desc limit $1",
        )
        .bind(limit)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(rows.into_iter().map(ModeChange::from).collect())
    }

    async fn insert_signature_mode(&mut self, change: &ModeChange) -> Result<(), StoreError> {
        self.lock_twilio().await?;
        sqlx::query(
            "insert into tenant.signature_modes (mode, until, changed_by, changed_at) values ($1, $2, $3, $4)",
        )
        .bind(change.mode.as_str())
        .bind(change.until)
        .bind(&change.changed_by)
        .bind(change.changed_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let observed = change.observed();
        sqlx::query("update directory.twilio_accounts set observed_from = $1, observed_until = $2")
            .bind(observed.map(|observed| observed.from))
            .bind(observed.map(|observed| observed.until))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}
