use super::stage::{ACCOUNT, NUMBER, Stage, at, param, url};
use switchboard_twilio_simulator::world::{CallUpdate, Dequeue, Instructions, NewInboundCall, Purpose};

const ENQUEUE: &str = "<Enqueue action=\"done\" waitUrl=\"wait\">sales</Enqueue>";

/// The queue in which callers wait.
fn queue(stage: &Stage) -> String {
    stage.world.queues.iter().next().expect("a queue").sid.clone()
}

#[test]
fn who_waits_hears_the_wait_document_over_and_over() {
    let mut stage = Stage::new();
    stage.answer("voice", &[ENQUEUE]);
    stage.answer("wait", &["<Play>ring.mp3</Play>"]);
    let first = stage.call();
    stage.advance(7.0);
    let second = stage.call();
    stage.advance(4.0);
    let of_first: Vec<_> =
        stage.requests("wait").into_iter().filter(|order| order.sid == first).cloned().collect();
    let values = |name: &str| of_first.iter().map(|order| param(order, name)).collect::<Option<Vec<_>>>();
    assert_eq!(values("QueueTime"), Some(vec!["0", "5", "10"]));
    assert_eq!(values("CurrentQueueSize"), Some(vec!["1", "1", "2"]));
    assert_eq!(values("QueuePosition"), Some(vec!["1", "1", "1"]));
    assert_eq!(values("MaxQueueSize"), Some(vec!["100"; 3]));
    assert_eq!(values("AvgQueueTime"), Some(vec!["0", "5", "6"]));
    assert_eq!(values("CallStatus"), Some(vec!["in-progress"; 3]));
    let of_second = stage.requests("wait").into_iter().find(|order| order.sid == second).cloned();
    assert_eq!(param(&of_second.expect("it waits"), "QueuePosition"), Some("2"));
    assert_eq!(stage.count("wait", Purpose::Wait), stage.requests("wait").len());
}

#[test]
fn leave_goes_on_with_the_action() {
    let mut stage = Stage::new();
    stage.answer("voice", &[ENQUEUE]);
    stage.answer("wait", &["<Play>ring.mp3</Play>", "<Redirect>farewell</Redirect>"]);
    stage.answer("farewell", &["<Leave/>"]);
    stage.answer("done", &["<Say>nobody is here</Say>"]);
    let sid = stage.call();
    stage.advance(10.0);
    assert_eq!(stage.values("done", "QueueResult"), ["leave"]);
    assert_eq!(stage.values("done", "QueueTime"), ["5"]);
    assert_eq!(stage.values("done", "QueueSid"), [queue(&stage)]);
    assert_eq!(stage.count("done", Purpose::Voice), 1);
    assert_eq!(stage.status(&sid), "completed");
    assert!(stage.world.queues.iter().all(|queue| queue.members.is_empty()));
}

#[test]
fn without_an_action_the_next_verb_follows() {
    let mut stage = Stage::new();
    stage.answer("voice", &["<Enqueue waitUrl=\"wait\">sales</Enqueue><Redirect>after</Redirect>"]);
    stage.answer("wait", &["<Leave/>"]);
    stage.call();
    assert_eq!(stage.requests("after").len(), 1);
}

#[test]
fn a_caller_who_hangs_up_is_out_of_the_queue() {
    let mut stage = Stage::new();
    stage.answer("voice", &[ENQUEUE]);
    stage.answer("wait", &["<Play>ring.mp3</Play>"]);
    let sid = stage.call();
    stage.advance(3.0);
    stage.world.hang_up(&sid);
    stage.settle();
    assert_eq!(stage.values("done", "QueueResult"), ["hangup"]);
    assert_eq!(stage.values("done", "CallStatus"), ["completed"]);
    assert_eq!(stage.count("done", Purpose::Afterwards), 1);
    let waits = stage.requests("wait").len();
    stage.advance(30.0);
    assert_eq!(stage.requests("wait").len(), waits);
    assert_eq!(stage.values("number-status", "CallStatus"), ["completed"]);
}

#[test]
fn a_full_queue_turns_callers_away() {
    let mut stage = Stage::new();
    stage.world.create_queue(ACCOUNT, "sales", 1).expect("a queue");
    stage.answer("voice", &[ENQUEUE]);
    stage.answer("wait", &["<Pause length=\"60\"/>"]);
    stage.call();
    stage.call();
    assert_eq!(stage.values("done", "QueueResult"), ["queue-full"]);
    assert_eq!(stage.values("done", "QueueSid"), ["-"]);
}

