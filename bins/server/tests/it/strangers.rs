//! Every operation of the API's description, tried by those who may not: nobody, somebody else, somebody too small.
//! The description says who may; what it does not say is public, and that list may only shrink.

use serde_json::{Value, json};
use switchboard_domain::access::Role;
use switchboard_domain::auto_responses::Trigger;
use switchboard_domain::customers::CustomerKind;
use switchboard_domain::inspector::WebhookKind;
use switchboard_domain::ports::Store;
use switchboard_domain::testing::fixtures::{self, Planted, noon};

use crate::harness::World;

const PUBLIC: [&str; 18] = [
    "POST /api/auth/accept-invite",
    "POST /api/auth/invite",
    "POST /api/auth/login",
    "POST /api/auth/refresh",
    "POST /api/auth/register",
    "GET /api/twilio/media/{token}",
    "GET /api/twilio/recordings/{token}",
    "POST /api/twilio/webhook/call-status",
    "POST /api/twilio/webhook/conference-status",
    "POST /api/twilio/webhook/queue-result",
    "POST /api/twilio/webhook/recording",
    "POST /api/twilio/webhook/screening",
    "POST /api/twilio/webhook/sms",
    "POST /api/twilio/webhook/sms-status",
    "POST /api/twilio/webhook/transcription",
    "POST /api/twilio/webhook/voice",
    "POST /api/twilio/webhook/voicemail-redirect",
    "POST /api/twilio/webhook/wait",
];

struct Operation {
    method: String,
    path: String,
    /// The smallest role that may.
    needs: Option<Role>,
    /// Whether services may too.
    is_for_services: bool,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

fn operations() -> Vec<Operation> {
    let description: Value =
        serde_json::from_str(&switchboard_server::openapi().expect("a description")).expect("JSON");
    let paths = description["paths"].as_object().expect("paths");
    let mut operations = Vec::new();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().expect("methods") {
            let role = operation["security"][0]["bearer"][0].as_str();
            let service = &operation["security"][1]["service"];
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                needs: role.map(|role| role.parse().expect("a role")),
                is_for_services: *service == json!(["events:read"]),
            });
        }
    }
    operations
}

/// The ids of one organisation's things, for the path and the body of an operation.
async fn furnish(world: &World, org: &Planted) -> Vec<(&'static str, String)> {
    let contact = fixtures::customer(CustomerKind::Contact, "Bo", "+16475550100");
    let lead = fixtures::customer(CustomerKind::Lead, "Lee", "+16475550101");
    let call = fixtures::call(None);
    let (token, hash) = fixtures::service_token(&org.admin);
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.insert_customer(&contact).await.expect("insert");
    tx.insert_customer(&lead).await.expect("insert");
    tx.insert_call(&call).await.expect("insert");
    let message = fixtures::take_in(tx.as_mut(), "hello", noon()).await;
    let template = fixtures::template(&org.admin, "Hello", "hello");
    tx.insert_template(&template).await.expect("insert");
    let rule = fixtures::auto_response(&org.admin, Trigger::NewLead, "Welcome");
    tx.insert_auto_response(&rule).await.expect("insert");
    let tag = uuid::Uuid::new_v4().simple().to_string();
    let (guest, link) = fixtures::invited(org.scope.org(), Role::User, &tag);
    tx.insert_user(&guest).await.expect("insert");
    tx.put_invitation(guest.user.id, link).await.expect("put");
    let webhook = fixtures::webhook(WebhookKind::Voice, &[], noon());
    tx.insert_webhooks(std::slice::from_ref(&webhook)).await.expect("insert");
    tx.insert_service_token(&token, hash).await.expect("insert");
    tx.commit().await.expect("commit");
    vec![
        ("/api/contacts/", contact.id.to_string()),
        ("/api/leads/", lead.id.to_string()),
        ("/api/users/{id}/invite", guest.user.id.to_string()),
        ("/api/users/", org.agent.id.to_string()),
        ("/api/service-tokens/", token.id.to_string()),
        ("/api/twilio/numbers/", org.number.to_string().replace('+', "%2B")),
        ("/api/twilio/call/", call.id.to_string()),
        ("/api/twilio/sms/", message.id.to_string()),
        ("/api/twilio/templates/", template.id.to_string()),
        ("/api/twilio/auto-responses/", rule.id.to_string()),
        ("/api/twilio/webhooks/", webhook.id.to_string()),
        ("callSid", call.sid.expect("a SID")),
    ]
}

