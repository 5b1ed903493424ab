//! What holds for all of Twilio's REST API: who may ask, what errors look like, how lists are paged.

use crate::api::{Api, conforms, send};
use crate::receiver::{ACCOUNT, CUSTOMER, KEY, NUMBER, SECRET, STRANGER, STRANGERS_TOKEN, TOKEN};
use serde_json::Value;
use std::collections::HashSet;

#[tokio::test]
async fn only_who_proves_itself_is_answered() {
    let api = Api::start().await;
    let url = format!("{}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", api.base);
    let table = [
        (ACCOUNT, TOKEN, 200),
        (KEY, SECRET, 200),
        (ACCOUNT, SECRET, 401),
        (KEY, TOKEN, 401),
        (ACCOUNT, "", 401),
        ("", "", 401),
        ("AC00000000000000000000000000000009", TOKEN, 401),
    ];
    for (user, password, status) in table {
        let reply = send(api.raw("GET", &url).basic_auth(user, Some(password))).await;
        assert_eq!(reply.status, status, "{user}:{password}");
        if status == 401 {
            assert!(reply.headers.contains_key("www-authenticate"));
            reply.refused(401, 20003);
        }
    }
    send(api.raw("GET", &url)).await.refused(401, 20003);
    for header in ["Basic", "Basic ?", "Bearer abc", "Basic bm9jb2xvbg=="] {
        send(api.raw("GET", &url).header("authorization", header)).await.refused(401, 20003);
    }
}

#[tokio::test]
async fn another_accounts_things_are_not_there() {
    let api = Api::start().await;
    let own = api.post("/Messages.json", &[("To", CUSTOMER), ("From", NUMBER), ("Body", "hi")]).await.ok(201);
    let sid = own["sid"].as_str().expect("a SID");
    for path in ["/Messages.json".to_owned(), format!("/Messages/{sid}.json"), ".json".to_owned()] {
        let url = format!("{}/2010-04-01/Accounts/{ACCOUNT}{path}", api.base);
        send(api.raw("GET", &url).basic_auth(STRANGER, Some(STRANGERS_TOKEN))).await.refused(404, 20404);
        let url = format!("{}/2010-04-01/Accounts/{STRANGER}{path}", api.base);
        let reply = send(api.raw("GET", &url).basic_auth(STRANGER, Some(STRANGERS_TOKEN))).await;
        match path.as_str() {
            "/Messages.json" => assert_eq!(reply.ok(200)["messages"], Value::Array(Vec::new())),
            ".json" => conforms(&reply.ok(200), "account"),
            _ => reply.refused(404, 20404),
        }
    }
}

#[tokio::test]
async fn only_the_auth_token_reaches_the_account() {
    let api = Api::start().await;
    api.get(".json").await.refused(401, 20003);
    let url = format!("{}/2010-04-01/Accounts/{ACCOUNT}.json", api.base);
    let account = send(api.raw("GET", &url).basic_auth(ACCOUNT, Some(TOKEN))).await.ok(200);
    conforms(&account, "account");
    assert!(!account.to_string().contains(TOKEN));
}

#[tokio::test]
async fn what_is_not_there_and_what_does_not_fit_is_an_error_in_twilios_words() {
    let api = Api::start().await;
    let nowhere = "SM00000000000000000000000000000000";
    for path in [
        "/Nothing.json",
        "/Messages",
        &format!("/Messages/{nowhere}.json"),
        "/Messages/../../x.json",
        "/Messages.xml",
    ] {
        let status = api.get(path).await.status;
        assert_eq!(status, 404, "{path}");
    }
    api.get(&format!("/Messages/{nowhere}.json")).await.refused(404, 20404);
    api.post(&format!("/Messages/{nowhere}.json"), &[("Body", "")]).await.refused(404, 20404);
    api.delete("/Messages.json").await.refused(405, 20004);
    send(api.request("PUT", "/IncomingPhoneNumbers.json")).await.refused(405, 20004);
    let json = api.request("POST", "/Messages.json").header("content-type", "application/json");
    send(json.body("{\"To\":\"+1\"}")).await.refused(415, 20415);
    let form =
        api.request("POST", "/Messages.json").header("content-type", "application/x-www-form-urlencoded");
    send(form.body("To=%FF")).await.refused(400, 20001);
    let form =
        api.request("POST", "/Messages.json").header("content-type", "application/x-www-form-urlencoded");
    send(form.body(vec![b'a'; 64 * 1024 + 1])).await.refused(413, 20413);
}

#[tokio::test]
async fn what_an_address_writes_in_escapes_is_what_it_means() {
    let api = Api::start().await;
    let form = [("To", CUSTOMER), ("From", NUMBER), ("Label", "the boss")];
    api.post("/Conferences/front%20desk%2Feast+1/Participants.json", &form).await.ok(201);
    let list = api.get("/Conferences.json").await.ok(200);
    let conference = &list["conferences"][0];
    assert_eq!(conference["friendly_name"], "front desk/east+1");
    let path = format!("/Conferences/{}", conference["sid"].as_str().expect("a SID"));
    api.get(&format!("{path}/Participants/the%20boss.json")).await.ok(200);
    api.post("/Conferences/%FF/Participants.json", &form).await.refused(400, 20001);
}

