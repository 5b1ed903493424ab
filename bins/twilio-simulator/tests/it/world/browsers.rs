use super::stage::{ACCOUNT, APPLICATION, NUMBER, Stage, at, param};
use super::tokens::{claims, mint};
use serde_json::json;
use std::collections::BTreeMap;
use switchboard_twilio_simulator::world::{CallUpdate, DeviceEvent, Instructions};

const RING_ALL: &str = "<Dial timeout=\"10\" action=\"done\">\
     <Client statusCallback=\"leg-a\" statusCallbackEvent=\"initiated ringing answered completed\"><Identity>anna</Identity><Parameter name=\"callId\" value=\"c-1\"/></Client>\
     <Client statusCallback=\"leg-b\">ben</Client></Dial>";

fn register(stage: &mut Stage, identity: &str) -> String {
    let mut claims = claims(stage.now());
    claims["grants"]["identity"] = json!(identity);
    stage.world.register(&mint(&claims)).expect("a token")
}

fn events(stage: &Stage, device: &str) -> Vec<DeviceEvent> {
    let events = stage.world.device_events(device, 0).expect("a device");
    events.into_iter().map(|(_, event)| event).collect()
}

/// The leg that rings at a browser.
fn ringing(stage: &Stage, device: &str) -> String {
    match events(stage, device).pop() {
        Some(DeviceEvent::Incoming { call_sid, .. }) => call_sid,
        other => panic!("nothing rings: {other:?}"),
    }
}

#[test]
fn the_first_browser_to_accept_wins_and_the_others_are_called_off() {
    let mut stage = Stage::new();
    let [anna, annas_other, ben] = ["anna", "anna", "ben"].map(|identity| register(&mut stage, identity));
    stage.answer("voice", &[RING_ALL]);
    let sid = stage.call();
    stage.advance(1.0);
    let (to_anna, to_ben) = (ringing(&stage, &anna), ringing(&stage, &ben));
    assert_eq!(ringing(&stage, &annas_other), to_anna);
    let parameters = BTreeMap::from([("callId".to_owned(), "c-1".to_owned())]);
    let DeviceEvent::Incoming { parameters: said, from, to, .. } = &events(&stage, &anna)[0] else {
        panic!()
    };
    assert_eq!((said, from.as_str(), to.as_str()), (&parameters, super::stage::CUSTOMER, "client:anna"));

    let wrong = stage.world.accept(&ben, &to_anna).map_err(|refusal| refusal.code);
    assert_eq!(wrong, Err(31481), "another's call");
    stage.world.accept(&annas_other, &to_anna).expect("it rings");
    for (device, call) in [(&ben, &to_ben), (&anna, &to_anna), (&annas_other, &to_anna)] {
        let late = stage.world.accept(device, call).map_err(|refusal| refusal.code);
        assert_eq!(late, Err(31481), "too late");
    }
    stage.settle();
    let (call_sid, other_sid) = (to_anna.clone(), to_ben.clone());
    assert_eq!(events(&stage, &ben)[1..], [DeviceEvent::Cancel { call_sid: other_sid }]);
    assert_eq!(events(&stage, &anna)[1..], [DeviceEvent::Cancel { call_sid: call_sid.clone() }]);
    assert_eq!(events(&stage, &annas_other)[1..], [DeviceEvent::Accept { call_sid: call_sid.clone() }]);
    assert_eq!(stage.values("leg-b", "CallStatus"), ["canceled"]);
    assert_eq!(stage.values("leg-a", "CallStatus"), ["initiated", "ringing", "in-progress"]);

    stage.world.hang_up(&sid);
    stage.settle();
    assert_eq!(events(&stage, &annas_other)[2..], [DeviceEvent::Disconnect { call_sid }]);
    assert_eq!(stage.values("done", "DialCallStatus"), ["completed"]);
}

#[test]
fn a_call_that_everybody_rejects_or_ignores_goes_on() {
    for (rejects, status, seconds) in [(true, "busy", 0.0), (false, "no-answer", 14.0)] {
        let mut stage = Stage::new();
        let [anna, ben] = ["anna", "ben"].map(|identity| register(&mut stage, identity));
        stage.answer("voice", &[RING_ALL]);
        stage.call();
        stage.advance(1.0);
        if rejects {
            for device in [&anna, &ben] {
                let leg = ringing(&stage, device);
                assert!(stage.requests("done").is_empty());
                stage.world.reject(device, &leg).expect("it rings");
                assert!(stage.world.reject(device, &leg).is_err(), "only once");
            }
        }
        stage.advance(seconds);
        stage.settle();
        assert_eq!(stage.values("done", "DialCallStatus"), [status]);
        assert!(matches!(
            events(&stage, &anna).last(),
            Some(DeviceEvent::Cancel { .. } | DeviceEvent::Incoming { .. })
        ));
    }
}

