//! What every store must show. Run [`run`] against a new implementation; the fake and PostgreSQL pass it alike.

mod attachments;
mod auto_responses;
mod calls;
mod invitations;
mod lines;
mod messages;
mod presence;
mod strangers;
mod twilio;
mod uploads;
mod webhooks;

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;
use switchboard_events::{OrgId, SessionId, UserId};

use self::strangers::another_organisations_rows_do_not_exist;
use super::fixtures::{self, accepted, noon, plant};
use crate::access::{OrgScope, Role};
use crate::customers::{CustomerFilter, CustomerKind, Search};
use crate::paging::Mark;
use crate::party::CustomerRef;
use crate::people::NewUser;
use crate::phone::PhoneNumber;
use crate::ports::{Directory, Operations, Pulse, Store, StoreError, TokenHash};
use crate::rollout::Rollout;
use crate::service_tokens::ServiceTokenId;

/// Runs the whole suite. Organisations are drawn anew, so the store may hold others.
pub async fn run(store: Arc<dyn Store>, directory: Arc<dyn Directory>, operations: Arc<dyn Operations>) {
    let store = store.as_ref();
    what_is_dropped_never_happened(store).await;
    an_organisation_and_its_people_are_kept(store, directory.as_ref()).await;
    names_are_unique_in_all_of_switchboard(store).await;
    a_session_lives_until_it_ends(store).await;
    a_refresh_generation_is_used_once(store).await;
    a_service_token_is_found_until_it_is_revoked(store, directory.as_ref()).await;
    invitations::a_link_leads_to_whom_it_invites(store, directory.as_ref()).await;
    invitations::who_is_invited_no_more_is_gone(store, directory.as_ref()).await;
    customers_are_kept_found_and_counted(store).await;
    a_number_belongs_to_the_contact_before_the_lead(store).await;
    calls::a_call_is_kept_whole_and_known_by_either_id(store).await;
    calls::a_call_whose_sid_is_looked_for_is_found_by_whom_it_calls(store).await;
    calls::what_rings_is_told_with_whom_it_may_ring(store).await;
    calls::who_is_in_a_call_is_busy_with_it(store).await;
    calls::calls_are_listed_newest_first(store).await;
    calls::what_is_due_is_found(store, operations.as_ref()).await;
    calls::recordings_and_notes_are_kept(store).await;
    presence::people_stand_as_they_say_and_are_seen(store).await;
    presence::who_is_here_by_any_node_is_here(store).await;
    presence::whether_somebody_is_heard_stays_as_it_was_last_known(store).await;
    presence::a_node_that_stops_leaves_its_people_for_a_while(store, directory.as_ref(), operations.as_ref())
        .await;
    messages::a_message_is_kept_exactly_and_once(store).await;
    messages::a_message_that_is_sent_is_kept_whole(store).await;
    messages::messages_are_listed_newest_first(store).await;
    messages::conversations_are_listed_the_latest_first(store).await;
    messages::what_is_seen_assigned_and_noted_is_kept(store).await;
    messages::templates_are_kept_by_name(store).await;
    messages::what_was_said_about_consent_is_kept(store).await;
    messages::due_messages_are_found(store, operations.as_ref()).await;
    messages::figures_are_those_of_the_period(store).await;
    auto_responses::rules_are_kept_by_keyword_and_by_trigger_and_number(store).await;
    auto_responses::what_was_answered_is_read_the_latest_first(store).await;
    auto_responses::what_is_left_unanswered_is_taken_once(store, operations.as_ref()).await;
    webhooks::a_webhook_is_kept_whole_and_leads_to_what_it_is_about(store).await;
    webhooks::what_comes_again_is_known(store).await;
    webhooks::webhooks_are_listed_newest_first(store).await;
    webhooks::old_webhooks_are_forgotten(store).await;
    webhooks::what_says_what_to_mend_stays_until_a_signature_is_right(store).await;
    attachments::what_came_with_messages_is_kept(store).await;
    attachments::due_attachments_are_found(store, operations.as_ref()).await;
    uploads::what_people_send_along_is_kept(store).await;
    events_are_numbered_in_order_of_commit(store, directory.as_ref()).await;
    an_old_log_is_trimmed_from_its_start(store).await;
    every_organisation_is_listed_once(store, operations.as_ref()).await;
    an_organisation_is_switched_off_and_on(store).await;
    the_switch_is_part_of_the_pulse(store, directory.as_ref(), operations.as_ref()).await;
    twilio::settings_at_twilio_are_replaced_whole(store, directory.as_ref()).await;
    twilio::what_leads_to_an_organisation_leads_to_no_other(store, directory.as_ref()).await;
    twilio::webhooks_are_noted_for_the_settings_they_were_set_for(store).await;
    twilio::a_secret_is_sealed_anew_where_it_was_read(store, directory.as_ref()).await;
    twilio::a_choice_of_mode_is_kept_and_counts_until_the_next(store, directory.as_ref()).await;
    lines::what_is_decided_about_a_number_is_kept_whole(store).await;
    another_organisations_rows_do_not_exist(store, directory.as_ref()).await;
}

