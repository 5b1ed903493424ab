use super::stage::{ACCOUNT, CUSTOMER, NUMBER, Stage, at};
use switchboard_twilio_simulator::world::{CallUpdate, Instructions, Purpose};

const BY_HAND: &str = "+15550100005";

#[test]
fn who_is_dialled_answers_talks_and_hangs_up() {
    let mut stage = Stage::new();
    stage.answer(
        "voice",
        &["<Dial action=\"done\" record=\"record-from-answer-dual\" recordingStatusCallback=\"rec\" recordingStatusCallbackEvent=\"in-progress completed\">\
           <Number statusCallback=\"leg\" statusCallbackEvent=\"initiated ringing answered completed\">+15550100009</Number></Dial><Say>never</Say>"],
    );
    let sid = stage.call();
    stage.advance(4.0);
    let leg = stage.dialled(&sid).remove(0);
    assert_eq!((stage.status(&sid), stage.status(&leg)), ("in-progress", "in-progress"));
    assert_eq!(stage.found(&leg).from, CUSTOMER);
    stage.advance(10.0);
    stage.world.hang_up(&leg);
    stage.advance(2.0);
    assert_eq!(stage.values("leg", "CallStatus"), ["initiated", "ringing", "in-progress", "completed"]);
    assert_eq!(stage.values("leg", "ParentCallSid"), [sid.as_str(); 4]);
    assert_eq!(stage.values("leg", "Direction"), ["outbound-dial"; 4]);
    for (name, value) in [
        ("DialCallStatus", "completed"),
        ("DialCallSid", leg.as_str()),
        ("DialCallDuration", "11"),
        ("DialBridged", "true"),
        ("RecordingDuration", "11"),
        ("CallSid", sid.as_str()),
    ] {
        assert_eq!(stage.last("done", name), value, "{name}");
    }
    assert_eq!(stage.values("rec", "RecordingStatus"), ["in-progress", "completed"]);
    assert_eq!(stage.last("rec", "RecordingSource"), "DialVerb");
    assert_eq!(stage.last("rec", "RecordingChannels"), "2");
    assert_eq!(stage.last("rec", "RecordingUrl"), stage.last("done", "RecordingUrl"));
    assert_eq!(stage.status(&sid), "completed");
}

#[test]
fn what_becomes_of_who_does_not_answer_is_told_to_the_action() {
    let table = [
        ("<Number>+15550100002</Number>", "busy", 2.0),
        ("<Number>+15550100003</Number>", "no-answer", 15.0),
        ("<Number>+15550100004</Number>", "failed", 0.0),
        ("<Number>+15550100002</Number><Number>+15550100003</Number>", "busy", 15.0),
        ("<Client>nobody</Client>", "no-answer", 1.0),
        ("<Sip>sip:0004@example.com</Sip>", "failed", 0.0),
    ];
    for (nouns, status, seconds) in table {
        let mut stage = Stage::new();
        stage.answer("voice", &[&format!("<Dial timeout=\"10\" action=\"done\">{nouns}</Dial>")]);
        let sid = stage.call();
        if seconds > 0.0 {
            stage.advance(seconds - 0.5);
            assert!(stage.requests("done").is_empty(), "{nouns}");
        }
        stage.advance(0.5);
        assert_eq!(stage.values("done", "DialCallStatus"), [status], "{nouns}");
        assert_eq!(stage.values("done", "DialCallDuration"), ["-"], "{nouns}");
        assert_eq!(stage.status(&sid), "completed");
    }
}

#[test]
fn without_an_action_the_next_verb_follows() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Dial>+15550100002</Dial><Redirect>after</Redirect>"]);
    stage.call();
    stage.advance(3.0);
    assert_eq!(stage.requests("after").len(), 1);
}

