//! Calls that Twilio makes.

use super::stage::{ACCOUNT, NUMBER, Stage, at};
use std::time::Duration;
use switchboard_twilio_simulator::world::{CallUpdate, Instructions, NewCall};

#[test]
fn a_call_goes_from_queued_to_completed_and_tells_so_in_order() {
    let mut stage = Stage::new();
    stage.answer("outbound", &["<Pause length=\"5\"/>"]);
    let new = NewCall {
        from: NUMBER.into(),
        to: "+15558675310".into(),
        instructions: Instructions::Url(at("outbound")),
        fallback: None,
        status_callback: None,
        timeout: Duration::from_secs(20),
        record: None,
    };
    let quiet = stage.world.create_call(ACCOUNT, new).expect("a call");
    assert_eq!(stage.status(&quiet), "queued");
    let sid = stage.create_call("+15558675310");
    assert_eq!(stage.status(&sid), "initiated");
    stage.advance(1.0);
    assert_eq!(stage.status(&sid), "ringing");
    stage.advance(2.0);
    assert_eq!(
        (stage.status(&sid), stage.values("outbound", "CallSid")),
        ("in-progress", vec![&*quiet, &*sid])
    );
    stage.advance(5.0);
    assert_eq!((stage.status(&sid), stage.status(&quiet)), ("completed", "completed"));
    let statuses = ["initiated", "ringing", "in-progress", "completed"];
    assert_eq!(stage.values("progress", "CallStatus"), statuses);
    assert_eq!(stage.values("progress", "SequenceNumber"), ["0", "1", "2", "3"]);
    assert_eq!(stage.values("progress", "CallDuration"), ["-", "-", "-", "5"]);
    assert_eq!(stage.values("progress", "Direction"), ["outbound-api"; 4]);
}

#[test]
fn the_last_digits_decide_what_becomes_of_a_call() {
    let table = [
        ("+15550100002", "busy", 3.0),
        ("+15550100003", "no-answer", 26.0),
        ("+15550100004", "failed", 1.0),
        ("+15550100005", "no-answer", 26.0),
        ("sip:0002@example.com", "busy", 3.0),
        ("client:nobody", "no-answer", 2.0),
        ("+15550100009", "completed", 4.0),
    ];
    for (to, status, seconds) in table {
        let mut stage = Stage::new();
        let sid = stage.create_call(to);
        stage.advance(seconds);
        assert_eq!(stage.status(&sid), status, "{to}");
        assert_eq!(stage.last("progress", "CallStatus"), status, "{to}");
    }
}

#[test]
fn a_phone_can_be_answered_and_hung_up_by_hand() {
    let mut stage = Stage::new();
    stage.answer("outbound", &["<Play loop=\"0\">music</Play>"]);
    let answered = stage.create_call("+15550100005");
    let declined = stage.create_call("+15550100005");
    let canceled = stage.create_call("+15550100005");
    stage.advance(10.0);
    stage.world.pick_up(&answered);
    stage.world.pick_up(&answered);
    stage.world.hang_up(&declined);
    stage.world.update_call(ACCOUNT, &canceled, CallUpdate::Cancel).expect("it rings");
    stage.settle();
    let statuses = [&answered, &declined, &canceled].map(|sid| stage.status(sid));
    assert_eq!(statuses, ["in-progress", "busy", "canceled"]);
    stage.world.hang_up(&answered);
    assert_eq!(stage.status(&answered), "completed");
    assert_eq!(stage.requests("outbound").len(), 1);
}

#[test]
fn what_twilio_would_not_dial_is_refused_with_its_code() {
    let mut stage = Stage::new();
    let table = [
        (NUMBER, "5551234", 21211),
        (NUMBER, "", 21211),
        (NUMBER, "client:", 21211),
        ("+15550000000", "+15558675310", 21210),
        ("hello", "+15558675310", 21212),
        ("", "client:anna", 21212),
    ];
    for (from, to, code) in table {
        let new = NewCall {
            from: from.into(),
            to: to.into(),
            instructions: Instructions::Url(at("outbound")),
            fallback: None,
            status_callback: None,
            timeout: Duration::from_secs(20),
            record: None,
        };
        let refused = stage.world.create_call(ACCOUNT, new.clone()).map_err(|refusal| refusal.code);
        assert_eq!(refused, Err(code), "{from} {to}");
        assert!(stage.world.create_call("AC2", NewCall { to: "+15558675310".into(), ..new }).is_err());
    }
    assert!(stage.world.calls.is_empty());
}
