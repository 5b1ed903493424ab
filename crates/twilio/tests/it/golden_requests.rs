use std::collections::BTreeSet;

use serde::Deserialize;
use switchboard_twilio::rest::{Api, Method, Request};

use crate::operations;

#[derive(Deserialize)]
struct Golden {
    requests: Vec<Sent>,
}

/// A request as Twilio's Python library sends it.
#[derive(Deserialize)]
struct Sent {
    op: String,
    method: String,
    host: String,
    path: String,
    query: String,
    form: Vec<(String, String)>,
    headers: Headers,
}

#[derive(Deserialize)]
struct Headers {
    #[serde(rename = "Content-Type")]
    content_type: Option<String>,
    #[serde(rename = "Accept")]
    accept: Option<String>,
}

fn golden(file: &str) -> Vec<Sent> {
    serde_json::from_str::<Golden>(file).expect("a golden file").requests
}

fn assert_equal(ours: &Request, sent: &Sent) {
    let Sent { op, method, host, path, query, form, headers } = sent;
    let our_method = match ours.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Delete => "DELETE",
    };
    let our_host = match ours.api {
        Api::Core => "api.twilio.com",
        Api::Messaging => "messaging.twilio.com",
    };
    assert_eq!((our_method, our_host, &ours.path), (method.as_str(), host.as_str(), path), "{op}");
    let query = form_urlencoded::parse(query.as_bytes()).into_owned();
    assert_eq!(sorted(ours.query.clone()), sorted(query), "{op}");
    let our_form = ours.form.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let beside = operations::SAID_BESIDE.iter().filter(|(name, ..)| name == op);
    let beside = beside.map(|(_, (name, value), _why)| ((*name).to_owned(), (*value).to_owned()));
    assert_eq!(sorted(our_form), sorted(form.iter().cloned().chain(beside)), "{op}");
    assert_eq!(ours.accept(), headers.accept.as_deref(), "{op}");
    // For some questions the library names the type of a body that it does not send.
    if ours.method == Method::Post {
        assert_eq!(ours.content_type(), headers.content_type.as_deref(), "{op}");
    } else {
        assert_eq!(ours.content_type(), None, "{op}");
    }
}

fn sorted(pairs: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort();
    pairs
}

#[test]
fn requests_equal_those_of_the_official_library() {
    let given = golden(include_str!("../data/rest-requests-golden.json"));
    let ours = golden(include_str!("../data/rest-requests-ours-golden.json"));
    assert_eq!((given.len(), ours.len()), (30, 27));
    for (golden, requests) in [(given, operations::given()), (ours, operations::ours())] {
        let made: BTreeSet<&str> = requests.iter().map(|(op, _)| *op).collect();
        assert_eq!(made.len(), requests.len(), "an operation twice");
        for (op, request) in &requests {
            let sent = golden.iter().find(|sent| sent.op == *op);
            assert_equal(request, sent.unwrap_or_else(|| panic!("no golden request {op}")));
        }
        for Sent { op, .. } in &golden {
            let not_ours = operations::NOT_OURS.iter().any(|(name, _why)| name == op);
            assert!(made.contains(op.as_str()) != not_ours, "{op}: made, or said why not");
        }
    }
}
