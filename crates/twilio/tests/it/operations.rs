//! Everything that we ask of Twilio, with all that can be said of it.

use std::time::Duration;

use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    ApplicationWebhooks, CallProgress, Channels, ConferenceCallback, ConferenceEvent, Content, InlineTwiml,
    Instructions, NewCall, NewMessage, NewParticipant, NumberWebhooks, ParticipantChange, ProgressCallback,
    RecordingCallback, RecordingEvent, RecordingOrder, Sender, ServiceWebhooks, Webhook,
};
use switchboard_twilio::rest::{Request, calls, conferences, messages, provisioning, recordings};

pub(crate) fn sid(prefix: &str) -> String {
    format!("{prefix}{}", "a".repeat(32))
}

fn crm(path: &str) -> String {
    format!("https://crm.example/{path}")
}

fn org(path: &str) -> String {
    crm(&format!("twilio/org_42/{path}"))
}

const OURS: &str = "+15017122661";
const THEIRS: &str = "+15558675310";

/// Our request for each of the operations that came with the project.
pub(crate) fn given() -> Vec<(&'static str, Request)> {
    let ac = sid("AC");
    let (ca, cf) = (sid("CA"), sid("CF"));
    vec![
        ("message.create sms", messages::send(&ac, &sms())),
        ("message.create mms 2 media", messages::send(&ac, &mms())),
        ("message.create messaging service", messages::send(&ac, &by_service())),
        ("message.create whatsapp", messages::send(&ac, &whatsapp(text("hi")))),
        ("message.create whatsapp template", messages::send(&ac, &whatsapp(template()))),
        ("message.fetch", messages::fetch(&ac, &sid("SM"))),
        ("message.list", messages::list(&ac, THEIRS, None, 20)),
        ("message.redact", messages::redact(&ac, &sid("SM"))),
        ("call.create twiml client", calls::create(&ac, &call_to_client())),
        ("call.create url number", calls::create(&ac, &call_to_number())),
        ("call.update redirect url", calls::redirect(&ac, &ca, &Instructions::url(org("next")))),
        ("call.update redirect twiml", calls::redirect(&ac, &ca, &inline("<Response><Hangup/></Response>"))),
        ("call.update cancel", calls::cancel(&ac, &ca)),
        ("call.update hangup", calls::complete(&ac, &ca)),
        ("call.fetch", calls::fetch(&ac, &ca)),
        ("call.recordings.create", recordings::start(&ac, &ca, &dual())),
        ("conference.participant.create", conferences::add_participant(&ac, "org_42-CA1", &agent())),
        ("conference.participant.hold", change(&ca, &ParticipantChange::Hold { url: Some(crm("hold")) })),
        ("conference.participant.kick", conferences::remove_participant(&ac, &cf, &ca)),
        ("conference.end", conferences::end(&ac, &cf)),
        ("recording.fetch", recordings::fetch(&ac, &sid("RE"))),
        ("recording.delete", recordings::delete(&ac, &sid("RE"))),
        ("number.list", provisioning::numbers(&ac, None, 50)),
    ]
}

/// Those of the operations that came with the project that we have not, and why.
pub(crate) const NOT_OURS: [(&str, &str); 7] = [
    ("message.media.list", "the webhook of an incoming message names its media"),
    ("queue.create", "a queue comes into being with its first caller"),
    ("queue.member.dequeue front", "callers are picked by name, never whoever is first"),
    ("queue.member.dequeue call", "a caller is taken out of the queue by redirecting the call"),
    ("number.update webhooks", "ours sets all of a number's webhooks: number.update everything"),
    ("account.fetch", "standard API keys may not ask for it, so credentials are tried on the numbers"),
    ("application.create", "ours sets all of an application's webhooks: application.create everything"),
];

/// What we say beyond an operation that came with the project, and why.
pub(crate) const SAID_BESIDE: [(&str, (&str, &str), &str); 2] = [
    (
        "conference.participant.create",
        ("JitterBufferSize", "small"),
        "Twilio's default delays by up to a second",
    ),
    ("conference.participant.hold", ("HoldMethod", "POST"), "Twilio asks by GET unless told otherwise"),
];

