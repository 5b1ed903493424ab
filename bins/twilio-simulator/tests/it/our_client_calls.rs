//! Our REST client against the simulator, with somebody on the line.

use crate::api::Api;
use crate::receiver::{ACCOUNT, CUSTOMER, KEY, NUMBER, SECRET, STRANGER, STRANGERS_TOKEN};
use chrono::TimeDelta;
use std::time::Duration;
use switchboard_domain::events::OrgId;
use switchboard_domain::ports::{
    CallControl, CallDirection, CallSearch, CallStatus, ConferenceCallback, ConferenceEvent, Conferencing,
    Credentials, Download, InlineTwiml, Instructions, NewCall, NewParticipant, Participant,
    ParticipantChange, ParticipantStatus, Price, RecordingCallback, RecordingEvent, RecordingOrder,
    RecordingStatus, Recordings, TelephonyError, TwilioCall,
};
use switchboard_twilio::rest::{BaseUrl, RestClient, RestConfig};
use switchboard_twilio_simulator::faults::{Fault, Setting};

/// Rings until somebody picks up.
const PATIENT: &str = "+15558670005";

/// Our client, and a Twilio whose time stands still.
struct Line {
    api: Api,
    client: RestClient,
    account: Credentials,
}

impl Line {
    async fn open() -> Self {
        let api = Api::start().await;
        let base = BaseUrl::parse(&api.base).expect("this machine");
        let client = RestClient::new(RestConfig::at(base)).expect("a client");
        Self { api, client, account: opens(ACCOUNT, KEY, SECRET) }
    }

    fn strike_once(&self, fault: Fault) {
        let setting = Setting { next: Some(1), ..Setting::default() };
        self.api.simulator.faults().set(fault, None, setting).expect("a fine setting");
    }

    async fn pass(&self, seconds: u64) {
        self.api.simulator.advance(Duration::from_secs(seconds)).await;
    }

    async fn start(&self, to: &str) -> TwilioCall {
        self.client.start_call(&self.account, &call(to)).await.expect("a call")
    }

    /// A call that somebody has answered.
    async fn answered(&self) -> String {
        let sid = self.start(PATIENT).await.sid;
        self.pass(10).await;
        self.api.simulator.act(|world| world.pick_up(&sid));
        sid
    }

    async fn call(&self, sid: &str) -> TwilioCall {
        self.client.call(&self.account, sid).await.expect("an answer").expect("the call")
    }

    /// Calls somebody into the conference, who has not answered yet.
    async fn invite(&self, participant: &NewParticipant) -> Participant {
        self.client.add_participant(&self.account, "desk", participant).await.expect("called")
    }

    async fn participants(&self, conference: &str) -> Vec<Participant> {
        self.client.participants(&self.account, conference).await.expect("participants")
    }

    /// What the receiver was told at `target`, by this parameter.
    fn told(&self, target: &str, parameter: &str) -> Vec<String> {
        let received = self.api.receiver.received().into_iter().filter(|it| it.target == target);
        received.map(|it| it.param(parameter).to_owned()).collect()
    }
}

fn opens(account_sid: &str, username: &str, password: &str) -> Credentials {
    Credentials {
        org: OrgId::generate(),
        account_sid: account_sid.into(),
        username: username.into(),
        password: password.into(),
    }
}

fn call(to: &str) -> NewCall {
    let document = InlineTwiml::new("<Response><Pause length=\"600\"/></Response>").expect("short");
    NewCall {
        to: to.into(),
        from: NUMBER.into(),
        instructions: Instructions::Inline(document),
        progress: None,
        timeout: None,
        detect_machine: false,
        recording: None,
    }
}

fn guest(label: &str) -> NewParticipant {
    NewParticipant {
        to: PATIENT.into(),
        from: NUMBER.into(),
        label: Some(label.into()),
        progress: None,
        timeout: None,
        beep: false,
        end_on_exit: false,
        muted: false,
        coach: None,
        conference: None,
        recording: None,
    }
}

