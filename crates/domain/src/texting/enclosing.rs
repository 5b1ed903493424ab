//! What hangs on a message that is sent: files that were uploaded here, and those that are elsewhere. Twilio fetches both.

use chrono::{DateTime, Utc};
use url::Url;

use super::Texting;
use crate::access::OrgScope;
use crate::check::Check;
use crate::error::Error;
use crate::ids::UploadId;
use crate::ports::OrgTx;

/// How many pictures and other files may hang on a message: <https://www.twilio.com/docs/messaging/api/message-resource>.
const MOST: usize = 10;
/// How large they may be together, in bytes, as far as that is known here.
const LARGEST: u64 = 5_000_000;
const LONGEST_URL: usize = 2_000;

/// Looks at what is to hang on a message. Of what was uploaded here, the message keeps hold.
pub(super) async fn enclose(tx: &mut dyn OrgTx, check: &mut Check, urls: &[String]) -> Result<(), Error> {
    if urls.len() > MOST {
        check.refuse("mediaUrls", format!("must be {MOST} at most"));
        return Ok(());
    }
    let named: Vec<_> = urls.iter().filter_map(|url| UploadId::named(url)).collect();
    let uploads = if named.is_empty() { Vec::new() } else { tx.take_uploads(&named).await? };
    let size = |id| uploads.iter().find(|upload| upload.id == id).map(|upload| u64::from(upload.size));
    for (at, url) in urls.iter().enumerate() {
        let field = format!("mediaUrls.{at}");
        match UploadId::named(url) {
            Some(id) if size(id).is_none() => check.refuse(&field, "is not there any more"),
            None if !is_elsewhere(url) => check.refuse(&field, "must be an https:// address"),
            _ => {}
        }
    }
    if named.into_iter().filter_map(size).sum::<u64>() > LARGEST {
        check.refuse("mediaUrls", format!("must be {} MB at most together", LARGEST / 1_000_000));
    }
    Ok(())
}

/// Twilio fetches it, from anywhere but here.
fn is_elsewhere(url: &str) -> bool {
    let parsed = Url::parse(url).ok().filter(|parsed| ["https", "http"].contains(&parsed.scheme()));
    let is_fine = parsed.is_some_and(|parsed| parsed.username().is_empty() && parsed.password().is_none());
    is_fine && url.len() <= LONGEST_URL
}

impl Texting {
    /// Where Twilio fetches what hangs on a message that it is handed now.
    pub(super) fn addresses(&self, scope: OrgScope, urls: &[String], now: DateTime<Utc>) -> Vec<String> {
        let address = |url: &String| match UploadId::named(url) {
            Some(id) => self.parts.media.url_for_twilio(scope, id, now),
            None => url.clone(),
        };
        urls.iter().map(address).collect()
    }
}
