//! What is done at Twilio, when it fails half-way and when people and callers are faster.

use chrono::TimeDelta;
use switchboard_domain::calls::{Call, CallState, Happening, LegRole, Listening, Next, Place};
use switchboard_domain::events::CallId;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{CallStatus, ParticipantChange};
use switchboard_domain::switching::TransferForm;
use switchboard_domain::testing::{Asked, Outcome};

use crate::desk::{AGENT, CUSTOMER, Desk, place, turned};

#[tokio::test]
async fn a_caller_who_hangs_up_between_claim_and_turn_frees_the_agent() {
    let desk = Desk::new().await;
    let id = desk.claim().await;
    let answer = desk.arrive(&desk.org.agent, id, AGENT).await;
    desk.put_leg(CUSTOMER, CallStatus::Completed);
    desk.world.twilio.asked();
    desk.carry_out(answer.todo).await.expect("carry out");
    assert_eq!(desk.turned(), turned(&[(CUSTOMER, "MeetAsCustomer"), (AGENT, "dropped")]));
    assert_eq!(desk.call(id).await.state, CallState::Ended);
    assert!(!desk.is_busy(&desk.org.agent).await);
    assert_eq!(desk.told().await, ["incoming-call", "call-accepted", "call-ended"]);
}

#[tokio::test]
async fn a_turn_that_twilio_refused_for_now_is_tried_again() {
    let desk = Desk::new().await;
    let id = desk.claim().await;
    let answer = desk.arrive(&desk.org.agent, id, AGENT).await;
    for outcome in [Outcome::Busy(None), Outcome::Unreachable] {
        desk.world.twilio.next(outcome);
        assert!(desk.carry_out(answer.todo.clone()).await.is_err());
        assert_eq!(desk.call(id).await.customers_place(), None);
    }
    desk.world.twilio.asked();
    for _ in 0..2 {
        desk.carry_out(answer.todo.clone()).await.expect("carry out");
    }
    assert_eq!(desk.turned(), turned(&[(CUSTOMER, "MeetAsCustomer")]), "once");
    assert_eq!(desk.call(id).await.customers_place(), Some(Place::Coming));
}

#[tokio::test]
async fn what_was_done_in_part_is_finished_and_the_caller_hears_it_once() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let (from, to) = (desk.org.agent.id, desk.org.admin.person());
    let happened = desk.world.calls.happen(desk.scope(), id, &Happening::HandOver { from, to }).await;
    let todo = happened.expect("hand over").todo;
    desk.world.twilio.asked();
    desk.world.twilio.answer(1);
    desk.world.twilio.next(Outcome::Unreachable);
    assert!(desk.carry_out(todo.clone()).await.is_err(), "her leg was not ended");
    for _ in 0..2 {
        desk.carry_out(todo.clone()).await.expect("carry out");
    }
    let dropped = (AGENT, "dropped");
    assert_eq!(desk.turned(), turned(&[(CUSTOMER, "Queue"), dropped, dropped, dropped]));
}

#[tokio::test]
async fn a_leg_that_cannot_be_ended_does_not_keep_the_others_alive() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let ada = Some(desk.org.admin.person());
    desk.put_leg("CA3", CallStatus::InProgress);
    desk.ask_in(id, ada, None, "CA3").await;
    let gone = Happening::CustomerGone { status: CallStatus::Completed, duration: None };
    let happened = desk.world.calls.happen(desk.scope(), id, &gone).await.expect("happen");
    desk.world.twilio.next(Outcome::Unreachable);
    assert!(desk.carry_out(happened.todo).await.is_err());
    assert!(desk.turned().contains(&("CA3".to_owned(), "dropped".to_owned())));
}

#[tokio::test]
async fn who_took_the_call_meanwhile_keeps_the_caller() {
    let desk = Desk::new().await;
    let id = desk.meet().await;
    let (from, to) = (desk.org.agent.id, desk.org.admin.person());
    for (sid, role) in [(CUSTOMER, LegRole::Customer), (AGENT, LegRole::Agent)] {
        desk.tell(id, &desk.joins(1, sid, role)).await;
    }
    let happened = desk.world.calls.happen(desk.scope(), id, &Happening::HandOver { from, to }).await;
    let todo = happened.expect("hand over").todo;
    desk.world.twilio.set_away(true);
    assert!(desk.carry_out(todo.clone()).await.is_err());
    desk.world.twilio.set_away(false);
    desk.accept(&desk.org.admin).await;
    let answer = desk.arrive(&desk.org.admin, id, "CA3").await;
    desk.carry_out(answer.todo).await.expect("carry out");
    desk.world.twilio.asked();
    desk.carry_out(todo).await.expect("carry out");
    assert_eq!(desk.turned(), turned(&[(AGENT, "dropped")]), "the caller stays where they meet");
}

