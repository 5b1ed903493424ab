use super::stage::{ACCOUNT, NUMBER, Stage, at, param};
use std::time::Duration;
use switchboard_twilio_simulator::world::{
    CallEvent, NewParticipant, ParticipantUpdate, Purpose, StatusCallback,
};

/// A `<Dial><Conference>` that tells everything.
fn into_room(label: &str, attributes: &str) -> String {
    format!(
        "<Dial action=\"done-{label}\"><Conference participantLabel=\"{label}\" {attributes} statusCallback=\"conf\" \
         statusCallbackEvent=\"start end join leave mute hold modify\">room</Conference></Dial>"
    )
}

fn new_participant(to: &str) -> NewParticipant {
    NewParticipant {
        from: NUMBER.into(),
        to: to.into(),
        label: Some("invited".into()),
        muted: false,
        start_on_enter: true,
        end_on_exit: false,
        call_sid_to_coach: None,
        wait: None,
        timeout: Duration::from_secs(20),
        status_callback: Some(StatusCallback { endpoint: at("invited"), events: vec![CallEvent::Completed] }),
        conference_status_callback: None,
        conference_record: None,
        record: None,
    }
}

/// Two calls in one conference.
fn two_in_a_room(first: &str, second: &str) -> (Stage, String, String, String) {
    let mut stage = Stage::new();
    stage.answer("voice", &[&into_room("a", first), &into_room("b", second)]);
    let (a, b) = (stage.call(), stage.call());
    let conference = stage.world.conferences.iter().next().expect("a conference").sid.clone();
    (stage, a, b, conference)
}

