use quick_xml::events::Event;
use std::collections::{BTreeMap, BTreeSet};
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{CallProgress, Channels, ConferenceEvent, RecordingEvent};
use switchboard_twilio::twiml::{
    Beep, Callee, Conference, ConferenceStatus, Dial, DialRecording, Digits, Gather, Input, JitterBuffer,
    Leg, Legs, Message, MessagingResponse, Play, Progress, Prompt, Record, RecordFrom, RecordingCallback,
    RejectReason, Response, Say, Speech, Target, Times, Url, Verb, Wait,
};

/// Documents that Twilio's Python library makes, by name: those that came with the project, and those of `make-golden.py`.
fn golden() -> BTreeMap<String, String> {
    let files = [include_str!("../data/twiml-golden.json"), include_str!("../data/twiml-ours-golden.json")];
    let documents = files.into_iter().flat_map(|file| {
        let file: serde_json::Value = serde_json::from_str(file).expect("a golden file");
        serde_json::from_value::<BTreeMap<String, String>>(file["twiml"].clone()).expect("documents by name")
    });
    documents.collect()
}

/// The same wishes, told to our builder.
fn ours() -> BTreeMap<String, String> {
    let calls = [
        ("empty_voice", Response::new()),
        (
            "enqueue",
            Response::new().with(Verb::Enqueue {
                queue: "org_42".into(),
                wait_url: Some(org("wait?c=1&t=2")),
                action: Some(org("enqueue-done")),
            }),
        ),
        ("wait_then_leave", Response::new().with(Verb::Play(Play::new(crm("ring.mp3")))).with(Verb::Leave)),
        ("dial_ring_all_clients", dial_ring_all_clients()),
        ("dial_queue", dial_queue()),
        ("dial_conference", dial_conference()),
        ("dial_number_out", dial_number_out()),
        (
            "voicemail",
            Response::new()
                .with(Verb::Say(Say::new("Please leave a message after the beep.")))
                .with(Verb::Record(Record {
                    action: org("vm-done"),
                    finish_on_key: '#',
                    max_length: 120,
                    play_beep: true,
                    recording_status_callback: org("vm-rec"),
                    timeout: 5,
                    transcribe_callback: None,
                }))
                .with(Verb::Hangup),
        ),
        ("reject", Response::new().with(Verb::Reject { reason: RejectReason::Busy })),
        ("redirect", Response::new().with(Verb::Redirect { url: org("next?x=1&y=2") })),
        ("say", say()),
        ("press_one", press_one()),
        ("ask", ask()),
        ("transcribed", transcribed()),
        ("phones", phones()),
        ("coach", coach()),
    ];
    let picture = Message { media: vec![url("https://a.example/1.jpg?x=1&y=2")], ..Message::text("pic") };
    let told = Message { status_callback: Some(crm("status")), ..Message::text("first") };
    let bare = Message { media: vec![crm("1.jpg")], ..Message::text("") };
    let messages = [
        ("empty_messaging", MessagingResponse::new()),
        ("message_escape", MessagingResponse::new().with(Message::text("Tom & Jerry <3 \"q\" é😀"))),
        ("message_media", MessagingResponse::new().with(picture)),
        ("texts", MessagingResponse::new().with(told).with(bare)),
    ];
    let calls = calls.into_iter().map(|(name, response)| (name.to_owned(), response.to_xml()));
    let messages = messages.into_iter().map(|(name, response)| (name.to_owned(), response.to_xml()));
    calls.chain(messages).collect()
}

#[test]
fn documents_equal_those_of_the_official_library() {
    let (golden, ours) = (golden(), ours());
    assert_eq!(golden.len(), 20);
    let names = |documents: &BTreeMap<String, String>| documents.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&ours), names(&golden));
    for (name, document) in ours {
        assert_eq!(parse(&document), parse(&golden[&name]), "{name}");
    }
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

fn crm(path: &str) -> Url {
    url(&format!("https://crm.example/{path}"))
}

fn org(path: &str) -> Url {
    crm(&format!("twilio/org_42/{path}"))
}

fn dial(dial: Dial) -> Response {
    Response::new().with(Verb::Dial(dial))
}

fn client(identity: &str) -> Leg {
    Leg {
        to: Callee::Client { identity: identity.into(), parameters: vec![("callId".into(), "c-1".into())] },
        url: None,
        progress: Some(Progress { url: org("leg"), events: CallProgress::ALL.into() }),
    }
}

fn dial_ring_all_clients() -> Response {
    let legs = Legs::new(vec![client("org_42.user_7"), client("org_42.user_8")]).expect("two");
    dial(Dial {
        action: Some(org("dial-done")),
        answer_on_bridge: true,
        record: Some(DialRecording {
            from: RecordFrom::Answer,
            channels: Channels::Dual,
            callback: RecordingCallback {
                url: org("rec"),
                events: vec![RecordingEvent::Completed, RecordingEvent::Absent],
            },
        }),
        timeout: Some(20),
        ..Dial::new(Target::Ring(legs))
    })
}

fn dial_queue() -> Response {
    let target = Target::Queue { name: "org_42".into(), url: Some(org("about-to-connect")) };
    dial(Dial { action: Some(org("dial-done")), timeout: Some(10), ..Dial::new(target) })
}

