use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Response, StatusCode};
use switchboard_domain::ports::{Credentials, Download, TelephonyError};
use tokio::time::timeout;

use super::answer::{self, BodyError};
use super::retry::Tries;
use super::{Request, RestClient, attempt};

/// How often Twilio and its stores may send us on.
const HOPS: usize = 3;

impl RestClient {
    /// Fetches a file. Twilio may send us on to a store of its own, which learns nothing of the account.
    pub(super) async fn download(
        &self,
        account: &Credentials,
        request: &Request,
        limit: usize,
    ) -> Result<Download, TelephonyError> {
        let time = self.config.limits.file;
        let download = timeout(time, self.download_in_turn(account, request, limit)).await;
        download.unwrap_or_else(|late| Err(TelephonyError::Unknown(late.into())))
    }

    async fn download_in_turn(
        &self,
        account: &Credentials,
        request: &Request,
        limit: usize,
    ) -> Result<Download, TelephonyError> {
        let mut tries = Tries::new(request.repeat);
        loop {
            let turn = match self.file_turns.take(account.org).await {
                Ok(turn) => turn,
                Err(busy) => return Err(tries.out_of_turn(busy)),
            };
            let download = self.download_once(account, request, limit).await;
            drop(turn);
            match download {
                Ok(download) => return Ok(download),
                Err(error) => tries.again(error).await?,
            }
        }
    }

    async fn download_once(
        &self,
        account: &Credentials,
        request: &Request,
        limit: usize,
    ) -> Result<Download, TelephonyError> {
        let time = self.config.limits.file;
        let url = self.base(request.api).join(request)?;
        let mut response = attempt::send(self, account, request, &url, time).await?;
        attempt::note(account, request, response.status().as_u16(), response.headers(), None);
        for _ in 0..HOPS {
            if !response.status().is_redirection() {
                break;
            }
            let link = response.headers().get(LOCATION).and_then(|link| link.to_str().ok());
            let next = link.and_then(|link| response.url().join(link).ok());
            let next = next.filter(|next| self.egress.allows(next));
            let next = next.ok_or_else(|| TelephonyError::Unknown("the file's link leads nowhere".into()))?;
            response = attempt::go(self.outside.get(next), time).await?;
        }
        file(response, limit).await
    }
}

async fn file(response: Response, limit: usize) -> Result<Download, TelephonyError> {
    let (status, headers) = (response.status(), response.headers().clone());
    if [StatusCode::NOT_FOUND, StatusCode::GONE].contains(&status) {
        return Ok(Download::Missing);
    }
    let body = answer::body(response, limit).await;
    if let Some(trouble) = answer::trouble(status, &headers, body.as_deref().unwrap_or_default()) {
        return Err(trouble);
    }
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    match body {
        Ok(bytes) => Ok(Download::File { content_type, bytes }),
        Err(BodyError::TooLong) => Ok(Download::TooLarge),
        Err(error) => Err(error.into()),
    }
}
