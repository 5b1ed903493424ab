use super::stage::{ACCOUNT, Stage, at, param, url};
use switchboard_twilio_simulator::world::{CallUpdate, Instructions, Method, Purpose};

#[test]
fn an_empty_document_answers_and_hangs_up() {
    let mut stage = Stage::new();
    let sid = stage.call();
    assert_eq!(stage.status(&sid), "completed");
    assert_eq!(stage.values("number-status", "CallStatus"), ["completed"]);
    assert_eq!(stage.values("voice", "CallStatus"), ["ringing"]);
}

#[test]
fn verbs_take_their_time_one_after_the_other() {
    let mut stage = Stage::new();
    stage.answer(
        "voice",
        &["<Say loop=\"2\">0123456789</Say><Pause length=\"3\"/><Play>a.mp3</Play><Redirect>next</Redirect>"],
    );
    stage.answer("next", &["<Hangup/><Redirect>never</Redirect>"]);
    let sid = stage.call();
    stage.advance(9.2);
    assert_eq!(stage.status(&sid), "in-progress");
    assert_eq!(stage.requests("next").len(), 0);
    stage.advance(0.2);
    assert_eq!(stage.status(&sid), "completed");
    assert_eq!((stage.values("next", "CallStatus"), stage.requests("never").len()), (vec!["in-progress"], 0));
    assert_eq!(stage.last("number-status", "CallDuration"), "9");
}

#[test]
fn only_a_reject_that_comes_first_leaves_a_call_unanswered() {
    let table = [
        ("<Reject/>", "no-answer"),
        ("<Reject reason=\"busy\"/>", "busy"),
        ("<Pause length=\"2\"/><Reject/>", "no-answer"),
        ("<Say>hello</Say><Reject/>", "completed"),
    ];
    for (verbs, status) in table {
        let mut stage = Stage::new();
        stage.answer("voice", &[verbs]);
        let sid = stage.call();
        stage.advance(5.0);
        assert_eq!(stage.status(&sid), status, "{verbs}");
        assert_eq!(stage.values("number-status", "CallStatus"), [status], "{verbs}");
        assert_eq!(stage.found(&sid).answered.is_some(), status == "completed", "{verbs}");
    }
}

#[test]
fn keys_are_gathered_until_enough_until_the_last_one_or_until_nobody_presses_more() {
    let gather = "<Gather action=\"pressed\" numDigits=\"3\" timeout=\"4\"><Say>0123456789</Say></Gather><Redirect>nothing</Redirect>";
    type Keys<'a> = &'a [(f64, &'a str)];
    let table: [(Keys<'_>, Option<&str>); 5] = [
        (&[(1.0, "1"), (1.0, "2"), (1.0, "345")], Some("123")),
        (&[(0.1, "12#")], Some("12")),
        (&[(1.0, "7"), (3.9, "8"), (4.1, "9")], Some("78")),
        (&[(1.0, "#")], None),
        (&[(4.7, "1")], None),
    ];
    for (keys, digits) in table {
        let mut stage = Stage::new();
        stage.answer("voice", &[gather]);
        let sid = stage.call();
        for (seconds, key) in keys {
            stage.advance(*seconds);
            stage.world.press(&sid, key);
        }
        stage.advance(10.0);
        assert_eq!(stage.values("pressed", "Digits"), Vec::from_iter(digits), "{keys:?}");
        assert_eq!(stage.requests("nothing").len(), usize::from(digits.is_none()), "{keys:?}");
        assert_eq!(stage.status(&sid), "completed");
    }
}

#[test]
fn a_gather_without_an_action_asks_for_its_own_document_again() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Gather input=\"dtmf speech\" numDigits=\"1\" timeout=\"2\"/>", "<Hangup/>"]);
    let sid = stage.call();
    stage.world.press(&sid, "x5");
    stage.settle();
    assert_eq!(stage.values("voice", "Digits"), ["-", "5"]);

    let mut stage = Stage::new();
    stage.answer("voice", &["<Gather input=\"speech\" action=\"heard\" actionOnEmptyResult=\"true\"/>"]);
    let sid = stage.call();
    stage.world.press(&sid, "5");
    stage.world.speak(&sid, "an agent, please");
    stage.settle();
    assert_eq!(stage.values("heard", "SpeechResult"), ["an agent, please"]);
    stage.call();
    stage.advance(6.0);
    assert_eq!(stage.values("heard", "Digits"), ["-", ""]);
}