#[test]
fn the_first_of_many_to_answer_is_connected_and_the_others_are_canceled() {
    let mut stage = Stage::new();
    let noun = |path: &str| format!("<Number statusCallback=\"{path}\">{BY_HAND}</Number>");
    stage
        .answer("voice", &[&format!("<Dial action=\"done\">{}{}{}</Dial>", noun("a"), noun("b"), noun("c"))]);
    let sid = stage.call();
    stage.advance(2.0);
    let legs = stage.dialled(&sid);
    stage.world.hang_up(&legs[0]);
    // Both lift at the same instant.
    stage.world.pick_up(&legs[2]);
    stage.world.pick_up(&legs[1]);
    stage.settle();
    let statuses: Vec<_> = legs.iter().map(|leg| stage.status(leg)).collect();
    assert_eq!(statuses, ["busy", "canceled", "in-progress"]);
    stage.advance(60.0);
    assert_eq!(stage.requests("done").len(), 0, "the dial's timeout is over");
    stage.world.hang_up(&legs[2]);
    stage.settle();
    assert_eq!(stage.values("done", "DialCallSid"), [legs[2].as_str()]);
    for (path, status) in [("a", "busy"), ("b", "canceled"), ("c", "completed")] {
        assert_eq!(stage.values(path, "CallStatus"), [status]);
    }
}

#[test]
fn a_caller_who_gives_up_early_cancels_the_legs() {
    let mut stage = Stage::new();
    stage.answer("voice", &[&format!("<Dial answerOnBridge=\"true\" action=\"done\"><Number statusCallback=\"leg\">{BY_HAND}</Number></Dial>")]);
    let sid = stage.call();
    stage.advance(5.0);
    assert_eq!(stage.status(&sid), "ringing");
    stage.world.hang_up(&sid);
    stage.settle();
    assert_eq!((stage.status(&sid), stage.values("leg", "CallStatus")), ("no-answer", vec!["canceled"]));
    assert_eq!(stage.values("done", "DialCallStatus"), ["canceled"]);
    assert_eq!(stage.count("done", Purpose::Afterwards), 1);
    assert_eq!(stage.values("number-status", "CallStatus"), ["no-answer"]);
}

#[test]
fn answer_on_bridge_answers_when_they_are_connected() {
    let mut stage = Stage::new();
    stage.answer(
        "voice",
        &[&format!("<Dial answerOnBridge=\"true\"><Number url=\"whisper\">{BY_HAND}</Number></Dial>")],
    );
    stage.answer("whisper", &["<Gather numDigits=\"1\" action=\"pressed\"/><Hangup/>"]);
    stage.answer("pressed", &["<Say>connecting</Say>"]);
    let sid = stage.call();
    stage.advance(2.0);
    let leg = stage.dialled(&sid).remove(0);
    stage.world.pick_up(&leg);
    stage.advance(1.0);
    assert_eq!((stage.status(&sid), stage.status(&leg)), ("ringing", "in-progress"));
    assert_eq!(stage.values("whisper", "CallSid"), [leg.as_str()]);
    stage.world.press(&leg, "1");
    stage.advance(1.0);
    assert_eq!(stage.status(&sid), "in-progress");
    stage.world.hang_up(&sid);
    assert_eq!(stage.status(&leg), "completed");
}

#[test]
fn who_declines_in_the_whisper_is_not_connected() {
    let mut stage = Stage::new();
    stage.answer(
        "voice",
        &[&format!("<Dial action=\"done\"><Number url=\"whisper\">{BY_HAND}</Number></Dial>")],
    );
    stage.answer("whisper", &["<Gather numDigits=\"1\" timeout=\"3\"/><Hangup/>"]);
    let sid = stage.call();
    stage.advance(2.0);
    let leg = stage.dialled(&sid).remove(0);
    stage.world.pick_up(&leg);
    stage.advance(4.0);
    assert_eq!(stage.values("done", "DialBridged"), ["false"]);
    assert_eq!(stage.values("done", "DialCallStatus"), ["no-answer"]);
}