fn dial_conference() -> Response {
    use ConferenceEvent::*;
    let conference = Conference {
        beep: Beep::Never,
        end_on_exit: true,
        label: Some("customer".into()),
        record: Some(RecordingCallback { url: org("rec"), events: vec![] }),
        status: Some(ConferenceStatus { url: org("conf"), events: vec![Start, End, Join, Leave] }),
        wait: Wait::Silence,
        ..Conference::named("org_42-c1")
    };
    let target = Target::Conference(Box::new(conference));
    dial(Dial { action: Some(org("conf-left")), ..Dial::new(target) })
}

fn dial_number_out() -> Response {
    use CallProgress::*;
    let leg = Leg {
        progress: Some(Progress { url: org("leg"), events: vec![Ringing, Answered, Completed] }),
        ..Leg::to(Callee::Number(PhoneNumber::from_e164("+15558675310")))
    };
    dial(Dial {
        action: Some(org("out-done")),
        caller_id: Some("+15017122661".into()),
        ..Dial::new(Target::Ring(Legs::one(leg)))
    })
}

fn say() -> Response {
    Response::new()
        .with(Verb::Say(Say {
            voice: Some("Polly.Vicki".into()),
            language: Some("de-DE".into()),
            times: Times::Exactly(2),
            ..Say::new("Grüß Gott")
        }))
        .with(Verb::Play(Play { times: Times::Forever, ..Play::new(crm("ring.mp3")) }))
        .with(Verb::Pause { length: 1 })
}

fn press_one() -> Response {
    let prompts = vec![
        Prompt::Say(Say::new("Press 1 to take the call.")),
        Prompt::Play(Play::new(crm("beep.mp3"))),
        Prompt::Pause(2),
    ];
    Response::new().with(Verb::Gather(Gather::one_key(crm("pressed"), prompts))).with(Verb::Hangup)
}

fn ask() -> Response {
    let digits = Digits { number: Some(4), finish_on_key: Some('*') };
    let speech = Speech {
        language: Some("de-DE".into()),
        hints: vec!["eins".into(), "zwei".into()],
        timeout: Some(2),
    };
    Response::new().with(Verb::Gather(Gather {
        action: crm("said"),
        action_on_empty_result: true,
        input: Input::DigitsOrSpeech(digits, speech),
        timeout: Some(3),
        prompts: vec![],
    }))
}

fn transcribed() -> Response {
    Response::new().with(Verb::Record(Record {
        action: crm("vm-done"),
        finish_on_key: '#',
        max_length: 120,
        play_beep: false,
        recording_status_callback: crm("vm-rec"),
        timeout: 5,
        transcribe_callback: Some(crm("written")),
    }))
}

fn phones() -> Response {
    let number = Leg {
        url: Some(crm("whisper")),
        progress: Some(Progress { url: crm("leg"), events: vec![] }),
        ..Leg::to(Callee::Number(PhoneNumber::from_e164("+15558675310")))
    };
    let client = Leg {
        url: Some(crm("whisper")),
        ..Leg::to(Callee::Client { identity: "o1_u2".into(), parameters: vec![] })
    };
    dial(Dial {
        answer_on_bridge: true,
        hangup_on_star: true,
        record: Some(DialRecording {
            from: RecordFrom::Ringing,
            channels: Channels::Mono,
            callback: RecordingCallback { url: crm("rec"), events: vec![] },
        }),
        time_limit: Some(3600),
        timeout: Some(15),
        ..Dial::new(Target::Ring(Legs::new(vec![number, client]).expect("two")))
    })
}

fn coach() -> Response {
    use ConferenceEvent::*;
    use RecordingEvent::*;
    let conference = Conference {
        name: "o1-CA1".into(),
        beep: Beep::OnExit,
        coach: Some(format!("CA{}", "a".repeat(32))),
        end_on_exit: false,
        jitter_buffer: Some(JitterBuffer::Small),
        label: Some("supervisor".into()),
        max_participants: Some(10),
        muted: true,
        record: Some(RecordingCallback { url: crm("rec"), events: vec![InProgress, Completed, Absent] }),
        start_on_enter: false,
        status: Some(ConferenceStatus {
            url: crm("conf"),
            events: vec![Start, End, Join, Leave, Mute, Hold, Modify, Speaker, Announcement],
        }),
        wait: Wait::Url(crm("wait")),
    };
    dial(Dial::new(Target::Conference(Box::new(conference))))
}

proptest::proptest! {
    /// Whatever a text holds, the answer is one `Say` in one `Response`.
    #[test]
    fn no_text_breaks_out_of_its_element(text in proptest::collection::vec(proptest::char::any(), 0..40)) {
        let text: String = text.into_iter().chain("</Say><Dial>".chars()).collect();
        let xml = Response::new().with(Verb::Say(Say::new(text))).to_xml();
        let names: Vec<_> = parse(&xml).into_iter().filter_map(|node| match node {
            Node::Start(name, _) => Some(name),
            _ => None,
        }).collect();
        proptest::prop_assert_eq!(names, ["Response", "Say"]);
    }
}

/// A document without what XML calls insignificant: attribute order, `<a/>` or `<a></a>`, the way of escaping.
#[derive(Debug, PartialEq)]
pub enum Node {
    Start(String, BTreeMap<String, String>),
    Text(String),
    End,
}

pub fn parse(xml: &str) -> Vec<Node> {
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
