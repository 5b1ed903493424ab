//! What a desk does with the conference of a call: callers come out of the queue, go back to it or to a phone, and
//! somebody listens, whispers, joins in.

use super::stage::{ACCOUNT, NUMBER, Stage, at, param};
use super::tokens::{claims, mint};
use serde_json::json;
use std::time::Duration;
use switchboard_twilio_simulator::world::{
    CallUpdate, DeviceEvent, Instructions, NewParticipant, ParticipantUpdate,
};

const ENQUEUE: &str = "<Enqueue waitUrl=\"https://app.example/wait\" action=\"https://app.example/queue-result\">desk</Enqueue>";

fn room(label: &str, attributes: &str) -> String {
    format!(
        "<Dial action=\"https://app.example/left\"><Conference participantLabel=\"{label}\" {attributes} beep=\"false\" \
         jitterBufferSize=\"small\" waitUrl=\"\" statusCallback=\"https://app.example/conf\" \
         statusCallbackEvent=\"start end join leave mute hold modify\" record=\"record-from-start\" \
         recordingStatusCallback=\"https://app.example/rec\" recordingStatusCallbackEvent=\"completed absent\">room</Conference></Dial>"
    )
}

/// A caller out of the queue, and the agent's browser.
struct Desk {
    stage: Stage,
    caller: String,
    agent: String,
    conference: String,
}

impl Desk {
    fn talking(agent: &str) -> Self {
        let mut stage = Stage::new();
        stage.answer("voice", &[ENQUEUE]);
        stage.answer("wait", &["<Say>Please hold the line</Say><Play>https://app.example/ring.wav</Play>"]);
        stage.answer("app", &[&room("agent", agent)]);
        let caller = stage.call();
        stage.advance(5.0);
        let anna = register(&mut stage, "anna");
        let agent = stage.world.connect_device(&anna, Vec::new()).expect("an application");
        stage.settle();
        let mut desk = Self { stage, caller, agent, conference: String::new() };
        desk.redirect_caller(&room("customer", ""));
        desk.conference = desk.stage.world.conferences.iter().next().expect("a conference").sid.clone();
        desk.stage.advance(5.0);
        desk
    }

    fn redirect_caller(&mut self, verbs: &str) {
        let twiml = Instructions::Twiml(format!("<Response>{verbs}</Response>"));
        self.stage.world.update_call(ACCOUNT, &self.caller, CallUpdate::Go(twiml)).expect("in progress");
        self.stage.settle();
    }

    fn update(&mut self, who: &str, update: ParticipantUpdate) {
        self.stage.world.update_participant(ACCOUNT, &self.conference, who, update).expect("they are there");
        self.stage.settle();
    }

    fn add(&mut self, to: &str, label: &str, coaches: Option<&str>) -> String {
        let new = NewParticipant {
            from: NUMBER.into(),
            to: to.into(),
            label: Some(label.into()),
            muted: false,
            start_on_enter: true,
            end_on_exit: false,
            call_sid_to_coach: coaches.map(str::to_owned),
            wait: None,
            timeout: Duration::from_secs(20),
            status_callback: None,
            conference_status_callback: None,
            conference_record: None,
            record: None,
        };
        let added = self.stage.world.create_participant(ACCOUNT, &self.conference, new).expect("a call");
        self.stage.advance(1.5);
        added.1
    }

    /// Whom each of these hears.
    fn voices<const N: usize>(&self, calls: [&str; N]) -> [Vec<String>; N] {
        calls.map(|call| self.stage.world.voices_at(call))
    }

    /// The last callback of a participant's leaving: who, and why.
    fn last_leaving(&self) -> [&str; 3] {
        let told = self.stage.requests("conf").into_iter();
        let mut left = told.filter(|it| param(it, "StatusCallbackEvent") == Some("participant-leave"));
        let left = left.next_back().expect("somebody left");
        ["CallSid", "ReasonParticipantLeft", "ParticipantCallStatus"]
            .map(|name| param(left, name).unwrap_or("-"))
    }
}

fn register(stage: &mut Stage, identity: &str) -> String {
    let mut claims = claims(stage.now());
    claims["grants"]["identity"] = json!(identity);
    stage.world.register(&mint(&claims)).expect("a token")
}

