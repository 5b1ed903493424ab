//! Webhooks about calls, rightly signed, with what Twilio would never send in them: nothing comes of it, and never a 500.

use switchboard_domain::calls::{Call, CallRecording, CallState};
use switchboard_domain::events::{CallId, OrgId};
use switchboard_domain::ports::Store;
use switchboard_domain::testing::fixtures::{self, Planted};

use crate::harness::World;
use crate::webhooks::{Params, call, signed};

const SCREENING: &str = "/api/twilio/webhook/screening";
const RECORDING: &str = "/api/twilio/webhook/recording";
const TRANSCRIPTION: &str = "/api/twilio/webhook/transcription";
const VOICEMAIL_REDIRECT: &str = "/api/twilio/webhook/voicemail-redirect";
const PHONE: &str = "phone=%2B16475550188";

/// Two organisations, for each a call that rings at its phones.
struct Scene {
    world: World,
    org: Planted,
    call: Call,
    other: Planted,
    others: Call,
}

impl Scene {
    async fn new() -> Self {
        let world = World::new();
        let (org, other) = (world.plant().await, world.plant().await);
        let [call, others] = [&org, &other].map(|org| Call {
            state: CallState::Forwarded,
            to: org.number.to_string(),
            ..fixtures::call(None)
        });
        for (org, call) in [(&org, &call), (&other, &others)] {
            let mut tx = world.store.begin(org.scope).await.expect("begin");
            tx.insert_call(call).await.expect("insert");
            tx.commit().await.expect("commit");
        }
        Self { world, org, call, other, others }
    }

    /// What Twilio tells of the call, with these parameters instead.
    fn told(&self, changes: &[(&str, &str)]) -> Params {
        let mut params = call(&self.org, self.call.sid.as_deref().expect("a SID"), "+16475550100");
        for (name, value) in changes {
            params.retain(|(known, _)| known != name);
            params.push(((*name).to_owned(), (*value).to_owned()));
        }
        params
    }

    /// The address of the call.
    fn ours(&self) -> String {
        format!("org={}&call={}", self.org.scope.org(), self.call.id)
    }

    /// All that is known in both organisations.
    async fn known(&self) -> String {
        let mut known = String::new();
        for (org, call) in [(&self.org, &self.call), (&self.other, &self.others)] {
            let mut tx = self.world.store.begin(org.scope).await.expect("begin");
            let kept = tx.call(call.id).await.expect("read");
            let recordings = tx.recordings_of(&[call.id]).await.expect("read");
            let notes = tx.timeline(call.id.into()).await.expect("read");
            let late = tx.call_by_sid("CA9").await.expect("read");
            let events = tx.events_after(0, 1000).await.expect("read").len();
            known.push_str(&format!("{kept:?} {recordings:?} {notes:?} {late:?} {events}\n"));
        }
        known
    }

    /// Sends it, and sees that it is answered as Twilio can stand, and that nothing came of it.
    async fn is_in_vain(&self, path: &str, params: &Params) {
        let before = self.known().await;
        let answer = signed(&self.world, &self.org, path, params).await;
        let path: String = path.chars().take(200).collect();
        let status = answer.status.as_u16();
        assert!([200, 204, 400, 403].contains(&status), "{path}: {status} {}", answer.text);
        if status == 200 {
            assert!(answer.text.contains("<Hangup/>"), "{path}: {}", answer.text);
            assert_eq!(answer.headers["content-type"], "text/xml", "{path}");
        }
        assert_eq!(self.known().await, before, "{path}");
    }
}

const PRESSED: &[(&str, &str)] = &[("Digits", "1")];
const RECORDED: &[(&str, &str)] =
    &[("RecordingSid", "RE1"), ("RecordingStatus", "completed"), ("RecordingDuration", "9")];
const WRITTEN_DOWN: &[(&str, &str)] =
    &[("RecordingSid", "RE1"), ("TranscriptionStatus", "completed"), ("TranscriptionText", "hello")];