#[tokio::test]
async fn every_answer_has_an_id_and_says_how_many_are_under_way() {
    let api = Api::start().await;
    let (one, two) = (api.get("/Messages.json").await, api.get("/Nothing.json").await);
    let id = |reply: &crate::api::Reply| {
        reply.headers["twilio-request-id"].to_str().expect("an ASCII header").to_owned()
    };
    assert!(id(&one).starts_with("RQ") && id(&one).len() == 34);
    assert_ne!(id(&one), id(&two));
    assert_eq!(one.headers["twilio-concurrent-requests"], "1");
    assert_eq!(two.headers["twilio-concurrent-requests"], "1", "the first is over");
}

async fn send_messages(api: &Api, count: usize) -> Vec<String> {
    let mut sids = Vec::new();
    for n in 0..count {
        let body = n.to_string();
        let sent =
            api.post("/Messages.json", &[("To", CUSTOMER), ("From", NUMBER), ("Body", &body)]).await.ok(201);
        sids.push(sent["sid"].as_str().expect("a SID").to_owned());
        api.simulator.advance(std::time::Duration::from_secs(1)).await;
    }
    sids.reverse();
    sids
}

#[tokio::test]
async fn lists_come_in_pages_the_newest_first() {
    let api = Api::start().await;
    let sids = send_messages(&api, 7).await;
    for (size, pages) in [(1, 7), (2, 4), (3, 3), (7, 1), (1000, 1)] {
        let path = format!("/Messages.json?PageSize={size}&To=%2B15558675310");
        let (messages, walked) = api.walk(&path, "messages").await;
        let found: Vec<_> = messages.iter().map(|message| message["sid"].as_str().expect("a SID")).collect();
        assert_eq!((found, walked), (sids.iter().map(String::as_str).collect(), pages), "{size}");
    }
    let second = api.get("/Messages.json?PageSize=3&Page=1").await.ok(200);
    assert_eq!((&second["page"], &second["page_size"]), (&1.into(), &3.into()));
    assert_eq!((&second["start"], &second["end"]), (&3.into(), &5.into()));
    assert_eq!(second["messages"].as_array().map(Vec::len), Some(3));
    let uri = |name: &str| second[name].as_str().expect("an address").to_owned();
    let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
    assert_eq!(uri("first_page_uri"), format!("{path}?PageSize=3&Page=0"));
    assert_eq!(uri("previous_page_uri"), format!("{path}?PageSize=3&Page=0"));
    assert_eq!(uri("uri"), format!("{path}?PageSize=3&Page=1&PageToken=PA{}", sids[2]));
    assert_eq!(uri("next_page_uri"), format!("{path}?PageSize=3&Page=2&PageToken=PA{}", sids[5]));
    let first = api.get("/Messages.json").await.ok(200);
    assert_eq!((&first["page_size"], &first["next_page_uri"]), (&50.into(), &Value::Null));
    assert_eq!(first["previous_page_uri"], Value::Null);
}

#[tokio::test]
async fn what_comes_in_meanwhile_moves_no_page() {
    let api = Api::start().await;
    let sids = send_messages(&api, 4).await;
    let first = api.get("/Messages.json?PageSize=2").await.ok(200);
    send_messages(&api, 2).await;
    let next = first["next_page_uri"].as_str().expect("an address").to_owned();
    let next =
        send(api.raw("GET", &format!("{}{next}", api.base)).basic_auth(KEY, Some(SECRET))).await.ok(200);
    let found: HashSet<_> =
        next["messages"].as_array().expect("a list").iter().map(|m| m["sid"].clone()).collect();
    assert_eq!(found, HashSet::from([Value::from(sids[2].clone()), Value::from(sids[3].clone())]));
}

#[tokio::test]
async fn impossible_pages_are_refused() {
    let api = Api::start().await;
    for (query, code) in [
        ("PageSize=1001", 20007),
        ("PageSize=0", 20007),
        ("PageSize=x", 20001),
        ("Page=-1", 20001),
        ("PageToken=PASM1", 20001),
        ("DateSent=soon", 20001),
    ] {
        api.get(&format!("/Messages.json?{query}")).await.refused(400, code);
    }
    let far = api.get("/Messages.json?Page=999999999999&PageSize=1000").await.ok(200);
    assert_eq!(far["messages"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn lists_are_filtered_by_their_ends_and_by_time() {
    let api = Api::start().await;
    let other = "+15558675399";
    for (to, hours) in [(CUSTOMER, 0), (other, 1), (CUSTOMER, 24)] {
        api.simulator.advance(std::time::Duration::from_secs(hours * 3_600)).await;
        api.post("/Messages.json", &[("To", to), ("From", NUMBER), ("Body", "hi")]).await.ok(201);
    }
    api.simulator.advance(std::time::Duration::from_secs(60)).await;
    for (query, count) in [
        ("", 3),
        ("To=%2B15558675310", 2),
        ("To=%2B15558675399", 1),
        ("From=%2B12025550123", 3),
        ("From=%2B15558675310", 0),
        ("DateSent=2026-03-05", 2),
        ("DateSent=2026-03-06", 1),
        ("DateSent=2026-03-07", 0),
        ("DateSent%3E=2026-03-06", 1),
        ("DateSent>=2026-03-05T10:30:00Z", 2),
        ("DateSent<=2026-03-05", 2),
        ("DateSent%3C=2026-03-05T10:30:00Z", 1),
        ("DateSent%3E=2026-03-05T10:30:00Z&DateSent%3C=2026-03-05T12:00:00Z", 1),
    ] {
        let list = api.get(&format!("/Messages.json?{query}")).await.ok(200);
        assert_eq!(list["messages"].as_array().map(Vec::len), Some(count), "{query}");
    }
}