#[tokio::test]
async fn who_was_sent_to_a_phone_is_sent_there_once() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let phone = PhoneNumber::from_e164("+16475550188");
    let send = Happening::SendTo { from: desk.org.agent.id, phone };
    let todo = desk.world.calls.happen(desk.scope(), id, &send).await.expect("send").todo;
    desk.world.twilio.asked();
    for _ in 0..2 {
        desk.carry_out(todo.clone()).await.expect("carry out");
    }
    let turns: Vec<_> = desk.turned().into_iter().filter(|(sid, _)| sid == CUSTOMER).collect();
    assert_eq!(turns, turned(&[(CUSTOMER, "Phone")]));
}

#[tokio::test]
async fn a_caller_who_comes_into_the_conference_after_the_claim_lapsed_goes_back_to_the_queue() {
    let desk = Desk::new().await;
    let id = desk.claim().await;
    let answer = desk.arrive(&desk.org.agent, id, AGENT).await;
    desk.world.twilio.next(Outcome::Unanswered); // it is under way for a long time
    assert!(desk.carry_out(answer.todo).await.is_err());
    desk.world.twilio.set_away(true);
    desk.pass(20).await;
    desk.world.twilio.set_away(false);
    assert_eq!(desk.call(id).await.state, CallState::Ringing);
    desk.world.twilio.asked();
    desk.tell(id, &desk.joins(1, CUSTOMER, LegRole::Customer)).await;
    assert_eq!(desk.turned(), turned(&[(CUSTOMER, "Queue")]));
    desk.tell(id, &Happening::Leaves { round: 1, sid: CUSTOMER.to_owned() }).await;
    assert_eq!(desk.call(id).await.state, CallState::Ringing);
}

#[tokio::test]
async fn a_browser_that_dies_before_the_caller_comes_lets_the_call_ring_again_soon() {
    let desk = Desk::new().await;
    let id = desk.meet().await;
    desk.put_leg(AGENT, CallStatus::Completed);
    desk.tell(id, &desk.joins(1, AGENT, LegRole::Agent)).await;
    desk.tell(id, &Happening::Leaves { round: 1, sid: AGENT.to_owned() }).await;
    desk.tell(id, &Happening::ConferenceEnds { round: 1 }).await;
    assert_eq!(desk.call(id).await.state, CallState::Claimed, "they may have talked already");
    desk.world.twilio.asked();
    desk.pass(5).await;
    assert_eq!(desk.call(id).await.state, CallState::Ringing);
    assert_eq!(desk.turned(), turned(&[(CUSTOMER, "Queue")]));
    assert_eq!(desk.told().await, ["incoming-call", "call-accepted", "call-released", "incoming-call"]);
}

#[tokio::test]
async fn who_had_talked_already_does_not_ring_again() {
    let desk = Desk::new().await;
    let id = desk.meet().await;
    for sid in [CUSTOMER, AGENT] {
        desk.put_leg(sid, CallStatus::Completed);
    }
    desk.tell(id, &Happening::Leaves { round: 1, sid: AGENT.to_owned() }).await;
    desk.pass(5).await;
    assert_eq!(desk.call(id).await.state, CallState::Ended);
    for (sid, role) in [(CUSTOMER, LegRole::Customer), (AGENT, LegRole::Agent)] {
        desk.tell(id, &desk.joins(1, sid, role)).await;
    }
    let call = desk.call(id).await;
    assert_eq!(call.outcome.as_deref(), Some("answered"));
    assert_eq!(desk.told().await, ["incoming-call", "call-accepted", "call-ended"]);
}