#[test]
fn relative_addresses_start_at_the_current_document_and_absolute_ones_stay_as_written() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Redirect>/deep/down?a=b&amp;c=%2f</Redirect>"]);
    stage.answer("deep/down", &["<Redirect method=\"GET\">next</Redirect>"]);
    stage.answer("deep/next", &["<Redirect>https://app.example/a/../b</Redirect>"]);
    stage.call();
    let urls: Vec<_> = stage.told.iter().map(|order| order.endpoint.url.clone()).collect();
    let expected =
        [url("voice"), url("deep/down?a=b&c=%2f"), url("deep/next"), url("a/../b"), url("number-status")];
    assert_eq!(urls, expected);
    assert_eq!(stage.told[2].endpoint.method, Method::Get);
}

#[test]
fn documents_that_the_rest_api_brings_have_nothing_to_be_relative_to() {
    for (twiml, alerts) in [("<Redirect>next</Redirect>", 1), ("<Record/>", 1), ("<Pause/>", 0)] {
        let mut stage = Stage::new();
        stage.answer("voice", &["<Say>hello</Say><Pause length=\"60\"/>"]);
        let sid = stage.call();
        let twiml = format!("<Response><Say>hm</Say>{twiml}</Response>");
        let update = CallUpdate::Go(Instructions::Twiml(twiml));
        stage.world.update_call(ACCOUNT, &sid, update).expect("it is in progress");
        stage.advance(20.0);
        assert_eq!(stage.alerts(), vec![11100; alerts]);
        assert_eq!(stage.status(&sid), "completed");
    }
}

#[test]
fn a_call_that_rings_on_cannot_be_redirected() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Pause length=\"60\"/>"]);
    let sid = stage.call();
    let update = CallUpdate::Go(Instructions::Twiml("<Response/>".into()));
    let refused = stage.world.update_call(ACCOUNT, &sid, update).map_err(|refusal| refusal.code);
    assert_eq!((stage.status(&sid), refused), ("ringing", Err(21220)));
}

#[test]
fn what_cannot_be_carried_out_is_in_the_debugger_and_ends_the_call() {
    for (document, code) in [("<Sing/>", 12200), ("<Say>", 12100)] {
        let mut stage = Stage::new();
        stage.answer("voice", &[document]);
        let sid = stage.call();
        assert_eq!((stage.status(&sid), stage.alerts()), ("completed", vec![code]));
    }
    let mut stage = Stage::new();
    stage.answer("voice", &[]);
    let sid = stage.call();
    assert_eq!((stage.status(&sid), stage.alerts()), ("completed", vec![11200]));
}

#[test]
fn a_document_that_leads_to_itself_does_not_run_away() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Redirect>voice</Redirect>"]);
    let sid = stage.call();
    assert!(stage.requests("voice").len() <= 10);
    stage.advance(60.0);
    assert!((60..=700).contains(&stage.requests("voice").len()), "{}", stage.requests("voice").len());
    stage.world.hang_up(&sid);
    let before = stage.requests("voice").len();
    stage.advance(60.0);
    assert_eq!(stage.requests("voice").len(), before);
}

#[test]
fn a_call_that_nobody_ends_is_over_after_four_hours() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Play loop=\"0\">music</Play>"]);
    let sid = stage.call();
    stage.advance(4.0 * 3600.0 - 1.0);
    assert_eq!(stage.status(&sid), "in-progress");
    stage.advance(2.0);
    assert_eq!(stage.status(&sid), "completed");
    assert_eq!(stage.last("number-status", "CallDuration"), "14400");
}

