//! Calls that we make: each once, whatever Twilio says and when.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use switchboard_domain::calls::{Call, CallFilter, CallState, LegRole, Next};
use switchboard_domain::ports::{CallDirection, CallStatus, Store, TwilioCall};
use switchboard_domain::switching::CallOrder;
use switchboard_domain::testing::fixtures::twilio_call;
use switchboard_domain::testing::{Asked, Outcome};

use crate::desk::{AGENT, Desk};

const CALLED: &str = "+16475550100";

/// Grace calls somebody.
pub async fn make(desk: &Desk) -> Call {
    let order = CallOrder { to: Some(CALLED.to_owned()), ..CallOrder::default() };
    desk.switching.make(&desk.org.caller(&desk.org.agent), order).await.expect("make")
}

/// Twilio has made a call to the same number.
fn put_outbound(desk: &Desk, sid: &str, status: CallStatus) {
    let (to, from) = (CALLED.to_owned(), desk.org.number.to_string());
    let made = TwilioCall { to, from, direction: CallDirection::OutboundApi, ..twilio_call(sid, status) };
    desk.world.twilio.put_call(&desk.org.account_sid, made);
}

/// The same order under the same key, once more.
async fn make_with_key(desk: &Desk) -> Result<Call, switchboard_domain::Error> {
    let idempotency_key = Some("k".to_owned());
    let order = CallOrder { to: Some(CALLED.to_owned()), idempotency_key, ..CallOrder::default() };
    desk.switching.make(&desk.org.caller(&desk.org.agent), order).await
}

fn dialled(desk: &Desk) -> usize {
    let asked = desk.world.twilio.asked();
    asked.iter().filter(|asked| matches!(asked, Asked::StartCall(_))).count()
}

#[tokio::test]
async fn an_order_that_twilio_did_not_take_dials_again_when_it_is_repeated() {
    let refused = Outcome::refused(400, 21211, "Invalid 'To' Phone Number");
    for outcome in [Outcome::Busy(None), Outcome::Unreachable, refused] {
        let desk = Desk::new().await;
        for _ in 0..2 {
            desk.world.twilio.next(outcome.clone());
            make_with_key(&desk).await.expect_err("nobody is called");
        }
        assert_eq!(dialled(&desk), 2);
        let [made, again] =
            [make_with_key(&desk).await, make_with_key(&desk).await].map(|made| made.expect("make"));
        assert_eq!((made.state, again.id), (CallState::Dialing, made.id), "{outcome:?}");
        assert_eq!(dialled(&desk), 1, "and then it is that call");
        let mut tx = desk.world.store.begin(desk.scope()).await.expect("begin");
        let (all, _) = tx.calls(&CallFilter::default(), 10, 0).await.expect("read");
        assert_eq!(all.iter().filter(|call| call.was_never_made()).count(), 2, "{all:?}");
    }
}

#[tokio::test]
async fn of_several_who_repeat_an_order_at_once_one_dials() {
    let desk = Desk::new().await;
    desk.world.twilio.next(Outcome::Busy(None));
    make_with_key(&desk).await.expect_err("Twilio has no time");
    desk.world.twilio.asked();
    let made = join_all((0..20).map(|_| make_with_key(&desk))).await;
    let ids: HashSet<_> = made.into_iter().map(|made| made.expect("make").id).collect();
    assert_eq!((ids.len(), dialled(&desk)), (1, 1));
}

#[tokio::test]
async fn an_order_of_which_twilio_did_not_say_what_came_of_it_is_not_dialled_again() {
    let desk = Desk::new().await;
    desk.world.twilio.next(Outcome::Lost);
    let made = make_with_key(&desk).await.expect("it is not known");
    for seconds in [0, 30, 60] {
        desk.pass(seconds).await;
        assert_eq!(make_with_key(&desk).await.expect("it is that call").id, made.id);
    }
    assert_eq!(dialled(&desk), 1);
}

#[tokio::test]
async fn a_call_that_twilio_made_without_saying_so_is_found() {
    let desk = Desk::new().await;
    desk.world.twilio.next(Outcome::Unanswered);
    let made = make(&desk).await;
    assert_eq!((made.state, made.sid), (CallState::Dialing, None));
    desk.pass(10).await;
    let call = desk.call(made.id).await;
    assert_eq!(call.state, CallState::Dialing);
    let sid = call.sid.expect("it was found");
    let mut tx = desk.world.store.begin(desk.scope()).await.expect("begin");
    assert_eq!(tx.call_by_sid(&sid).await.expect("read").expect("the call").id, made.id);
}

