use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::{CallId, MessageId};

use crate::access::OrgScope;
use crate::ids::WebhookId;
use crate::inspector::{
    Outcome, Sent, SignatureVerdict, WebhookCheck, WebhookFilter, WebhookKind, WebhookRecord, Why,
};
use crate::ports::Store;
use crate::testing::fixtures::{self, noon, plant, take_in};

fn minute(n: i64) -> DateTime<Utc> {
    noon() + TimeDelta::minutes(n)
}

fn voice(at: DateTime<Utc>) -> WebhookRecord {
    fixtures::webhook(WebhookKind::Voice, &[], at)
}

async fn insert(store: &dyn Store, scope: OrgScope, records: &[WebhookRecord]) {
    let mut tx = store.begin(scope).await.expect("begin");
    tx.insert_webhooks(records).await.expect("insert");
    tx.commit().await.expect("commit");
}

/// The ids of all that fit, as they are listed.
async fn listed(store: &dyn Store, scope: OrgScope, filter: &WebhookFilter) -> Vec<WebhookId> {
    let mut tx = store.begin(scope).await.expect("begin");
    let (webhooks, total) = tx.webhooks(filter, 100, 0).await.expect("read");
    assert_eq!(webhooks.len() as i64, total);
    webhooks.iter().map(|webhook| webhook.id).collect()
}

pub(super) async fn a_webhook_is_kept_whole_and_leads_to_what_it_is_about(store: &dyn Store) {
    let org = plant(store).await;
    let call = fixtures::call(None);
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.insert_call(&call).await.expect("insert");
    let text = take_in(tx.as_mut(), "hello", noon()).await;
    tx.commit().await.expect("commit");
    let call_sid = call.sid.as_deref().expect("a SID");
    let text_sid = text.sid.as_deref().expect("a SID");
    let params = [("CallSid", call_sid), ("Body", "<b>\u{202e}é 😀"), ("Body", "")];
    let whole = WebhookRecord {
        query: Sent::new(&[("org".to_owned(), "1".to_owned())]),
        signature: SignatureVerdict::Observed,
        is_proven: false,
        outcome: Outcome::Refused,
        why: Some(Why { cause: "wrong_signature".to_owned(), words: "not by Twilio".to_owned() }),
        status: 403,
        answer: "<Response/>".to_owned(),
        took_ms: u32::MAX,
        is_late: true,
        request: None,
        ..fixtures::webhook(WebhookKind::Screening, &params, minute(1))
    };
    let by_sid = fixtures::webhook(WebhookKind::Sms, &[("MessageSid", text_sid)], noon());
    let by_id = WebhookRecord {
        call: Some(call.id),
        message: Some(text.id),
        ..fixtures::webhook(
            WebhookKind::CallStatus,
            &[("CallSid", "CAother"), ("MessageSid", "SMother")],
            noon(),
        )
    };
    let nowhere = WebhookRecord {
        call: Some(CallId::generate()),
        message: Some(MessageId::generate()),
        ..voice(noon())
    };
    let all = [whole.clone(), by_sid.clone(), by_id.clone(), nowhere.clone()];
    insert(store, org.scope, &all).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    for (record, call, message) in [
        (whole, Some(call.id), None),
        (by_sid, None, Some(text.id)),
        (by_id, Some(call.id), Some(text.id)),
        (nowhere, None, None),
    ] {
        let expected = WebhookRecord { call, message, ..record };
        assert_eq!(tx.webhook(expected.id).await.expect("read"), Some(expected));
    }
    assert_eq!(tx.webhook(WebhookId::generate()).await.expect("read"), None);
}

pub(super) async fn what_comes_again_is_known(store: &dyn Store) {
    let org = plant(store).await;
    let of = |event: &str, outcome: Outcome, n: i64| WebhookRecord {
        event: event.to_owned(),
        outcome,
        ..voice(minute(n))
    };
    // The first two batches are as they came, the third is not in order.
    let batches = [
        vec![(of("a", Outcome::Failed, 1), false), (of("a", Outcome::Handled, 2), true)],
        vec![(of("a", Outcome::Handled, 3), true), (of("b", Outcome::Refused, 4), false)],
        vec![
            (of("c", Outcome::Handled, 8), true),
            (of("c", Outcome::Refused, 6), false),
            (of("c", Outcome::Ignored, 7), false),
            (of("b", Outcome::Handled, 5), false),
        ],
    ];
    for batch in &batches {
        let records: Vec<_> = batch.iter().map(|(record, _)| record.clone()).collect();
        insert(store, org.scope, &records).await;
    }
    let mut tx = store.begin(org.scope).await.expect("begin");
    for (record, is_repeat) in batches.iter().flatten() {
        let kept = tx.webhook(record.id).await.expect("read").expect("kept");
        assert_eq!(kept.is_repeat, *is_repeat, "{} at {}", record.event, record.at);
    }
}