#[test]
fn a_call_can_be_redirected_ended_and_canceled_through_the_rest_api() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Play loop=\"0\">music</Play>"]);
    stage.answer("elsewhere", &["<Pause length=\"60\"/>"]);
    let sid = stage.call();
    let go = |url: &str| {
        CallUpdate::Go(Instructions::Url(switchboard_twilio_simulator::world::Endpoint::post(url)))
    };
    let refused = stage.world.update_call(ACCOUNT, &sid, go("/elsewhere")).map_err(|refusal| refusal.code);
    assert_eq!(refused, Err(21205));
    let stranger =
        stage.world.update_call("AC2", &sid, go(&url("elsewhere"))).map_err(|refusal| refusal.code);
    assert_eq!(stranger, Err(20404));
    stage.world.update_call(ACCOUNT, &sid, CallUpdate::Cancel).expect("nothing happens");
    stage.world.update_call(ACCOUNT, &sid, go(&url("elsewhere"))).expect("it is in progress");
    stage.settle();
    assert_eq!((stage.requests("elsewhere").len(), stage.status(&sid)), (1, "in-progress"));
    stage.world.update_call(ACCOUNT, &sid, CallUpdate::Complete).expect("it is in progress");
    stage.world.update_call(ACCOUNT, &sid, CallUpdate::Complete).expect("may be repeated");
    stage.settle();
    assert_eq!(stage.values("number-status", "CallStatus"), ["completed"]);
    let gone = stage.world.update_call(ACCOUNT, &sid, go(&url("elsewhere"))).map_err(|refusal| refusal.code);
    assert_eq!(gone, Err(21220));
}

#[test]
fn every_request_about_a_call_says_what_twilio_says() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Say>hello</Say>"]);
    let sid = stage.call();
    stage.advance(5.0);
    let request = stage.requests("voice")[0].clone();
    for (name, value) in [
        ("CallSid", sid.as_str()),
        ("AccountSid", ACCOUNT),
        ("From", super::stage::CUSTOMER),
        ("Caller", super::stage::CUSTOMER),
        ("To", super::stage::NUMBER),
        ("Called", super::stage::NUMBER),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
        ("ApiVersion", "2010-04-01"),
        ("FromCity", ""),
        ("CallerZip", ""),
    ] {
        assert_eq!(param(&request, name), Some(value), "{name}");
    }
    assert_eq!(param(&request, "ParentCallSid"), None);
    assert_eq!((request.purpose, request.sid.as_str()), (Purpose::Voice, sid.as_str()));
    let status = stage.requests("number-status")[0].clone();
    assert_eq!(param(&status, "CallbackSource"), Some("call-progress-events"));
    assert_eq!(param(&status, "SequenceNumber"), Some("0"));
    assert_eq!(param(&status, "Timestamp"), Some("Fri, 15 Jan 2027 08:00:00 +0000"));
    assert_eq!(status.endpoint, at("number-status"));
}

#[test]
fn no_length_of_time_is_too_long() {
    let play = format!("<Play digits=\"{}\" loop=\"4294967295\"/>", "1".repeat(20_000));
    for verb in [play.clone(), format!("<Gather>{play}</Gather>")] {
        let mut stage = Stage::new();
        stage.answer("voice", &[&verb]);
        let sid = stage.call();
        assert_eq!(stage.status(&sid), "in-progress");
        stage.advance(4.0 * 3_600.0);
        assert_eq!(stage.status(&sid), "completed", "calls last four hours");
    }
}

#[test]
fn a_call_that_is_never_answered_ends_after_four_hours() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Pause length=\"999999\"/>"]);
    let sid = stage.call();
    stage.advance(4.0 * 3_600.0 - 1.0);
    assert_eq!(stage.status(&sid), "ringing");
    stage.advance(1.0);
    assert_eq!(
        (stage.status(&sid), stage.values("number-status", "CallStatus")),
        ("no-answer", vec!["no-answer"])
    );
}

#[test]
fn no_more_than_a_thousand_keys_are_kept() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Gather action=\"pressed\" timeout=\"2\"/>"]);
    let sid = stage.call();
    stage.world.press(&sid, &"1".repeat(1_500));
    stage.advance(3.0);
    assert_eq!(stage.last("pressed", "Digits").len(), 1_000);
}
