use quick_xml::events::Event;
use std::collections::BTreeMap;
use switchboard_twilio::twiml::{Record, RejectReason, Response, Verb};

/// The documents that Twilio's Python library makes for the same wishes.
fn golden(name: &str) -> String {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../data/twiml-golden.json")).expect("the golden file");
    file["twiml"][name].as_str().unwrap_or_else(|| panic!("no golden {name}")).to_owned()
}

#[test]
fn documents_equal_those_of_the_official_library() {
    let org = |path: &str| format!("https://crm.example/twilio/org_42/{path}");
    let table = [
        ("empty_messaging", Response::new()),
        ("empty_voice", Response::new()),
        (
            "enqueue",
            Response::new().with(Verb::Enqueue {
                queue: "org_42".into(),
                wait_url: Some(org("wait?c=1&t=2")),
                action: Some(org("enqueue-done")),
            }),
        ),
        (
            "wait_then_leave",
            Response::new().with(Verb::Play { url: "https://crm.example/ring.mp3".into() }).with(Verb::Leave),
        ),
        (
            "voicemail",
            Response::new()
                .with(Verb::Say { text: "Please leave a message after the beep.".into() })
                .with(Verb::Record(Record {
                    action: org("vm-done"),
                    finish_on_key: '#',
                    max_length: 120,
                    play_beep: true,
                    recording_status_callback: org("vm-rec"),
                    timeout: 5,
                }))
                .with(Verb::Hangup),
        ),
        ("reject", Response::new().with(Verb::Reject { reason: RejectReason::Busy })),
        ("redirect", Response::new().with(Verb::Redirect { url: org("next?x=1&y=2") })),
    ];
    for (name, response) in table {
        assert_eq!(parse(&response.to_xml()), parse(&golden(name)), "{name}");
    }
}

proptest::proptest! {
    /// Whatever a text holds, the answer is one `Say` in one `Response`.
    #[test]
    fn no_text_breaks_out_of_its_element(text in proptest::collection::vec(proptest::char::any(), 0..40)) {
        let text: String = text.into_iter().chain("</Say><Dial>".chars()).collect();
        let xml = Response::new().with(Verb::Say { text }).to_xml();
        let names: Vec<_> = parse(&xml).into_iter().filter_map(|node| match node {
            Node::Start(name, _) => Some(name),
            _ => None,
        }).collect();
        proptest::prop_assert_eq!(names, ["Response", "Say"]);
    }
}

/// A document without what XML calls insignificant: attribute order, `<a/>` or `<a></a>`, the way of escaping.
#[derive(Debug, PartialEq)]
enum Node {
    Start(String, BTreeMap<String, String>),
    Text(String),
    End,
}

fn parse(xml: &str) -> Vec<Node> {
    assert!(xml.starts_with(r#"<?xml version="1.0" encoding="UTF-8"?><Response"#), "{xml}");
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut nodes = Vec::new();
    let mut text = String::new();
    loop {
        let event = reader.read_event().expect("well-formed");
        match &event {
            Event::Text(part) => text.push_str(&part.decode().expect("UTF-8")),
            Event::GeneralRef(name) => {
                let escaped = format!("&{};", name.decode().expect("UTF-8"));
                text.push_str(&quick_xml::escape::unescape(&escaped).expect("a known entity"));
            }
            _ if !text.is_empty() => nodes.push(Node::Text(std::mem::take(&mut text))),
            _ => {}
        }
        match event {
            Event::Start(start) => {
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.expect("well-formed");
                    let raw = utf8(&attribute.value);
                    let value = quick_xml::escape::unescape(&raw).expect("known entities");
                    (utf8(attribute.key.as_ref()), value.into_owned())
                });
                let attributes = attributes.collect();
                nodes.push(Node::Start(utf8(start.name().as_ref()), attributes));
            }
            Event::End(_) => nodes.push(Node::End),
            Event::Eof => return nodes,
            _ => {}
        }
    }
}

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}