#[test]
fn somebody_who_waits_hears_the_wait_document_and_then_the_agent() {
    let mut stage = Stage::new();
    stage.answer("voice", &[ENQUEUE]);
    stage.answer("wait", &["<Say>Please hold the line</Say><Play>https://app.example/ring.wav</Play>"]);
    let caller = stage.call();
    assert_eq!(stage.world.queue_with(&caller).map(|queue| queue.friendly_name.as_str()), Some("desk"));
    assert_eq!(stage.world.sound_at(&caller).as_deref(), Some("Please hold the line"));
    stage.advance(3.0);
    assert_eq!(stage.world.sound_at(&caller).as_deref(), Some("https://app.example/ring.wav"));
    let Desk { stage, caller, agent, .. } = Desk::talking("");
    assert!(stage.world.queue_with(&caller).is_none());
    let conference = stage.world.conference_with(&caller);
    assert_eq!(conference.map(|it| it.friendly_name.as_str()), Some("room"));
    assert_eq!(stage.world.sound_at(&caller), None);
    assert_eq!(stage.world.voices_at(&caller), [agent.as_str()]);
    assert_eq!(stage.world.voices_at(&agent), [caller.as_str()]);
}

#[test]
fn who_is_on_hold_hears_music_and_nobody_hears_them() {
    let mut desk = Desk::talking("");
    desk.stage.answer("hold", &["<Play loop=\"0\">https://app.example/hold.wav</Play>"]);
    let [caller, agent] = [desk.caller.clone(), desk.agent.clone()];
    for (hold_url, heard) in [(None, "music"), (Some(at("hold")), "https://app.example/hold.wav")] {
        desk.update("customer", ParticipantUpdate { hold: Some(true), hold_url, ..Default::default() });
        assert_eq!(desk.stage.world.sound_at(&caller).as_deref(), Some(heard));
        assert_eq!(desk.voices([&caller, &agent]), [vec![], Vec::<String>::new()]);
        desk.update("customer", ParticipantUpdate { hold: Some(false), ..Default::default() });
        assert_eq!(desk.stage.world.sound_at(&caller), None);
        assert_eq!(desk.voices([&caller, &agent]), [vec![agent.clone()], vec![caller.clone()]]);
    }
}

#[test]
fn a_supervisor_listens_whispers_and_joins_in() {
    let mut desk = Desk::talking("");
    let [caller, agent] = [desk.caller.clone(), desk.agent.clone()];
    let supervisor = desk.add("+15550100009", "supervisor", Some(&agent));
    desk.stage.advance(3.0);
    let [a, c, s] = [&agent, &caller, &supervisor];
    let calls = [a.as_str(), c.as_str(), s.as_str()];
    let heard = |by_agent: &[&String], by_caller: &[&String]| {
        [by_agent, by_caller, &[a, c]].map(|heard| heard.iter().map(|it| (*it).clone()).collect::<Vec<_>>())
    };
    assert_eq!(desk.voices(calls), heard(&[c, s], &[a]), "only the agent hears the whisper");
    desk.update("supervisor", ParticipantUpdate { muted: Some(true), ..Default::default() });
    assert_eq!(desk.voices(calls), heard(&[c], &[a]), "nobody hears who listens");
    let joins = ParticipantUpdate { muted: Some(false), coaching: Some(false), ..Default::default() };
    desk.update("supervisor", joins);
    assert_eq!(desk.voices(calls), heard(&[c, s], &[a, s]), "all hear all");
    let nobody = ParticipantUpdate {
        coaching: Some(true),
        call_sid_to_coach: Some("CA00000000000000000000000000000009".into()),
        ..Default::default()
    };
    let refused = desk.stage.world.update_participant(ACCOUNT, &desk.conference, "supervisor", nobody);
    assert_eq!(refused.map_err(|refusal| refusal.code), Err(13240));
}