#[tokio::test]
async fn who_is_called_picks_up_and_talks_unheard_and_is_soon_found_talking() {
    let desk = Desk::new().await;
    let made = make(&desk).await;
    let customer = made.sid.clone().expect("Twilio told it");
    desk.arrive(&desk.org.agent, made.id, AGENT).await;
    desk.put_leg(&customer, CallStatus::InProgress);
    desk.pass(20).await;
    assert_eq!(desk.call(made.id).await.state, CallState::Dialing, "their phone rings");
    desk.world.calls.customer_picks_up(desk.scope(), made.id, &customer).await.expect("an answer");
    desk.pass(20).await;
    assert_eq!(desk.call(made.id).await.state, CallState::Dialing, "her browser is still on the way");
    desk.enter(&made, AGENT, LegRole::Agent);
    desk.enter(&made, &customer, LegRole::Customer);
    desk.pass(5).await;
    let call = desk.call(made.id).await;
    assert_eq!((call.state, call.answered_at.is_some()), (CallState::Connected, true));
    assert_eq!(desk.told().await, Vec::<String>::new());
}

#[tokio::test]
async fn who_calls_somebody_and_does_not_come_is_not_waited_for_though_the_customer_picked_up() {
    let desk = Desk::new().await;
    let made = make(&desk).await;
    let customer = made.sid.clone().expect("Twilio told it");
    desk.put_leg(&customer, CallStatus::InProgress);
    desk.world.calls.customer_picks_up(desk.scope(), made.id, &customer).await.expect("an answer");
    desk.arrive(&desk.org.agent, made.id, AGENT).await;
    desk.enter(&made, &customer, LegRole::Customer);
    desk.pass(59).await;
    assert_eq!(desk.call(made.id).await.state, CallState::Dialing);
    desk.pass(70).await;
    let call = desk.call(made.id).await;
    assert_eq!((call.state, call.outcome.as_deref()), (CallState::Ended, Some("canceled")));
}

#[tokio::test]
async fn of_several_calls_that_it_may_be_none_is_taken_for_it() {
    let desk = Desk::new().await;
    for sid in ["CA8", "CA9"] {
        put_outbound(&desk, sid, CallStatus::InProgress);
    }
    desk.world.twilio.next(Outcome::Lost);
    let made = make(&desk).await;
    desk.pass(20).await;
    assert_eq!(desk.call(made.id).await.sid, None);
}

#[tokio::test]
async fn a_leg_that_may_be_a_colleagues_call_to_the_same_number_is_not_taken() {
    let desk = Desk::new().await;
    desk.world.twilio.next(Outcome::Lost);
    let never_made = make(&desk).await;
    desk.world.twilio.next(Outcome::Lost);
    let made = make(&desk).await;
    put_outbound(&desk, "CA9", CallStatus::Ringing);
    desk.pass(20).await;
    assert_eq!((desk.call(never_made.id).await.sid, desk.call(made.id).await.sid), (None, None));
    let answer = desk.world.calls.customer_picks_up(desk.scope(), made.id, "CA9").await.expect("an answer");
    assert!(matches!(answer.next, Next::MeetAsCustomer { .. }), "{answer:?}");
    desk.pass(20).await;
    assert_eq!(desk.call(never_made.id).await.sid, None, "its colleague has it");
}

#[tokio::test]
async fn who_is_named_with_a_leg_has_it_whatever_was_guessed() {
    for status in [CallStatus::Ringing, CallStatus::Busy] {
        let desk = Desk::new().await;
        desk.world.twilio.next(Outcome::Lost);
        let guessed = make(&desk).await;
        put_outbound(&desk, "CA9", status.clone());
        desk.pass(if status.is_over() { 80 } else { 10 }).await;
        assert_eq!(desk.call(guessed.id).await.sid.as_deref(), Some("CA9"), "it looks like it");
        desk.world.twilio.next(Outcome::Lost);
        let made = make(&desk).await;
        let answer =
            desk.world.calls.customer_picks_up(desk.scope(), made.id, "CA9").await.expect("an answer");
        assert!(matches!(answer.next, Next::MeetAsCustomer { .. }), "{answer:?}");
        let guessed = desk.call(guessed.id).await;
        assert_eq!(
            (guessed.sid.as_deref(), guessed.status.is_over()),
            (None, false),
            "it is looked for anew"
        );
        assert_eq!(guessed.customers_place(), None);
        let told_twice = desk.world.calls.dialed(desk.scope(), made.id, "CA9").await.expect("read");
        assert!(!told_twice.expect("the call").is_new);
    }
}