#[tokio::test]
async fn an_address_that_is_not_the_calls_leads_to_no_call() {
    let scene = Scene::new().await;
    let (own, id) = (scene.org.scope.org(), scene.call.id);
    let (foreign, foreign_id) = (scene.other.scope.org(), scene.others.id);
    let long = "7".repeat(9_000);
    for query in [
        String::new(),
        "org=&call=".to_owned(),
        format!("org={own}"),
        format!("call={id}"),
        format!("org={foreign}&call={foreign_id}"),
        format!("org={foreign}&call={id}"),
        format!("org={foreign}&org={own}&call={id}"),
        format!("org={own}&call={foreign_id}"),
        format!("org={own}&call={}", CallId::generate()),
        format!("org={}&call={id}", OrgId::generate()),
        format!("org={own}&call={id}%00"),
        format!("org=%00&call={id}"),
        format!("org={own}&call=%FF"),
        format!("org={own}&call={long}"),
        format!("org={long}&call={id}"),
        format!("org={own}&call={id}'%20or%20true"),
        "org=../..&call=%3CDial%3E".to_owned(),
    ] {
        for (path, params) in [
            (format!("{SCREENING}?{query}&{PHONE}"), scene.told(&[])),
            (format!("{SCREENING}?{query}&{PHONE}"), scene.told(PRESSED)),
            (format!("{RECORDING}?{query}"), scene.told(RECORDED)),
            (format!("{RECORDING}?{query}&voicemail=1"), scene.told(RECORDED)),
            (format!("{TRANSCRIPTION}?{query}"), scene.told(WRITTEN_DOWN)),
        ] {
            scene.is_in_vain(&path, &params).await;
        }
    }
}

#[tokio::test]
async fn a_message_for_a_number_that_is_not_the_accounts_is_nobodys() {
    let scene = Scene::new().await;
    let others = scene.other.number.to_string().replace('+', "%2B");
    let long = format!("%2B{}", "1".repeat(9_000));
    for to in [&others, &long, "%2B14155550000", "%00", "%2B1415%00", "client:x", "%FF"] {
        let params = scene.told(&[RECORDED, &[("CallSid", "CA9")]].concat());
        scene.is_in_vain(&format!("{RECORDING}?to={to}&voicemail=1"), &params).await;
    }
}

#[tokio::test]
async fn what_twilio_never_tells_of_a_call_changes_nothing() {
    let scene = Scene::new().await;
    let (ours, long) = (scene.ours(), "1".repeat(18_000));
    let foreign_sid = scene.others.sid.clone().expect("a SID");
    for phone in ["", "phone=", "phone=%00", "phone=call+me", "phone=%2B1", &format!("phone={long}")] {
        scene.is_in_vain(&format!("{SCREENING}?{ours}&{phone}"), &scene.told(PRESSED)).await;
    }
    for digits in ["0", "11", "\0", "1\0", " ", "<Dial>", &long] {
        scene.is_in_vain(&format!("{SCREENING}?{ours}&{PHONE}"), &scene.told(&[("Digits", digits)])).await;
    }
    for sid in ["", "RE", "CA1", "RE1\0", "RE-1", &format!("RE{}", "0".repeat(33)), &format!("RE{long}")] {
        for (webhook, told) in [(RECORDING, RECORDED), (TRANSCRIPTION, WRITTEN_DOWN)] {
            let params = scene.told(&[told, &[("RecordingSid", sid)]].concat());
            scene.is_in_vain(&format!("{webhook}?{ours}&voicemail=1"), &params).await;
        }
    }
    for status in ["", "\0", "in-progress", "Completed", "absent\0", &long] {
        let params = scene.told(&[RECORDED, &[("RecordingStatus", status)]].concat());
        scene.is_in_vain(&format!("{RECORDING}?{ours}&voicemail=1"), &params).await;
        let params = scene.told(&[WRITTEN_DOWN, &[("TranscriptionStatus", status)]].concat());
        scene.is_in_vain(&format!("{TRANSCRIPTION}?{ours}"), &params).await;
    }
    for sid in ["", "CA", "CA9", "SM1", "CA1\0", &format!("CA{long}"), &foreign_sid] {
        scene.is_in_vain(VOICEMAIL_REDIRECT, &scene.told(&[("CallSid", sid)])).await;
    }
    for to in ["", "\0", "client:x", "+14155550000", scene.other.number.as_str(), &long] {
        let to = [("To", to), ("DialCallStatus", "completed")];
        scene.is_in_vain(VOICEMAIL_REDIRECT, &scene.told(&to)).await;
    }
}

#[tokio::test]
async fn a_message_that_was_written_down_with_u_0000_in_it_can_be_kept() {
    let scene = Scene::new().await;
    let params = scene.told(&[WRITTEN_DOWN, &[("TranscriptionText", "a\0b")]].concat());
    let path = format!("{TRANSCRIPTION}?{}", scene.ours());
    assert_eq!(signed(&scene.world, &scene.org, &path, &params).await.status.as_u16(), 204);
    let mut tx = scene.world.store.begin(scene.org.scope).await.expect("begin");
    let kept: Vec<CallRecording> = tx.recordings_of(&[scene.call.id]).await.expect("read");
    assert_eq!(kept[0].transcript.as_deref(), Some("a\u{fffd}b"));
}