#[tokio::test]
async fn of_two_tabs_the_later_has_the_call_unless_the_first_is_in_it() {
    let desk = Desk::new().await;
    let id = desk.claim().await;
    let first = desk.arrive(&desk.org.agent, id, AGENT).await;
    desk.world.twilio.asked();
    let second = desk.arrive(&desk.org.agent, id, "CA3").await;
    assert!(matches!(second.next, Next::MeetAsAgent { .. }));
    desk.carry_out(second.todo).await.expect("carry out");
    desk.carry_out(first.todo).await.expect("carry out");
    let mut turns = desk.turned();
    turns.sort();
    assert_eq!(turns, turned(&[(CUSTOMER, "MeetAsCustomer"), (AGENT, "dropped")]));
    desk.tell(id, &desk.joins(1, "CA3", LegRole::Agent)).await;
    let third = desk.arrive(&desk.org.agent, id, "CA4").await;
    assert_eq!((third.next, third.todo), (Next::Refused, None));
    let call = desk.call(id).await;
    assert_eq!((place(&call, "CA3"), place(&call, "CA4")), (Some(Place::In), None));
}

#[tokio::test]
async fn who_takes_it_as_the_caller_leaves_the_queue_meets_them() {
    use switchboard_domain::calls::LeftQueue;
    let desk = Desk::new().await;
    let id = desk.claim().await;
    let calls = &desk.world.calls;
    let answer = calls.leave_queue(desk.scope(), CUSTOMER, LeftQueue::Left).await.expect("an answer");
    assert!(matches!(answer.next, Next::MeetAsCustomer { .. }), "{:?}", answer.next);
    let again = calls.leave_queue(desk.scope(), CUSTOMER, LeftQueue::Left).await.expect("an answer");
    assert_eq!(again.next, Next::AskAgain, "told twice, they are on the way there");
    let answer = desk.arrive(&desk.org.agent, id, AGENT).await;
    desk.world.twilio.asked();
    desk.carry_out(answer.todo).await.expect("carry out");
    assert_eq!(desk.turned(), [], "they come by themselves");
    for (sid, role) in [(AGENT, LegRole::Agent), (CUSTOMER, LegRole::Customer)] {
        desk.tell(id, &desk.joins(1, sid, role)).await;
    }
    assert_eq!(desk.call(id).await.state, CallState::Connected);
}

#[tokio::test]
async fn who_comes_too_late_for_the_queue_learns_that_it_is_over() {
    use switchboard_domain::calls::LeftQueue;
    let desk = Desk::new().await;
    let id = desk.ring().await;
    let calls = &desk.world.calls;
    calls.leave_queue(desk.scope(), CUSTOMER, LeftQueue::Left).await.expect("an answer");
    assert_eq!(desk.call(id).await.state, CallState::Voicemail);
    let late = calls.accept(&desk.org.caller(&desk.org.agent), CUSTOMER).await;
    assert!(matches!(late, Err(switchboard_domain::Error::CallEnded)), "{late:?}");
    assert_eq!(desk.told().await, ["incoming-call", "call-ended"]);
}

#[tokio::test]
async fn who_hands_a_call_over_that_has_ended_is_told() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let gone = Happening::CustomerGone { status: CallStatus::Completed, duration: None };
    desk.tell(id, &gone).await;
    let form = TransferForm { to: Some(desk.org.admin.id.to_string()), kind: Some("cold".to_owned()) };
    let refused = desk.switching.transfer(&desk.org.caller(&desk.org.agent), id, form).await;
    assert!(matches!(refused, Err(switchboard_domain::Error::WrongState(CallState::Ended))), "{refused:?}");
}

/// Grace asks Ada into the call, and Twilio says so; Ada's leg.
async fn asked_in(desk: &Desk, id: CallId) -> String {
    let form = TransferForm { to: Some(desk.org.admin.id.to_string()), kind: Some("warm".to_owned()) };
    let call =
        desk.switching.transfer(&desk.org.caller(&desk.org.agent), id, form).await.expect("ask her in");
    call.colleagues_leg().and_then(|leg| leg.sid.clone()).expect("her leg")
}

/// They are in the conference; nobody tells.
async fn enters(desk: &Desk, id: CallId, sid: &str) {
    desk.put_leg(sid, CallStatus::InProgress);
    desk.enter(&desk.call(id).await, sid, LegRole::Colleague);
}