#[test]
fn a_document_may_let_fewer_wait_than_the_queue_does() {
    let mut stage = Stage::new();
    stage.answer("voice", &[&ENQUEUE.replace("<Enqueue ", "<Enqueue maxQueueSize=\"1\" ")]);
    stage.answer("wait", &["<Pause length=\"60\"/>"]);
    stage.call();
    assert_eq!(stage.values("done", "QueueResult"), Vec::<String>::new());
    stage.call();
    assert_eq!(stage.values("done", "QueueResult"), ["queue-full"]);
}

#[test]
fn a_wait_document_that_cannot_be_carried_out_ends_the_wait() {
    for document in ["<Dial>+15550100009</Dial>", "<Sing/>"] {
        let mut stage = Stage::new();
        stage.answer("voice", &[ENQUEUE]);
        stage.answer("wait", &[document]);
        stage.call();
        assert_eq!(stage.values("done", "QueueResult"), ["error"], "{document}");
        assert_eq!(stage.alerts(), [12200]);
    }
}

#[test]
fn an_empty_wait_document_does_not_run_away() {
    let mut stage = Stage::new();
    stage.answer("voice", &[ENQUEUE]);
    stage.call();
    stage.advance(5.0);
    assert!((5..=70).contains(&stage.requests("wait").len()), "{}", stage.requests("wait").len());
}

#[test]
fn keys_can_be_pressed_while_waiting() {
    let mut stage = Stage::new();
    stage.answer("voice", &[ENQUEUE]);
    stage.answer("wait", &["<Gather numDigits=\"1\" action=\"pressed\"><Play>ring.mp3</Play></Gather>"]);
    stage.answer("pressed", &["<Leave/>"]);
    let sid = stage.call();
    stage.advance(2.0);
    stage.world.press(&sid, "1");
    stage.settle();
    assert_eq!(
        (stage.values("pressed", "Digits"), stage.values("done", "QueueResult")),
        (vec!["1"], vec!["leave"])
    );
}

#[test]
fn the_rest_api_takes_the_front_or_a_chosen_caller_out() {
    let mut stage = Stage::new();
    stage.answer("voice", &[ENQUEUE]);
    stage.answer("wait", &["<Pause length=\"60\"/>"]);
    stage.answer("talk", &["<Pause length=\"60\"/>"]);
    let calls = [stage.call(), stage.call(), stage.call()];
    let queue = queue(&stage);
    stage.advance(4.0);
    let chosen = Dequeue::Call(calls[2].clone());
    let member = stage.world.dequeue(ACCOUNT, &queue, &chosen, at("talk")).expect("a member");
    assert_eq!(member.call_sid, calls[2]);
    let front = stage.world.dequeue(ACCOUNT, &queue, &Dequeue::Front, at("talk")).expect("a member");
    assert_eq!(front.call_sid, calls[0]);
    stage.settle();
    assert_eq!(stage.values("done", "QueueResult"), ["redirected", "redirected"]);
    assert_eq!(stage.count("done", Purpose::Afterwards), 2);
    assert_eq!(stage.values("talk", "CallSid"), [calls[2].as_str(), &calls[0]]);
    let gone = stage.world.dequeue(ACCOUNT, &queue, &chosen, at("talk")).map_err(|refusal| refusal.code);
    assert_eq!(gone.map(|member| member.call_sid), Err(20404));
    let stranger = stage.world.dequeue("AC2", &queue, &Dequeue::Front, at("talk"));
    assert_eq!(stranger.map(|_| ()).map_err(|refusal| refusal.code), Err(20404));
    let update = CallUpdate::Go(Instructions::Url(at("talk")));
    stage.world.update_call(ACCOUNT, &calls[1], update).expect("it is in progress");
    stage.settle();
    assert_eq!(stage.values("done", "QueueResult"), ["redirected"; 3]);
}

#[test]
fn who_dials_a_queue_gets_its_front_after_the_whisper() {
    let mut stage = Stage::new();
    stage.answer("voice", &[ENQUEUE]);
    stage.answer("wait", &["<Pause length=\"60\"/>"]);
    stage.answer("outbound", &["<Dial action=\"agent-done\"><Queue url=\"whisper\">sales</Queue></Dial>"]);
    stage.answer("whisper", &["<Say>You are being connected.</Say>"]);
    let (first, second) = (stage.call(), stage.call());
    let agent = stage.create_call("+15550100009");
    stage.advance(4.0);
    assert_eq!(stage.values("whisper", "CallSid"), [first.as_str()]);
    assert_eq!(stage.values("whisper", "DequeingCallSid"), [agent.as_str()]);
    stage.advance(20.0);
    assert!(stage.requests("done").is_empty(), "the action comes when they have talked");
    stage.world.hang_up(&agent);
    stage.settle();
    assert_eq!(stage.values("done", "QueueResult"), ["bridged"]);
    assert_eq!(stage.values("done", "CallSid"), [first.as_str()]);
    assert_eq!(stage.values("agent-done", "DialCallStatus"), ["completed"]);
    assert_eq!(stage.count("agent-done", Purpose::Afterwards), 1);
    assert_eq!(
        (stage.status(&second), stage.world.queues.iter().next().map(|queue| queue.members.len())),
        ("in-progress", Some(1))
    );
}

