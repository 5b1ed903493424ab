//! What every leg is told next, word for word.

use std::collections::BTreeSet;

use switchboard_domain::calls::{Elsewhere, Listening, Meeting, Next};
use switchboard_domain::events::{CallId, OrgId};
use switchboard_domain::lines::Greeting;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::Documents;
use switchboard_domain::twilio_settings::WebhookUrls;
use switchboard_twilio::documents::{TwimlDocuments, Unanswerable};

use crate::twiml::{Node, parse};

const ORG: &str = "01a20f17-cf02-7264-b502-cad5db5a46a3";
const CALL: &str = "01a20f17-cf02-7264-b502-cad5db5a46b4";
const LEG: &str = "CA0123456789abcdef0123456789abcdef";
const HOOK: &str = "https://desk.example/api/twilio/webhook";
/// How Twilio asks what somebody on the line waits for, and how what nobody waits for.
const VOICE: &str = "#ct=2000&amp;rt=5000&amp;rc=1&amp;rp=ct,rt,5xx";
const STATUS: &str = "#rt=4000&amp;rc=3&amp;rp=all";

fn documents() -> TwimlDocuments {
    TwimlDocuments::new(WebhookUrls::under("https://desk.example"))
}

fn org() -> OrgId {
    ORG.parse().expect("an id")
}

fn call() -> CallId {
    CALL.parse().expect("an id")
}

fn meeting() -> Meeting {
    Meeting { org: org(), call: call(), round: 2 }
}

fn phone(number: &str) -> PhoneNumber {
    PhoneNumber::from_e164(number)
}

fn greeting() -> Greeting {
    Greeting::Text("Tom & Jerry <3".to_owned())
}

fn recorded_greeting(address: &str) -> Greeting {
    Greeting::Recording(address.to_owned())
}

fn ring(place: usize) -> Next {
    Next::Ring { place }
}

fn as_supervisor(listening: Listening) -> Next {
    Next::MeetAsSupervisor { meeting: meeting(), listening, agents_leg: LEG.to_owned() }
}

fn phones(numbers: &[&str]) -> Next {
    let phones = numbers.iter().map(|number| phone(number)).collect();
    Next::Phones { org: org(), call: call(), phones, seconds: 20, shows: "+14155550123".to_owned() }
}

fn voicemail(greeting: Greeting) -> Next {
    Next::Voicemail { org: org(), call: call(), greeting }
}

