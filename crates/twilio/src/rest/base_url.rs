use std::str::FromStr;

use reqwest::Url;
use switchboard_domain::ports::{TelephonyError, TwilioRefusal};
use thiserror::Error;

use super::{Api, Request};

/// Where credentials may go: a host of twilio.com by https, or this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why an address is no place for credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BaseUrlError {
    /// Nothing that could be called.
    #[error("not an http or https URL")]
    NotAUrl,
    /// User info, path, query or fragment.
    #[error("more than scheme, host and port")]
    TooMuch,
    /// Not Twilio's.
    #[error("neither a host of twilio.com nor this machine")]
    ForeignHost,
    /// Another region than the default one.
    #[error("a host of one of Twilio's regions: browsers' access tokens are for the default one, US1")]
    Regional,
    /// In the clear.
    #[error("http is for this machine only")]
    Insecure,
}

impl BaseUrl {
    /// Reads an address such as `https://api.twilio.com` or `http://127.0.0.1:4010`.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text).map_err(|_| BaseUrlError::NotAUrl)?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(BaseUrlError::NotAUrl);
        }
        let user_info = !url.username().is_empty() || url.password().is_some();
        if user_info || url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::TooMuch);
        }
        let product = url.host_str().unwrap_or_default().strip_suffix(".twilio.com");
        match product {
            None if !is_loopback(&url) => return Err(BaseUrlError::ForeignHost),
            Some(product) if product.contains('.') => return Err(BaseUrlError::Regional),
            _ => {}
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(BaseUrlError::Insecure);
        }
        Ok(Self(url))
    }

    /// As it was given, without a slash at its end.
    pub(super) fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Whether it is this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// It as a browser names it.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Whether it is spoken to in the clear, and so shows no certificate.
    pub(super) fn is_clear(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// Where this request goes. One whose names cannot stand in a path asks for what is not there.
    pub(super) fn join(&self, request: &Request) -> Result<Url, TelephonyError> {
        let mut url = self.0.clone();
        url.set_path(&request.path);
        if url.path() != request.path {
            return Err(TelephonyError::Refused(TwilioRefusal {
                status: 404,
                code: None,
                message: "there is nothing of this name".to_owned(),
            }));
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        Ok(url)
    }

    /// The request for the page that Twilio says is next after that of `request`; `None` if it is not of the same list.
    pub(super) fn next_page(&self, request: &Request, next: &str) -> Option<Request> {
        let url = self.0.join(next).ok()?;
        let same_list = url.origin() == self.0.origin() && url.path() == request.path;
        let query = url.query_pairs().into_owned().collect();
        (next.starts_with('/') && same_list && request.api == Api::Core)
            .then(|| Request { query, ..request.clone() })
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        Self::parse(text)
    }
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            let address = host.trim_start_matches('[').trim_end_matches(']');
            address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_to_twilio_or_stay_here() {
        use BaseUrlError::*;
        let table = [
            ("https://api.twilio.com", None),
            ("https://messaging.twilio.com/", None),
            ("HTTPS://API.TWILIO.COM", None),
            ("http://127.0.0.1:4010", None),
            ("http://[::1]:4010", None),
            ("http://localhost:4010", None),
            ("https://127.0.0.1:4010", None),
            ("", Some(NotAUrl)),
            ("api.twilio.com", Some(NotAUrl)),
            ("ftp://api.twilio.com", Some(NotAUrl)),
            ("file:///etc/passwd", Some(NotAUrl)),
            ("https://", Some(NotAUrl)),
            ("https://api.twilio.com/2010-04-01", Some(TooMuch)),
            ("https://api.twilio.com?x=1", Some(TooMuch)),
            ("https://api.twilio.com?", Some(TooMuch)),
            ("https://api.twilio.com#x", Some(TooMuch)),
            ("https://user@api.twilio.com", Some(TooMuch)),
            ("https://user:pass@api.twilio.com", Some(TooMuch)),
            ("https://api.twilio.com@evil.example", Some(TooMuch)),
            ("https://twilio.com", Some(ForeignHost)),
            ("https://api.twilio.com.evil.example", Some(ForeignHost)),
            ("https://eviltwilio.com", Some(ForeignHost)),
            ("https://api.twilio.com.", Some(ForeignHost)),
            ("https://192.168.1.1", Some(ForeignHost)),
            ("https://169.254.169.254", Some(ForeignHost)),
            ("http://localhost.evil.example", Some(ForeignHost)),
            ("http://0.0.0.0:4010", Some(ForeignHost)),
            ("http://api.twilio.com", Some(Insecure)),
            ("https://api.ie1.twilio.com", Some(Regional)),
            ("https://api.dublin.ie1.twilio.com", Some(Regional)),
        ];
        for (text, expected) in table {
            assert_eq!(BaseUrl::parse(text).err(), expected, "{text}");
        }
    }

    #[test]
    fn no_name_leads_out_of_its_place() {
        let base = BaseUrl::parse("https://api.twilio.com").expect("Twilio's");
        for sid in ["..", ".", "../../Accounts/AC2", "a/b", "a?b", "a#b", "a\\b", "%2e%2e", "a b", "é"] {
            let request = Request::get("AC1", &["Calls", sid, "Recordings"]);
            match base.join(&request) {
                Ok(url) => assert!(
                    url.path().starts_with("/2010-04-01/Accounts/AC1/Calls/")
                        && url.path().ends_with("/Recordings.json")
                        && url.query().is_none(),
                    "{url}"
                ),
                Err(TelephonyError::Refused(refusal)) => assert!(refusal.is_gone() && sid.starts_with('.')),
                Err(error) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn the_next_page_is_one_of_the_same_list() {
        let base = BaseUrl::parse("https://api.twilio.com").expect("Twilio's");
        let first = Request::get("AC1", &["Messages"]).query("To", "+15558675310");
        let next = base.next_page(&first, "/2010-04-01/Accounts/AC1/Messages.json?To=%2B1555&PageToken=PA1");
        let next = next.expect("the same list");
        assert_eq!(next.query, [("To".into(), "+1555".into()), ("PageToken".into(), "PA1".into())]);
        for elsewhere in [
            "https://evil.example/2010-04-01/Accounts/AC1/Messages.json",
            "//evil.example/2010-04-01/Accounts/AC1/Messages.json",
            "/\\evil.example/2010-04-01/Accounts/AC1/Messages.json",
            "/2010-04-01/Accounts/AC2/Messages.json?Page=1",
            "/2010-04-01/Accounts/AC1/Messages.json/../../AC2/Messages.json",
            "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json",
            "?Page=1",
            "",
        ] {
            assert_eq!(base.next_page(&first, elsewhere), None, "{elsewhere}");
        }
    }
}
