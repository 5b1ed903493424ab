//! Twilio's REST API as its customers use it, and what Twilio's own description says of the answers.

use crate::receiver::{ACCOUNT, KEY, Receiver, SECRET, serve};
use serde_json::Value;
use switchboard_twilio_simulator::{Simulator, http};

/// A simulator whose time stands still, behind its REST API; its webhooks are at `receiver`.
pub(crate) struct Api {
    pub(crate) receiver: Receiver,
    pub(crate) simulator: Simulator,
    pub(crate) base: String,
    client: reqwest::Client,
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Api {
    pub(crate) async fn start() -> Self {
        Self::with(Receiver::start().await).await
    }

    pub(crate) async fn with(receiver: Receiver) -> Self {
        let simulator = receiver.stepped_simulator();
        Self::of(receiver, simulator).await
    }

    /// One whose time goes by.
    pub(crate) async fn in_real_time() -> Self {
        let receiver = Receiver::start().await;
        let simulator = receiver.simulator();
        Self::of(receiver, simulator).await
    }

    async fn of(receiver: Receiver, simulator: Simulator) -> Self {
        let base = format!("http://{}", serve(http::router(simulator.clone())).await);
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { receiver, simulator, base, client: client.build().expect("a client") }
    }

    /// A request of the account's key; `path` is below the account.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = match path.strip_prefix("/v1") {
            Some(_) => format!("{}{path}", self.base),
            None => format!("{}/2010-04-01/Accounts/{ACCOUNT}{path}", self.base),
        };
        self.raw(method, &url).basic_auth(KEY, Some(SECRET))
    }

    pub(crate) fn raw(&self, method: &str, url: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().expect("a method"), url)
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        send(self.request("GET", path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        send(self.request("DELETE", path)).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let content_type = "application/x-www-form-urlencoded";
        send(self.request("POST", path).header("content-type", content_type).body(body)).await
    }

    /// A list's things, and how many pages they came in.
    pub(crate) async fn walk(&self, path: &str, key: &str) -> (Vec<Value>, usize) {
        let mut things = Vec::new();
        let mut next = Some(format!("{}/2010-04-01/Accounts/{ACCOUNT}{path}", self.base));
        let mut pages = 0;
        while let Some(url) = next {
            assert!(pages < 20, "a list has an end");
            let reply = send(self.raw("GET", &url).basic_auth(KEY, Some(SECRET))).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
            things.extend(reply.body[key].as_array().expect("a list").iter().cloned());
            next = reply.body["next_page_uri"].as_str().map(|uri| format!("{}{uri}", self.base));
            pages += 1;
        }
        (things, pages)
    }
}

impl Reply {
    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// A refusal in Twilio's words.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: u32) {
        assert_eq!((self.status, &self.body["code"]), (status, &Value::from(code)), "{}", self.body);
        assert_eq!(self.body["status"], status);
        assert!(self.body["message"].is_string());
        assert_eq!(self.body["more_info"], format!("https://www.twilio.com/docs/errors/{code}"));
    }
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Reply {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.bytes().await.expect("a body");
    let body = serde_json::from_slice(&body).unwrap_or(Value::String(String::from_utf8_lossy(&body).into()));
    Reply { status, headers, body }
}

/// Whether `thing` has exactly the properties that Twilio's description gives it, each of them of its type.
#[track_caller]
pub(crate) fn conforms(thing: &Value, schema: &str) {
    let description: Value =
        serde_json::from_str(include_str!("../data/twilio-openapi.json")).expect("the description");
    let properties = description["schemas"][schema].as_object().expect("a schema of that name");
    let thing = thing.as_object().unwrap_or_else(|| panic!("no {schema}: {thing}"));
    let names = |object: &serde_json::Map<String, Value>| {
        object.keys().cloned().collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(thing), names(properties), "{schema}");
    for (name, value) in thing {
        let rule = &properties[name];
        let complaint = format!("{schema}.{name} is {value}, by {rule}");
        if value.is_null() {
            assert!(rule["nullable"] == true || rule["type"].is_null(), "{complaint}");
            continue;
        }
        let is_right = match rule["type"].as_str() {
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            _ => true,
        };
        assert!(is_right, "{complaint}");
        let text = value.as_str().unwrap_or_default();
        if let Some(words) = rule["enum"].as_array() {
            assert!(words.contains(value), "{complaint}");
        }
        match rule["pattern"].as_str() {
            // Twilio writes an application that is not set as an empty text.
            Some(pattern) if !text.is_empty() => assert!(is_sid(text, pattern), "{complaint}"),
            _ => {}
        }
        match rule["format"].as_str() {
            Some("date-time-rfc-2822") => {
                assert!(chrono::DateTime::parse_from_rfc2822(text).is_ok(), "{complaint}");
            }
            Some("date-time") => assert!(chrono::DateTime::parse_from_rfc3339(text).is_ok(), "{complaint}"),
            _ => {}
        }
    }
}

/// All patterns of the description are `^AB[0-9a-fA-F]{32}$` or `^(AB|CD)[0-9a-fA-F]{32}$`.
fn is_sid(text: &str, pattern: &str) -> bool {
    let prefixes = pattern.trim_start_matches('^').split('[').next().unwrap_or_default();
    let mut prefixes = prefixes.trim_matches(['(', ')']).split('|');
    let digits = prefixes.find_map(|prefix| text.strip_prefix(prefix));
    digits.is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}
