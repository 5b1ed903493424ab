//! Contacts, leads and users over HTTP: shapes and statuses.

use serde_json::{Value, json};
use switchboard_domain::calls::What;

use crate::harness::World;

#[tokio::test]
async fn a_lead_lives_from_create_to_delete() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let body = json!({"first_name": "Lee", "last_name": "Doe", "phone": "(647) 555-0100", "value": 12.5, "assigned_to": org.agent.id});
    let created = world.call("POST", "/api/leads", Some(&token), Some(body)).await;
    assert_eq!(created.status.as_u16(), 201, "{}", created.text);
    let lead = created.json()["lead"].clone();
    let id = lead["id"].as_str().expect("an id");
    assert_eq!(
        lead,
        json!({
            "id": id, "first_name": "Lee", "last_name": "Doe", "name": "Lee Doe", "email": null,
            "phone": "(647) 555-0100", "phone_e164": "+16475550100", "company": null, "status": "new",
            "assigned_to": org.agent.id, "notes": null, "source": null, "priority": "medium", "value": 12.5,
            "created_at": "2026-01-01T12:00:00.000Z", "updated_at": "2026-01-01T12:00:00.000Z"
        })
    );
    let path = format!("/api/leads/{id}");
    assert_eq!(world.call("GET", &path, Some(&token), None).await.json(), json!({"lead": lead}));
    let listed = world.call("GET", "/api/leads?search=647.555.0100", Some(&token), None).await.json();
    assert_eq!(
        listed,
        json!({"leads": [lead], "pagination": {"total": 1, "limit": 50, "offset": 0, "before": null}})
    );
    for method in ["PUT", "PATCH"] {
        let changed = world
            .call(method, &path, Some(&token), Some(json!({"status": "converted", "phone": null})))
            .await
            .json();
        assert_eq!(
            (&changed["lead"]["status"], &changed["lead"]["phone_e164"]),
            (&json!("converted"), &Value::Null)
        );
        assert_eq!(changed["lead"]["first_name"], "Lee", "a field left out stays");
    }
    let stats = world.call("GET", "/api/leads/stats", Some(&token), None).await.json();
    assert_eq!(
        stats,
        json!({"stats": {
            "total_leads": "1", "new_leads": "0", "contacted_leads": "0", "qualified_leads": "0", "converted_leads": "1",
            "lost_leads": "0", "high_priority": "0", "assigned_leads": "1", "new_this_week": "1", "new_this_month": "1",
            "total_value": 12.5, "average_value": 12.5, "conversion_rate": 100.0
        }})
    );
    assert_eq!(world.call("DELETE", &path, Some(&token), None).await.status.as_u16(), 200);
    world.call("GET", &path, Some(&token), None).await.is_refusal(404, "not_found");
}

#[tokio::test]
async fn a_contact_has_no_price() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let body = json!({"company": "Widgets", "value": 3, "priority": "high"});
    let contact =
        world.call("POST", "/api/contacts", Some(&token), Some(body)).await.json()["contact"].clone();
    assert!(contact.get("value").is_none() && contact.get("priority").is_none(), "{contact}");
    let lead_path = format!("/api/leads/{}", contact["id"].as_str().expect("an id"));
    world.call("GET", &lead_path, Some(&token), None).await.is_refusal(404, "not_found");
    let stats = world.call("GET", "/api/contacts/stats", Some(&token), None).await.json();
    assert_eq!(
        stats,
        json!({"stats": {"total_contacts": "1", "active_contacts": "1", "total_accounts": "1", "total_revenue": 0.0}})
    );
}

#[tokio::test]
async fn an_admin_changes_a_users_role() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.admin).await;
    let users = world.call("GET", "/api/users", Some(&token), None).await.json();
    assert_eq!(users["users"].as_array().expect("users").len(), 2);
    let path = format!("/api/users/{}", org.agent.id);
    let changed = world.call("PATCH", &path, Some(&token), Some(json!({"role": "manager"}))).await.json();
    assert_eq!(changed["user"]["role"], "manager");
    world.call("PATCH", &path, Some(&token), Some(json!({"role": "king"}))).await.is_refusal(422, "invalid");
}

#[tokio::test]
async fn a_ringing_call_is_pending_until_somebody_takes_it() {
    use switchboard_domain::ports::Store;
    let world = World::new();
    let org = world.plant().await;
    let call = switchboard_domain::testing::fixtures::call(None);
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.insert_call(&call).await.expect("insert");
    tx.commit().await.expect("commit");
    let (ada, grace) = (world.login(&org.admin).await, world.login(&org.agent).await);
    let pending = world.call("GET", "/api/twilio/incoming-calls/pending", Some(&ada), None).await.json();
    assert_eq!(pending["incomingCall"], pending["incomingCalls"][0]);
    assert_eq!(pending["incomingCall"]["callSid"].as_str(), call.sid.as_deref());
    let which = Some(json!({"callSid": call.sid}));
    for token in [&ada, &grace, &grace] {
        let seen = world.call("POST", "/api/twilio/incoming-calls/seen", Some(token), which.clone()).await;
        assert_eq!(seen.json(), json!({"success": true}));
    }
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let notes = tx.timeline(call.id.into()).await.expect("read");
    let by: Vec<_> = notes.iter().filter(|note| note.what == What::Seen).map(|note| note.by).collect();
    assert_eq!(by, [Some(org.admin.id), Some(org.agent.id)], "once for each");
    drop(tx);
    let declined = world.call("POST", "/api/twilio/incoming-calls/decline", Some(&ada), which.clone()).await;
    assert_eq!(declined.json(), json!({"success": true}));
    let won = world.call("POST", "/api/twilio/incoming-calls/accept", Some(&grace), which.clone()).await;
    assert_eq!(won.json(), json!({"success": true, "conferenceId": call.id, "message": "Call accepted"}));
    let lost = world.call("POST", "/api/twilio/incoming-calls/accept", Some(&ada), which).await;
    lost.is_refusal(409, "already_accepted");
    assert_eq!(lost.json()["acceptedBy"], json!({"id": org.agent.id, "name": "Grace Hopper"}));
    let pending = world.call("GET", "/api/twilio/incoming-calls/pending", Some(&ada), None).await.json();
    assert_eq!(pending, json!({"incomingCall": null, "incomingCalls": []}));
}
