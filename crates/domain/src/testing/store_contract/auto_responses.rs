use chrono::TimeDelta;

use crate::auto_responses::{AutoAnswer, AutoResponse, Trigger, Unanswered};
use crate::ids::{AutoResponseId, ConversationId};
use crate::messages::Message;
use crate::phone::PhoneNumber;
use crate::ports::{Due, Operations, Store, StoreError};
use crate::testing::fixtures::{self, auto_response, noon, plant, take_in};

fn keyword(word: &str) -> Trigger {
    Trigger::Keyword(word.to_owned())
}

pub(super) async fn rules_are_kept_by_keyword_and_by_trigger_and_number(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let mut hours = auto_response(&org.admin, keyword("Öffnungszeiten"), "9 to 5");
    let younger = noon() + TimeDelta::seconds(1);
    let closed = AutoResponse {
        number: Some(org.number.clone()),
        created_at: younger,
        ..auto_response(&org.admin, Trigger::Closed, "We are away")
    };
    for rule in [&closed, &hours] {
        tx.insert_auto_response(rule).await.expect("insert");
    }
    assert_eq!(tx.auto_responses().await.expect("read"), [hours.clone(), closed.clone()]);
    assert_eq!(tx.auto_response(closed.id).await.expect("read"), Some(closed.clone()));
    hours.trigger = Trigger::NewLead;
    hours.number = Some(PhoneNumber::from_e164("+14155550199"));
    hours.body = "Welcome".to_owned();
    hours.is_active = false;
    hours.updated_at = noon() + TimeDelta::hours(1);
    tx.update_auto_response(&hours).await.expect("update");
    assert_eq!(tx.auto_response(hours.id).await.expect("read"), Some(hours.clone()));
    tx.delete_auto_response(hours.id).await.expect("delete");
    assert_eq!(tx.auto_response(hours.id).await.expect("read"), None);
    assert_eq!(tx.auto_response(AutoResponseId::generate()).await.expect("read"), None);
    let price = auto_response(&org.admin, keyword("ÄPFEL"), "5");
    let anywhere = AutoResponse { id: AutoResponseId::generate(), number: None, ..closed.clone() };
    let hello = AutoResponse { trigger: Trigger::NewLead, id: AutoResponseId::generate(), ..closed.clone() };
    for rule in [&price, &anywhere, &hello] {
        tx.insert_auto_response(rule).await.expect("another number, another trigger");
    }
    tx.commit().await.expect("commit");

    let same = |rule: &AutoResponse| AutoResponse { id: AutoResponseId::generate(), ..rule.clone() };
    let elsewhere = Some(PhoneNumber::from_e164("+14155550198"));
    for rule in [
        AutoResponse { trigger: keyword("äpfel"), number: elsewhere, ..same(&price) },
        same(&closed),
        same(&anywhere),
    ] {
        let mut tx = store.begin(org.scope).await.expect("begin");
        assert!(matches!(tx.insert_auto_response(&rule).await, Err(StoreError::Taken(_))), "{rule:?}");
        drop(tx);
        let mut tx = store.begin(org.scope).await.expect("begin");
        let other = AutoResponse { id: hello.id, ..rule.clone() };
        assert!(matches!(tx.update_auto_response(&other).await, Err(StoreError::Taken(_))), "{rule:?}");
    }
}

pub(super) async fn what_was_answered_is_read_the_latest_first(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let text = take_in(tx.as_mut(), "hours", noon()).await;
    let rule = auto_response(&org.admin, keyword("hours"), "9 to 5");
    tx.insert_auto_response(&rule).await.expect("insert");
    let mut answers = Vec::new();
    for minute in [2, 1, 3] {
        let body = format!("9 to 5, {minute}");
        let message = Message {
            position: Some(minute + 1),
            sender: None,
            ..fixtures::outbound(text.conversation, &org.agent, &body)
        };
        assert!(tx.insert_message(&message).await.expect("insert"));
        let at = noon() + TimeDelta::minutes(minute);
        let answer = AutoAnswer { message: message.id, rule: rule.id, body, at };
        tx.note_auto_answer(text.conversation, &answer).await.expect("note");
        answers.push(answer);
    }
    tx.delete_auto_response(rule.id).await.expect("delete");
    tx.commit().await.expect("commit");
    answers.sort_by_key(|answer| std::cmp::Reverse(answer.at));
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.auto_answers(text.conversation, 9).await.expect("read"), answers, "the rule is gone");
    assert_eq!(tx.auto_answers(text.conversation, 2).await.expect("read"), answers[..2]);
    assert_eq!(tx.auto_answers(ConversationId::generate(), 9).await.expect("read"), []);
}

pub(super) async fn what_is_left_unanswered_is_taken_once(store: &dyn Store, operations: &dyn Operations) {
    let org = plant(store).await;
    let has_some = async || {
        let orgs = operations.orgs_with_due(Due::Unanswered, 1000).await.expect("read");
        orgs.contains(&org.scope.org())
    };
    let mut tx = store.begin(org.scope).await.expect("begin");
    let mut rule = auto_response(&org.admin, keyword("hours"), "9 to 5");
    rule.is_active = false;
    tx.insert_auto_response(&rule).await.expect("insert");
    let mut texts = Vec::new();
    for (n, days) in [3650, -36500, 3660].into_iter().enumerate() {
        let message = take_in(tx.as_mut(), "hours", noon()).await.id;
        texts.push(Unanswered { message, is_new_lead: n == 2, due_at: noon() - TimeDelta::days(days) });
    }
    assert!(!tx.leave_unanswered(&texts[0]).await.expect("leave"), "no rule counts");
    rule.is_active = true;
    tx.update_auto_response(&rule).await.expect("update");
    for text in &texts {
        assert!(tx.leave_unanswered(text).await.expect("leave"));
    }
    tx.commit().await.expect("commit");
    assert!(has_some().await);

    let again_at = noon() + TimeDelta::days(36500);
    let taken = |text: &Unanswered| Unanswered { due_at: again_at, ..text.clone() };
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.take_unanswered(again_at, 1).await.expect("take"), [taken(&texts[2])], "the most urgent");
    assert_eq!(tx.take_unanswered(again_at, 9).await.expect("take"), [taken(&texts[0])]);
    assert_eq!(tx.take_unanswered(again_at, 9).await.expect("take"), []);
    tx.commit().await.expect("commit");
    assert!(!has_some().await, "none is due");

    let mut tx = store.begin(org.scope).await.expect("begin");
    let message = take_in(tx.as_mut(), "hours?", noon()).await.id;
    assert!(tx.leave_unanswered(&Unanswered { message, ..texts[0].clone() }).await.expect("leave"));
    tx.commit().await.expect("commit");
    assert!(has_some().await);
    let mut tx = store.begin(org.scope).await.expect("begin");
    let [due] = tx.take_unanswered(noon(), 9).await.expect("take").try_into().expect("one");
    tx.settle_unanswered(due.message).await.expect("settle");
    assert_eq!(tx.take_unanswered(again_at, 9).await.expect("take"), []);
    tx.commit().await.expect("commit");
    assert!(!has_some().await, "it was looked at");
}
