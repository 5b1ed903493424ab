use super::stage::{ACCOUNT, NUMBER, Stage, at};
use std::time::Duration;
use switchboard_twilio_simulator::world::{
    NewRecording, RecordingCallback, RecordingSource, RecordingStatus,
};

const VOICEMAIL: &str = "<Say>hello</Say><Record action=\"done\" maxLength=\"20\" timeout=\"3\" finishOnKey=\"#\" recordingStatusCallback=\"rec\" \
     recordingStatusCallbackEvent=\"in-progress completed absent\" transcribeCallback=\"text\"/><Redirect>after</Redirect>";

#[test]
fn a_message_ends_with_silence_a_key_or_its_limit() {
    type Key<'a> = Option<(f64, &'a str)>;
    let table: [(f64, Key<'_>, &str, &str); 4] = [
        (6.0, None, "6", "-"),
        (60.0, None, "20", "-"),
        (60.0, Some((8.0, "1#")), "8", "#"),
        (5.0, Some((7.0, "#")), "5", "#"),
    ];
    for (speaks, key, seconds, digits) in table {
        let mut stage = Stage::new();
        stage.answer("voice", &[VOICEMAIL]);
        let sid = stage.call();
        stage.world.speaks_for(&sid, Duration::from_secs_f64(speaks));
        stage.advance(0.325);
        if let Some((after, keys)) = key {
            stage.advance(after);
            stage.world.press(&sid, keys);
        }
        stage.advance(30.0);
        assert_eq!(stage.values("done", "RecordingDuration"), [seconds], "{speaks} {key:?}");
        assert_eq!(stage.values("done", "Digits"), [digits]);
        assert_eq!(stage.values("rec", "RecordingStatus"), ["in-progress", "completed"]);
        assert_eq!(stage.last("rec", "RecordingDuration"), seconds);
        assert_eq!(stage.last("rec", "RecordingSource"), "RecordVerb");
        assert_eq!(stage.last("rec", "CallSid"), sid);
        assert_eq!(stage.values("text", "TranscriptionStatus"), ["completed"]);
        let recording = stage.world.recordings.get(stage.last("rec", "RecordingSid")).expect("a recording");
        assert!(recording.wav().is_some_and(|wav| wav.starts_with(b"RIFF")));
        assert!(stage.requests("after").is_empty());
    }
}

#[test]
fn a_caller_who_says_nothing_leaves_no_message_and_the_next_verb_follows() {
    let mut stage = Stage::new();
    stage.answer("voice", &[VOICEMAIL]);
    let sid = stage.call();
    stage.world.speaks_for(&sid, Duration::ZERO);
    stage.advance(10.0);
    assert_eq!((stage.requests("done").len(), stage.requests("after").len()), (0, 1));
    assert_eq!(stage.values("rec", "RecordingStatus"), ["in-progress", "absent"]);
    assert_eq!(stage.world.recordings.iter().next().and_then(|recording| recording.wav()), None);
    assert!(stage.requests("text").is_empty());
}

#[test]
fn hanging_up_ends_the_message() {
    for (after, statuses) in [(3.4, ["in-progress", "completed"]), (0.5, ["in-progress", "absent"])] {
        let mut stage = Stage::new();
        stage.answer("voice", &[VOICEMAIL]);
        let sid = stage.call();
        stage.advance(after);
        stage.world.hang_up(&sid);
        stage.advance(10.0);
        assert_eq!(stage.values("rec", "RecordingStatus"), statuses, "{after}");
        let is_there = statuses[1] == "completed";
        assert_eq!(stage.values("done", "Digits"), vec!["hangup"; usize::from(is_there)]);
        assert_eq!(stage.values("done", "CallStatus"), vec!["completed"; usize::from(is_there)]);
        assert_eq!(stage.values("number-status", "CallStatus"), ["completed"]);
    }
}

#[test]
fn a_record_without_an_action_asks_for_its_own_document_again() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Record/>", "<Hangup/>"]);
    let sid = stage.call();
    stage.advance(20.0);
    assert_eq!(stage.values("voice", "RecordingDuration"), ["-", "4"]);
    assert_eq!(stage.status(&sid), "completed");
}

