//! The promises of the ports to Twilio, as far as they hold for an account where nothing is on the line.

mod calls;
mod messaging;
mod strangers;

use crate::phone::PhoneNumber;
use crate::ports::{
    ApplicationWebhooks, CallControl, Clock, Conferencing, Credentials, Download, Instructions, Messaging,
    NumberWebhooks, ParticipantChange, Provisioning, Recordings, ServiceWebhooks, TelephonyError, Webhook,
};

/// What the account has.
pub struct Given<'a> {
    /// The account, which opens to these credentials alone.
    pub account: Credentials,
    /// Another account.
    pub stranger: Credentials,
    /// The account's only number.
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
    messaging::messages_are_sent_and_found_again(twilio, given).await;
    messaging::a_text_is_called_back_before_its_time(twilio, given).await;
    calls::calls_are_made_and_ended(twilio, given).await;
    calls::a_conference_is_held_while_somebody_waits_alone(twilio, given).await;
    what_is_not_there_is_gone(twilio, given).await;
    strangers::another_account_reaches_nothing(twilio, given).await;
    a_wrong_password_opens_nothing(twilio, given).await;
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

async fn what_is_not_there_is_gone<T>(twilio: &T, given: &Given<'_>)
where
    T: Messaging + CallControl + Conferencing + Recordings,
{
    let account = &given.account;
    assert_eq!(twilio.message(account, &nobodys("SM")).await.expect("an answer"), None);
    assert!(!twilio.redact(account, &nobodys("SM")).await.expect("an answer"));
    assert!(!twilio.cancel_scheduled(account, &nobodys("SM")).await.expect("an answer"));
    let media = twilio.media(account, &nobodys("MM"), &nobodys("ME"), 100).await;
    assert_eq!(media.expect("an answer"), Download::Missing);

    let call = nobodys("CA");
    assert_eq!(twilio.call(account, &call).await.expect("an answer"), None);
    assert!(twilio.cancel(account, &call).await.expect("over"));
    twilio.complete(account, &call).await.expect("over");
    assert_gone(twilio.redirect(account, &call, &Instructions::url("https://crm.example/x")).await);

    let conference = nobodys("CF");
    assert_eq!(twilio.conference(account, "nobody's").await.expect("an answer"), None);
    twilio.end_conference(account, &conference).await.expect("over");
    twilio.remove_participant(account, &conference, &call).await.expect("out");
    assert_eq!(twilio.participants(account, &conference).await.expect("nobody"), []);
    assert_gone(twilio.change_participant(account, &conference, &call, &ParticipantChange::Mute).await);

    let recording = nobodys("RE");
    assert_eq!(twilio.recording(account, &recording).await.expect("an answer"), None);
    assert_eq!(twilio.recordings_of_call(account, &call).await.expect("none"), []);
    assert_eq!(twilio.recordings_of_conference(account, &conference).await.expect("none"), []);
    let audio = twilio.recording_audio(account, &recording, 100).await;
    assert_eq!(audio.expect("an answer"), Download::Missing);
    twilio.delete_recording(account, &recording).await.expect("away");
}

async fn a_wrong_password_opens_nothing<T: Provisioning + CallControl>(twilio: &T, given: &Given<'_>) {
    let wrong = Credentials { password: "wrong".into(), ..given.account.clone() };
    let numbers = twilio.numbers(&wrong, None).await.map(drop);
    let call = twilio.call(&wrong, &nobodys("CA")).await.map(drop);
    for answer in [numbers, call] {
        let Err(TelephonyError::Refused(refusal)) = answer else { panic!("{answer:?}") };
        assert_eq!((refusal.status, refusal.code), (401, Some(20003)));
    }
}

fn assert_gone(answer: Result<(), TelephonyError>) {
    assert!(matches!(&answer, Err(TelephonyError::Refused(refusal)) if refusal.is_gone()), "{answer:?}");
}
