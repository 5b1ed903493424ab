//! Calls of which nothing is heard any more: what Twilio answers counts.

use std::time::Duration;

use chrono::TimeDelta;
use switchboard_domain::calls::{CallState, Happening, LegRole, Onward, Place, RecordingKind, Unanswered};
use switchboard_domain::lines::Line;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    CallStatus, Clock, ParticipantChange, Price, Recording, RecordingStatus, Store, TwilioCall,
};
use switchboard_domain::testing::fixtures::{noon, twilio_call};
use switchboard_domain::testing::{Asked, Outcome};

use crate::desk::{AGENT, CUSTOMER, Desk, place, turned};
use crate::dialing::make;

#[tokio::test]
async fn who_hung_up_unheard_rings_no_more() {
    let desk = Desk::new().await;
    let id = desk.ring().await;
    desk.pass(70).await;
    assert_eq!(desk.call(id).await.state, CallState::Ringing, "Twilio says that they are there");
    desk.put_leg(CUSTOMER, CallStatus::Completed);
    desk.pass(60).await;
    let call = desk.call(id).await;
    assert_eq!((call.state, call.outcome.as_deref()), (CallState::Ended, Some("missed")));
    assert_eq!((call.is_settled(), call.due_at), (true, None));
    assert_eq!(desk.told().await, ["incoming-call", "call-ended"]);
}

#[tokio::test]
async fn a_claim_whose_browser_never_came_lapses_whether_twilio_is_there_or_not() {
    for is_away in [false, true] {
        let desk = Desk::new().await;
        let id = desk.claim().await;
        desk.world.twilio.set_away(is_away);
        desk.pass(7).await;
        assert_eq!(desk.call(id).await.state, CallState::Claimed);
        assert_eq!(desk.pass(1).await, 0, "nobody has to be asked");
        assert_eq!(desk.call(id).await.state, CallState::Ringing);
        assert_eq!(desk.told().await, ["incoming-call", "call-accepted", "call-released", "incoming-call"]);
        assert!(!desk.is_busy(&desk.org.agent).await);
    }
}

#[tokio::test]
async fn who_met_unheard_is_found_talking_before_the_claim_lapses() {
    let desk = Desk::new().await;
    let id = desk.meet().await;
    desk.pass(5).await;
    let call = desk.call(id).await;
    assert_eq!((call.state, call.answered_at), (CallState::Connected, Some(desk.world.clock.now())));
    desk.pass(30).await;
    for sid in [CUSTOMER, AGENT] {
        desk.put_leg(sid, CallStatus::Completed);
    }
    desk.pass(60).await;
    let call = desk.call(id).await;
    assert_eq!((call.state, call.outcome.as_deref()), (CallState::Ended, Some("answered")));
    assert_eq!(desk.told().await, ["incoming-call", "call-accepted", "call-ended"]);
}

#[tokio::test]
async fn an_audio_that_does_not_come_lapses_though_twilio_is_away_and_the_caller_goes_back_when_it_returns() {
    let desk = Desk::new().await;
    let id = desk.meet().await;
    desk.world.twilio.set_away(true);
    assert!(desk.pass(19).await > 0, "it was asked");
    assert_eq!(desk.call(id).await.state, CallState::Claimed);
    desk.pass(1).await;
    assert_eq!(desk.call(id).await.state, CallState::Ringing);
    desk.pass(70).await;
    desk.world.twilio.set_away(false);
    desk.world.twilio.asked();
    desk.pass(60).await;
    assert_eq!(desk.turned(), turned(&[(CUSTOMER, "Queue"), (AGENT, "dropped")]));
    desk.pass(120).await;
    assert_eq!(desk.turned(), [], "once");
}

#[tokio::test]
async fn a_caller_who_is_in_the_queue_is_not_turned_there() {
    let desk = Desk::new().await;
    let id = desk.claim().await;
    let answer = desk.arrive(&desk.org.agent, id, AGENT).await;
    desk.world.twilio.set_away(true);
    assert!(desk.carry_out(answer.todo).await.is_err(), "they were not turned to the conference");
    desk.pass(20).await;
    desk.world.twilio.set_away(false);
    desk.world.twilio.asked();
    desk.pass(180).await;
    assert_eq!(desk.call(id).await.state, CallState::Ringing);
    assert_eq!(desk.turned(), []);
}

