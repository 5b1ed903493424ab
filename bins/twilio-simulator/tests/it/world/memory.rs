use super::stage::{ACCOUNT, CUSTOMER, NUMBER, Stage, url};
use std::time::Duration;
use switchboard_twilio_simulator::world::{
    CallStatus, MessageDirection, NewInboundCall, NewMessage, NewRecording, RecordingSource, RecordingStatus,
    Service,
};

#[test]
fn what_has_ended_is_forgotten_in_the_end() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Dial><Conference>room</Conference></Dial>"]);
    let lasting = stage.call();
    let mut first = None;
    for round in 0..10_010 {
        let new = NewInboundCall { sid: None, from: "+1".into(), to: NUMBER.into(), url: Some(url("voice")) };
        let (sid, _) = stage.world.call(new).expect("a call");
        stage.settle();
        stage.told.clear();
        stage.world.hang_up(&sid);
        first = first.or(Some(sid));
        if round % 2 == 0 {
            let name = format!("queue {round}");
            stage.world.create_queue(ACCOUNT, &name, 1).expect("a queue");
        }
    }
    let ended = stage.world.calls.iter().filter(|call| call.status.is_final()).count();
    assert_eq!((ended, stage.world.calls.len()), (10_000, 10_001));
    assert!(first.is_some_and(|sid| stage.world.calls.get(&sid).is_none()));
    assert_eq!(stage.found(&lasting).status, CallStatus::InProgress);
    assert_eq!(stage.world.queues.len(), 1_000);
}

#[test]
fn a_sid_that_another_account_has_used_is_given_away() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Enqueue>sales</Enqueue>"]);
    let sid = stage.call();
    let mut number = stage.world.setup.numbers.iter().next().expect("a number").clone();
    number.sid = "PN2".into();
    number.account_sid = "AC2".into();
    number.phone_number = "+12025550124".into();
    stage.world.setup.numbers.put("PN2", number);
    let new =
        NewInboundCall { sid: Some(sid.clone()), from: "+1".into(), to: "+12025550124".into(), url: None };
    stage.world.call(new).expect("a call");
    stage.settle();
    assert_eq!(stage.found(&sid).account_sid, "AC2");
    let members: Vec<_> = stage.world.queues.iter().map(|queue| queue.members.len()).collect();
    assert_eq!(members, [0, 1]);
}

#[test]
fn a_recording_that_goes_on_is_not_forgotten() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Say>hi</Say><Pause length=\"600\"/>"]);
    let sid = stage.call();
    let new = NewRecording { source: RecordingSource::StartCallRecordingApi, channels: 1, callback: None };
    let lasting = stage.world.record_call(ACCOUNT, &sid, new.clone()).expect("a recording");
    for _ in 0..10_010 {
        let short = stage.world.record_call(ACCOUNT, &sid, new.clone()).expect("a recording");
        stage.world.update_recording(ACCOUNT, &short, RecordingStatus::Completed).expect("it goes on");
        stage.advance(1.0 / 32.0);
    }
    assert_eq!(stage.world.recordings.len(), 10_000);
    let status = stage.world.recordings.get(&lasting).map(|recording| recording.status);
    assert_eq!(status, Some(RecordingStatus::InProgress));
}

#[test]
fn a_text_that_is_still_to_be_sent_is_not_forgotten() {
    let mut stage = Stage::new();
    let (number_sid, created) =
        (stage.world.setup.numbers.iter().next().expect("one").sid.clone(), stage.now());
    let service = Service {
        sid: "MG1".into(),
        account_sid: ACCOUNT.into(),
        friendly_name: "desk".into(),
        number_sids: vec![number_sid],
        inbound: None,
        fallback: None,
        status_callback: None,
        use_inbound_webhook_on_number: false,
        created,
        updated: created,
    };
    stage.world.setup.services.put("MG1", service);
    let new = NewMessage {
        account_sid: ACCOUNT.into(),
        from: None,
        messaging_service_sid: Some("MG1".into()),
        to: CUSTOMER.into(),
        body: "hi".into(),
        media: Vec::new(),
        status_callback: None,
        send_at: None,
        direction: MessageDirection::OutboundApi,
    };
    let send_at = Some(stage.now() + Duration::from_secs(7_200));
    let later = stage.world.send_text(NewMessage { send_at, ..new.clone() }).expect("a text");
    for _ in 0..2 {
        for _ in 0..5_010 {
            stage.world.send_text(new.clone()).expect("a text");
        }
        stage.advance(60.0);
    }
    assert_eq!(stage.world.messages.len(), 10_000);
    assert!(stage.world.messages.get(&later).is_some());
}