pub(super) async fn webhooks_are_listed_newest_first(store: &dyn Store) {
    let org = plant(store).await;
    let call = fixtures::call(None);
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.insert_call(&call).await.expect("insert");
    let text = take_in(tx.as_mut(), "hello", noon()).await;
    tx.commit().await.expect("commit");
    let oldest = WebhookRecord { call: Some(call.id), ..voice(minute(0)) };
    let refused = WebhookRecord { outcome: Outcome::Refused, ..voice(minute(1)) };
    let twin = WebhookRecord { message: Some(text.id), ..voice(minute(1)) };
    let newest = fixtures::webhook(WebhookKind::Sms, &[], minute(2));
    insert(store, org.scope, &[newest.clone(), oldest.clone(), refused.clone(), twin.clone()]).await;
    let mut twins = [refused.id, twin.id];
    twins.sort();
    let all = [newest.id, twins[1], twins[0], oldest.id];
    let none = WebhookFilter::default;
    assert_eq!(listed(store, org.scope, &none()).await, all);
    for (filter, expected) in [
        (WebhookFilter { kind: Some(WebhookKind::Sms), ..none() }, vec![newest.id]),
        (WebhookFilter { outcome: Some(Outcome::Refused), ..none() }, vec![refused.id]),
        (WebhookFilter { call: Some(call.id), ..none() }, vec![oldest.id]),
        (WebhookFilter { message: Some(text.id), ..none() }, vec![twin.id]),
        (WebhookFilter { call: Some(CallId::generate()), ..none() }, vec![]),
        (WebhookFilter { kind: Some(WebhookKind::Sms), outcome: Some(Outcome::Refused), ..none() }, vec![]),
    ] {
        assert_eq!(listed(store, org.scope, &filter).await, expected, "{filter:?}");
    }
    let mut tx = store.begin(org.scope).await.expect("begin");
    let (page, total) = tx.webhooks(&none(), 2, 1).await.expect("read");
    assert_eq!(
        (page.iter().map(|webhook| webhook.id).collect::<Vec<_>>(), total),
        (twins.iter().rev().copied().collect(), 4)
    );
    assert_eq!(tx.webhooks(&none(), 2, 4).await.expect("read"), (vec![], 4), "past the end");
}

pub(super) async fn old_webhooks_are_forgotten(store: &dyn Store) {
    let org = plant(store).await;
    let proven: Vec<_> = (0..4).map(|n| voice(minute(n))).collect();
    let others: Vec<_> = (0..4).map(|n| WebhookRecord { is_proven: false, ..voice(minute(n)) }).collect();
    insert(store, org.scope, &[proven.clone(), others.clone()].concat()).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.forget_webhooks_beyond(false, 3).await.expect("forget");
    tx.forget_webhooks_beyond(true, 9).await.expect("forget");
    tx.commit().await.expect("commit");
    let left = async || {
        let ids = listed(store, org.scope, &WebhookFilter::default()).await;
        let count = |of: &[WebhookRecord]| of.iter().filter(|record| ids.contains(&record.id)).count();
        assert_eq!(ids.len(), count(&proven) + count(&others));
        (count(&proven[..1]), count(&proven), count(&others[..1]), count(&others))
    };
    assert_eq!(left().await, (1, 4, 0, 3), "the oldest of those is gone");
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.forget_webhooks_before(minute(2)).await.expect("forget");
    tx.commit().await.expect("commit");
    assert_eq!(left().await, (0, 2, 0, 2), "what came at that moment stays");
}

pub(super) async fn what_says_what_to_mend_stays_until_a_signature_is_right(store: &dyn Store) {
    let org = plant(store).await;
    let check = async |account_sid: &str| {
        let mut tx = store.begin(org.scope).await.expect("begin");
        tx.webhook_check(account_sid).await.expect("read")
    };
    assert_eq!(check("AC1").await, WebhookCheck::default());
    let right = |n: i64, signature| WebhookRecord { signature, ..voice(minute(n)) };
    let wrong = |n: i64, signature, is_proven| WebhookRecord {
        signature,
        is_proven,
        why: Some(Why { cause: "x".to_owned(), words: n.to_string() }),
        ..voice(minute(n))
    };
    let (junk, mend) = ((SignatureVerdict::Wrong, false), (SignatureVerdict::Wrong, true));
    let steps = [
        (wrong(1, SignatureVerdict::Missing, false), None, None),
        (wrong(2, junk.0, junk.1), None, Some(2)),
        (wrong(3, mend.0, mend.1), None, Some(3)),
        (wrong(4, junk.0, junk.1), None, Some(3)),
        (wrong(5, SignatureVerdict::Observed, true), None, Some(5)),
        (wrong(6, junk.0, junk.1), None, Some(5)),
        (right(7, SignatureVerdict::Valid), Some(7), Some(6)),
        (right(8, SignatureVerdict::ValidByReplaced), Some(8), Some(6)),
        (wrong(9, junk.0, junk.1), Some(8), Some(9)),
    ];
    for (record, verified, mismatch) in steps {
        insert(store, org.scope, std::slice::from_ref(&record)).await;
        let expected = WebhookCheck {
            verified_at: verified.map(minute),
            mismatch: mismatch.map(|n| (minute(n), n.to_string())),
        };
        assert_eq!(check("AC1").await, expected, "after {record:?}");
        assert_eq!(check("AC2").await, WebhookCheck::default(), "another account");
    }
}