#[tokio::test]
async fn a_caller_whom_nobody_turned_to_the_waiting_agent_is_turned_there() {
    for outcome in [Outcome::Lost, Outcome::Unanswered] {
        let desk = Desk::new().await;
        let id = desk.claim().await;
        let answer = desk.arrive(&desk.org.agent, id, AGENT).await;
        desk.world.twilio.next(outcome.clone());
        assert!(desk.carry_out(answer.todo.clone()).await.is_err());
        desk.carry_out(answer.todo).await.expect("nothing to do before it is known how that went");
        let call = desk.call(id).await;
        desk.enter(&call, AGENT, LegRole::Agent);
        let happened = matches!(outcome, Outcome::Unanswered);
        if happened {
            desk.enter(&call, CUSTOMER, LegRole::Customer);
        }
        desk.world.twilio.asked();
        desk.pass(5).await;
        let turns = if happened { turned(&[]) } else { turned(&[(CUSTOMER, "MeetAsCustomer")]) };
        assert_eq!(desk.turned(), turns, "{outcome:?}");
        desk.enter(&call, CUSTOMER, LegRole::Customer);
        desk.pass(5).await;
        assert_eq!(desk.call(id).await.state, CallState::Connected, "{outcome:?}");
    }
}

#[tokio::test]
async fn an_agent_whose_end_was_lost_has_the_call_no_longer() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    desk.put_leg(AGENT, CallStatus::Completed);
    desk.pass(60).await;
    let call = desk.call(id).await;
    assert_eq!((call.state, call.outcome.as_deref()), (CallState::Ended, Some("answered")));
    assert!(desk.turned().contains(&(CUSTOMER.to_owned(), "dropped".to_owned())));
    desk.pass(60).await;
    assert!(desk.call(id).await.is_settled());
}

#[tokio::test]
async fn who_is_still_being_called_in_is_not_there() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let ada = desk.org.admin.person();
    desk.ask_in(id, Some(ada), None, "CA3").await;
    desk.put_leg("CA3", CallStatus::Ringing);
    desk.enter(&desk.call(id).await, "CA3", LegRole::Colleague);
    desk.tell(id, &Happening::Leaves { round: 1, sid: AGENT.to_owned() }).await;
    desk.put_leg(AGENT, CallStatus::Completed);
    desk.pass(60).await;
    let call = desk.call(id).await;
    assert_eq!((call.state, place(&call, "CA3")), (CallState::Connected, Some(Place::Coming)));
    desk.put_leg("CA3", CallStatus::InProgress);
    desk.pass(60).await;
    let call = desk.call(id).await;
    assert_eq!(
        (call.state, call.agent.map(|agent| agent.id)),
        (CallState::Connected, Some(desk.org.admin.id))
    );
}

#[tokio::test]
async fn a_customer_whom_nobody_let_hear_the_colleague_hears_no_music_for_ever() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let grace = desk.org.caller(&desk.org.agent);
    desk.switching.hold(&grace, id).await.expect("hold");
    desk.pass(60).await;
    assert!(!desk.world.twilio.asked().iter().any(resumes), "they are to hear music");
    let ada = desk.org.admin.person();
    desk.ask_in(id, Some(ada), None, "CA3").await;
    desk.put_leg("CA3", CallStatus::InProgress);
    desk.enter(&desk.call(id).await, "CA3", LegRole::Colleague);
    desk.tell(id, &desk.joins(1, "CA3", LegRole::Colleague)).await;
    desk.world.twilio.set_away(true);
    let leaves = Happening::Leaves { round: 1, sid: AGENT.to_owned() };
    let left = desk.world.calls.happen(desk.scope(), id, &leaves).await.expect("happen");
    assert!(desk.carry_out(left.todo).await.is_err());
    desk.world.twilio.set_away(false);
    desk.world.twilio.asked();
    desk.pass(60).await;
    assert!(desk.world.twilio.asked().iter().any(resumes));
    desk.pass(120).await;
    assert!(!desk.world.twilio.asked().iter().any(resumes), "once");
}

fn resumes(asked: &Asked) -> bool {
    matches!(asked, Asked::ChangeParticipant(_, sid, ParticipantChange::Resume) if sid == CUSTOMER)
}

#[tokio::test]
async fn a_colleague_who_did_not_come_and_of_whom_nothing_is_heard_is_not_waited_for() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let ada = desk.org.admin.person();
    desk.ask_in(id, Some(ada), None, "CA3").await;
    desk.tell(id, &Happening::Leaves { round: 1, sid: AGENT.to_owned() }).await;
    assert_eq!(desk.call(id).await.state, CallState::Connected);
    desk.pass(60).await;
    assert_eq!(desk.call(id).await.state, CallState::Ended);
}

