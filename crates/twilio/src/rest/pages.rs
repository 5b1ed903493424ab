use serde::de::DeserializeOwned;
use switchboard_domain::ports::{Credentials, TelephonyError};
use tracing::warn;

use super::{Request, RestClient};

/// One page of a list.
pub(super) trait Page: DeserializeOwned {
    /// What the list is of.
    type Item;

    /// What is on the page, and where the next one is.
    fn open(self) -> (Vec<Self::Item>, Option<String>);
}

impl RestClient {
    /// A list from its first page on, as long as `more` says so of what the last page had. After `most` pages that were not
    /// enough nobody knows what is on the rest.
    pub(super) async fn list<P: Page>(
        &self,
        account: &Credentials,
        first: Request,
        most: usize,
        more: impl Fn(&[P::Item]) -> bool + Send + Sync,
    ) -> Result<Vec<P::Item>, TelephonyError>
    where
        P::Item: Send,
    {
        let mut request = first;
        let mut list = Vec::new();
        for _ in 0..most {
            let (items, next) = self.read::<P>(account, &request).await?.open();
            let enough = !more(&items);
            list.extend(items);
            let Some(next) = next.filter(|_| !enough) else { return Ok(list) };
            request = self
                .base(request.api)
                .next_page(&request, &next)
                .ok_or_else(|| TelephonyError::Unknown("the next page is not of the same list".into()))?;
        }
        warn!(org.id = %account.org, twilio.path = request.path, "a list at Twilio goes on after {most} pages");
        Err(TelephonyError::Unknown(format!("the list goes on after {most} pages").into()))
    }
}