#[test]
fn a_conference_starts_with_its_second_participant_and_ends_with_its_last() {
    let (mut stage, a, b, conference) = two_in_a_room("waitUrl=\"wait\"", "");
    assert_eq!(stage.count("wait", Purpose::Wait), 1, "only who came first waits");
    stage.advance(5.0);
    stage.world.hang_up(&a);
    stage.advance(1.0);
    assert_eq!(stage.world.conferences.get(&conference).map(|it| it.status.as_str()), Some("in-progress"));
    stage.world.hang_up(&b);
    stage.settle();
    let events = [
        "participant-join",
        "conference-start",
        "participant-join",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ];
    assert_eq!(stage.values("conf", "StatusCallbackEvent"), events);
    assert_eq!(stage.values("conf", "SequenceNumber"), ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(stage.values("conf", "CallSid"), [&*a, "-", &*b, &*a, &*b, "-"]);
    assert_eq!(stage.values("conf", "ParticipantLabel"), ["a", "-", "b", "a", "b", "-"]);
    assert_eq!(stage.values("conf", "ConferenceSid"), [conference.as_str(); 6]);
    assert_eq!(stage.last("conf", "ReasonConferenceEnded"), "last-participant-left");
    assert_eq!(stage.last("conf", "CallSidEndingConference"), b);
    assert_eq!(stage.last("conf", "FriendlyName"), "room");
    assert_eq!(
        (stage.values("done-a", "DialCallStatus"), stage.values("done-b", "DialCallStatus")),
        (vec!["answered"], vec!["answered"])
    );
    assert_eq!(
        (stage.values("done-a", "DialCallSid"), stage.values("done-a", "DialCallDuration")),
        (vec!["-"], vec!["-"])
    );
    let again = stage.call();
    let conferences: Vec<_> = stage.world.conferences.iter().map(|it| it.participants.len()).collect();
    assert_eq!((conferences, stage.status(&again)), (vec![0, 1], "in-progress"), "the name is free again");
}

#[test]
fn who_may_not_start_a_conference_waits_for_who_may() {
    let mut stage = Stage::new();
    let waiting = "startConferenceOnEnter=\"false\" waitUrl=\"wait\"";
    stage.answer("voice", &[&into_room("a", waiting), &into_room("b", waiting), &into_room("c", "")]);
    stage.answer("wait", &["<Play>music</Play>"]);
    stage.call();
    stage.call();
    stage.advance(30.0);
    assert_eq!(stage.requests("wait").len(), 2, "once for each: it is not repeated");
    assert!(!stage.values("conf", "StatusCallbackEvent").contains(&"conference-start"));
    stage.call();
    assert!(stage.values("conf", "StatusCallbackEvent").contains(&"conference-start"));
}

#[test]
fn with_who_ends_it_on_leaving_the_conference_ends_for_all() {
    let (mut stage, a, b, conference) = two_in_a_room("endConferenceOnExit=\"true\"", "");
    stage.answer("done-b", &["<Pause length=\"5\"/>"]);
    stage.world.hang_up(&a);
    stage.settle();
    let events = stage.values("conf", "StatusCallbackEvent");
    assert_eq!(events[3..], ["participant-leave", "participant-leave", "conference-end"]);
    assert_eq!(stage.last("conf", "ReasonConferenceEnded"), "participant-with-end-conference-on-exit-left");
    assert_eq!((stage.status(&b), stage.count("done-b", Purpose::Voice)), ("in-progress", 1));
    assert_eq!(stage.world.conferences.get(&conference).map(|it| it.status.as_str()), Some("completed"));
    stage.advance(5.0);
    assert_eq!(stage.status(&b), "completed");
}

#[test]
fn a_conference_can_be_ended_and_a_participant_put_out() {
    let (mut stage, a, b, conference) = two_in_a_room("", "");
    stage.answer("done-a", &["<Pause length=\"5\"/>"]);
    let missing = stage.world.remove_participant(ACCOUNT, &conference, "c").map_err(|refusal| refusal.code);
    assert_eq!(missing, Err(20404));
    stage.world.remove_participant(ACCOUNT, &conference, "a").expect("by its label");
    stage.settle();
    assert_eq!((stage.status(&a), stage.count("done-a", Purpose::Voice)), ("in-progress", 1));
    assert!(stage.world.end_conference("AC2", &conference).is_err());
    stage.world.end_conference(ACCOUNT, &conference).expect("it is the account's");
    stage.world.end_conference(ACCOUNT, &conference).expect("may be repeated");
    stage.settle();
    assert_eq!(
        (stage.status(&b), stage.last("conf", "ReasonConferenceEnded")),
        ("completed", "conference-ended-via-api")
    );
    assert_eq!(
        stage
            .values("conf", "StatusCallbackEvent")
            .iter()
            .filter(|event| **event == "conference-end")
            .count(),
        1
    );
}

#[test]
fn participants_are_held_muted_and_changed_and_the_callbacks_say_so() {
    let (mut stage, a, b, conference) = two_in_a_room("", "");
    stage.answer("hold", &["<Play>music</Play><Redirect>hold</Redirect>"]);
    let update = |stage: &mut Stage, update| {
        stage.world.update_participant(ACCOUNT, &conference, &a, update).expect("they are there");
        stage.settle();
    };
    let hold = ParticipantUpdate { hold: Some(true), hold_url: Some(at("hold")), ..Default::default() };
    update(&mut stage, hold.clone());
    update(&mut stage, hold);
    stage.advance(11.0);
    assert_eq!(stage.values("hold", "CallSid"), [a.as_str(); 3], "0, 5 and 10 s");
    update(&mut stage, ParticipantUpdate { hold: Some(false), ..Default::default() });
    stage.advance(20.0);
    assert_eq!(stage.requests("hold").len(), 3, "the music has stopped");
    update(&mut stage, ParticipantUpdate { muted: Some(true), ..Default::default() });
    update(&mut stage, ParticipantUpdate { muted: Some(false), ..Default::default() });
    let coach =
        ParticipantUpdate { coaching: Some(true), call_sid_to_coach: Some(b.clone()), ..Default::default() };
    update(&mut stage, coach);
    update(&mut stage, ParticipantUpdate { coaching: Some(false), ..Default::default() });
    update(&mut stage, ParticipantUpdate { end_on_exit: Some(true), ..Default::default() });
    let events = stage.values("conf", "StatusCallbackEvent");
    let expected = [
        "participant-hold",
        "participant-unhold",
        "participant-mute",
        "participant-unmute",
        "participant-modify",
        "participant-modify",
        "participant-modify",
    ];
    assert_eq!(events[3..], expected);
    assert_eq!(stage.values("conf", "Hold")[3..5], ["true", "false"]);
    assert_eq!(stage.values("conf", "Coaching")[7..9], ["true", "false"]);
    assert_eq!(stage.values("conf", "CallSidToCoach")[7], b);
    stage.world.hang_up(&a);
    stage.settle();
    assert_eq!(stage.status(&b), "completed");
    let relative = ParticipantUpdate {
        hold_url: Some(switchboard_twilio_simulator::world::Endpoint::post("hold")),
        ..Default::default()
    };
    let refused = stage.world.update_participant(ACCOUNT, &conference, &a, relative);
    assert_eq!(refused.map_err(|refusal| refusal.code), Err(21205));
}

#[test]
fn somebody_is_called_into_a_conference() {
    let mut stage = Stage::new();
    stage.answer("voice", &[&into_room("a", "waitUrl=\"\"")]);
    let a = stage.call();
    let (conference, b) =
        stage.world.create_participant(ACCOUNT, "room", new_participant("+15550100009")).expect("a call");
    let status = |stage: &Stage| {
        let found = stage.world.participant_of(ACCOUNT, &conference, "invited");
        found.map(|participant| participant.status.as_str()).ok()
    };
    assert_eq!(status(&stage), Some("queued"));
    stage.settle();
    assert_eq!(status(&stage), Some("connecting"));
    stage.advance(1.0);
    assert_eq!(status(&stage), Some("ringing"));
    stage.advance(2.0);
    assert_eq!(status(&stage), Some("connected"));
    assert_eq!(stage.last("conf", "ParticipantLabel"), "invited");
    stage.world.hang_up(&a);
    stage.advance(1.0);
    assert_eq!(stage.status(&b), "in-progress");
    stage.world.hang_up(&b);
    stage.settle();
    assert_eq!(
        (stage.values("invited", "CallStatus"), stage.last("conf", "StatusCallbackEvent")),
        (vec!["completed"], "conference-end")
    );
}

#[test]
fn who_is_called_and_does_not_answer_was_never_there() {
    let mut stage = Stage::new();
    for (to, status) in
        [("+15550100002", "busy"), ("+15550100003", "no-answer"), ("client:nobody", "no-answer")]
    {
        let (conference, _) =
            stage.world.create_participant(ACCOUNT, "room", new_participant(to)).expect("a call");
        stage.advance(30.0);
        assert_eq!(stage.last("invited", "CallStatus"), status);
        assert_eq!(stage.world.conferences.get(&conference).map(|it| it.status.as_str()), Some("completed"));
    }
    let sid = "CF00000000000000000000000000000001";
    let missing = stage.world.create_participant(ACCOUNT, sid, new_participant("+15550100009"));
    assert_eq!(missing.map_err(|refusal| refusal.code), Err(20404));
}

#[test]
fn a_ringing_participant_is_called_off_with_the_conference() {
    let (mut stage, _, _, conference) = two_in_a_room("", "");
    let (_, invited) = stage
        .world
        .create_participant(ACCOUNT, &conference, new_participant("+15550100005"))
        .expect("a call");
    stage.advance(3.0);
    stage.world.end_conference(ACCOUNT, &conference).expect("it is the account's");
    stage.settle();
    assert_eq!(
        (stage.status(&invited), stage.values("invited", "CallStatus")),
        ("canceled", vec!["canceled"])
    );
}

#[test]
fn a_conference_is_recorded_from_its_start_to_its_end() {
    let record = "record=\"record-from-start\" recordingStatusCallback=\"rec\" recordingStatusCallbackEvent=\"in-progress completed\"";
    let (mut stage, a, b, conference) = two_in_a_room(record, "");
    stage.advance(7.0);
    stage.world.hang_up(&a);
    stage.world.hang_up(&b);
    stage.advance(2.0);
    assert_eq!(stage.values("rec", "RecordingStatus"), ["in-progress", "completed"]);
    let told = stage.requests("rec")[1];
    for (name, value) in [
        ("ConferenceSid", Some(conference.as_str())),
        ("CallSid", None),
        ("RecordingSource", Some("Conference")),
        ("RecordingDuration", Some("7")),
    ] {
        assert_eq!(param(told, name), value, "{name}");
    }
}

#[test]
fn who_is_called_and_does_not_come_ends_a_conference_that_all_have_left() {
    let (mut stage, a, b, conference) = two_in_a_room(
        "record=\"record-from-start\" recordingStatusCallback=\"rec\" recordingStatusCallbackEvent=\"completed\"",
        "",
    );
    let invited = new_participant("+15550100003");
    stage.world.create_participant(ACCOUNT, &conference, invited).expect("a call");
    stage.advance(5.0);
    stage.world.hang_up(&a);
    stage.world.hang_up(&b);
    stage.settle();
    assert_eq!(stage.last("conf", "StatusCallbackEvent"), "participant-leave", "somebody is still called");
    stage.advance(30.0);
    assert_eq!(stage.last("conf", "StatusCallbackEvent"), "conference-end");
    assert_eq!(stage.last("conf", "ReasonConferenceEnded"), "last-participant-left");
    assert_eq!(stage.values("rec", "RecordingStatus"), ["completed"]);
}

#[test]
fn a_full_conference_turns_people_away() {
    let (mut stage, ..) = two_in_a_room("", "");
    stage.answer("voice", &[&into_room("c", "maxParticipants=\"2\"")]);
    stage.call();
    assert_eq!((stage.values("done-c", "DialCallStatus"), stage.alerts()), (vec!["failed"], vec![13227]));
}
