use crate::receiver::{ACCOUNT, NUMBER, Receiver, TOKEN};
use serde_json::{Value, json};
use std::process::{Output, Stdio};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

fn simulator() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twilio-simulator"));
    command.kill_on_drop(true);
    command
}

async fn run(command: &mut Command) -> Output {
    command.output().await.expect("the program runs")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_text_goes_straight_to_a_webhook() {
    let receiver = Receiver::answering(axum::http::StatusCode::OK, Some("text/plain"), "oops").await;
    let output = run(simulator()
        .args(["sms", "--from", "+15558675310", "--to", NUMBER, "--body", "donation=5 <3 & \"you\""])
        .args(["--account-sid", ACCOUNT, "--auth-token", TOKEN, "--webhook-url", &receiver.url("/sms")]))
    .await;
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("Twilio would text this"), "{}", stderr(&output));
    assert!(receiver.only().verifies(&receiver.url(""), TOKEN));
    assert_eq!(receiver.only().param("Body"), "donation=5 <3 & \"you\"");
    let exchange: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(exchange["response"]["body"], "oops");
}

#[tokio::test]
async fn a_call_goes_through_the_simulator_that_demo_json_names() {
    let receiver = Receiver::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let accounts = json!([{
        "accountSid": ACCOUNT,
        "authToken": TOKEN,
        "phoneNumbers": [NUMBER],
        "smsUrl": receiver.url("/sms"),
        "voiceUrl": receiver.url("/voice"),
    }]);
    let file = folder.path().join("accounts.json");
    std::fs::write(&file, accounts.to_string()).expect("a file");
    let mut server = simulator()
        .args(["serve", "--listen", "127.0.0.1:0", "--accounts"])
        .arg(&file)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut lines = BufReader::new(server.stdout.take().expect("a pipe")).lines();
    let line = lines.next_line().await.expect("a line").expect("a line");
    let url = line.strip_prefix("listening on ").expect("its address").to_owned();

    std::fs::create_dir(folder.path().join(".switchboard")).expect("a folder");
    let demo = json!({ "simulatorUrl": url }).to_string();
    std::fs::write(folder.path().join(".switchboard/demo.json"), demo).expect("a file");
    let call = ["call", "--from", "anonymous", "--to", NUMBER];
    let output = run(simulator().args(call).current_dir(folder.path())).await;
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(receiver.only().param("From"), "anonymous");
    let exchange: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let sid = exchange["sid"].as_str().expect("a SID");
    let output = run(simulator().args(["hang-up", "--sid", sid]).current_dir(folder.path())).await;
    assert!(stderr(&output).contains("is over"), "an empty answer ends a call: {}", stderr(&output));

    let unknown = ["sms", "--from", "+1", "--to", "+2", "--body", "hi", "--simulator", &url];
    let output = run(simulator().args(unknown)).await;
    assert!(!output.status.success());
    assert!(stderr(&output).contains("no account has the number"), "{}", stderr(&output));
    server.kill().await.expect("our own child");
}

#[tokio::test]
async fn a_server_that_was_told_to_stops_when_its_standard_input_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("accounts.json");
    std::fs::write(&file, "[]").expect("a file");
    let mut server = simulator()
        .args(["serve", "--listen", "127.0.0.1:0", "--stop-on-stdin-eof", "--accounts"])
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut lines = BufReader::new(server.stdout.take().expect("a pipe")).lines();
    assert!(lines.next_line().await.expect("a line").is_some(), "it listens");
    drop(server.stdin.take());
    assert!(server.wait().await.expect("our own child").success());
}

#[tokio::test]
async fn the_same_seed_makes_the_same_sids_on_a_clock_that_stands_still() {
    let receiver = Receiver::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let accounts = json!([{
        "accountSid": ACCOUNT,
        "authToken": TOKEN,
        "phoneNumbers": [NUMBER],
        "smsUrl": receiver.url("/sms"),
    }]);
    let file = folder.path().join("accounts.json");
    std::fs::write(&file, accounts.to_string()).expect("a file");
    for _ in 0..2 {
        let mut server = simulator()
            .args(["serve", "--listen", "127.0.0.1:0", "--stepped", "--seed", "7", "--accounts"])
            .arg(&file)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut lines = BufReader::new(server.stdout.take().expect("a pipe")).lines();
        let line = lines.next_line().await.expect("a line").expect("a line");
        let url = line.strip_prefix("listening on ").expect("its address").to_owned();
        let sms = ["sms", "--from", "+15558675310", "--to", NUMBER, "--body", "hi", "--simulator", &url];
        let output = run(simulator().args(sms)).await;
        assert!(output.status.success(), "{}", stderr(&output));
        server.kill().await.expect("our own child");
    }
    let sids: Vec<_> =
        receiver.received().iter().map(|received| received.param("MessageSid").to_owned()).collect();
    assert_eq!(sids[0], sids[1]);
}

#[tokio::test]
async fn without_any_way_to_send_it_says_which_there_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let sms = ["sms", "--from", "+1", "--to", "+2", "--body", "hi"];
    let output = run(simulator().args(sms).current_dir(folder.path())).await;
    assert!(!output.status.success());
    assert!(stderr(&output).contains("--simulator"), "{}", stderr(&output));
}

#[tokio::test]
async fn only_loopback_is_served() {
    let output = run(simulator().args(["serve", "--listen", "0.0.0.0:0", "--accounts", "a.json"])).await;
    assert!(stderr(&output).contains("not a loopback address"), "{}", stderr(&output));
}