/// Everything that a leg may be told, in each of its forms, and the words for it.
fn everything() -> Vec<(Next, String)> {
    let queue = format!(
        r#"<Enqueue action="{HOOK}/queue-result{VOICE}" method="POST" waitUrl="{HOOK}/wait{VOICE}">org_{ORG}</Enqueue>"#
    );
    let rings = "<Play>https://desk.example/api/twilio/ringing.wav</Play>";
    let screening =
        |digits| format!("{HOOK}/screening?org={ORG}&amp;call={CALL}&amp;phone=%2B{digits}{VOICE}");
    let record = format!(
        r##"<Record action="{HOOK}/voicemail-redirect?left=1{VOICE}" finishOnKey="#" maxLength="180" playBeep="true"
        recordingStatusCallback="{HOOK}/recording?org={ORG}&amp;call={CALL}&amp;voicemail=1{STATUS}"
        recordingStatusCallbackEvent="completed absent" timeout="5" transcribe="true"
        transcribeCallback="{HOOK}/transcription?org={ORG}&amp;call={CALL}{STATUS}"/><Hangup/>"##
    );
    let dial = format!(r#"<Dial action="{HOOK}/voicemail-redirect{VOICE}" callerId="+14155550123""#);
    let (is_recorded, silence) = (recorded(), silence());
    vec![
        (Next::Queue { org: org() }, queue),
        (ring(1), rings.to_owned()),
        (ring(2), format!("<Say>You are number 2 in line.</Say>{rings}")),
        (Next::LeaveQueue, "<Leave/>".to_owned()),
        (Next::MeetAsCustomer { meeting: meeting(), is_recorded: false }, meets("customer", ENDS, "")),
        (
            Next::MeetAsCustomer { meeting: meeting(), is_recorded: true },
            meets("customer", ENDS, &is_recorded),
        ),
        (Next::MeetAsAgent { meeting: meeting(), is_recorded: false }, meets("agent", ENDS, &silence)),
        (
            Next::MeetAsAgent { meeting: meeting(), is_recorded: true },
            meets("agent", ENDS, &format!("{silence} {is_recorded}")),
        ),
        (
            as_supervisor(Listening::Monitor),
            meets("supervisor", STAYS, &format!(r#"{silence} muted="true""#)),
        ),
        (
            as_supervisor(Listening::Whisper),
            meets("supervisor", STAYS, &format!(r#"{silence} coach="{LEG}""#)),
        ),
        (as_supervisor(Listening::Barge), meets("supervisor", STAYS, &silence)),
        (
            phones(&["+16475550188", "+16475550189"]),
            format!(
                r#"{dial} timeout="20"><Number url="{}">+16475550188</Number><Number url="{}">+16475550189</Number></Dial>"#,
                screening("16475550188"),
                screening("16475550189"),
            ),
        ),
        (phones(&[]), redirect("voicemail-redirect")),
        (
            Next::Phone {
                org: org(),
                call: call(),
                phone: phone("+16475550188"),
                shows: "+14155550123".to_owned(),
            },
            format!(
                r#"{dial} timeout="40"><Number url="{}">+16475550188</Number></Dial>"#,
                screening("16475550188"),
            ),
        ),
        (
            Next::AskForOne { org: org(), call: call(), phone: phone("+16475550188") },
            format!(
                r#"<Gather action="{}" input="dtmf" numDigits="1" timeout="10">
                <Say>A customer is calling. Press 1 to take the call.</Say></Gather><Hangup/>"#,
                screening("16475550188"),
            ),
        ),
        (Next::GoOn, String::new()),
        (voicemail(greeting()), format!("<Say>Tom &amp; Jerry &lt;3</Say>{record}")),
        (
            voicemail(recorded_greeting("https://media.example/a.mp3?x=1&y=2")),
            format!("<Play>https://media.example/a.mp3?x=1&amp;y=2</Play>{record}"),
        ),
        (
            voicemail(recorded_greeting("no address")),
            format!("<Say>Please leave a message after the tone.</Say>{record}"),
        ),
        (Next::Goodbye { greeting: greeting() }, "<Say>Tom &amp; Jerry &lt;3</Say><Hangup/>".to_owned()),
        (Next::AskAgain, format!(r#"<Pause length="2"/>{}"#, redirect("queue-result"))),
        (
            Next::AwaitCall { conference: call(), tries: 3 },
            format!(
                r#"<Pause length="1"/>{}"#,
                redirect(&format!("voice?conference={CALL}&amp;participant=agent&amp;tries=3")),
            ),
        ),
        (Next::Refused, "<Say>This call cannot be connected.</Say><Hangup/>".to_owned()),
        (Next::HangUp, "<Hangup/>".to_owned()),
    ]
}

/// Whether the conference begins and ends with them.
const ENDS: (bool, bool) = (true, true);
const STAYS: (bool, bool) = (false, false);

fn meets(label: &str, (begins, ends): (bool, bool), more: &str) -> String {
    format!(
        r#"<Dial><Conference beep="false" endConferenceOnExit="{ends}" jitterBufferSize="small"
        participantLabel="{label}" startConferenceOnEnter="{begins}" statusCallback="{HOOK}/conference-status{STATUS}"
        statusCallbackEvent="start end join leave" {more}>org_{ORG}_call_{CALL}_2</Conference></Dial>"#
    )
}

fn recorded() -> String {
    format!(
        r#"record="record-from-start" recordingStatusCallback="{HOOK}/recording?org={ORG}&amp;call={CALL}{STATUS}"
        recordingStatusCallbackEvent="completed absent""#
    )
}

fn silence() -> String {
    r#"waitUrl="""#.to_owned()
}

fn redirect(to: &str) -> String {
    format!(r#"<Redirect method="POST">{HOOK}/{to}{VOICE}</Redirect>"#)
}

fn document(verbs: &str) -> String {
    let one_line: String = verbs.lines().map(str::trim_start).collect::<Vec<_>>().join(" ");
    let between_tags = one_line.replace("> <", "><");
    format!(r#"<?xml version="1.0" encoding="UTF-8"?><Response>{between_tags}</Response>"#)
}

/// Which one it is. Who adds another gives it the number of the last, which moves on, and says above what is told then.
fn kind(next: &Next) -> usize {
    match next {
        Next::Queue { .. } => 0,
        Next::Ring { .. } => 1,
        Next::LeaveQueue => 2,
        Next::MeetAsCustomer { .. } => 3,
        Next::MeetAsAgent { .. } => 4,
        Next::MeetAsSupervisor { .. } => 5,
        Next::Phones { .. } => 6,
        Next::Phone { .. } => 7,
        Next::AskForOne { .. } => 8,
        Next::GoOn => 9,
        Next::Voicemail { .. } => 10,
        Next::Goodbye { .. } => 11,
        Next::AskAgain => 12,
        Next::AwaitCall { .. } => 13,
        Next::Refused => 14,
        Next::HangUp => 15,
    }
}

#[test]
fn every_leg_is_told_in_these_words() {
    let everything = everything();
    let kinds: BTreeSet<_> = everything.iter().map(|(next, _)| kind(next)).collect();
    assert!(kinds.into_iter().eq(0..=kind(&Next::HangUp)), "each has its words");
    for (next, verbs) in everything {
        let told = documents().response(&next).to_xml();
        assert_eq!(parse(&told), parse(&document(&verbs)), "{next:?}: {told}");
    }
}

#[test]
fn who_is_turned_elsewhere_is_told_the_same() {
    let (meeting, phone, shows) = (meeting(), phone("+16475550188"), phone("+14155550123"));
    for (to, next) in [
        (Elsewhere::Queue { org: org() }, Next::Queue { org: org() }),
        (Elsewhere::Meet { meeting, is_recorded: true }, Next::MeetAsCustomer { meeting, is_recorded: true }),
        (
            Elsewhere::Phone { org: org(), call: call(), phone: phone.clone(), shows: shows.clone() },
            Next::Phone { org: org(), call: call(), phone, shows: shows.to_string() },
        ),
    ] {
        let told = documents().response(&next).to_xml();
        assert_eq!(parse(documents().write(&to).as_str()), parse(&told), "{to:?}");
    }
}

/// What somebody hears who calls, or asks from the queue, while nothing can be answered.
fn put_off(webhook: &str, query: &str, told: &[(&str, &str)]) -> Vec<Node> {
    let to = [("To", "+14155550123"), ("From", "+16475550100")];
    let params = told.iter().chain(&to).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let params: Vec<_> = params.collect();
    parse(&documents().come_back(&Unanswerable::new(webhook, query, &params)).to_xml())
}

const CALLS_US: (&str, &str) = ("Direction", "inbound");

#[test]
fn a_call_comes_back_six_times_to_where_it_was_and_then_leaves_a_message() {
    for (name, query, back) in [
        ("voice", "", "voice?again=1"),
        ("voice", "again=5", "voice?again=6"),
        ("voice", "again=rubbish", "voice?again=1"),
        ("voicemail-redirect", "left=1&again=2", "voicemail-redirect?left=1&amp;again=3"),
    ] {
        let verbs = format!(r#"<Say>One moment, please.</Say><Pause length="3"/>{}"#, redirect(back));
        assert_eq!(put_off(name, query, &[CALLS_US]), parse(&document(&verbs)), "{name}?{query}");
    }
    let message = format!(
        r##"<Say>We cannot take your call right now. Please leave a message after the tone.</Say>
        <Record action="{HOOK}/voicemail-redirect?left=1{VOICE}" finishOnKey="#" maxLength="180" playBeep="true"
        recordingStatusCallback="{HOOK}/recording?to=%2B14155550123&amp;voicemail=1{STATUS}"
        recordingStatusCallbackEvent="completed absent" timeout="5"/><Hangup/>"##
    );
    for webhook in ["voice", "queue-result"] {
        assert_eq!(put_off(webhook, "again=6", &[CALLS_US]), parse(&document(&message)), "{webhook}");
    }
}

#[test]
fn whom_we_call_and_our_own_people_are_put_off_and_leave_no_message() {
    let words = "<Say>This call cannot be connected right now. Please try again later.</Say><Hangup/>";
    for (who, webhook, query, told) in [
        ("a customer", "voice", "participant=customer&again=6", [("Direction", "outbound-api"), CALLS_US]),
        ("one who waits", "queue-result", "again=6", [("Direction", "outbound-api"), CALLS_US]),
        ("a phone", "screening", "again=6", [("Direction", "outbound-dial"), CALLS_US]),
        ("a browser", "voice", "participant=agent&again=6", [CALLS_US, ("From", "client:o1_u2")]),
    ] {
        assert_eq!(put_off(webhook, query, &told), parse(&document(words)), "{who}");
    }
}

#[test]
fn who_waits_hears_it_ring_as_long_as_the_longest_line_rings() {
    let rings = "<Play>https://desk.example/api/twilio/ringing.wav</Play>";
    for (waited, verbs) in [("", rings), ("599", rings), ("600", "<Leave/>"), ("4000", "<Leave/>")] {
        let told = put_off("wait", "again=6", &[CALLS_US, ("QueueTime", waited)]);
        assert_eq!(told, parse(&document(verbs)), "{waited} s");
    }
}