#[tokio::test]
async fn what_a_call_cost_is_asked_a_while_after_its_end_and_not_for_ever() {
    let over = TwilioCall {
        duration: Some(Duration::from_secs(61)),
        ..twilio_call(CUSTOMER, CallStatus::Completed)
    };
    let priced = TwilioCall { price: Price::new("-0.02800", "USD"), ..over.clone() };
    for (what, is_told, asked) in [("told", true, 2), ("never told", false, 5)] {
        let desk = Desk::new().await;
        let id = desk.talk().await;
        desk.world.twilio.put_call(&desk.org.account_sid, over.clone());
        let gone = Happening::CustomerGone { status: CallStatus::Completed, duration: Some(61) };
        desk.tell(id, &gone).await;
        desk.tell(id, &Happening::ConferenceEnds { round: 1 }).await;
        desk.world.twilio.asked();
        desk.pass(900).await;
        if is_told {
            desk.world.twilio.put_call(&desk.org.account_sid, priced.clone());
        }
        desk.pass(12_000).await;
        let questions = desk.world.twilio.asked();
        let questions = questions.iter().filter(|asked| **asked == Asked::Call(CUSTOMER.to_owned())).count();
        let call = desk.call(id).await;
        assert_eq!((questions, call.due_at), (asked, None), "{what}");
        assert_eq!(call.price, if is_told { priced.price.clone() } else { None }, "{what}");
    }
}

#[tokio::test]
async fn nobody_asks_what_a_call_cost_that_nobody_answered() {
    let desk = Desk::new().await;
    let made = make(&desk).await;
    let sid = made.sid.expect("a SID");
    let gone = Happening::CustomerGone { status: CallStatus::Busy, duration: Some(0) };
    desk.put_leg(&sid, CallStatus::Busy);
    desk.tell(made.id, &gone).await;
    assert_eq!(desk.call(made.id).await.due_at, None);
}

/// Nobody takes the call.
async fn unanswered(desk: &Desk, next: Onward) -> switchboard_domain::events::CallId {
    let id = desk.ring().await;
    desk.tell(id, &Happening::NobodyTakes { why: Unanswered::Timeout, next }).await;
    id
}

#[tokio::test]
async fn what_is_with_the_phones_is_over_when_the_caller_is_gone() {
    for phone in [None, Some(PhoneNumber::from_e164("+16475550188"))] {
        let desk = Desk::new().await;
        let id = unanswered(&desk, Onward::Phones).await;
        if let Some(phone) = &phone {
            desk.tell(id, &Happening::PhoneTakes(phone.clone())).await;
        }
        desk.pass(120).await;
        assert_eq!(desk.call(id).await.state, CallState::Forwarded);
        desk.put_leg(CUSTOMER, CallStatus::Completed);
        desk.pass(60).await;
        let call = desk.call(id).await;
        let outcome = if phone.is_some() { "answered" } else { "missed" };
        assert_eq!((call.state, call.outcome.as_deref()), (CallState::Ended, Some(outcome)));
        assert_eq!(desk.told().await, ["incoming-call", "call-ended"]);
    }
}

fn recording(sid: &str, call: Option<&str>, conference: Option<&str>, status: RecordingStatus) -> Recording {
    Recording {
        sid: sid.to_owned(),
        status,
        call_sid: call.map(str::to_owned),
        conference_sid: conference.map(str::to_owned),
        duration: Some(Duration::from_secs(9)),
    }
}

#[tokio::test]
async fn a_message_of_which_nothing_was_told_is_found_when_it_is_ready() {
    let desk = Desk::new().await;
    let id = unanswered(&desk, Onward::Voicemail).await;
    let put = |status| {
        let message = recording("RE1", Some(CUSTOMER), None, status);
        desk.world.twilio.put_recording(&desk.org.account_sid, message);
    };
    put(RecordingStatus::Processing);
    desk.put_leg(CUSTOMER, CallStatus::Completed);
    desk.pass(120).await;
    let call = desk.call(id).await;
    assert_eq!((call.state, call.outcome.as_deref()), (CallState::Ended, Some("missed")));
    put(RecordingStatus::Completed);
    desk.pass(300).await;
    let record = desk.world.calls.get(&desk.org.caller(&desk.org.agent), id).await.expect("the call");
    let message = record.voicemail.expect("a message");
    assert_eq!((message.sid.as_str(), message.seconds), ("RE1", Some(9)));
    assert_eq!((record.call.outcome.as_deref(), record.call.is_settled()), (Some("voicemail"), true));
}

#[tokio::test]
async fn who_left_no_message_is_not_asked_about_for_ever() {
    let desk = Desk::new().await;
    let id = unanswered(&desk, Onward::Voicemail).await;
    desk.put_leg(CUSTOMER, CallStatus::Completed);
    desk.pass(120).await;
    let call = desk.call(id).await;
    assert_eq!((call.outcome.as_deref(), call.is_settled()), (Some("missed"), true));
}