#[tokio::test]
async fn a_call_that_twilio_never_made_is_given_up_and_a_leg_that_turns_up_later_is_dropped() {
    let desk = Desk::new().await;
    desk.world.twilio.next(Outcome::Lost);
    let made = make(&desk).await;
    desk.arrive(&desk.org.agent, made.id, AGENT).await;
    desk.pass(50).await;
    assert_eq!(desk.call(made.id).await.state, CallState::Dialing);
    desk.pass(20).await;
    let call = desk.call(made.id).await;
    assert_eq!((call.state, call.outcome.as_deref()), (CallState::Ended, Some("failed")));
    assert!(!desk.is_busy(&desk.org.agent).await);
    desk.pass(1200).await;
    assert!(desk.call(made.id).await.is_settled(), "nobody looks for it for ever");
    desk.world.twilio.asked();
    desk.put_leg("CA9", CallStatus::InProgress);
    let answer = desk.world.calls.customer_picks_up(desk.scope(), made.id, "CA9").await.expect("an answer");
    assert_eq!(answer.next, Next::HangUp);
    desk.world.twilio.set_away(true);
    assert!(desk.carry_out(answer.todo).await.is_err());
    desk.world.twilio.set_away(false);
    desk.world.twilio.asked();
    desk.pass(3600).await;
    assert!(desk.turned().contains(&("CA9".to_owned(), "dropped".to_owned())));
    assert!(desk.call(made.id).await.is_settled());
    assert_eq!(desk.told().await, ["call-ended"]);
}

#[tokio::test]
async fn a_call_that_nobody_answered_has_failed() {
    let desk = Desk::new().await;
    let made = make(&desk).await;
    desk.arrive(&desk.org.agent, made.id, AGENT).await;
    let sid = made.sid.expect("a SID");
    let busy = TwilioCall { duration: Some(Duration::ZERO), ..twilio_call(&sid, CallStatus::Busy) };
    desk.world.twilio.put_call(&desk.org.account_sid, busy);
    desk.pass(60).await;
    let call = desk.call(made.id).await;
    assert_eq!((call.state, call.outcome.as_deref()), (CallState::Ended, Some("busy")));
    assert_eq!(call.duration_seconds, Some(0));
}

#[tokio::test]
async fn who_makes_a_call_and_does_not_come_loses_it() {
    let desk = Desk::new().await;
    let made = make(&desk).await;
    desk.world.twilio.set_away(true);
    desk.pass(30).await;
    assert_eq!(desk.call(made.id).await.state, CallState::Ended, "whether Twilio is there or not");
    desk.world.twilio.set_away(false);
    desk.pass(120).await;
    let call = desk.call(made.id).await;
    assert_eq!((call.outcome.as_deref(), call.is_settled()), (Some("canceled"), true));
    assert!(desk.turned().contains(&(made.sid.expect("a SID"), "dropped".to_owned())));
}

#[tokio::test]
async fn who_talks_in_a_call_that_was_made_is_found_talking_or_gone() {
    let desk = Desk::new().await;
    let made = make(&desk).await;
    desk.arrive(&desk.org.agent, made.id, AGENT).await;
    let sid = made.sid.clone().expect("a SID");
    desk.put_leg(&sid, CallStatus::InProgress);
    desk.enter(&made, AGENT, LegRole::Agent);
    desk.enter(&made, &sid, LegRole::Customer);
    desk.pass(60).await;
    assert_eq!(desk.call(made.id).await.state, CallState::Connected);

    let desk = Desk::new().await;
    let made = make(&desk).await;
    desk.arrive(&desk.org.agent, made.id, AGENT).await;
    desk.put_leg(AGENT, CallStatus::Completed);
    desk.pass(60).await;
    let call = desk.call(made.id).await;
    assert_eq!((call.state, call.outcome.as_deref()), (CallState::Ended, Some("canceled")));
}