fn aim(operation: &Operation, things: &[(&'static str, String)]) -> (String, Value) {
    let thing = |fits: &dyn Fn(&str) -> bool| {
        things.iter().find(|(start, _)| fits(start)).map_or("", |(_, id)| id.as_str())
    };
    let id = thing(&|start| operation.path.starts_with(start));
    let path = operation.path.replace("{id}", id).replace("{number}", id);
    let path = path.replace("{phoneNumber}", "%2B16475550100");
    (path, json!({"callSid": thing(&|start| start == "callSid")}))
}

#[test]
fn what_is_public_is_known() {
    let public: Vec<_> =
        operations().iter().filter(|operation| operation.needs.is_none()).map(Operation::name).collect();
    assert_eq!(public, PUBLIC);
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let world = World::new();
    let org = world.plant().await;
    let things = furnish(&world, &org).await;
    for operation in operations().iter().filter(|operation| operation.needs.is_some()) {
        let (path, body) = aim(operation, &things);
        for token in [None, Some(""), Some("rubbish"), Some("refresh-0")] {
            let answer = world.call(&operation.method, &path, token, Some(body.clone())).await;
            assert_eq!(answer.status.as_u16(), 401, "{} {token:?}: {}", operation.name(), answer.text);
            answer.is_refusal(401, "unauthenticated");
        }
    }
}

#[tokio::test]
async fn a_service_gets_in_where_services_may_and_nowhere_else() {
    let world = World::new();
    let org = world.plant().await;
    let things = furnish(&world, &org).await;
    let admin = world.login(&org.admin).await;
    let body = json!({"name": "reports"});
    let created = world.call("POST", "/api/service-tokens", Some(&admin), Some(body)).await.json();
    let token = created["token"].as_str().expect("a token");
    for operation in operations().iter().filter(|operation| operation.needs.is_some()) {
        let (path, body) = aim(operation, &things);
        let answer = world.call(&operation.method, &path, Some(token), Some(body)).await;
        let is_refused = answer.status.as_u16() == 401;
        assert_eq!(is_refused, !operation.is_for_services, "{}: {}", operation.name(), answer.text);
    }
}

#[tokio::test]
async fn another_organisations_things_are_not_there() {
    let world = World::new();
    let (mine, theirs) = (world.plant().await, world.plant().await);
    let things = furnish(&world, &theirs).await;
    let token = world.login(&mine.admin).await;
    let aimed = |operation: &&Operation| {
        operation.path.contains("{id}")
            || operation.path.contains("{number}")
            || operation.path.ends_with("/accept")
            || operation.path.ends_with("/decline")
            || operation.path.ends_with("/seen")
    };
    let before = world.events(&theirs).await;
    let mut tried = 0;
    for operation in operations().iter().filter(aimed) {
        let (path, body) = aim(operation, &things);
        let answer = world.call(&operation.method, &path, Some(&token), Some(body)).await;
        assert_eq!(answer.status.as_u16(), 404, "{}: {}", operation.name(), answer.text);
        tried += 1;
    }
    assert!(tried >= 14, "{tried} operations name a thing");
    assert_eq!(world.events(&theirs).await, before);
    let their_token = world.login(&theirs.admin).await;
    for list in ["contacts", "leads"] {
        let mine = world.call("GET", &format!("/api/{list}"), Some(&token), None).await;
        assert_eq!(mine.json()["pagination"]["total"], 0, "{list}");
        let theirs = world.call("GET", &format!("/api/{list}"), Some(&their_token), None).await;
        assert_eq!(theirs.json()["pagination"]["total"], 1, "{list}: everything is still there");
    }
}

#[tokio::test]
async fn a_role_too_small_is_told_so_and_the_one_named_is_enough() {
    let world = World::new();
    let org = world.plant().await;
    let things = furnish(&world, &org).await;
    let mut tokens = Vec::new();
    for role in Role::ALL {
        let user = world.hire(&org, role).await;
        tokens.push((role, user));
    }
    for operation in operations() {
        let Some(needed) = operation.needs else { continue };
        let (path, body) = aim(&operation, &things);
        for (role, user) in &tokens {
            let token = world.login(user).await; // some operations end the session
            let answer = world.call(&operation.method, &path, Some(&token), Some(body.clone())).await;
            let is_refused = answer.status.as_u16() == 403;
            assert_eq!(is_refused, *role < needed, "{} as {role}: {}", operation.name(), answer.text);
            assert_ne!(answer.status.as_u16(), 401, "{} as {role}", operation.name());
        }
    }
}