fn filter(kind: CustomerKind, search: Option<&str>) -> CustomerFilter {
    let search = search.map(|text| Search {
        prefix: text.to_owned(),
        phone: crate::phone::PhoneNumber::parse(text, Default::default()),
    });
    CustomerFilter { kind, search, before: None }
}

async fn what_is_dropped_never_happened(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let customer = fixtures::customer(CustomerKind::Contact, "Bo", "647-555-0100");
    tx.insert_customer(&customer).await.expect("insert");
    tx.record(noon(), accepted("CA1"));
    drop(tx);
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.customer(customer.kind, customer.id).await.expect("read"), None);
    assert_eq!(tx.position().await.expect("read").head, 0);
}

async fn an_organisation_and_its_people_are_kept(store: &dyn Store, directory: &dyn Directory) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.scope(), org.scope);
    let kept = tx.organization().await.expect("read").expect("the organisation");
    assert_eq!((kept.id, kept.name.as_str(), kept.is_active), (org.scope.org(), "Acme", true));
    assert_eq!(kept.settings, serde_json::json!({"greeting": "hello"}));
    assert_eq!(tx.user(org.agent.id).await.expect("read"), Some(org.agent.clone()));
    assert_eq!(tx.users().await.expect("read"), [org.admin.clone(), org.agent.clone()]);

    let mut changed = org.agent.clone();
    (changed.role, changed.is_active, changed.timezone) = (Role::Viewer, false, "Europe/Berlin".to_owned());
    changed.updated_at = noon() + TimeDelta::hours(1);
    tx.update_user(&changed).await.expect("update");
    tx.touch_login(org.agent.id, noon()).await.expect("touch");
    changed.last_login = Some(noon());
    tx.set_password_hash(org.agent.id, "battery staple").await.expect("set");
    tx.commit().await.expect("commit");

    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.user(org.agent.id).await.expect("read"), Some(changed));
    assert_eq!(tx.password_hash(org.agent.id).await.expect("read").as_deref(), Some("battery staple"));
    assert_eq!(tx.password_hash(org.admin.id).await.expect("read").as_deref(), Some("correct horse"));
    assert_eq!(tx.password_hash(UserId::generate()).await.expect("read"), None);

    let organization = crate::people::Organization {
        name: "Ácme".to_owned(),
        region: "IN".parse().expect("a region"),
        timezone: "Asia/Kolkata".parse().expect("a zone"),
        updated_at: noon() + TimeDelta::hours(1),
        ..kept
    };
    tx.update_organization(&organization).await.expect("update");
    tx.commit().await.expect("commit");
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.organization().await.expect("read"), Some(organization));

    let login = directory.login(&org.admin.email).await.expect("read").expect("a login");
    assert_eq!((login.org, login.user), (org.scope.org(), org.admin.id));
    assert_eq!(directory.login("nobody@acme.example").await.expect("read"), None);
    let owner = |account: String, number: String| async move {
        directory.number_owner(&account, &number).await.expect("read")
    };
    assert_eq!(owner(org.account_sid.clone(), org.number.to_string()).await, Some(org.scope.org()));
    assert_eq!(owner("AC0".to_owned(), org.number.to_string()).await, None);
    assert_eq!(owner(org.account_sid.clone(), "+10000000000".to_owned()).await, None);
    assert!(directory.is_number_here(&org.number).await.expect("read"), "whatever the account");
    let nobodys = PhoneNumber::from_e164("+10000000000");
    assert!(!directory.is_number_here(&nobodys).await.expect("read"));
    directory.ping().await.expect("the database answers");
}