#[test]
fn the_rest_api_records_pauses_resumes_stops_and_deletes() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Play loop=\"0\">music</Play>"]);
    let sid = stage.call();
    let events = ["in-progress", "completed"].map(str::to_owned).to_vec();
    let new = NewRecording {
        source: RecordingSource::StartCallRecordingApi,
        channels: 2,
        callback: Some(RecordingCallback { endpoint: at("rec"), events }),
    };
    let recording = stage.world.record_call(ACCOUNT, &sid, new.clone()).expect("it is in progress");
    let update = |stage: &mut Stage, seconds: f64, status| {
        stage.advance(seconds);
        stage.world.update_recording(ACCOUNT, &recording, status).map_err(|refusal| refusal.code)
    };
    assert_eq!(update(&mut stage, 5.0, RecordingStatus::Paused), Ok(()));
    assert_eq!(update(&mut stage, 60.0, RecordingStatus::InProgress), Ok(()));
    let in_progress = stage.world.delete_recording(ACCOUNT, &recording).map_err(|refusal| refusal.status);
    assert_eq!(in_progress, Err(400));
    assert_eq!(update(&mut stage, 3.0, RecordingStatus::Completed), Ok(()));
    assert_eq!(update(&mut stage, 2.0, RecordingStatus::Paused), Err(21220));
    assert_eq!(stage.last("rec", "RecordingDuration"), "8");
    assert!(stage.world.delete_recording("AC2", &recording).is_err());
    stage.world.delete_recording(ACCOUNT, &recording).expect("it is complete");
    assert!(stage.world.recording_of(ACCOUNT, &recording).is_err());

    stage.world.record_call(ACCOUNT, &sid, new.clone()).expect("it is in progress");
    stage.advance(4.0);
    stage.world.hang_up(&sid);
    stage.advance(2.0);
    assert_eq!(stage.last("rec", "RecordingDuration"), "4");
    let over = stage.world.record_call(ACCOUNT, &sid, new).map_err(|refusal| refusal.code);
    assert_eq!(over, Err(21220));
}

#[test]
fn what_was_said_is_written_down_unless_it_is_too_short_or_too_long() {
    let long = VOICEMAIL.replace("maxLength=\"20\"", "maxLength=\"300\"");
    for (seconds, status, text) in
        [(1.5, "failed", ""), (3.0, "completed", "Call me back"), (121.0, "failed", "")]
    {
        let mut stage = Stage::new();
        stage.answer("voice", &[&long]);
        let sid = stage.call();
        stage.world.speaks_for(&sid, Duration::from_secs_f64(seconds));
        stage.world.says(&sid, "Call me back");
        stage.advance(200.0);
        assert_eq!(stage.values("text", "TranscriptionStatus"), [status], "{seconds}");
        assert_eq!(stage.values("text", "TranscriptionText"), [text], "{seconds}");
        assert_eq!(stage.alerts(), vec![13617; usize::from(status == "failed")]);
        let recording = stage.last("rec", "RecordingSid");
        for (name, value) in [("RecordingSid", recording), ("CallSid", &sid), ("To", NUMBER)] {
            assert_eq!(stage.last("text", name), value, "{name}");
        }
    }
}

#[test]
fn who_hangs_up_during_the_greeting_leaves_nothing() {
    let mut stage = Stage::new();
    stage.answer("voice", &[&VOICEMAIL.replace("hello", "Nobody can take your call")]);
    let sid = stage.call();
    stage.advance(1.0);
    assert_eq!(stage.world.sound_at(&sid).as_deref(), Some("Nobody can take your call"));
    stage.world.hang_up(&sid);
    stage.advance(10.0);
    for path in ["rec", "text", "done", "after"] {
        assert!(stage.requests(path).is_empty(), "{path}");
    }
    assert_eq!(stage.world.recordings.len(), 0);
    assert_eq!(stage.values("number-status", "CallStatus"), ["completed"]);
}