/// Our request for each of the operations of `make-golden.py`.
pub(crate) fn ours() -> Vec<(&'static str, Request)> {
    use ParticipantChange::*;
    let ac = sid("AC");
    let ca = sid("CA");
    let participant = "agent-7";
    let fallback = Instructions::Url { url: crm("next"), fallback_url: Some(crm("next-fallback")) };
    let coach = Coach { call_sid: sid("CA") };
    vec![
        ("message.create scheduled", messages::send(&ac, &scheduled())),
        ("message.list from", messages::list(&ac, THEIRS, Some(OURS), 50)),
        ("message.cancel", messages::cancel(&ac, &sid("SM"))),
        ("call.list", calls::list(&ac, THEIRS, None, 50)),
        ("call.list from", calls::list(&ac, THEIRS, Some(OURS), 50)),
        ("call.create everything", calls::create(&ac, &recorded_call())),
        ("call.update redirect fallback", calls::redirect(&ac, &ca, &fallback)),
        ("call.recordings.create mono", recordings::start(&ac, &ca, &recording(Channels::Mono))),
        ("conference.list", conferences::find(&ac, "o1-CA1 é")),
        (
            "conference.participant.create everything",
            conferences::add_participant(&ac, "o1-CA1", &listener()),
        ),
        ("conference.participant.list", conferences::participants(&ac, &sid("CF"), 50)),
        ("conference.participant.hold silent", change(participant, &Hold { url: None })),
        ("conference.participant.resume", change(participant, &Resume)),
        ("conference.participant.mute", change(participant, &Mute)),
        ("conference.participant.unmute", change(participant, &Unmute)),
        ("conference.participant.coach", change(participant, &coach)),
        ("conference.participant.stop coaching", change(participant, &StopCoaching)),
        ("conference.participant.end on exit", change(participant, &EndOnExit(true))),
        ("recording.list call", recordings::of_call(&ac, &ca, 50)),
        ("recording.list conference", recordings::of_conference(&ac, &sid("CF"), 50)),
        ("number.list one", provisioning::numbers(&ac, Some(&PhoneNumber::from_e164(OURS)), 50)),
        ("number.update everything", provisioning::set_number_webhooks(&ac, &sid("PN"), &number())),
        ("application.list", provisioning::applications(&ac, "Switchboard é")),
        ("application.create everything", provisioning::create_application(&ac, &application())),
        ("application.update", provisioning::set_application(&ac, &sid("AP"), &application())),
        ("service.fetch", provisioning::service(&sid("MG"))),
        ("service.update", provisioning::set_service_webhooks(&sid("MG"), &service())),
    ]
}

/// Files are fetched by neither the libraries nor the description.
pub(crate) fn files() -> [Request; 2] {
    let ac = sid("AC");
    [messages::media(&ac, &sid("MM"), &sid("ME")), recordings::audio(&ac, &sid("RE"))]
}

fn change(participant: &str, change: &ParticipantChange) -> Request {
    conferences::change_participant(&sid("AC"), &sid("CF"), participant, change)
}

fn text(body: &str) -> Content {
    Content::Text { body: body.into(), media_urls: vec![] }
}

fn template() -> Content {
    let variables = [("1".to_owned(), "Zoë".to_owned())].into();
    Content::Template { sid: sid("HX"), variables }
}

fn message(content: Content) -> NewMessage {
    NewMessage {
        to: THEIRS.into(),
        from: Sender::Address(OURS.into()),
        content,
        status_callback: None,
        validity: None,
    }
}

pub(crate) fn sms() -> NewMessage {
    NewMessage { status_callback: Some(org("status")), ..message(text("Héllo 😀 & 100% +")) }
}

fn mms() -> NewMessage {
    let media_urls = vec!["https://a.example/1.jpg?x=1&y=2".into(), "https://a.example/2.jpg".into()];
    message(Content::Text { body: "pics".into(), media_urls })
}

fn by_service() -> NewMessage {
    NewMessage {
        from: Sender::Service { sid: sid("MG"), from: None, send_at: None },
        validity: Some(Duration::from_secs(3_600)),
        ..message(text("hi"))
    }
}

fn scheduled() -> NewMessage {
    let send_at = Some("2026-01-02T03:04:05.678Z".parse().expect("a moment"));
    NewMessage {
        from: Sender::Service { sid: sid("MG"), from: Some(OURS.into()), send_at },
        content: Content::Text { body: "Later".into(), media_urls: vec!["https://a.example/1.jpg".into()] },
        status_callback: Some(crm("status")),
        validity: Some(Duration::from_secs(36_000)),
        ..message(text(""))
    }
}