async fn names_are_unique_in_all_of_switchboard(store: &dyn Store) {
    let (org, other) = (plant(store).await, plant(store).await);
    let taken = |result: Result<(), StoreError>| matches!(result, Err(StoreError::Taken(_)));

    let mut tx = store.begin(other.scope).await.expect("begin");
    let mut user = fixtures::user(other.scope.org(), "Eve", "Copy", Role::User, "x");
    user.email = org.agent.email.clone();
    assert!(
        taken(tx.insert_user(&NewUser { user, password_hash: Some(String::new()) }).await),
        "e-mail address"
    );
    drop(tx);

    let mut tx = store.begin(org.scope).await.expect("begin");
    let mut twin = tx.organization().await.expect("read").expect("the organisation");
    drop(tx);
    let newborn = OrgId::generate();
    #[expect(clippy::disallowed_methods, reason = "the organisation is being born, or not")]
    let mut tx = store.begin(OrgScope::trusted(newborn)).await.expect("begin");
    twin.id = newborn;
    assert!(taken(tx.insert_organization(&twin).await), "slug");
}

async fn a_session_lives_until_it_ends(store: &dyn Store) {
    let org = plant(store).await;
    let later = noon() + TimeDelta::days(31);
    let mut tx = store.begin(org.scope).await.expect("begin");
    let (session, role) = tx.live_session(org.session, noon()).await.expect("read").expect("a session");
    assert_eq!((session.user, role, session.refresh_generation), (org.admin.id, Role::Admin, 0));
    assert_eq!(tx.live_session(org.session, later).await.expect("read"), None, "expired");
    assert_eq!(tx.live_session(SessionId::generate(), noon()).await.expect("read"), None, "unknown");
    assert_eq!(
        tx.live_sessions(&[org.session, SessionId::generate()], noon()).await.expect("read"),
        [(org.session, Role::Admin)]
    );
    assert!(tx.signed_in_from(org.admin.id, "192.0.2.1").await.expect("read"));
    assert!(!tx.signed_in_from(org.admin.id, "192.0.2.2").await.expect("read"));
    assert!(!tx.signed_in_from(org.agent.id, "192.0.2.1").await.expect("read"));

    let mut admin = org.admin.clone();
    admin.is_active = false;
    tx.update_user(&admin).await.expect("update");
    assert_eq!(tx.live_session(org.session, noon()).await.expect("read"), None, "inactive user");
    drop(tx);

    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.end_session(org.session, "logout", noon()).await.expect("end");
    assert_eq!(tx.live_session(org.session, noon()).await.expect("read"), None, "ended");
    assert!(tx.live_sessions(&[org.session], noon()).await.expect("read").is_empty());
    drop(tx);

    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.end_sessions_of(org.agent.id, "logout", noon()).await.expect("end");
    assert!(tx.live_session(org.session, noon()).await.expect("read").is_some(), "somebody else's");
    tx.end_sessions_of(org.admin.id, "logout", noon()).await.expect("end");
    assert_eq!(tx.live_session(org.session, noon()).await.expect("read"), None, "ended with all");
}

async fn a_refresh_generation_is_used_once(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert!(tx.rotate_refresh(org.session, 0, noon()).await.expect("rotate"));
    assert!(!tx.rotate_refresh(org.session, 0, noon()).await.expect("rotate"));
    let (session, _) = tx.live_session(org.session, noon()).await.expect("read").expect("a session");
    assert_eq!((session.refresh_generation, session.refreshed_at), (1, Some(noon())));
    tx.end_session(org.session, "logout", noon()).await.expect("end");
    assert!(!tx.rotate_refresh(org.session, 1, noon()).await.expect("rotate"), "an ended session");
}