#[test]
fn star_and_time_end_a_conversation_for_who_dialled() {
    for (attributes, ends) in [("hangupOnStar=\"true\"", true), ("", false), ("timeLimit=\"30\"", true)] {
        let mut stage = Stage::new();
        stage.answer("voice", &[&format!("<Dial {attributes} action=\"done\">+15550100009</Dial>")]);
        let sid = stage.call();
        stage.advance(5.0);
        stage.world.press(&sid, "12*");
        stage.advance(30.0);
        assert_eq!(stage.requests("done").len(), usize::from(ends), "{attributes}");
    }
}

#[test]
fn only_numbers_of_the_account_and_the_call_are_shown_to_who_is_called() {
    let table = [
        ("", "in-progress"),
        (&*format!("callerId=\"{NUMBER}\""), "in-progress"),
        (&*format!("callerId=\"{CUSTOMER}\""), "in-progress"),
        ("callerId=\"+15550000000\"", "failed"),
    ];
    for (attributes, status) in table {
        let mut stage = Stage::new();
        stage.answer("voice", &[&format!("<Dial {attributes} action=\"done\">+15550100009</Dial>")]);
        let sid = stage.call();
        stage.advance(5.0);
        let refused = status == "failed";
        assert_eq!(stage.alerts(), vec![13214; usize::from(refused)], "{attributes}");
        assert_eq!(stage.dialled(&sid).len(), usize::from(!refused));
        assert_eq!(stage.values("done", "DialCallStatus"), vec!["failed"; usize::from(refused)]);
    }
}

#[test]
fn what_is_no_phone_number_fails_and_the_debugger_says_so() {
    let table = [
        ("hello", "failed"),
        ("911x", "failed"),
        ("sip:desk@example.com", "failed"),
        ("+155501000091234567", "failed"),
        ("+1 (555) 010-0002", "busy"),
    ];
    for (number, status) in table {
        let mut stage = Stage::new();
        stage.answer("voice", &[&format!("<Dial action=\"done\">{number}</Dial>")]);
        let sid = stage.call();
        stage.advance(2.0);
        let refused = status == "failed";
        assert_eq!(stage.values("done", "DialCallStatus"), [status], "{number}");
        assert_eq!(stage.alerts(), vec![13224; usize::from(refused)], "{number}");
        assert_eq!(stage.values("done", "DialCallSid"), stage.dialled(&sid), "{number}");
    }
}

#[test]
fn a_number_that_is_none_leaves_the_others_ringing() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Dial><Number>5</Number><Number>+15550100009</Number></Dial>"]);
    let sid = stage.call();
    stage.advance(5.0);
    let statuses: Vec<_> = stage.dialled(&sid).iter().map(|leg| stage.status(leg)).collect();
    assert_eq!(statuses, ["failed", "in-progress"]);
}

#[test]
fn either_end_can_be_redirected_and_the_other_goes_on() {
    for redirects_caller in [true, false] {
        let mut stage = Stage::new();
        stage.answer("voice", &["<Dial action=\"done\">+15550100009</Dial>"]);
        stage.answer("elsewhere", &["<Pause length=\"60\"/>"]);
        stage.answer("done", &["<Pause length=\"60\"/>"]);
        let sid = stage.call();
        stage.advance(5.0);
        let leg = stage.dialled(&sid).remove(0);
        let (redirected, other) = if redirects_caller { (&sid, &leg) } else { (&leg, &sid) };
        let update = CallUpdate::Go(Instructions::Url(at("elsewhere")));
        stage.world.update_call(ACCOUNT, redirected, update).expect("it is in progress");
        stage.settle();
        assert_eq!(stage.values("elsewhere", "CallSid"), [redirected.as_str()]);
        assert_eq!(stage.status(redirected), "in-progress");
        // Who was dialled has no TwiML of its own.
        let expected = if redirects_caller { "completed" } else { "in-progress" };
        assert_eq!(stage.status(other), expected);
        assert_eq!(stage.requests("done").len(), usize::from(!redirects_caller));
    }
}
