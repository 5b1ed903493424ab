//! The promises of the ports to Twilio, as far as they hold for an account where nothing is on the line.

use chrono::TimeDelta;

use crate::phone::PhoneNumber;
use crate::ports::{
    ApplicationWebhooks, CallControl, CallStatus, Clock, Conferencing, Content, Credentials, Download,
    Instructions, Messaging, NewCall, NewMessage, NewParticipant, NumberWebhooks, ParticipantChange,
    Provisioning, Recordings, Sender, SentSearch, ServiceWebhooks, TelephonyError, Webhook,
};

/// What the account has.
pub struct Given<'a> {
    /// The account.
    pub account: Credentials,
    /// Its only number.
    pub number: PhoneNumber,
    /// Its messaging service, which has the number.
    pub service_sid: String,
    /// The time there.
    pub clock: &'a dyn Clock,
}

/// Nobody has such a thing: a prefix and a number that was never drawn.
fn nobodys(prefix: &str) -> String {
    format!("{prefix}{:032x}", u128::MAX)
}

const CUSTOMER: &str = "+15558675310";

/// Panics where a promise is not kept.
pub async fn run<T>(twilio: &T, given: &Given<'_>)
where
    T: Provisioning + Messaging + CallControl + Conferencing + Recordings,
{
    numbers_are_found_and_set(twilio, given).await;
    an_application_is_made_once(twilio, given).await;
    a_service_is_set_if_it_is_there(twilio, given).await;
    messages_are_sent_and_found_again(twilio, given).await;
    calls_are_made_and_ended(twilio, given).await;
    a_conference_is_held_while_somebody_waits_alone(twilio, given).await;
    what_is_not_there_is_gone(twilio, given).await;
}

fn webhook(path: &str) -> Webhook {
    Webhook {
        url: format!("https://crm.example/{path}"),
        fallback_url: format!("https://crm.example/{path}-2"),
    }
}

async fn numbers_are_found_and_set<T: Provisioning>(twilio: &T, given: &Given<'_>) {
    let Given { account, number, .. } = given;
    let all = twilio.numbers(account, None).await.expect("numbers");
    let only = twilio.numbers(account, Some(number)).await.expect("numbers");
    assert_eq!(all, only, "an account with one number");
    let [known] = &all[..] else { panic!("{all:?}") };
    assert!(known.number == *number && known.voice && known.sms);
    let another = PhoneNumber::from_e164("+12025550177");
    assert_eq!(twilio.numbers(account, Some(&another)).await.expect("numbers"), []);

    let status = "https://crm.example/ended".to_owned();
    let webhooks = NumberWebhooks { voice: webhook("voice"), sms: webhook("sms"), call_status: status };
    for _ in 0..2 {
        twilio.set_number_webhooks(account, &known.sid, &webhooks).await.expect("set");
    }
    assert_gone(twilio.set_number_webhooks(account, &nobodys("PN"), &webhooks).await);
}

async fn an_application_is_made_once<T: Provisioning>(twilio: &T, given: &Given<'_>) {
    let webhooks = ApplicationWebhooks {
        friendly_name: "contract".to_owned(),
        voice: webhook("browser"),
        call_status: "https://crm.example/ended".to_owned(),
    };
    let set = async |sid: Option<&str>, webhooks| {
        twilio.set_application(&given.account, sid, webhooks).await.expect("an application")
    };
    let sid = set(None, &webhooks).await;
    assert_eq!(set(None, &webhooks).await, sid, "of the same name");
    assert_eq!(set(Some(&nobodys("AP")), &webhooks).await, sid, "of the same name");
    let renamed = ApplicationWebhooks { friendly_name: "renamed".to_owned(), ..webhooks.clone() };
    assert_eq!(set(Some(&sid), &renamed).await, sid);
    assert_ne!(set(None, &webhooks).await, sid, "the old name is nobody's now");
}

async fn a_service_is_set_if_it_is_there<T: Provisioning>(twilio: &T, given: &Given<'_>) {
    let webhooks =
        ServiceWebhooks { sms: webhook("sms"), message_status: "https://crm.example/m".to_owned() };
    for (sid, there) in [(&given.service_sid, true), (&nobodys("MG"), false)] {
        assert_eq!(twilio.has_service(&given.account, sid).await.expect("an answer"), there);
        let set = twilio.set_service_webhooks(&given.account, sid, &webhooks).await;
        assert!(
            matches!((there, &set), (true, Ok(())) | (false, Err(TelephonyError::Refused(_)))),
            "{set:?}"
        );
    }
}

async fn messages_are_sent_and_found_again<T: Messaging>(twilio: &T, given: &Given<'_>) {
    let Given { account, number, service_sid, clock } = given;
    let since = clock.now() - TimeDelta::minutes(1);
    let own = Sender::Address(number.to_string());
    let service = Sender::Service { sid: service_sid.clone(), from: Some(number.to_string()), send_at: None };
    let mut sids = Vec::new();
    for (from, body) in [(own, "first é😀"), (service, "second")] {
        let message = NewMessage {
            to: CUSTOMER.to_owned(),
            from,
            content: Content::Text { body: body.to_owned(), media_urls: Vec::new() },
            status_callback: None,
            validity: None,
        };
        let sent = twilio.send(account, &message).await.expect("sent");
        assert_eq!((sent.to.as_str(), sent.body.as_str(), &sent.fault), (CUSTOMER, body, &None));
        let known = twilio.message(account, &sent.sid).await.expect("an answer").expect("the message");
        assert_eq!((known.body.as_str(), known.created_at), (body, sent.created_at));
        sids.insert(0, sent.sid);
    }
    let found = async |to: &str, since| {
        let search = SentSearch { to: to.to_owned(), from: Some(number.to_string()), since };
        let found = twilio.sent(account, &search).await.expect("messages");
        found.into_iter().map(|message| message.sid).collect::<Vec<_>>()
    };
    assert_eq!(found(CUSTOMER, since).await, sids, "the latest first");
    assert_eq!(found("+15558675311", since).await, [""; 0], "another's");
    assert_eq!(found(CUSTOMER, clock.now() + TimeDelta::hours(1)).await, [""; 0], "nothing that new");
}

async fn calls_are_made_and_ended<T: CallControl>(twilio: &T, given: &Given<'_>) {
    let Given { account, number, .. } = given;
    let call = NewCall {
        to: CUSTOMER.to_owned(),
        from: number.to_string(),
        instructions: Instructions::url("https://crm.example/out"),
        progress: None,
        timeout: None,
        detect_machine: false,
        recording: None,
    };
    for cancelled in [true, false] {
        let started = twilio.start_call(account, &call).await.expect("a call");
        assert_eq!(
            (started.to.as_str(), started.status, started.duration),
            (CUSTOMER, CallStatus::Queued, None)
        );
        for _ in 0..2 {
            match cancelled {
                true => twilio.cancel(account, &started.sid).await.expect("cancelled"),
                false => twilio.complete(account, &started.sid).await.expect("completed"),
            }
        }
        let over = twilio.call(account, &started.sid).await.expect("an answer").expect("the call");
        assert!(over.status.is_over(), "{over:?}");
        assert_gone(twilio.redirect(account, &started.sid, &call.instructions).await);
    }
}

async fn a_conference_is_held_while_somebody_waits_alone<T: CallControl + Conferencing>(
    twilio: &T,
    given: &Given<'_>,
) {
    let Given { account, number, .. } = given;
    let participant = NewParticipant {
        to: CUSTOMER.to_owned(),
        from: number.to_string(),
        label: None,
        progress: None,
        timeout: None,
        beep: false,
        end_on_exit: false,
        muted: false,
        coach: None,
    };
    let held = async || twilio.conference(account, "desk").await.expect("an answer");
    for _ in 0..2 {
        let added = twilio.add_participant(account, "desk", &participant).await.expect("called");
        assert_eq!(held().await.as_ref(), Some(&added.conference_sid));
        let call = twilio.call(account, &added.call_sid).await.expect("an answer").expect("a call");
        assert_eq!(call.to, CUSTOMER, "whoever takes part is on a call");
        let nobody = nobodys("CA");
        assert_gone(
            twilio
                .change_participant(account, &added.conference_sid, &nobody, &ParticipantChange::Mute)
                .await,
        );
        twilio.end_conference(account, &added.conference_sid).await.expect("ended");
        assert_eq!(held().await, None);
    }
}

async fn what_is_not_there_is_gone<T>(twilio: &T, given: &Given<'_>)
where
    T: Messaging + CallControl + Conferencing + Recordings,
{
    let account = &given.account;
    assert_eq!(twilio.message(account, &nobodys("SM")).await.expect("an answer"), None);
    assert!(!twilio.redact(account, &nobodys("SM")).await.expect("an answer"));
    let media = twilio.media(account, &nobodys("MM"), &nobodys("ME"), 100).await;
    assert_eq!(media.expect("an answer"), Download::Missing);

    let call = nobodys("CA");
    assert_eq!(twilio.call(account, &call).await.expect("an answer"), None);
    twilio.cancel(account, &call).await.expect("over");
    twilio.complete(account, &call).await.expect("over");
    assert_gone(twilio.redirect(account, &call, &Instructions::url("https://crm.example/x")).await);

    let conference = nobodys("CF");
    assert_eq!(twilio.conference(account, "nobody's").await.expect("an answer"), None);
    twilio.end_conference(account, &conference).await.expect("over");
    twilio.remove_participant(account, &conference, &call).await.expect("out");
    assert_gone(twilio.change_participant(account, &conference, &call, &ParticipantChange::Mute).await);

    let recording = nobodys("RE");
    assert_eq!(twilio.recording(account, &recording).await.expect("an answer"), None);
    let audio = twilio.recording_audio(account, &recording, 100).await;
    assert_eq!(audio.expect("an answer"), Download::Missing);
    twilio.delete_recording(account, &recording).await.expect("away");
}

fn assert_gone(answer: Result<(), TelephonyError>) {
    assert!(matches!(&answer, Err(TelephonyError::Refused(refusal)) if refusal.is_gone()), "{answer:?}");
}