async fn a_service_token_is_found_until_it_is_revoked(store: &dyn Store, directory: &dyn Directory) {
    let (org, other) = (plant(store).await, plant(store).await);
    let (token, hash) = fixtures::service_token(&org.admin);
    let (younger, other_hash) = fixtures::service_token(&org.admin);
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.insert_service_token(&token, hash).await.expect("insert");
    tx.insert_service_token(&younger, other_hash).await.expect("insert");
    assert_eq!(
        tx.service_tokens().await.expect("read"),
        [token.clone(), younger.clone()],
        "the oldest first"
    );
    drop(tx);
    assert_eq!(directory.service_token(hash).await.expect("read"), None, "dropped, so it never was");

    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.insert_service_token(&token, hash).await.expect("insert");
    tx.insert_service_token(&younger, other_hash).await.expect("insert");
    tx.commit().await.expect("commit");
    let key = directory.service_token(hash).await.expect("read").expect("the token");
    assert_eq!((key.org, key.token), (org.scope.org(), token.id));
    assert_eq!(directory.service_token(TokenHash([7; 32])).await.expect("read"), None, "unknown");

    let mut theirs = store.begin(other.scope).await.expect("begin");
    assert!(theirs.service_tokens().await.expect("read").is_empty());
    assert!(theirs.live_service_tokens(&[token.id]).await.expect("read").is_empty());
    theirs.touch_service_token(token.id, noon(), noon()).await.expect("touches nothing");
    assert!(!theirs.delete_service_token(token.id).await.expect("deletes nothing"));
    theirs.commit().await.expect("commit");

    let mut tx = store.begin(org.scope).await.expect("begin");
    let unknown = ServiceTokenId::generate();
    assert_eq!(
        tx.live_service_tokens(&[token.id, unknown]).await.expect("read"),
        std::slice::from_ref(&token)
    );
    let (one, two) = (noon() + TimeDelta::minutes(1), noon() + TimeDelta::minutes(2));
    for (at, before, used) in [(one, noon(), one), (two, noon(), one), (two, one, two)] {
        tx.touch_service_token(token.id, at, before).await.expect("touch");
        let known = tx.live_service_tokens(&[token.id]).await.expect("read");
        assert_eq!(known[0].last_used_at, Some(used));
    }
    assert!(tx.delete_service_token(token.id).await.expect("delete"));
    assert!(!tx.delete_service_token(token.id).await.expect("delete"), "there is none any more");
    tx.commit().await.expect("commit");
    assert_eq!(directory.service_token(hash).await.expect("read"), None);
    assert!(directory.service_token(other_hash).await.expect("read").is_some(), "the other one stays");
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert!(tx.live_service_tokens(&[token.id]).await.expect("read").is_empty());
    assert_eq!(tx.service_tokens().await.expect("read"), [younger]);
}

