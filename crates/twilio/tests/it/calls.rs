//! What is made of Twilio's answers about calls and who takes part in them.

use std::time::Duration;

use switchboard_domain::ports::{
    AnsweredBy, CallControl, CallDirection, CallSearch, CallStatus, Conferencing, Messaging, Participant,
    ParticipantStatus, Price, Recordings, TelephonyError, TwilioCall,
};

use crate::operations::sid;
use crate::server::{CALL, MESSAGE, Server, account, answer};

const OVER: &str = r#"{"code":21220,"message":"Call is not in-progress.","status":400}"#;

/// A call that is over, as Twilio answers.
const COMPLETED: &str = r#"{"sid":"CA1","parent_call_sid":"CA0","direction":"outbound-dial","status":"completed",
    "to":"+15558675310","from":"+15017122661","answered_by":"machine_start","duration":"15","price":"-0.00750",
    "price_unit":"USD","date_created":"Mon, 31 Aug 2026 20:36:28 +0000",
    "start_time":"Mon, 31 Aug 2026 20:36:29 +0000","end_time":"Mon, 31 Aug 2026 20:36:44 +0000"}"#;

#[tokio::test]
async fn a_call_is_read_whole_and_in_part() {
    let moment = |text: &str| Some(text.parse().expect("a moment"));
    let server = Server::start(|_, _| answer(200, "", COMPLETED)).await;
    let call = server.client().call(&account(), "CA1").await.expect("an answer").expect("a call");
    let expected = TwilioCall {
        sid: "CA1".into(),
        parent_call_sid: Some("CA0".into()),
        direction: CallDirection::OutboundDial,
        status: CallStatus::Completed,
        to: "+15558675310".into(),
        from: "+15017122661".into(),
        answered_by: Some(AnsweredBy::Machine),
        created_at: moment("2026-08-31T20:36:28Z"),
        started_at: moment("2026-08-31T20:36:29Z"),
        ended_at: moment("2026-08-31T20:36:44Z"),
        duration: Some(Duration::from_secs(15)),
        price: Price::new("-0.00750", "USD"),
    };
    assert_eq!(call, expected);

    let odd = r#"{"sid":"CA1","status":"new","direction":null,"start_time":"soon","price":-0.0075,"price_unit":"USD"}"#;
    let server = Server::start(|_, _| answer(200, "", odd)).await;
    let call = server.client().call(&account(), "CA1").await.expect("an answer").expect("a call");
    assert_eq!((call.status, call.started_at, call.price), (CallStatus::Other("new".into()), None, None));
}