fn whatsapp(content: Content) -> NewMessage {
    NewMessage {
        to: format!("whatsapp:{THEIRS}"),
        from: Sender::Address(format!("whatsapp:{OURS}")),
        ..message(content)
    }
}

fn inline(document: &str) -> Instructions {
    Instructions::Inline(InlineTwiml::new(document).expect("a short document"))
}

fn call_to_client() -> NewCall {
    NewCall {
        to: "client:org_42.user_7".into(),
        from: OURS.into(),
        instructions: inline("<Response><Dial><Queue>org_42</Queue></Dial></Response>"),
        progress: Some(ProgressCallback { url: org("call-status"), events: CallProgress::ALL.into() }),
        timeout: Some(Duration::from_secs(20)),
        detect_machine: false,
        recording: None,
    }
}

fn call_to_number() -> NewCall {
    NewCall {
        to: THEIRS.into(),
        from: OURS.into(),
        instructions: Instructions::Url { url: org("out"), fallback_url: Some(org("fb")) },
        progress: None,
        timeout: None,
        detect_machine: true,
        recording: Some(RecordingOrder {
            callback: told(vec![RecordingEvent::Completed, RecordingEvent::Absent]),
            channels: None,
        }),
    }
}

fn recorded_call() -> NewCall {
    NewCall {
        to: "client:o1_u2".into(),
        from: OURS.into(),
        instructions: Instructions::Url { url: crm("out"), fallback_url: Some(crm("out-fallback")) },
        progress: Some(ProgressCallback { url: crm("call-status"), events: CallProgress::ALL.into() }),
        timeout: Some(Duration::from_secs(30)),
        detect_machine: true,
        recording: Some(recording(Channels::Dual)),
    }
}

fn dual() -> RecordingOrder {
    let callback = told(vec![RecordingEvent::InProgress, RecordingEvent::Completed]);
    RecordingOrder { callback, channels: Some(Channels::Dual) }
}

fn recording(channels: Channels) -> RecordingOrder {
    RecordingOrder { callback: told_all(), channels: Some(channels) }
}

fn told(events: Vec<RecordingEvent>) -> RecordingCallback {
    RecordingCallback { url: crm("rec"), events }
}

fn told_all() -> RecordingCallback {
    use RecordingEvent::*;
    told(vec![InProgress, Completed, Absent])
}

fn agent() -> NewParticipant {
    use CallProgress::*;
    NewParticipant {
        to: "client:org_42.user_7".into(),
        from: OURS.into(),
        label: Some("agent-7".into()),
        progress: Some(ProgressCallback { url: crm("p"), events: vec![Ringing, Answered, Completed] }),
        timeout: Some(Duration::from_secs(20)),
        beep: false,
        end_on_exit: false,
        muted: false,
        coach: None,
        conference: None,
        recording: None,
    }
}

fn listener() -> NewParticipant {
    use ConferenceEvent::*;
    NewParticipant {
        to: THEIRS.into(),
        from: OURS.into(),
        label: Some("listener".into()),
        progress: Some(ProgressCallback { url: crm("p"), events: CallProgress::ALL.into() }),
        timeout: Some(Duration::from_secs(30)),
        beep: true,
        end_on_exit: true,
        muted: true,
        coach: Some(sid("CA")),
        conference: Some(ConferenceCallback {
            url: crm("conf"),
            events: vec![Start, End, Join, Leave, Mute, Hold, Modify],
        }),
        recording: Some(told_all()),
    }
}

fn voice() -> Webhook {
    Webhook { url: crm("v#rc=1"), fallback_url: crm("vf") }
}

fn texts() -> Webhook {
    Webhook { url: crm("s"), fallback_url: crm("sf") }
}

fn number() -> NumberWebhooks {
    NumberWebhooks { voice: voice(), sms: texts(), call_status: crm("cs") }
}

pub(crate) fn application() -> ApplicationWebhooks {
    ApplicationWebhooks { friendly_name: "Switchboard é".into(), voice: voice(), call_status: crm("cs") }
}

fn service() -> ServiceWebhooks {
    ServiceWebhooks { sms: texts(), message_status: crm("ms") }
}
