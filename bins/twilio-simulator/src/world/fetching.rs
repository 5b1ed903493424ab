//! Files that a text is sent with: they are fetched before it leaves, and if that fails it does too.
//! <https://www.twilio.com/docs/messaging/guides/accepted-mime-types>

use super::{Media, MessageStatus, World};
use std::sync::Arc;

/// How large everything may be together that is sent with one text, in bytes.
const LARGEST: usize = 5_000_000;
const LARGEST_ON_WHATSAPP: usize = 16_000_000;
/// Of how many texts the files are remembered.
const KEPT: usize = 100;

/// A file that is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// Of which message.
    pub message_sid: String,
    /// Which of its files.
    pub media_sid: String,
    /// Where it is.
    pub url: String,
}

/// A file that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// What it is said to be.
    pub content_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Why a file was not fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFetched {
    /// Twilio's error code.
    pub code: u32,
    /// For people.
    pub message: String,
}

impl World {
    /// The files that are to be fetched now.
    pub fn take_fetches(&mut self) -> Vec<Fetch> {
        std::mem::take(&mut self.fetches)
    }

    /// Asks for what a text is sent with, as far as it is not here; false if it all is.
    pub(super) fn fetch_media(&mut self, sid: &str) -> bool {
        let Some(message) = self.messages.get(sid) else { return false };
        let fetch = |medium: &Media| {
            let url = medium.source.clone()?;
            Some(Fetch { message_sid: sid.to_owned(), media_sid: medium.sid.clone(), url })
        };
        let fetches: Vec<_> = message.media.iter().filter_map(fetch).collect();
        let is_awaited = !fetches.is_empty();
        self.fetches.extend(fetches);
        is_awaited
    }

    /// What came of fetching a file. With the last one the text goes on its way.
    pub fn fetched(&mut self, fetch: &Fetch, result: Result<Fetched, NotFetched>) {
        let Some(message) = self.messages.get_mut(&fetch.message_sid) else { return };
        if message.status != MessageStatus::Sending {
            return; // another file failed before
        }
        let failed = match result {
            Ok(fetched) => {
                let medium = message.media.iter_mut().find(|medium| medium.sid == fetch.media_sid);
                if let Some(medium) = medium {
                    medium.source = None;
                    medium.content_type = fetched.content_type;
                    medium.bytes = Some(Arc::from(fetched.bytes));
                }
                let size: usize =
                    message.media.iter().filter_map(|medium| medium.bytes.as_deref()).map(<[u8]>::len).sum();
                let most = if message.is_whatsapp() { LARGEST_ON_WHATSAPP } else { LARGEST };
                let words = format!("Media exceeds messaging provider size limit: {size} bytes");
                (size > most).then_some(NotFetched { code: 11751, message: words })
            }
            Err(failed) => Some(failed),
        };
        match failed {
            Some(NotFetched { code, message }) => self.fail_text(&fetch.message_sid, code, message),
            None if self.messages.get(&fetch.message_sid).is_some_and(|message| message.is_complete()) => {
                self.forget_files();
                self.plan_next(&fetch.message_sid);
            }
            None => {}
        }
    }

    fn fail_text(&mut self, sid: &str, code: u32, words: String) {
        let Some(message) = self.messages.get_mut(sid) else { return };
        message.error_code = Some(code);
        let account_sid = message.account_sid.clone();
        self.alert(&account_sid, sid, code, words);
        self.move_message(sid, MessageStatus::Failed);
    }

    fn forget_files(&mut self) {
        let has_files = |media: &[Media]| media.iter().any(|medium| medium.bytes.is_some());
        let with_files = self.messages.iter_mut().rev().filter(|message| has_files(&message.media));
        for message in with_files.skip(KEPT) {
            message.media.iter_mut().for_each(|medium| medium.bytes = None);
        }
    }
}
