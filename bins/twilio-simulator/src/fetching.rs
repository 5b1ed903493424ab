//! How Twilio fetches a file that it is to send: it looks, and then takes it.
//! <https://www.twilio.com/docs/messaging/guides/accepted-mime-types>

use crate::SimulatorError;
use crate::webhook_url::request_url;
use crate::world::{Fetch, Fetched, NotFetched};
use reqwest::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use reqwest::{Client, Method, Response, redirect};
use std::time::Duration;

/// The largest file that is read, in bytes; what is sent may be smaller.
const LARGEST: usize = 16_000_000;
const PATIENCE: Duration = Duration::from_secs(15);
/// What Twilio takes besides what every phone shows, beginning so.
const TAKEN: [&str; 9] = [
    "audio/",
    "video/",
    "image/bmp",
    "image/tiff",
    "image/webp",
    "text/vcard",
    "text/x-vcard",
    "text/csv",
    "application/pdf",
];
/// What every phone shows, and how it begins.
const PICTURES: [(&str, &[u8]); 3] =
    [("image/jpeg", b"\xff\xd8\xff"), ("image/png", b"\x89PNG\r\n\x1a\n"), ("image/gif", b"GIF8")];

/// Fetches files.
#[derive(Debug)]
pub(crate) struct Fetcher {
    client: Client,
}

impl Fetcher {
    /// One that ignores the machine's proxy settings: files are where they are said to be.
    pub(crate) fn new() -> Result<Self, SimulatorError> {
        let client = Client::builder().redirect(redirect::Policy::limited(10)).no_proxy().timeout(PATIENCE);
        Ok(Self { client: client.build().map_err(SimulatorError::Client)? })
    }

    pub(crate) async fn fetch(&self, fetch: &Fetch) -> Result<Fetched, NotFetched> {
        self.ask(Method::HEAD, &fetch.url).await?;
        let response = self.ask(Method::GET, &fetch.url).await?;
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        let bytes = read(response).await?;
        match is_taken(&content_type, &bytes) {
            true => Ok(Fetched { content_type, bytes }),
            false => Err(not_fetched(12300, format!("Invalid Content-Type {content_type:?}"))),
        }
    }

    async fn ask(&self, method: Method, url: &str) -> Result<Response, NotFetched> {
        let url = request_url(url).map_err(|error| not_fetched(11100, error.to_string()))?;
        let request =
            self.client.request(method, url).header(ACCEPT, "*/*").header(USER_AGENT, "TwilioProxy/1.1");
        let response = request.send().await.map_err(|error| not_fetched(11200, error.to_string()))?;
        let status = response.status();
        match status.is_success() {
            true => Ok(response),
            false => Err(not_fetched(11200, format!("the file was answered with {status}"))),
        }
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, NotFetched> {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > LARGEST => {
                return Err(not_fetched(11751, format!("Media exceeds {LARGEST} bytes")));
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Ok(bytes),
            Err(error) => return Err(not_fetched(11200, error.to_string())),
        }
    }
}

/// Whether it is of a kind that Twilio takes, and the file what it is said to be.
fn is_taken(content_type: &str, bytes: &[u8]) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match PICTURES.iter().find(|(kind, _)| *kind == essence) {
        Some((_, start)) => bytes.starts_with(start),
        None => TAKEN.iter().any(|kind| essence.starts_with(kind)),
    }
}

fn not_fetched(code: u32, message: String) -> NotFetched {
    NotFetched { code, message }
}