#[tokio::test]
async fn a_conversation_of_whose_recording_nothing_was_told_is_found() {
    for is_told in [true, false] {
        let desk = Desk::new().await;
        let mut tx = desk.world.store.begin(desk.scope()).await.expect("begin");
        let line = Line { is_recorded: true, ..Line::plain(desk.org.number.clone()) };
        tx.put_line(&line).await.expect("put");
        tx.commit().await.expect("commit");
        // Of who entered it is told, or Twilio is asked: by either the conference is known.
        let id = if is_told { desk.talk().await } else { desk.meet().await };
        desk.pass(5).await;
        for (sid, conference) in [("RE1", "CF1"), ("RE2", "CF2")] {
            let said = recording(sid, None, Some(conference), RecordingStatus::Completed);
            desk.world.twilio.put_recording(&desk.org.account_sid, said);
        }
        for sid in [CUSTOMER, AGENT] {
            desk.put_leg(sid, CallStatus::Completed);
        }
        desk.pass(180).await;
        let record = desk.world.calls.get(&desk.org.caller(&desk.org.agent), id).await.expect("the call");
        let said = record.conversation.expect("a recording");
        assert_eq!((said.sid.as_str(), said.kind), ("RE1", RecordingKind::Conversation));
        assert_eq!((record.voicemail, record.call.outcome.as_deref()), (None, Some("answered")));
        assert!(record.call.is_settled());
    }
}

#[tokio::test]
async fn what_lives_on_at_twilio_after_the_end_is_ended() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    // Whoever was to do what follows is gone.
    desk.world.calls.happen(desk.scope(), id, &Happening::HangUp(desk.org.agent.id)).await.expect("hang up");
    desk.world.twilio.asked();
    desk.pass(29).await;
    assert_eq!(desk.turned(), []);
    desk.pass(60).await;
    let mut dropped = desk.turned();
    dropped.sort();
    assert_eq!(dropped, turned(&[(CUSTOMER, "dropped"), (AGENT, "dropped")]));
    assert!(desk.call(id).await.is_settled());
}

#[tokio::test]
async fn an_agents_leg_of_whose_end_nothing_is_heard_is_ended() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    desk.world.twilio.set_away(true);
    let gone = Happening::CustomerGone { status: CallStatus::Completed, duration: Some(9) };
    let happened = desk.world.calls.happen(desk.scope(), id, &gone).await.expect("happen");
    assert!(desk.carry_out(happened.todo).await.is_err());
    desk.world.twilio.set_away(false);
    desk.world.twilio.asked();
    desk.pass(30).await;
    assert_eq!(desk.turned(), turned(&[(AGENT, "dropped")]));
    assert!(desk.call(id).await.is_settled());
}

#[tokio::test]
async fn while_twilio_is_away_nothing_is_lost_and_it_is_asked_again_but_not_too_often() {
    let desk = Desk::new().await;
    let ringing = desk.ring().await;
    let before = desk.call(ringing).await;
    desk.world.twilio.set_away(true);
    let failures = desk.pass(600).await;
    assert!((9..=10).contains(&failures), "{failures} failures in ten minutes");
    let call = desk.call(ringing).await;
    assert_eq!((call.state, call.updated_at), (CallState::Ringing, before.updated_at));
    desk.world.twilio.set_away(false);
    desk.put_leg(CUSTOMER, CallStatus::Completed);
    desk.pass(61).await;
    assert_eq!(desk.call(ringing).await.state, CallState::Ended);

    let desk = Desk::new().await;
    let id = desk.talk().await;
    desk.world.calls.happen(desk.scope(), id, &Happening::HangUp(desk.org.agent.id)).await.expect("hang up");
    desk.world.twilio.set_away(true);
    let failures = desk.pass(6 * 3600).await;
    assert!((5..=20).contains(&failures), "{failures} failures in six hours");
    desk.world.twilio.set_away(false);
    desk.pass(2 * 3600).await;
    assert!(desk.call(id).await.is_settled());
}

#[tokio::test]
async fn of_two_servers_one_asks() {
    let desk = Desk::new().await;
    desk.ring().await;
    let other = Desk::switching(&desk.world);
    desk.world.clock.advance(TimeDelta::seconds(60));
    desk.world.twilio.asked();
    let (one, two) = tokio::join!(desk.switching.settle(desk.scope()), other.settle(desk.scope()));
    assert!(one.expect("settle").is_empty() && two.expect("settle").is_empty());
    assert_eq!(desk.world.twilio.asked(), [Asked::Call(CUSTOMER.to_owned())]);
    assert!(desk.world.clock.now() > noon());
}