#[tokio::test]
async fn a_colleague_who_is_there_keeps_the_call_told_or_not() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let asked_in = asked_in(&desk, id).await;
    assert!(desk.world.twilio.asked().iter().any(|asked| {
        // Her browser is told which call it is.
        matches!(asked, Asked::AddParticipant(_, who) if who.to.ends_with(&format!("?call={id}")))
    }));
    enters(&desk, id, &asked_in).await;
    let call = desk.switching.hang_up(&desk.org.caller(&desk.org.agent), id).await.expect("hang up");
    assert_eq!((call.state, call.is_on_hold), (CallState::Connected, false));
    assert_eq!(call.agent.map(|agent| agent.id), Some(desk.org.admin.id));
    assert_eq!(desk.turned().last(), turned(&[(AGENT, "dropped")]).last());
}

#[tokio::test]
async fn who_lost_their_line_and_hangs_up_leaves_the_call_to_the_colleague() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let asked_in = asked_in(&desk, id).await;
    enters(&desk, id, &asked_in).await;
    desk.put_leg(AGENT, CallStatus::Completed);
    let grace = desk.org.caller(&desk.org.agent);
    for _ in 0..2 {
        let call = desk.switching.hang_up(&grace, id).await.expect("hang up");
        assert_eq!(call.state, CallState::Connected, "again, for the answer was lost");
        assert_eq!(call.agent.map(|agent| agent.id), Some(desk.org.admin.id));
    }
    assert!(!desk.turned().contains(&(CUSTOMER.to_owned(), "dropped".to_owned())));
}

#[tokio::test]
async fn a_colleague_of_whom_twilio_never_answered_keeps_the_call() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    desk.world.twilio.answer(5);
    desk.world.twilio.next(Outcome::Unanswered);
    let grace = desk.org.caller(&desk.org.agent);
    let form = TransferForm { to: Some(desk.org.admin.id.to_string()), kind: Some("warm".to_owned()) };
    desk.switching.transfer(&grace, id, form).await.expect_err("Twilio did not answer");
    let meant = |asked: &Asked| matches!(asked, Asked::AddParticipant(..));
    assert_eq!(desk.world.twilio.asked().last().map(meant), Some(true), "this went unanswered");
    enters(&desk, id, "CA3").await;
    let call = desk.switching.hang_up(&grace, id).await.expect("hang up");
    assert_eq!(call.state, CallState::Connected);
    assert_eq!(call.agent.map(|agent| agent.id), Some(desk.org.admin.id));
}

#[tokio::test]
async fn who_was_certainly_not_asked_in_may_be_asked_again() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let grace = desk.org.caller(&desk.org.agent);
    let form = || TransferForm { to: Some(desk.org.admin.id.to_string()), kind: Some("warm".to_owned()) };
    desk.world.twilio.answer(5);
    desk.world.twilio.next(Outcome::refused(400, 13_224, "no such client"));
    desk.switching.transfer(&grace, id, form()).await.expect_err("Twilio refused");
    let call = desk.switching.transfer(&grace, id, form()).await.expect("ask her in");
    assert!(call.colleagues_leg().is_some_and(|leg| leg.sid.is_some()));
}

#[tokio::test]
async fn who_declined_before_twilio_said_who_they_are_is_not_waited_for() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    desk.tell(id, &Happening::AskIn { user: Some(desk.org.admin.person()), phone: None }).await;
    desk.tell(id, &Happening::LegGone { sid: "CA3".to_owned() }).await;
    desk.tell(id, &Happening::AskedIn { sid: "CA3".to_owned() }).await;
    assert_eq!(desk.call(id).await.colleagues_leg(), None);
    assert_eq!(desk.turned(), turned(&[(CUSTOMER, "MeetAsCustomer")]), "nothing is dropped");
}

