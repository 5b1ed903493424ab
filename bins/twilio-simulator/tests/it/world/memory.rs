use super::stage::{ACCOUNT, NUMBER, Stage, url};
use switchboard_twilio_simulator::world::{CallStatus, NewInboundCall};

#[test]
fn what_has_ended_is_forgotten_in_the_end() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Dial><Conference>room</Conference></Dial>"]);
    let lasting = stage.call();
    let mut first = None;
    for round in 0..10_010 {
        let new = NewInboundCall { sid: None, from: "+1".into(), to: NUMBER.into(), url: Some(url("voice")) };
        let (sid, _) = stage.world.call(new).expect("a call");
        stage.settle();
        stage.told.clear();
        stage.world.hang_up(&sid);
        first = first.or(Some(sid));
        if round % 2 == 0 {
            let name = format!("queue {round}");
            stage.world.create_queue(ACCOUNT, &name, 1).expect("a queue");
        }
    }
    let ended = stage.world.calls.iter().filter(|call| call.status.is_final()).count();
    assert_eq!((ended, stage.world.calls.len()), (10_000, 10_001));
    assert!(first.is_some_and(|sid| stage.world.calls.get(&sid).is_none()));
    assert_eq!(stage.found(&lasting).status, CallStatus::InProgress);
    assert_eq!(stage.world.queues.len(), 1_000);
}

#[test]
fn a_sid_that_another_account_has_used_is_given_away() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Enqueue>sales</Enqueue>"]);
    let sid = stage.call();
    let mut number = stage.world.setup.numbers.iter().next().expect("a number").clone();
    number.sid = "PN2".into();
    number.account_sid = "AC2".into();
    number.phone_number = "+12025550124".into();
    stage.world.setup.numbers.put("PN2", number);
    let new =
        NewInboundCall { sid: Some(sid.clone()), from: "+1".into(), to: "+12025550124".into(), url: None };
    stage.world.call(new).expect("a call");
    stage.settle();
    assert_eq!(stage.found(&sid).account_sid, "AC2");
    let members: Vec<_> = stage.world.queues.iter().map(|queue| queue.members.len()).collect();
    assert_eq!(members, [0, 1]);
}