#[test]
fn nobody_coaches_whoever_is_not_there() {
    for coached in ["CA00000000000000000000000000000009", "agent"] {
        let mut stage = Stage::new();
        stage.answer("voice", &[&room("supervisor", &format!("coach=\"{coached}\""))]);
        stage.call();
        assert_eq!((stage.values("left", "DialCallStatus"), stage.alerts()), (vec!["failed"], vec![13240]));
        assert_eq!(stage.world.conferences.len(), 0);
    }
}

#[test]
fn a_caller_goes_back_to_the_queue_from_a_conference() {
    let mut desk = Desk::talking("");
    desk.redirect_caller(ENQUEUE);
    assert_eq!(desk.last_leaving(), [&*desk.caller, "participant_updated_via_api", "in-progress"]);
    assert!(desk.stage.requests("left").is_empty(), "it goes on elsewhere");
    let waits = desk.stage.requests("wait").len();
    desk.stage.advance(7.0);
    assert_eq!(desk.stage.values("wait", "QueueTime")[waits - 1..], ["0", "6"], "it waits anew");
    assert_eq!(desk.stage.values("queue-result", "QueueResult"), ["redirected"]);
    // The agent who sent them away is alone, and may leave or stay.
    assert_eq!(desk.stage.status(&desk.agent), "in-progress");
    desk.stage.world.hang_up(&desk.agent.clone());
    desk.stage.settle();
    assert_eq!(desk.last_leaving(), [&*desk.agent, "participant_hung_up", "completed"]);
    assert_eq!(desk.stage.last("conf", "ReasonConferenceEnded"), "last-participant-left");
    assert_eq!(desk.stage.last("conf", "ParticipantLabelEndingConference"), "agent");
    desk.redirect_caller(&room("customer", ""));
    assert_eq!(desk.stage.values("queue-result", "QueueTime"), ["5", "7"]);
    assert_eq!(desk.stage.world.conferences.len(), 2, "a new conference has the old name");
}

#[test]
fn a_caller_goes_to_a_phone_from_a_conference() {
    let mut desk = Desk::talking("endConferenceOnExit=\"true\"");
    let dial = format!(
        "<Dial action=\"https://app.example/dial-done\" callerId=\"{NUMBER}\"><Number>+15550100009</Number></Dial>"
    );
    desk.redirect_caller(&dial);
    desk.stage.world.hang_up(&desk.agent.clone());
    desk.stage.advance(4.0);
    let leg = desk.stage.dialled(&desk.caller).remove(0);
    assert_eq!(desk.stage.world.voices_at(&desk.caller), [leg.as_str()]);
    assert_eq!(desk.stage.found(&leg).from, NUMBER);
    desk.stage.world.hang_up(&leg);
    desk.stage.settle();
    assert_eq!(desk.stage.values("dial-done", "DialCallStatus"), ["completed"]);
    assert_eq!(desk.stage.values("number-status", "CallStatus"), ["completed"]);
}

#[test]
fn a_colleagues_browser_is_called_into_the_conference_and_accepts_or_rejects() {
    for accepts in [true, false] {
        let mut desk = Desk::talking("");
        let ben = register(&mut desk.stage, "ben");
        let added = desk.add("client:ben", "colleague", None);
        let events = desk.stage.world.device_events(&ben, 0).expect("a device");
        assert!(matches!(&events[..], [(_, DeviceEvent::Incoming { call_sid, .. })] if *call_sid == added));
        let answer = if accepts {
            desk.stage.world.accept(&ben, &added)
        } else {
            desk.stage.world.reject(&ben, &added)
        };
        answer.expect("it rings");
        desk.stage.settle();
        if accepts {
            assert_eq!(desk.stage.world.voices_at(&added).len(), 2);
            desk.stage.world.remove_participant(ACCOUNT, &desk.conference, "agent").expect("by the label");
            desk.stage.settle();
            assert_eq!(desk.last_leaving(), [&*desk.agent, "participant_updated_via_api", "in-progress"]);
            assert_eq!(desk.stage.world.voices_at(&added), [desk.caller.as_str()], "a warm transfer");
        } else {
            assert_eq!(desk.last_leaving(), [&*added, "participant_add_failed", "busy"]);
            assert_eq!(desk.stage.world.voices_at(&desk.agent), [desk.caller.as_str()]);
        }
    }
}

