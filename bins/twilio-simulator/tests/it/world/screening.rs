//! Several phones ring at once, and whoever presses 1 first has the caller.

use super::stage::{ACCOUNT, Stage, at};
use switchboard_twilio_simulator::world::{CallUpdate, Instructions};

/// Rings until somebody answers it by hand.
const BY_HAND: &str = "+15550100005";

/// Answered after two seconds of ringing, and nobody there presses anything.
const MAILBOX: &str = "+15550100009";

const SCREENING: &str =
    "<Gather numDigits=\"1\" timeout=\"3\" action=\"pressed\"><Say>Press 1</Say></Gather><Hangup/>";

/// A caller whom these phones are to take.
fn ringing(numbers: &[&str]) -> (Stage, String, Vec<String>) {
    let mut stage = Stage::new();
    let noun = |number: &&str| {
        format!(
            "<Number url=\"screening\" statusCallback=\"leg\" statusCallbackEvent=\"answered completed\">{number}</Number>"
        )
    };
    let nouns: String = numbers.iter().map(noun).collect();
    stage.answer("voice", &[&format!("<Dial action=\"done\" timeout=\"10\">{nouns}</Dial>")]);
    stage.answer("screening", &[SCREENING]);
    stage.answer("done", &["<Pause length=\"60\"/>"]);
    let sid = stage.call();
    stage.advance(1.5);
    let legs = stage.dialled(&sid);
    (stage, sid, legs)
}

#[test]
fn a_phone_that_answers_leaves_the_others_ringing_until_somebody_presses_1() {
    let (mut stage, sid, legs) = ringing(&[BY_HAND, BY_HAND, BY_HAND]);
    stage.world.pick_up(&legs[0]);
    stage.world.pick_up(&legs[1]);
    stage.settle();
    let statuses = |stage: &Stage| legs.iter().map(|leg| stage.status(leg)).collect::<Vec<_>>();
    assert_eq!(statuses(&stage), ["in-progress", "in-progress", "ringing"]);
    assert_eq!(stage.values("screening", "CallSid"), [&legs[0], &legs[1]]);
    assert_eq!(stage.values("screening", "ParentCallSid"), [&sid; 2]);
    stage.world.press(&legs[1], "1");
    stage.settle();
    assert_eq!(stage.values("pressed", "Digits"), ["1"]);
    assert_eq!(statuses(&stage), ["completed", "in-progress", "canceled"]);
    assert_eq!(stage.world.voices_at(&sid), [legs[1].as_str()]);
    // The other had pressed as well, too late.
    stage.world.press(&legs[0], "1");
    stage.advance(5.0);
    stage.world.hang_up(&legs[1]);
    stage.settle();
    assert_eq!(stage.values("done", "DialCallSid"), [legs[1].as_str()]);
    assert_eq!(stage.values("done", "DialCallStatus"), ["completed"]);
    assert_eq!(stage.values("done", "DialBridged"), ["true"]);
    assert_eq!(stage.values("done", "DialCallDuration"), ["5"]);
}

#[test]
fn a_mailbox_that_presses_nothing_does_not_get_the_caller() {
    let (mut stage, sid, legs) = ringing(&[MAILBOX, BY_HAND]);
    stage.advance(2.0);
    assert_eq!((stage.status(&legs[0]), stage.status(&legs[1])), ("in-progress", "ringing"));
    assert_eq!(stage.world.sound_at(&legs[0]).as_deref(), Some("Press 1"));
    assert_eq!(stage.world.sound_at(&sid).as_deref(), Some("ringing"));
    stage.advance(4.0);
    assert_eq!((stage.status(&legs[0]), stage.status(&legs[1])), ("completed", "ringing"));
    assert!(stage.requests("done").is_empty(), "the other still rings");
    stage.advance(10.0);
    assert_eq!(stage.status(&legs[1]), "no-answer");
    assert_eq!(stage.values("done", "DialCallStatus"), ["no-answer"]);
    assert_eq!(stage.values("done", "DialBridged"), ["false"]);
    assert_eq!(stage.status(&sid), "in-progress", "and the caller goes on");
}

#[test]
fn who_hears_the_question_at_the_end_of_the_ringing_may_still_answer_it() {
    let (mut stage, sid, legs) = ringing(&[BY_HAND, BY_HAND]);
    stage.advance(13.0);
    stage.world.pick_up(&legs[0]);
    stage.advance(1.0);
    assert_eq!((stage.status(&legs[0]), stage.status(&legs[1])), ("in-progress", "no-answer"));
    stage.world.press(&legs[0], "1");
    stage.settle();
    assert_eq!(stage.world.voices_at(&legs[0]), [sid.as_str()]);
}

#[test]
fn a_caller_who_is_fetched_or_hangs_up_cancels_what_rings_and_who_hears_the_question() {
    for hangs_up in [true, false] {
        let (mut stage, sid, legs) = ringing(&[BY_HAND, BY_HAND]);
        stage.world.pick_up(&legs[0]);
        stage.settle();
        if hangs_up {
            stage.world.hang_up(&sid);
        } else {
            let update = CallUpdate::Go(Instructions::Url(at("room")));
            stage.world.update_call(ACCOUNT, &sid, update).expect("it is in progress");
        }
        stage.settle();
        assert_eq!((stage.status(&legs[0]), stage.status(&legs[1])), ("completed", "canceled"));
        assert_eq!(stage.values("leg", "CallStatus"), ["in-progress", "completed", "canceled"]);
        let told = if hangs_up { vec!["canceled"] } else { vec![] };
        assert_eq!(stage.values("done", "DialCallStatus"), told);
        assert_eq!(stage.requests("room").len(), usize::from(!hangs_up));
    }
}

#[test]
fn a_phone_that_is_fetched_from_the_question_is_not_waited_for() {
    let (mut stage, _, legs) = ringing(&[BY_HAND]);
    stage.world.pick_up(&legs[0]);
    stage.settle();
    stage.answer("elsewhere", &["<Pause length=\"60\"/>"]);
    let update = CallUpdate::Go(Instructions::Url(at("elsewhere")));
    stage.world.update_call(ACCOUNT, &legs[0], update).expect("it is in progress");
    stage.advance(20.0);
    assert_eq!(stage.values("done", "DialCallStatus"), ["no-answer"]);
    assert_eq!(stage.status(&legs[0]), "in-progress");
}