async fn customers_are_kept_found_and_counted(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let mut elodie = fixtures::customer(CustomerKind::Contact, "Élodie", "(647) 555-0100");
    elodie.assigned_to = Some(org.agent.id);
    let bo = fixtures::customer(CustomerKind::Contact, "Bo_%", "647-555-0101");
    let mut lead = fixtures::customer(CustomerKind::Lead, "Lee", "647-555-0102");
    for customer in [&elodie, &bo, &lead] {
        tx.insert_customer(customer).await.expect("insert");
    }
    tx.commit().await.expect("commit");

    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.customer(elodie.kind, elodie.id).await.expect("read").as_ref(), Some(&elodie));
    assert_eq!(tx.customer(CustomerKind::Lead, elodie.id).await.expect("read"), None, "a contact is no lead");
    let all = filter(CustomerKind::Contact, None);
    assert_eq!(
        tx.customers(&all, 50, 0).await.expect("list"),
        (vec![bo.clone(), elodie.clone()], 2),
        "newest first"
    );
    assert_eq!(tx.customers(&all, 1, 1).await.expect("list"), (vec![elodie.clone()], 2));
    assert_eq!(tx.customers(&all, 50, 9).await.expect("list"), (vec![], 2), "past the end");
    for (search, after, left) in
        [(None, &bo, vec![&elodie]), (Some("doe"), &bo, vec![&elodie]), (Some("doe"), &elodie, vec![])]
    {
        let before = Some(Mark { at: after.created_at, id: after.id });
        let rest = CustomerFilter { before, ..filter(CustomerKind::Contact, search) };
        let (page, total) = tx.customers(&rest, 50, 0).await.expect("list");
        assert_eq!((page.iter().collect::<Vec<_>>(), total), (left, 2), "{search:?}");
    }
    for (search, found) in [
        ("élo", Some(&elodie)),
        ("élodie doe", Some(&elodie)),
        ("bo_%", Some(&bo)),
        ("bo@", None),
        ("+16475550100", Some(&elodie)),
        ("647.555.0101", Some(&bo)),
        ("lee", None),
        ("%", None),
        ("\u{10ffff}", None),
    ] {
        let page = tx.customers(&filter(CustomerKind::Contact, Some(search)), 50, 0).await.expect("search");
        assert_eq!(page.0.iter().collect::<Vec<_>>(), found.into_iter().collect::<Vec<_>>(), "{search:?}");
        assert_eq!(page.1, page.0.len() as i64, "{search:?}");
    }
    assert_eq!(tx.customers(&filter(CustomerKind::Contact, Some("doe")), 50, 0).await.expect("search").1, 2);

    (lead.status, lead.priority, lead.value) = ("converted".to_owned(), Some("high".to_owned()), Some(99.75));
    tx.update_customer(&lead).await.expect("update");
    assert_eq!(tx.customer(lead.kind, lead.id).await.expect("read").as_ref(), Some(&lead));
    let begun = lead.created_at;
    let stats = tx.lead_stats(begun, begun).await.expect("stats");
    assert_eq!(
        (stats.total_leads, stats.converted_leads, stats.new_leads, stats.high_priority),
        (1, 1, 0, 1)
    );
    assert_eq!((stats.new_this_week, stats.new_this_month, stats.assigned_leads), (1, 1, 0));
    assert_eq!(stats.total_value, 99.75);
    for (week, month) in [(0, 1), (1, 0)] {
        let stats =
            tx.lead_stats(begun + TimeDelta::seconds(1 - week), begun + TimeDelta::seconds(1 - month));
        let stats = stats.await.expect("stats");
        assert_eq!((stats.new_this_week, stats.new_this_month), (week, month));
    }
    let stats = tx.contact_stats().await.expect("stats");
    assert_eq!((stats.total_contacts, stats.active_contacts, stats.total_accounts), (2, 2, 1));
    assert_eq!(stats.total_revenue, 99.75);

    let call = fixtures::call(Some(CustomerRef::from(bo.clone())));
    tx.insert_call(&call).await.expect("insert");
    assert!(!tx.delete_customer(CustomerKind::Lead, bo.id).await.expect("delete"));
    assert!(tx.delete_customer(bo.kind, bo.id).await.expect("delete"));
    assert!(!tx.delete_customer(bo.kind, bo.id).await.expect("delete"));
    assert_eq!(tx.customer(bo.kind, bo.id).await.expect("read"), None);
    let kept = tx.call(call.id).await.expect("read").expect("the call stays");
    assert_eq!(kept.customer, None);
}

async fn a_number_belongs_to_the_contact_before_the_lead(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let shared = "+16475550103";
    let lead = fixtures::customer(CustomerKind::Lead, "Lee", shared);
    let older = fixtures::customer(CustomerKind::Contact, "Old", shared);
    let younger = fixtures::customer(CustomerKind::Contact, "Young", shared);
    let phone = lead.phone_e164.clone().expect("a number");
    assert_eq!(tx.customer_by_phone(&phone).await.expect("find"), None);
    for (customer, found) in [(&lead, &lead), (&older, &older), (&younger, &older)] {
        tx.insert_customer(customer).await.expect("insert");
        assert_eq!(tx.customer_by_phone(&phone).await.expect("find").as_ref(), Some(found));
    }
}