#[test]
fn whoever_ends_a_conference_ends_it_for_all_and_the_callbacks_say_why() {
    type End = fn(&mut Desk);
    let table: [(End, &str, &str, &str); 4] = [
        (
            |desk| desk.stage.world.hang_up(&desk.agent.clone()),
            "participant-with-end-conference-on-exit-left",
            "moderator_ended_conference",
            "agent",
        ),
        (
            |desk| {
                let kicked = desk.stage.world.remove_participant(ACCOUNT, &desk.conference, "agent");
                kicked.expect("they are there");
            },
            "participant-with-end-conference-on-exit-kicked",
            "moderator_ended_conference",
            "agent",
        ),
        (
            |desk| {
                desk.stage.world.end_conference(ACCOUNT, &desk.conference).expect("it is there");
            },
            "conference-ended-via-api",
            "conference_ended_via_api",
            "-",
        ),
        (
            |desk| {
                desk.update("agent", ParticipantUpdate { end_on_exit: Some(false), ..Default::default() });
                desk.stage.world.hang_up(&desk.agent.clone());
                desk.stage.settle();
                let kicked = desk.stage.world.remove_participant(ACCOUNT, &desk.conference, "customer");
                kicked.expect("they are there");
            },
            "last-participant-kicked",
            "participant_updated_via_api",
            "customer",
        ),
    ];
    for (end, ended, left, label) in table {
        let mut desk = Desk::talking("endConferenceOnExit=\"true\"");
        end(&mut desk);
        desk.stage.advance(2.0);
        assert_eq!(desk.stage.last("conf", "ReasonConferenceEnded"), ended);
        assert_eq!(desk.stage.last("conf", "ParticipantLabelEndingConference"), label, "{ended}");
        let [who, why, _] = desk.last_leaving();
        assert_eq!((who, why), (&*desk.caller, left), "{ended}");
        assert_eq!(desk.stage.values("rec", "RecordingStatus"), ["completed"]);
        assert_eq!(desk.stage.values("rec", "ConferenceSid"), [&*desk.conference]);
        assert_eq!(desk.stage.values("rec", "CallSid"), ["-"]);
    }
}

#[test]
fn a_browser_that_dies_leaves_its_call_to_be_noticed_after_a_while() {
    let mut desk = Desk::talking("endConferenceOnExit=\"true\"");
    let anna = desk.stage.world.devices.iter().next().expect("a browser").id.clone();
    desk.stage.world.lose_device(&anna);
    desk.stage.advance(4.0);
    assert_eq!(desk.stage.status(&desk.agent), "in-progress", "Twilio has not noticed");
    desk.stage.advance(2.0);
    assert_eq!((desk.stage.status(&desk.agent), desk.stage.status(&desk.caller)), ("completed", "completed"));
    assert_eq!(desk.stage.values("app-status", "CallStatus"), ["completed"]);
    let called = desk.stage.create_call("client:anna");
    desk.stage.advance(1.0);
    assert_eq!(desk.stage.status(&called), "no-answer", "nobody is there any more");
}

#[test]
fn what_a_browser_says_of_its_call_reaches_the_first_request_alone() {
    let mut stage = Stage::new();
    let anna = register(&mut stage, "anna");
    stage.answer("app", &["<Pause/><Redirect>later?participant=agent</Redirect>"]);
    stage.answer("later", &["<Say>You are not expected</Say><Hangup/>"]);
    let said = vec![("participant".to_owned(), "agent".to_owned())];
    let call = stage.world.connect_device(&anna, said).expect("an application");
    stage.settle();
    assert_eq!((stage.status(&call), stage.values("app", "participant")), ("ringing", vec!["agent"]));
    stage.advance(1.0);
    assert_eq!(stage.values("later", "participant"), ["-"], "only its address says so");
    assert!(stage.requests("later")[0].endpoint.url.ends_with("later?participant=agent"));
    assert_eq!(stage.values("later", "From"), ["client:anna"]);
    assert_eq!(stage.world.sound_at(&call).as_deref(), Some("You are not expected"));
    stage.advance(2.0);
    assert_eq!(stage.status(&call), "completed");
}
