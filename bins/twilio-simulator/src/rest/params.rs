//! The fields of a request, as forms and queries bring them.

use crate::webhook_url::request_url;
use crate::world::{Endpoint, Method, Refusal};
use std::ops::RangeInclusive;

/// Fields in the order of the wire.
#[derive(Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// All fields.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The first value of `name`, be it empty.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The first value of `name`; an empty one counts as none.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|value| !value.is_empty())
    }

    /// Every value of `name` that is not empty.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(n, value)| n == name && !value.is_empty());
        values.map(|(_, value)| value.clone()).collect()
    }

    /// A value that must be there; `code` is Twilio's word for its absence.
    pub(crate) fn required(&self, name: &str, code: u32) -> Result<&str, Refusal> {
        self.get(name)
            .ok_or_else(|| Refusal::bad_request(code, format!("The '{name}' parameter is required.")))
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.get(name).map(str::to_ascii_lowercase).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(invalid(name, other)),
        }
    }

    pub(crate) fn integer(&self, name: &str, range: RangeInclusive<u32>) -> Result<Option<u32>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.parse().ok().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| invalid(name, value))
    }

    /// One of a few words.
    pub(crate) fn word(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Refusal> {
        match self.get(name) {
            Some(value) if !words.contains(&value) => Err(invalid(name, value)),
            value => Ok(value),
        }
    }

    /// Words of a list that may be repeated, or separated by spaces or commas.
    pub(crate) fn words(&self, name: &str, words: &[&str]) -> Result<Vec<String>, Refusal> {
        let all = self.all(name);
        let all = all.iter().flat_map(|value| value.split([' ', ',']).filter(|word| !word.is_empty()));
        all.map(|word| if words.contains(&word) { Ok(word.to_owned()) } else { Err(invalid(name, word)) })
            .collect()
    }

    /// A web address; `code` is Twilio's word for one that is none.
    pub(crate) fn url(&self, name: &str, code: u32) -> Result<Option<String>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match request_url(value) {
            Ok(_) => Ok(Some(value.to_owned())),
            Err(_) => Err(Refusal::bad_request(code, format!("{name} is not a valid URL: {value}"))),
        }
    }

    pub(crate) fn method(&self, name: &str) -> Result<Option<Method>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some("GET") => Ok(Some(Method::Get)),
            Some("POST") => Ok(Some(Method::Post)),
            Some(other) => Err(invalid(name, other)),
        }
    }

    /// A web address and how it is requested, if it is given.
    pub(crate) fn endpoint(&self, url: &str, method: &str, code: u32) -> Result<Option<Endpoint>, Refusal> {
        let method = self.method(method)?.unwrap_or_default();
        Ok(self.url(url, code)?.map(|url| Endpoint { url, method }))
    }

    /// Changes `endpoint` to what is given: an empty address takes it away, what is not given stays.
    pub(crate) fn change(
        &self,
        endpoint: &mut Option<Endpoint>,
        url: &str,
        method: &str,
    ) -> Result<(), Refusal> {
        match (self.given(url), self.url(url, 21502)?) {
            (Some(""), _) => *endpoint = None,
            (Some(_), Some(address)) => {
                let method = endpoint.as_ref().map(|endpoint| endpoint.method).unwrap_or_default();
                *endpoint = Some(Endpoint { url: address, method });
            }
            _ => {}
        }
        if let (Some(method), Some(endpoint)) = (self.method(method)?, endpoint) {
            endpoint.method = method;
        }
        Ok(())
    }
}

fn invalid(name: &str, value: &str) -> Refusal {
    Refusal::bad_request(20001, format!("{name} has the invalid value {value:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params::new(pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect())
    }

    #[test]
    fn fields_are_read_or_refused_with_twilios_codes() {
        let params = params(&[
            ("A", "true"),
            ("B", "TRUE"),
            ("C", "1"),
            ("D", ""),
            ("E", "ringing answered"),
            ("E", "completed"),
            ("U", "https://crm.example/a#rc=2"),
            ("V", "crm.example/a"),
            ("M", "PUT"),
        ]);
        let code = |refusal: Refusal| refusal.code;
        assert_eq!((params.boolean("A"), params.boolean("B")), (Ok(Some(true)), Ok(Some(true))));
        assert_eq!((params.boolean("C").map_err(code), params.boolean("D")), (Err(20001), Ok(None)));
        assert_eq!(
            (params.integer("C", 1..=5), params.integer("C", 2..=5).map_err(code)),
            (Ok(Some(1)), Err(20001))
        );
        assert_eq!(params.required("D", 21604).map_err(code), Err(21604));
        let events = params.words("E", &["ringing", "answered", "completed"]);
        assert_eq!(events.expect("known words"), ["ringing", "answered", "completed"]);
        assert!(params.words("E", &["ringing"]).is_err());
        assert_eq!(params.url("U", 21609).expect("a URL").as_deref(), Some("https://crm.example/a#rc=2"));
        assert_eq!(params.url("V", 21609).map_err(code), Err(21609));
        assert_eq!(params.method("M").map_err(code), Err(20001));
    }

    #[test]
    fn addresses_change_only_where_something_is_given() {
        let mut endpoint = Some(Endpoint::post("http://a.example/"));
        let change = |pairs: &[(&str, &str)], endpoint: &mut Option<Endpoint>| {
            params(pairs).change(endpoint, "Url", "Method").expect("a fine change");
        };
        change(&[("Other", "x")], &mut endpoint);
        assert_eq!(endpoint, Some(Endpoint::post("http://a.example/")));
        change(&[("Method", "GET")], &mut endpoint);
        change(&[("Url", "http://b.example/")], &mut endpoint);
        assert_eq!(endpoint, Some(Endpoint { url: "http://b.example/".into(), method: Method::Get }));
        change(&[("Url", "")], &mut endpoint);
        assert_eq!(endpoint, None);
    }
}