#[tokio::test]
async fn a_call_tells_when_it_was_and_what_it_cost() {
    let line = Line::open().await;
    let sid = line.answered().await;
    let live = line.call(&sid).await;
    let answered_at = line.api.simulator.now();
    assert_eq!((live.status, live.direction), (CallStatus::InProgress, CallDirection::OutboundApi));
    assert_eq!((live.started_at, live.ended_at, live.price), (Some(answered_at), None, None));
    line.pass(61).await;
    line.client.complete(&line.account, &sid).await.expect("ended");
    let over = line.call(&sid).await;
    assert_eq!((over.status, over.duration), (CallStatus::Completed, Some(Duration::from_secs(61))));
    let ended_at = answered_at + TimeDelta::seconds(61);
    assert_eq!((over.started_at, over.ended_at), (Some(answered_at), Some(ended_at)));
    assert_eq!(over.price, Price::new("-0.02800", "USD"));
}

#[tokio::test]
async fn who_cancels_learns_that_somebody_answered_meanwhile() {
    let line = Line::open().await;
    let ringing = line.start(PATIENT).await.sid;
    line.pass(10).await;
    assert_eq!(line.call(&ringing).await.status, CallStatus::Ringing);
    for _ in 0..2 {
        assert!(line.client.cancel(&line.account, &ringing).await.expect("stopped"));
    }
    assert_eq!(line.call(&ringing).await.status, CallStatus::Canceled);

    let answered = line.answered().await;
    assert!(!line.client.cancel(&line.account, &answered).await.expect("an answer"));
    assert_eq!(line.call(&answered).await.status, CallStatus::InProgress);
    line.client.complete(&line.account, &answered).await.expect("ended");
    assert!(line.client.cancel(&line.account, &answered).await.expect("over"));
}

#[tokio::test]
async fn what_was_made_without_an_answer_is_found() {
    for fault in [Fault::CreateThen500, Fault::CreateThenCut] {
        let line = Line::open().await;
        let since = line.api.simulator.now() - TimeDelta::minutes(1);
        line.strike_once(fault);
        let unknown = line.client.start_call(&line.account, &call(CUSTOMER)).await;
        assert!(matches!(unknown, Err(TelephonyError::Unknown(_))), "{fault:?}: {unknown:?}");
        let search = CallSearch { to: CUSTOMER.into(), from: Some(NUMBER.into()), since };
        let found = line.client.calls(&line.account, &search).await.expect("calls");
        assert_eq!(found.len(), 1, "{fault:?}");

        line.strike_once(fault);
        let unknown = line.client.add_participant(&line.account, "desk", &guest("agent")).await;
        assert!(matches!(unknown, Err(TelephonyError::Unknown(_))), "{fault:?}: {unknown:?}");
        let conference = line.client.conference(&line.account, "desk").await.expect("an answer");
        let found = line.participants(&conference.expect("it is held")).await;
        let labels: Vec<_> = found.iter().map(|it| it.label.as_deref()).collect();
        assert_eq!(labels, [Some("agent")], "{fault:?}");
    }
}

