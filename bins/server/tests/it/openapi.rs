//! The committed description of the API is the one that the code makes.

use std::collections::HashSet;

#[test]
fn the_committed_description_is_current() {
    let committed = include_str!("../../../../schemas/openapi.json");
    let made = switchboard_server::openapi().expect("a description");
    assert!(
        committed.trim() == made.trim(),
        "schemas/openapi.json is out of date: cargo run -p switchboard-server -- openapi > schemas/openapi.json"
    );
}

#[test]
fn it_is_openapi_3_1_and_every_operation_is_described() {
    let description: serde_json::Value =
        serde_json::from_str(&switchboard_server::openapi().expect("a description")).expect("JSON");
    assert!(description["openapi"].as_str().expect("a version").starts_with("3.1"));
    for (path, methods) in description["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            assert!(operation["summary"].is_string(), "{method} {path}");
            let without_form = [
                "/logout",
                "/logout-all",
                "/twilio/token",
                "/hold",
                "/resume",
                "/hangup",
                "/read",
                "/cancel",
                "/users/{id}/invite",
            ];
            let has_no_form = without_form.iter().any(|end| path.ends_with(end));
            let takes_a_body = ["post", "put", "patch"].contains(&method.as_str()) && !has_no_form;
            assert_eq!(operation["requestBody"].is_object(), takes_a_body, "{method} {path}");
        }
    }
}

#[test]
fn every_operation_has_an_id_of_its_own_and_a_word_on_every_answer() {
    let description: serde_json::Value =
        serde_json::from_str(&switchboard_server::openapi().expect("a description")).expect("JSON");
    let mut ids = HashSet::new();
    for (path, methods) in description["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let id = operation["operationId"].as_str().expect("an id");
            assert!(ids.insert(id.to_owned()), "{method} {path} has the id of another: {id}");
            for (status, answer) in operation["responses"].as_object().expect("answers") {
                let words = answer["description"].as_str().unwrap_or_default();
                assert!(!words.is_empty(), "{method} {path} says nothing of {status}");
            }
        }
    }
}

#[test]
fn types_of_one_name_are_described_each_by_itself() {
    let description: serde_json::Value =
        serde_json::from_str(&switchboard_server::openapi().expect("a description")).expect("JSON");
    for (path, method, field) in [
        ("/api/twilio/sms/send", "post", "body"),
        ("/api/twilio/call/make", "post", "conferenceId"),
        ("/api/twilio/call/{id}", "patch", "outcome"),
        ("/api/twilio/templates", "post", "category"),
        ("/api/contacts", "post", "first_name"),
        ("/api/leads", "post", "first_name"),
    ] {
        let form =
            &description["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"];
        let form = form["$ref"].as_str().expect("a reference").trim_start_matches('#');
        let fields = &description.pointer(form).expect("a type of that name")["properties"];
        assert!(fields[field].is_object(), "{method} {path} takes {field}");
    }
}

#[test]
fn only_what_can_be_searched_and_passed_over_says_so() {
    let description: serde_json::Value =
        serde_json::from_str(&switchboard_server::openapi().expect("a description")).expect("JSON");
    let paths = description["paths"].as_object().expect("paths");
    let that_take = |name: &str| -> Vec<&str> {
        let takes = |path: &serde_json::Value| {
            let parameters = path["get"]["parameters"].as_array();
            parameters.into_iter().flatten().any(|parameter| parameter["name"] == name)
        };
        paths.iter().filter(|(_, path)| takes(path)).map(|(path, _)| path.as_str()).collect()
    };
    let mut searched =
        ["/api/contacts", "/api/leads", "/api/twilio/call", "/api/twilio/sms/conversations"].to_vec();
    assert_eq!(that_take("search"), searched);
    searched.extend([
        "/api/twilio/sms",
        "/api/twilio/sms/conversation/{phoneNumber}/notes",
        "/api/twilio/webhooks",
    ]);
    searched.sort_unstable();
    let mut passed_over = that_take("offset");
    passed_over.sort_unstable();
    assert_eq!(passed_over, searched, "a thread goes on by `before` alone");
}

#[tokio::test]
async fn it_can_be_fetched_and_browsed() {
    let world = crate::harness::World::new();
    let fetched = world.call("GET", "/api/openapi.json", None, None).await;
    assert_eq!(fetched.json()["info"]["title"], "Switchboard");
    let page = world.call("GET", "/api/docs/", None, None).await;
    assert!(page.text.contains("swagger-ui"), "{}", page.text);
    assert!(!page.text.contains("https://"), "its parts are served from here");
}
