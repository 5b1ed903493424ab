//! What came with messages is fetched, and kept: Twilio's addresses are for whoever has the account's credentials, and what
//! is there may be gone tomorrow.
//!
//! No request is made to an address that a webhook brought. It is read, and names the file if it is the one that Twilio has
//! for it.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;

use super::Texting;
use crate::access::OrgScope;
use crate::calls::{Note, What};
use crate::error::Error;
use crate::ids::AttachmentId;
use crate::messages::{Attachment, Fate, MediaType};
use crate::ports::{Credentials, Download, TelephonyError};

/// The largest file that is kept, in bytes: as large as WhatsApp's are, which MMS never reaches.
/// <https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages>
pub const LARGEST_FILE: usize = 16 * 1024 * 1024;
/// How many files of an organisation are fetched in one go.
const AT_ONCE: i64 = 4;
/// How long a file is left to whoever fetches it: longer than that may take.
const IN_HAND: TimeDelta = TimeDelta::minutes(1);
/// When a file is asked for again that could not be fetched, each time after the last; then it is given up.
const AGAIN: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_secs(20),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(3 * 60 * 60),
    Duration::from_secs(12 * 60 * 60),
];
/// How often Twilio has to say that a file is not there until it is believed: it may tell of one before it has it.
const BELIEVED: u32 = 3;

impl Texting {
    /// Fetches what came with the organisation's messages and is due. Of several servers that do so at the same time one
    /// fetches each file. Gives what went wrong, file by file; those are due again later, unless that was tried often enough.
    /// While there is nothing to ask with, that is what went wrong, for all of them.
    pub async fn fetch(&self, scope: OrgScope) -> Result<Vec<(AttachmentId, Error)>, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let due = tx.due_attachments(AT_ONCE).await?;
        drop(tx);
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let account = &match self.parts.accounts.credentials(scope).await {
            Err(error @ (Error::NotConfigured | Error::Vault(_))) => {
                for attachment in due {
                    self.go_without_file(scope, attachment).await?;
                }
                return Err(error);
            }
            account => account?,
        };
        let fetched = due.into_iter().map(async |attachment| {
            let id = attachment.id;
            (id, self.fetch_one(scope, account, attachment).await)
        });
        let failed =
            |(id, fetched): (AttachmentId, Result<(), Error>)| fetched.err().map(|error| (id, error));
        Ok(join_all(fetched).await.into_iter().filter_map(failed).collect())
    }

    async fn fetch_one(
        &self,
        scope: OrgScope,
        account: &Credentials,
        attachment: Attachment,
    ) -> Result<(), Error> {
        let Some((mine, message_sid)) = self.take_in_hand(scope, attachment).await? else { return Ok(()) };
        if mine.tries as usize > AGAIN.len() + 1 {
            // Whoever had it in hand never came to an end with it.
            let words = "it could not be kept".to_owned();
            return self.note_fate(scope, mine, Fate::Missing(words), None).await;
        }
        let twilio = &self.parts.messaging;
        let Some(media_sid) = twilio.media_sid(account, &message_sid, &mine.url) else {
            let words = "it is not where Twilio keeps what came with this message".to_owned();
            return self.note_fate(scope, mine, Fate::Refused(words), None).await;
        };
        let download = twilio.media(account, &message_sid, &media_sid, LARGEST_FILE).await;
        match download {
            Ok(Download::File { bytes, .. }) => {
                let fate = judge(&bytes);
                let kept = matches!(fate, Fate::Kept { .. }).then_some(bytes.as_slice());
                self.note_fate(scope, mine, fate, kept).await
            }
            Ok(Download::TooLarge) => {
                let words = format!("it is larger than {} MiB", LARGEST_FILE / 1024 / 1024);
                self.note_fate(scope, mine, Fate::Refused(words), None).await
            }
            Ok(Download::Missing) => {
                let words = "Twilio does not have it".to_owned();
                match mine.tries < BELIEVED {
                    true => self.put_file_off(scope, mine, words).await,
                    false => self.note_fate(scope, mine, Fate::Missing(words), None).await,
                }
            }
            Err(error) => {
                let words = match &error {
                    TelephonyError::Refused(refusal) => format!("Twilio refused it: {}", refusal.message),
                    _ => "Twilio could not be reached".to_owned(),
                };
                self.put_file_off(scope, mine, words).await?;
                Err(Error::Twilio(error))
            }
        }
    }

    /// There is nothing to ask with.
    async fn go_without_file(&self, scope: OrgScope, attachment: Attachment) -> Result<(), Error> {
        match self.take_in_hand(scope, attachment).await? {
            Some((mine, _)) => self.put_file_off(scope, mine, "Twilio is not set up".to_owned()).await,
            None => Ok(()),
        }
    }

    /// Takes a file that is due in hand, unless somebody else did: it is due again later. Gives the SID of its message too.
    async fn take_in_hand(
        &self,
        scope: OrgScope,
        attachment: Attachment,
    ) -> Result<Option<(Attachment, String)>, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let now = tx.now().await?;
        let mut taken = Attachment { tries: attachment.tries + 1, due_at: Some(now + IN_HAND), ..attachment };
        if !tx.update_attachment(&taken, None).await? {
            return Ok(None);
        }
        let message = tx.message(taken.message).await?;
        tx.commit().await?;
        taken.version += 1;
        Ok(message.and_then(|message| message.sid).map(|sid| (taken, sid)))
    }

    /// It is asked for again later, unless that was done often enough.
    async fn put_file_off(&self, scope: OrgScope, mine: Attachment, words: String) -> Result<(), Error> {
        let Some(wait) = AGAIN.get(mine.tries as usize - 1) else {
            return self.note_fate(scope, mine, Fate::Missing(words), None).await;
        };
        let mut tx = self.parts.store.begin(scope).await?;
        let due_at = Some(tx.now().await? + *wait);
        tx.update_attachment(&Attachment { due_at, ..mine }, None).await?;
        Ok(tx.commit().await?)
    }

    /// Keeps what became of it, unless it took so long that somebody else has it in hand.
    async fn note_fate(
        &self,
        scope: OrgScope,
        mine: Attachment,
        fate: Fate,
        bytes: Option<&[u8]>,
    ) -> Result<(), Error> {
        let done = Attachment { fate, due_at: None, ..mine };
        let mut tx = self.parts.store.begin(scope).await?;
        if !tx.update_attachment(&done, bytes).await? {
            return Ok(());
        }
        let what = match &done.fate {
            Fate::Kept { kind, size } => format!("{}, {size} bytes", kind.as_str()),
            fate => fate.reason().unwrap_or_default().to_owned(),
        };
        let detail = Some(format!("{}: {what}", done.fate.as_str()));
        let at = tx.now().await?;
        tx.note(done.message.into(), &[Note { at, what: What::Media, by: None, detail }]).await?;
        Ok(tx.commit().await?)
    }
}

fn judge(bytes: &[u8]) -> Fate {
    match (MediaType::of(bytes), u32::try_from(bytes.len())) {
        (Some(kind), Ok(size)) => Fate::Kept { kind, size },
        _ => Fate::Refused("it is of a kind that is not kept".to_owned()),
    }
}