#[tokio::test]
async fn ending_and_asking_come_through_when_twilio_is_down_or_busy_for_a_moment() {
    for fault in [Fault::RestDown, Fault::RateLimit] {
        let line = Line::open().await;
        let sid = line.answered().await;
        line.strike_once(fault);
        line.client.complete(&line.account, &sid).await.expect("ended");
        assert_eq!(line.call(&sid).await.status, CallStatus::Completed, "{fault:?}");
        let sid = line.start(PATIENT).await.sid;
        line.strike_once(fault);
        assert!(line.client.cancel(&line.account, &sid).await.expect("stopped"), "{fault:?}");
        let added = line.invite(&guest("agent")).await;
        line.strike_once(fault);
        assert_eq!(line.participants(&added.conference_sid).await.len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_conference_is_told_recorded_and_turned_as_its_first_guest_says() {
    let line = Line::open().await;
    let told = |path: &str| ConferenceCallback {
        url: line.api.receiver.url(path),
        events: vec![ConferenceEvent::Join, ConferenceEvent::Hold, ConferenceEvent::End],
    };
    let recording = RecordingCallback {
        url: line.api.receiver.url("/rec"),
        events: vec![RecordingEvent::InProgress, RecordingEvent::Completed],
    };
    let first = guest("customer");
    let first = NewParticipant { conference: Some(told("/conf")), recording: Some(recording), ..first };
    let customer = line.invite(&first).await;
    let agent = line.invite(&NewParticipant { conference: Some(told("/late")), ..guest("agent") }).await;
    let conference = customer.conference_sid.clone();
    line.pass(10).await;
    let ringing = line.participants(&conference).await;
    assert!(ringing.iter().all(|it| it.status == ParticipantStatus::Ringing), "{ringing:?}");
    for sid in [&customer.call_sid, &agent.call_sid] {
        line.api.simulator.act(|world| world.pick_up(sid));
    }
    line.pass(5).await;
    let hold = ParticipantChange::Hold { url: None };
    let coach = ParticipantChange::Coach { call_sid: customer.call_sid.clone() };
    for (who, change) in [("customer", hold), ("agent", coach), ("agent", ParticipantChange::Mute)] {
        line.client.change_participant(&line.account, &conference, who, &change).await.expect("changed");
    }
    let mut listed = line.participants(&conference).await;
    listed.sort_by_key(|it| it.label.clone());
    let connected = ParticipantStatus::Connected;
    let (coached, call_sid) = (Some(customer.call_sid.clone()), agent.call_sid.clone());
    let agent = Participant { status: connected.clone(), muted: true, coach: coached, call_sid, ..agent };
    let customer = Participant { status: connected, on_hold: true, ..customer };
    assert_eq!(listed, [agent, customer]);

    line.client.end_conference(&line.account, &conference).await.expect("ended");
    line.pass(30).await;
    let events = ["participant-join", "participant-join", "participant-hold", "conference-end"];
    assert_eq!(line.told("/conf", "StatusCallbackEvent"), events);
    assert_eq!(line.told("/late", "StatusCallbackEvent"), [""; 0]);
    assert_eq!(line.told("/rec", "RecordingStatus"), ["in-progress", "completed"]);
    let recordings = line.client.recordings_of_conference(&line.account, &conference).await;
    let [recording] = &recordings.expect("recordings")[..] else { panic!("one recording") };
    assert_eq!(
        (&recording.status, recording.duration),
        (&RecordingStatus::Completed, Some(Duration::from_secs(5)))
    );
    assert_eq!(recording.conference_sid, Some(conference));
}

#[tokio::test]
async fn recordings_of_a_call_are_its_accounts_alone() {
    let line = Line::open().await;
    let sid = line.answered().await;
    let events = vec![RecordingEvent::Completed];
    let callback = RecordingCallback { url: line.api.receiver.url("/rec"), events };
    let order = RecordingOrder { callback, channels: None };
    let first = line.client.start_recording(&line.account, &sid, &order).await.expect("a recording");
    let second = line.client.start_recording(&line.account, &sid, &order).await.expect("another");
    line.pass(9).await;
    line.client.complete(&line.account, &sid).await.expect("ended");
    line.pass(30).await;
    let of_call = async |account: &Credentials| {
        let recordings = line.client.recordings_of_call(account, &sid).await.expect("recordings");
        recordings.into_iter().map(|recording| recording.sid).collect::<Vec<_>>()
    };
    assert_eq!(of_call(&line.account).await, [second.sid, first.sid.clone()]);

    let stranger = opens(STRANGER, STRANGER, STRANGERS_TOKEN);
    assert_eq!(of_call(&stranger).await, [""; 0]);
    assert_eq!(line.client.recording(&stranger, &first.sid).await.expect("an answer"), None);
    let audio = line.client.recording_audio(&stranger, &first.sid, 1 << 20).await.expect("an answer");
    assert_eq!(audio, Download::Missing);
    line.client.delete_recording(&stranger, &first.sid).await.expect("away");
    assert!(line.client.recording(&line.account, &first.sid).await.expect("an answer").is_some());
}