#[test]
fn a_served_caller_who_hangs_up_lets_the_agent_go_on() {
    let mut stage = Stage::new();
    stage.answer("voice", &[ENQUEUE]);
    stage.answer("outbound", &["<Dial action=\"agent-done\"><Queue>sales</Queue></Dial>"]);
    let agent = stage.create_call("+15550100009");
    stage.advance(10.0);
    assert_eq!(stage.status(&agent), "in-progress");
    let caller = stage.call();
    stage.advance(10.0);
    assert_eq!(stage.requests("wait").len(), 0, "somebody was waiting for them");
    stage.world.hang_up(&caller);
    stage.settle();
    assert_eq!(stage.values("agent-done", "DialCallStatus"), ["completed"]);
    assert_eq!(stage.values("agent-done", "DialCallDuration"), ["10"]);
    assert_eq!(stage.values("agent-done", "QueueSid"), [queue(&stage)]);
    assert_eq!(stage.values("done", "QueueResult"), ["bridged"]);
}

#[test]
fn a_caller_who_hangs_up_in_the_whisper_was_never_served() {
    let mut stage = Stage::new();
    stage.answer("voice", &[ENQUEUE]);
    stage.answer("wait", &["<Pause length=\"60\"/>"]);
    stage.answer("outbound", &["<Dial action=\"agent-done\"><Queue url=\"whisper\">sales</Queue></Dial>"]);
    stage.answer("whisper", &["<Pause length=\"60\"/>"]);
    let caller = stage.call();
    stage.create_call("+15550100009");
    stage.advance(4.0);
    stage.world.hang_up(&caller);
    stage.settle();
    assert_eq!(stage.values("done", "QueueResult"), ["hangup"]);
    assert_eq!(stage.values("agent-done", "QueueResult"), ["bridging-in-process"]);
    assert_eq!(stage.values("agent-done", "DialCallStatus"), ["no-answer"]);
}

#[test]
fn an_empty_queue_is_waited_for_until_the_timeout() {
    let mut stage = Stage::new();
    stage.answer("outbound", &["<Dial timeout=\"10\" action=\"agent-done\"><Queue>sales</Queue></Dial>"]);
    stage.create_call("+15550100009");
    stage.advance(17.0);
    assert!(stage.requests("agent-done").is_empty());
    stage.advance(2.0);
    assert_eq!(stage.values("agent-done", "DialCallStatus"), ["no-answer"]);
}

#[test]
fn queues_can_be_made_changed_and_removed() {
    let mut stage = Stage::new();
    let sid = stage.world.create_queue(ACCOUNT, "sales", 5).expect("a queue");
    let codes = [
        stage.world.create_queue(ACCOUNT, "sales", 5).map(|_| ()),
        stage.world.create_queue(ACCOUNT, "", 5).map(|_| ()),
        stage.world.create_queue(ACCOUNT, "huge", 5_001).map(|_| ()),
        stage.world.update_queue("AC2", &sid, None, Some(1)),
        stage.world.update_queue(ACCOUNT, &sid, Some("support"), Some(7)),
    ];
    let codes = codes.map(|result| result.err().map(|refusal| refusal.code));
    assert_eq!(codes, [Some(22003), Some(22000), Some(22004), Some(20404), None]);
    stage.answer("voice", &["<Enqueue waitUrl=\"\">support</Enqueue>"]);
    let new = NewInboundCall { sid: None, from: "+1".into(), to: NUMBER.into(), url: Some(url("voice")) };
    let (caller, _) = stage.world.call(new).expect("a call");
    stage.settle();
    let full = stage.world.delete_queue(ACCOUNT, &sid).map_err(|refusal| refusal.code);
    assert_eq!(full, Err(22007));
    stage.world.hang_up(&caller);
    stage.world.delete_queue(ACCOUNT, &sid).expect("it is empty");
    assert!(stage.world.queues.is_empty());
}