async fn events_are_numbered_in_order_of_commit(store: &dyn Store, directory: &dyn Directory) {
    let org = plant(store).await;
    for round in 0..3 {
        let mut tx = store.begin(org.scope).await.expect("begin");
        tx.record(noon(), accepted(&format!("CA{round}a")));
        tx.record(noon(), accepted(&format!("CA{round}b")));
        if round == 1 {
            tx.record_access_change();
        }
        if round == 2 {
            tx.record_offers_change();
        }
        tx.commit().await.expect("commit");
    }
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.position().await.expect("read").head, 6);
    let entries = tx.events_after(0, 100).await.expect("read");
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    for (entry, sid) in entries.iter().zip(["CA0a", "CA0b", "CA1a", "CA1b", "CA2a", "CA2b"]) {
        assert_eq!((entry.name.as_str(), entry.occurred_at), ("call-accepted", noon()));
        assert!(entry.payload.contains(sid), "{}", entry.payload);
    }
    let page = tx.events_after(2, 3).await.expect("read");
    assert_eq!(page.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [3, 4, 5]);
    assert!(tx.events_after(6, 3).await.expect("read").is_empty());
    drop(tx);
    let heads = directory.pulse(&[org.scope.org()]).await.expect("read").heads;
    assert_eq!((heads[0].head, heads[0].access_version, heads[0].offers_version), (6, 1, 1));
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.record_offers_change();
    tx.commit().await.expect("commit");
    let mut tx = store.begin(org.scope).await.expect("begin");
    let position = tx.position().await.expect("read");
    assert_eq!((position.head, position.access_version, position.offers_version), (6, 1, 2));
}

async fn an_old_log_is_trimmed_from_its_start(store: &dyn Store) {
    let (org, other) = (plant(store).await, plant(store).await);
    let (old, limit, young) =
        (noon(), noon() + TimeDelta::hours(1), noon() + TimeDelta::hours(1) + TimeDelta::milliseconds(1));
    for (scope, moment) in
        [(org.scope, old), (org.scope, old), (org.scope, young), (org.scope, old), (other.scope, old)]
    {
        fixtures::append(store, scope, moment, 1).await;
    }
    let seqs = async || {
        let mut tx = store.begin(org.scope).await.expect("begin");
        let entries = tx.events_after(0, 100).await.expect("read");
        (entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), tx.position().await.expect("read").head)
    };
    let trim = async |before, at_most| {
        let mut tx = store.begin(org.scope).await.expect("begin");
        let count = tx.trim(before, at_most).await.expect("trim");
        tx.commit().await.expect("commit");
        count
    };
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.trim(limit, 100).await.expect("trim"), 2);
    drop(tx);
    assert_eq!(seqs().await, (vec![1, 2, 3, 4], 4), "dropped, so it never was");
    assert_eq!(trim(old, 100).await, 0, "nothing is that old");
    assert_eq!(trim(limit, 1).await, 1);
    assert_eq!(seqs().await, (vec![2, 3, 4], 4));
    assert_eq!(trim(limit, 100).await, 1, "an old event behind a young one stays");
    assert_eq!(trim(limit, 100).await, 0);
    assert_eq!(seqs().await, (vec![3, 4], 4));
    assert_eq!(trim(young + TimeDelta::milliseconds(1), 100).await, 2);
    assert_eq!(seqs().await, (vec![], 4), "the numbers are not forgotten");
    fixtures::append(store, org.scope, young, 1).await;
    assert_eq!(seqs().await, (vec![5], 5));
    let mut tx = store.begin(other.scope).await.expect("begin");
    assert_eq!(tx.events_after(0, 100).await.expect("read").len(), 1, "another organisation's stays");
}