#[tokio::test]
async fn how_far_whoever_was_asked_in_is_stays_known_also_when_they_never_came() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let last = |call: Call| call.asked_in_last().map(|leg| (leg.place, leg.has_been_in));
    assert_eq!(last(desk.call(id).await), None);
    let missed = asked_in(&desk, id).await;
    assert_eq!(last(desk.call(id).await), Some((Place::Coming, false)));
    desk.tell(id, &Happening::LegGone { sid: missed }).await;
    assert_eq!(last(desk.call(id).await), Some((Place::Out, false)));
    desk.ask_in(id, Some(desk.org.admin.person()), None, "CA4").await;
    assert_eq!(last(desk.call(id).await), Some((Place::Coming, false)), "the last one counts");
    desk.tell(id, &desk.joins(1, "CA4", LegRole::Colleague)).await;
    assert_eq!(last(desk.call(id).await), Some((Place::In, true)));
    desk.tell(id, &Happening::Leaves { round: 1, sid: AGENT.to_owned() }).await;
    let call = desk.call(id).await;
    assert_eq!(call.agent.as_ref().map(|agent| agent.id), Some(desk.org.admin.id));
    assert_eq!(last(call), None, "she has the call");
}

#[tokio::test]
async fn while_a_colleague_is_rung_hanging_up_ends_the_call() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    asked_in(&desk, id).await;
    let call = desk.switching.hang_up(&desk.org.caller(&desk.org.agent), id).await.expect("hang up");
    assert_eq!(call.state, CallState::Ended);
    assert!(desk.turned().contains(&(CUSTOMER.to_owned(), "dropped".to_owned())));
}

#[tokio::test]
async fn a_hand_over_that_twilio_did_not_do_at_once_is_done_a_little_later() {
    let mobile = || PhoneNumber::from_e164("+16475550199");
    for (to, turn) in [(mobile().to_string(), "Phone"), (String::new(), "Queue")] {
        let desk = Desk::new().await;
        let id = desk.talk().await;
        let to = if to.is_empty() { desk.org.admin.id.to_string() } else { to };
        let form = TransferForm { to: Some(to), kind: Some("cold".to_owned()) };
        desk.world.twilio.answer(2);
        desk.world.twilio.next(Outcome::Unreachable);
        desk.switching.transfer(&desk.org.caller(&desk.org.agent), id, form).await.expect("handed over");
        desk.pass(10).await;
        let done = desk.turned();
        assert!(done.contains(&(AGENT.to_owned(), "dropped".to_owned())), "{done:?}");
        let customers = done.iter().filter(|(sid, to)| sid == CUSTOMER && to == turn).count();
        assert_eq!(customers, 2, "once in vain, and once more: {done:?}");
    }
}

#[tokio::test]
async fn a_customer_is_not_left_alone_by_the_phone_that_was_asked_in() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let mobile = PhoneNumber::from_e164("+16475550199");
    let form = TransferForm { to: Some(mobile.to_string()), kind: Some("warm".to_owned()) };
    let grace = desk.org.caller(&desk.org.agent);
    let call = desk.switching.transfer(&grace, id, form).await.expect("ask them in");
    let phone = call.colleagues_leg().and_then(|leg| leg.sid.clone()).expect("their leg");
    enters(&desk, id, &phone).await;
    let call = desk.switching.hang_up(&grace, id).await.expect("hang up");
    assert_eq!((call.state, call.phone), (CallState::Forwarded, Some(mobile)));
    // They hang up, and nobody tells.
    desk.put_leg(&phone, CallStatus::Completed);
    desk.pass(70).await;
    let call = desk.call(id).await;
    assert_eq!((call.state, call.outcome.as_deref()), (CallState::Ended, Some("answered")));
    assert!(desk.turned().contains(&(CUSTOMER.to_owned(), "dropped".to_owned())));
}

#[tokio::test]
async fn those_who_met_while_nobody_looked_talk_on() {
    let desk = Desk::new().await;
    let id = desk.meet().await;
    desk.world.clock.advance(TimeDelta::seconds(40));
    assert_eq!(desk.pass(1).await, 0);
    assert_eq!(desk.call(id).await.state, CallState::Connected);
    assert!(!desk.turned().contains(&(CUSTOMER.to_owned(), "Queue".to_owned())));
}

#[tokio::test]
async fn a_supervisor_who_comes_back_at_once_is_let_in() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let ada = desk.org.caller(&desk.org.admin);
    let calls = &desk.world.calls;
    desk.switching.listen(&ada, id, Listening::Monitor).await.expect("listen");
    for sid in ["CA3", "CA4"] {
        let next = calls.supervisor_calls_in(desk.scope(), ada.user, id, sid).await.expect("an answer");
        assert!(matches!(next, Next::MeetAsSupervisor { .. }), "{next:?}");
        desk.tell(id, &desk.joins(1, sid, LegRole::Supervisor)).await;
        desk.switching.listen(&ada, id, Listening::Monitor).await.expect("listen");
    }
    let call = desk.call(id).await;
    assert_eq!((place(&call, "CA3"), place(&call, "CA4")), (Some(Place::Out), Some(Place::In)));
}