#[tokio::test]
async fn a_call_that_was_answered_is_told_from_one_that_is_over() {
    let not_found = || answer(404, "", r#"{"code":20404,"message":"not found","status":404}"#);
    let canceled = CALL.replace("in-progress", "canceled");
    let over = || answer(400, "", OVER);
    for (replies, stopped) in [
        (vec![answer(200, "", &canceled)], true),
        (vec![answer(200, "", CALL)], false),
        (vec![over(), answer(200, "", CALL)], false),
        (vec![over(), answer(200, "", COMPLETED)], true),
        (vec![not_found(), not_found()], true),
    ] {
        let asked = replies.len();
        let server = Server::start(move |before, _| replies[before].clone()).await;
        assert_eq!(server.client().cancel(&account(), "CA1").await.expect("an answer"), stopped);
        assert_eq!(server.seen().len(), asked);
    }
}

#[tokio::test]
async fn calls_are_looked_for_as_far_back_as_asked() {
    let server = Server::start(|before, _| {
        let call = |minute: usize| {
            let call = COMPLETED.replace("CA1", &format!("CA{minute}"));
            call.replace("Mon, 31 Aug 2026 20:36:28", &format!("Mon, 31 Aug 2026 20:{minute:02}:00"))
        };
        let (new, old) = (call(59 - 2 * before), call(58 - 2 * before));
        let next = format!("/2010-04-01/Accounts/{}/Calls.json?Page={}", sid("AC"), before + 1);
        answer(200, "", &format!(r#"{{"calls":[{new},{old}],"next_page_uri":"{next}"}}"#))
    })
    .await;
    let since = "2026-08-31T20:57:00Z".parse().expect("a moment");
    let search = CallSearch { to: "+15558675310".into(), from: None, since };
    let found = server.client().calls(&account(), &search).await.expect("calls");
    let sids: Vec<&str> = found.iter().map(|call| call.sid.as_str()).collect();
    assert_eq!(sids, ["CA59", "CA58", "CA57"]);
    assert_eq!(server.seen().len(), 3);
    let search = CallSearch { since: "2026-08-31T19:00:00Z".parse().expect("a moment"), ..search };
    let found = server.client().calls(&account(), &search).await;
    assert!(matches!(found, Err(TelephonyError::Unknown(_))), "more than four pages: {found:?}");
}

#[tokio::test]
async fn participants_are_read_page_by_page() {
    let participant = |n: usize| match n {
        0 => {
            r#"{"call_sid":"CA1","conference_sid":"CF1","label":"agent","status":"connected","hold":true,
            "muted":true,"coaching":true,"call_sid_to_coach":"CA2"}"#
        }
        _ => {
            r#"{"call_sid":"CA2","conference_sid":"CF1","label":"","status":"queued","coaching":false,
            "call_sid_to_coach":"CA1","hold":null}"#
        }
    };
    let server = Server::start(move |before, _| {
        let path = format!("/2010-04-01/Accounts/{}/Conferences/CF1/Participants.json", sid("AC"));
        let next = if before == 0 { format!(r#""{path}?Page=1""#) } else { "null".to_owned() };
        let participant = participant(before);
        answer(200, "", &format!(r#"{{"participants":[{participant}],"next_page_uri":{next}}}"#))
    })
    .await;
    let plain = Participant {
        call_sid: "CA2".into(),
        conference_sid: "CF1".into(),
        label: None,
        status: ParticipantStatus::Queued,
        on_hold: false,
        muted: false,
        coach: None,
    };
    let agent = Participant {
        call_sid: "CA1".into(),
        label: Some("agent".into()),
        status: ParticipantStatus::Connected,
        on_hold: true,
        muted: true,
        coach: Some("CA2".into()),
        ..plain.clone()
    };
    assert_eq!(server.client().participants(&account(), "CF1").await.expect("both"), [agent, plain]);
}

#[tokio::test]
async fn recordings_are_asked_for_by_what_they_are_of() {
    let recording =
        r#"{"sid":"RE1","status":"in-progress","call_sid":null,"conference_sid":"CF1","duration":"-1"}"#;
    let list = format!(r#"{{"recordings":[{recording}],"next_page_uri":null}}"#);
    let server = Server::start(move |_, _| answer(200, "", &list)).await;
    let client = server.client();
    let of_call = client.recordings_of_call(&account(), "CA1").await.expect("recordings");
    let of_conference = client.recordings_of_conference(&account(), "CF1").await.expect("recordings");
    assert_eq!(of_call, of_conference);
    assert_eq!((of_call[0].sid.as_str(), of_call[0].duration), ("RE1", None));
    let lines = server.lines();
    assert!(lines[0].ends_with("/Recordings.json?CallSid=CA1&PageSize=50"), "{lines:?}");
    assert!(lines[1].ends_with("/Recordings.json?ConferenceSid=CF1&PageSize=50"), "{lines:?}");
}

#[tokio::test]
async fn a_text_that_was_called_back_is_told_from_one_that_is_on_its_way() {
    let status = |status: &str| answer(200, "", &MESSAGE.replace("queued", status));
    let late =
        || answer(409, "", r#"{"code":30409,"message":"This message cannot be canceled","status":409}"#);
    let not_found = || answer(404, "", r#"{"code":20404,"message":"not found","status":404}"#);
    for (replies, called_back) in [
        (vec![status("canceled")], true),
        (vec![late(), status("canceled")], true),
        (vec![late(), status("sent")], false),
        (vec![not_found(), not_found()], false),
    ] {
        let asked = replies.len();
        let server = Server::start(move |before, _| replies[before].clone()).await;
        let answer = server.client().cancel_scheduled(&account(), "SM1").await;
        assert_eq!((answer.expect("an answer"), server.seen().len()), (called_back, asked));
    }
    let server = Server::start(|_, _| answer(401, "", r#"{"code":20003,"message":"Authenticate"}"#)).await;
    let refused = server.client().cancel_scheduled(&account(), "SM1").await;
    assert!(matches!(refused, Err(TelephonyError::Refused(_))), "{refused:?}");
}