#[test]
fn the_rest_api_calls_a_browser_with_parameters() {
    let mut stage = Stage::new();
    let anna = register(&mut stage, "anna");
    stage.create_call("client:anna?callId=c%2D1&note=a+b");
    stage.advance(1.0);
    let DeviceEvent::Incoming { parameters, to, from, .. } = &events(&stage, &anna)[0] else { panic!() };
    assert_eq!((to.as_str(), from.as_str()), ("client:anna", NUMBER));
    let said = [("callId", "c-1"), ("note", "a b")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(*parameters, BTreeMap::from(said));
}

#[test]
fn rejecting_at_one_browser_leaves_the_other_of_that_name_ringing() {
    let mut stage = Stage::new();
    let [one, other] = ["anna", "anna"].map(|identity| register(&mut stage, identity));
    stage.answer("voice", &["<Dial><Client>anna</Client></Dial>"]);
    let sid = stage.call();
    stage.advance(1.0);
    let leg = ringing(&stage, &one);
    stage.world.reject(&one, &leg).expect("it rings");
    stage.world.accept(&other, &leg).expect("it still rings");
    assert_eq!((stage.status(&leg), stage.status(&sid)), ("in-progress", "in-progress"));
}

#[test]
fn a_browser_calls_through_its_application() {
    let mut stage = Stage::new();
    let anna = register(&mut stage, "anna");
    stage.answer(
        "app",
        &[&format!(
            "<Dial action=\"done\" callerId=\"{NUMBER}\" answerOnBridge=\"true\">+15550100009</Dial>"
        )],
    );
    let said = [
        ("To", "+15550100009"),
        ("callId", "c-1"),
        ("From", "client:ben"),
        ("claim", "browser's"),
        ("CallStatus", "completed"),
    ];
    let said = said.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let sid = stage.world.connect_device(&anna, said).expect("an application");
    stage.settle();
    let request = stage.requests("app")[0];
    for (name, value) in [
        ("From", "client:anna"),
        ("To", "+15550100009"),
        ("callId", "c-1"),
        ("claim", "token's"),
        ("CallSid", sid.as_str()),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
    ] {
        assert_eq!(param(request, name), Some(value), "{name}");
        assert_eq!(request.parameters.iter().filter(|(known, _)| known == name).count(), 1, "{name}");
    }
    assert!(events(&stage, &anna).is_empty(), "not answered yet");
    stage.advance(4.0);
    assert_eq!(events(&stage, &anna), [DeviceEvent::Accept { call_sid: sid.clone() }]);
    assert_eq!(stage.found(&stage.dialled(&sid)[0]).from, NUMBER);
    stage.world.press_at_device(&anna, &sid, "1").expect("its call");
    stage.world.hang_up_device(&anna, &sid).expect("its call");
    stage.settle();
    assert_eq!(events(&stage, &anna)[1..], [DeviceEvent::Disconnect { call_sid: sid.clone() }]);
    assert_eq!(stage.values("app-status", "CallStatus"), ["completed"]);
    let ben = register(&mut stage, "ben");
    assert!(stage.world.hang_up_device(&ben, &sid).is_err(), "not its call");
}

#[test]
fn a_browser_must_say_who_calls_when_it_dials_a_number() {
    let mut stage = Stage::new();
    let anna = register(&mut stage, "anna");
    stage.answer("app", &["<Dial action=\"done\">+15550100009</Dial>"]);
    stage.world.connect_device(&anna, Vec::new()).expect("an application");
    stage.settle();
    assert_eq!((stage.alerts(), stage.values("done", "DialCallStatus")), (vec![13214], vec!["failed"]));
}

#[test]
fn a_browser_without_an_application_hears_an_error() {
    let mut stage = Stage::new();
    let anna = register(&mut stage, "anna");
    stage.world.setup.applications.remove(APPLICATION);
    let refused = stage.world.connect_device(&anna, Vec::new()).map_err(|refusal| refusal.code);
    assert_eq!(refused, Err(31001));
    assert!(matches!(events(&stage, &anna)[..], [DeviceEvent::Error { code: 31001, .. }]));
}

#[test]
fn a_closed_browser_ends_its_calls_and_no_longer_rings() {
    let mut stage = Stage::new();
    let anna = register(&mut stage, "anna");
    stage.answer("app", &["<Pause length=\"60\"/>"]);
    stage.answer("voice", &["<Dial action=\"done\"><Client>anna</Client></Dial>"]);
    let own = stage.world.connect_device(&anna, Vec::new()).expect("an application");
    stage.call();
    stage.advance(1.0);
    stage.world.unregister(&anna);
    stage.settle();
    assert!(stage.found(&own).status.is_final());
    assert_eq!(stage.values("done", "DialCallStatus"), ["busy"]);
    assert_eq!(stage.world.device_events(&anna, 0), None);
}

#[test]
fn a_browser_whose_token_ended_is_not_called_until_it_shows_another() {
    let mut stage = Stage::new();
    let anna = register(&mut stage, "anna");
    stage.answer("voice", &["<Dial action=\"done\"><Client>anna</Client></Dial>"]);
    stage.advance(3_599.0);
    let later = mint(&claims(stage.now()));
    stage.world.update_token(&anna, &later).expect("the same name");
    stage.advance(2.0);
    assert!(events(&stage, &anna).is_empty());
    stage.advance(3_600.0);
    assert!(matches!(events(&stage, &anna)[..], [DeviceEvent::Error { code: 20104, .. }]));
    stage.call();
    stage.advance(2.0);
    assert_eq!(stage.values("done", "DialCallStatus"), ["no-answer"]);
    stage.advance(600.0);
    assert_eq!(stage.world.devices.len(), 0, "it is forgotten");
    let anna = register(&mut stage, "anna");
    let mut bens = claims(stage.now());
    bens["grants"]["identity"] = json!("ben");
    assert!(stage.world.update_token(&anna, &mint(&bens)).is_err());
}

#[test]
fn events_are_numbered_and_bounded() {
    let mut stage = Stage::new();
    let devices: Vec<_> = (0..20).map(|_| register(&mut stage, "anna")).collect();
    assert_eq!(stage.world.devices.len(), 10, "the oldest gave way");
    let anna = &devices[19];
    stage.world.setup.applications.remove(APPLICATION);
    for _ in 0..300 {
        assert!(stage.world.connect_device(anna, Vec::new()).is_err());
    }
    let all = stage.world.device_events(anna, 0).expect("a device");
    assert_eq!((all.len(), all[0].0, all[199].0), (200, 101, 300));
    assert_eq!(stage.world.device_events(anna, 298).expect("a device").len(), 2);
}

#[test]
fn an_agents_browser_meets_a_queued_caller_in_a_conference() {
    let mut stage = Stage::new();
    let anna = register(&mut stage, "anna");
    let room = "<Dial action=\"left\"><Conference endConferenceOnExit=\"true\" beep=\"false\" waitUrl=\"\" \
         statusCallback=\"conf\" statusCallbackEvent=\"start end join leave hold\">room</Conference></Dial>";
    stage.answer("voice", &["<Enqueue action=\"queue-result\" waitUrl=\"wait\">sales</Enqueue>"]);
    stage.answer("wait", &["<Play>ring.mp3</Play>"]);
    stage.answer("app", &[room]);
    let caller = stage.call();
    stage.advance(7.0);
    let agent = stage.world.connect_device(&anna, Vec::new()).expect("an application");
    stage.settle();
    let twiml = format!(
        "<Response>{}</Response>",
        room.replace("\"conf\"", "\"https://app.example/conf\"")
            .replace("\"left\"", "\"https://app.example/left\"")
    );
    let update = CallUpdate::Go(Instructions::Twiml(twiml));
    stage.world.update_call(ACCOUNT, &caller, update).expect("it is in progress");
    stage.settle();
    assert_eq!(stage.values("queue-result", "QueueResult"), ["redirected"]);
    let conference = stage.world.conferences.iter().next().expect("a conference").sid.clone();
    let hold = switchboard_twilio_simulator::world::ParticipantUpdate {
        hold: Some(true),
        hold_url: Some(at("hold")),
        ..Default::default()
    };
    stage.advance(5.0);
    stage.world.update_participant(ACCOUNT, &conference, &caller, hold).expect("they are there");
    stage.advance(5.0);
    stage.world.hang_up(&caller);
    stage.advance(5.0);
    let events = [
        "participant-join",
        "conference-start",
        "participant-join",
        "participant-hold",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ];
    assert_eq!(stage.values("conf", "StatusCallbackEvent"), events);
    assert_eq!(stage.values("conf", "SequenceNumber"), ["1", "2", "3", "4", "5", "6", "7"]);
    assert_eq!(stage.values("conf", "CallSid")[3..6], [&*caller, &*caller, &*agent]);
    assert_eq!(stage.values("hold", "CallSid"), [caller.as_str()]);
    assert_eq!(stage.values("left", "CallSid"), [caller.as_str(), &agent]);
    assert_eq!((stage.status(&caller), stage.status(&agent)), ("completed", "completed"));
    assert_eq!(stage.values("number-status", "CallDuration"), ["17"]);
    assert_eq!(stage.values("app-status", "CallSid"), [agent.as_str()]);
    let waits = stage.requests("wait").len();
    stage.advance(60.0);
    assert_eq!((waits, stage.requests("wait").len()), (2, 2));
}

#[test]
fn of_too_many_browsers_one_without_a_call_gives_way() {
    let mut stage = Stage::new();
    let talks = register(&mut stage, "anna");
    stage.answer("voice", &["<Dial><Client>anna</Client></Dial>"]);
    stage.call();
    stage.advance(1.0);
    let leg = ringing(&stage, &talks);
    stage.world.accept(&talks, &leg).expect("it rings");
    let others: Vec<_> = (0..10).map(|_| register(&mut stage, "anna")).collect();
    assert_eq!(stage.status(&leg), "in-progress");
    let gone: Vec<_> = others.iter().map(|id| stage.world.devices.get(id).is_none()).collect();
    assert_eq!((gone[0], gone[1], stage.world.devices.len()), (true, false, 10));
}