#[tokio::test]
async fn a_supervisor_is_heard_though_nobody_told_yet_that_they_came_and_though_twilio_failed_at_first() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let boss = desk.org.caller(&desk.org.admin);
    desk.switching.listen(&boss, id, Listening::Monitor).await.expect("listen");
    let calls = &desk.world.calls;
    calls.supervisor_calls_in(desk.scope(), boss.user, id, "CA3").await.expect("an answer");
    desk.put_leg("CA3", CallStatus::InProgress);
    desk.enter(&desk.call(id).await, "CA3", LegRole::Supervisor);
    desk.world.twilio.next(Outcome::Unreachable);
    desk.switching.listen(&boss, id, Listening::Barge).await.expect_err("out of reach");
    desk.world.twilio.asked();
    desk.switching.listen(&boss, id, Listening::Barge).await.expect("listen");
    let changes = desk.world.twilio.asked().into_iter().filter_map(|asked| match asked {
        Asked::ChangeParticipant(_, sid, change) => Some((sid, change)),
        _ => None,
    });
    let expected = [ParticipantChange::StopCoaching, ParticipantChange::Unmute];
    assert!(changes.eq(expected.map(|change| ("CA3".to_owned(), change))));
}

#[tokio::test]
async fn a_phone_that_a_call_was_handed_over_to_has_it_once_somebody_picks_up() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let [phone, other] = ["+16475550188", "+16475550189"].map(PhoneNumber::from_e164);
    let form = TransferForm { to: Some(phone.to_string()), kind: Some("cold".to_owned()) };
    let grace = desk.org.caller(&desk.org.agent);
    desk.switching.transfer(&grace, id, form).await.expect("hand over");
    assert_eq!(desk.call(id).await.talking_since, None, "it rings");
    for (phone, next) in [(&other, Next::HangUp), (&phone, Next::GoOn), (&phone, Next::GoOn)] {
        let told = desk.world.calls.pick_up(desk.scope(), id, phone.clone()).await.expect("an answer");
        assert_eq!(told, next, "{phone}");
    }
    assert!(desk.call(id).await.talking_since.is_some(), "and nobody pressed a key");
}

#[tokio::test]
async fn whoever_comes_into_a_call_is_busy_and_free_again_when_they_leave_it() {
    let desk = Desk::new().await;
    let id = desk.talk().await;
    let (ada, grace) = (&desk.org.admin, &desk.org.agent);
    desk.put_leg("CA3", CallStatus::InProgress);
    let changes = desk.offers_changes().await;
    desk.ask_in(id, Some(ada.person()), None, "CA3").await;
    assert!(!desk.is_busy(ada).await, "she may never come");
    assert_eq!(desk.offers_changes().await, changes);
    desk.tell(id, &desk.joins(1, "CA3", LegRole::Colleague)).await;
    assert!(desk.is_busy(ada).await);
    assert_eq!(desk.offers_changes().await, changes + 1);
    desk.tell(id, &Happening::LegGone { sid: "CA3".to_owned() }).await;
    assert!(!desk.is_busy(ada).await && desk.is_busy(grace).await);
    assert_eq!(desk.offers_changes().await, changes + 2);

    let (user, listening) = (ada.person(), Listening::Barge);
    desk.tell(id, &Happening::Listen { user, listening }).await;
    desk.tell(id, &Happening::SupervisorArrives { user: ada.id, sid: "CA4".to_owned() }).await;
    assert!(!desk.is_busy(ada).await);
    desk.tell(id, &desk.joins(1, "CA4", LegRole::Supervisor)).await;
    assert!(desk.is_busy(ada).await && desk.is_busy(grace).await);
    assert_eq!(desk.offers_changes().await, changes + 3);
    let gone = Happening::CustomerGone { status: CallStatus::Completed, duration: None };
    desk.tell(id, &gone).await;
    assert!(!desk.is_busy(ada).await && !desk.is_busy(grace).await, "it is over for everybody");
}