async fn every_organisation_is_listed_once(store: &dyn Store, operations: &dyn Operations) {
    let (org, other) = (plant(store).await, plant(store).await);
    let all = operations.organizations(None, 10_000).await.expect("read");
    assert!(all.is_sorted() && all.contains(&org.scope.org()) && all.contains(&other.scope.org()));
    let mut paged = Vec::new();
    while let page @ [.., _] =
        operations.organizations(paged.last().copied(), 2).await.expect("read").as_slice()
    {
        assert!(page.len() <= 2);
        paged.extend_from_slice(page);
        assert!(paged.len() <= all.len(), "{paged:?}");
    }
    assert_eq!(paged, all);

    let (page, total) = operations.organization_page(10_000, 0).await.expect("read");
    assert_eq!(page.iter().copied().collect::<HashSet<_>>(), all.iter().copied().collect());
    assert_eq!((page.len(), total), (all.len(), all.len() as i64));
    let mut slugs = Vec::new();
    for id in &page {
        #[expect(clippy::disallowed_methods, reason = "these were planted here")]
        let mut tx = store.begin(OrgScope::trusted(*id)).await.expect("begin");
        slugs.push(tx.organization().await.expect("read").expect("the organisation").slug);
    }
    assert!(slugs.is_sorted(), "{slugs:?}");
    assert_eq!(operations.organization_page(2, 1).await.expect("read"), (page[1..3].to_vec(), total));
    assert_eq!(operations.organization_page(2, total).await.expect("read"), (vec![], total), "past the end");
}

async fn an_organisation_is_switched_off_and_on(store: &dyn Store) {
    let (org, other) = (plant(store).await, plant(store).await);
    let (token, hash) = fixtures::service_token(&org.admin);
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.insert_service_token(&token, hash).await.expect("insert");
    tx.commit().await.expect("commit");
    let later = noon() + TimeDelta::minutes(1);
    for is_active in [false, true] {
        let mut tx = store.begin(org.scope).await.expect("begin");
        assert!(tx.set_organization_active(is_active, later).await.expect("set"));
        assert!(
            !tx.set_organization_active(is_active, noon()).await.expect("set"),
            "it stands there already"
        );
        tx.commit().await.expect("commit");
        let mut tx = store.begin(org.scope).await.expect("begin");
        let kept = tx.organization().await.expect("read").expect("the organisation");
        assert_eq!((kept.is_active, kept.updated_at), (is_active, later));
        assert_eq!(tx.live_session(org.session, noon()).await.expect("read").is_some(), is_active);
        assert_eq!(!tx.live_sessions(&[org.session], noon()).await.expect("read").is_empty(), is_active);
        assert_eq!(!tx.live_service_tokens(&[token.id]).await.expect("read").is_empty(), is_active);
        drop(tx);
        let mut tx = store.begin(other.scope).await.expect("begin");
        assert!(tx.organization().await.expect("read").expect("the organisation").is_active, "another one");
    }
    #[expect(clippy::disallowed_methods, reason = "nobody's")]
    let mut tx = store.begin(OrgScope::trusted(OrgId::generate())).await.expect("begin");
    assert!(!tx.set_organization_active(false, noon()).await.expect("set"), "never registered");
}

async fn the_switch_is_part_of_the_pulse(
    store: &dyn Store,
    directory: &dyn Directory,
    operations: &dyn Operations,
) {
    let (org, other) = (plant(store).await, plant(store).await);
    let before = operations.rollout().await.expect("read").rollout;
    assert_eq!((before.percent, before.poll_interval_ms, before.version), (100, 2_000, 0), "untouched");
    let moved = operations.set_rollout(7, Some(500), "Ada", noon()).await.expect("set");
    assert_eq!((moved.changed_by.as_str(), moved.changed_at), ("Ada", noon()));
    assert_eq!(moved.rollout, Rollout { percent: 7, poll_interval_ms: 500, version: 1 });
    let later = noon() + TimeDelta::minutes(1);
    let moved = operations.set_rollout(0, None, "Bo", later).await.expect("set");
    assert_eq!(moved.rollout, Rollout { percent: 0, poll_interval_ms: 500, version: 2 });
    assert_eq!(operations.rollout().await.expect("read"), moved);

    let alone = directory.pulse(&[]).await.expect("pulse");
    assert_eq!(alone, Pulse { heads: vec![], rollout: moved.rollout });
    let (mine, theirs) = (org.scope.org(), other.scope.org());
    let pulse = directory.pulse(&[mine, OrgId::generate(), theirs]).await.expect("pulse");
    assert_eq!(pulse.rollout, moved.rollout);
    let orgs: HashSet<_> = pulse.heads.iter().map(|head| head.org).collect();
    assert_eq!((pulse.heads.len(), orgs), (2, [mine, theirs].into()), "who has no log is left out");
}
