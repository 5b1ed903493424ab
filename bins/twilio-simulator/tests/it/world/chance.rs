//! Whatever happens whenever: webhooks are answered late and out of order, and somebody hangs up at any instant.

use super::stage::{ACCOUNT, NUMBER, Stage, at, param, url};
use super::tokens::{claims, mint};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use switchboard_twilio_simulator::world::{
    CallUpdate, ConferenceStatus, Dequeue, DeviceEvent, Endpoint, Instructions, NewInboundCall,
    NewParticipant, NewRecording, Outcome, ParticipantUpdate, Purpose, RecordingSource, RecordingStatus,
    WebhookOrder, World,
};

/// A conference that ends with whoever leaves it first, or with the last.
const ROOMS: [&str; 2] = [
    "<Dial action=\"https://app.example/left\"><Conference endConferenceOnExit=\"true\" record=\"record-from-start\" \
     statusCallback=\"https://app.example/conf\" statusCallbackEvent=\"start end join leave mute hold modify\">room</Conference></Dial>",
    "<Dial action=\"https://app.example/left\"><Conference startConferenceOnEnter=\"false\" waitUrl=\"https://app.example/wait\" \
     statusCallback=\"https://app.example/conf\" statusCallbackEvent=\"start end join leave mute hold modify\">room</Conference></Dial>",
];

/// What the number may say.
const VOICES: [&str; 7] = [
    "<Enqueue action=\"queue-result\" waitUrl=\"wait\">sales</Enqueue><Say>goodbye</Say>",
    "<Enqueue waitUrl=\"wait\">sales</Enqueue><Redirect>voicemail</Redirect>",
    "<Dial action=\"dial-done\" timeout=\"8\" record=\"record-from-answer\"><Client statusCallback=\"leg\">anna</Client>\
     <Number url=\"whisper\" statusCallback=\"leg\">+15550100009</Number><Number statusCallback=\"leg\">+15550100002</Number></Dial>",
    "<Dial action=\"dial-done\" timeout=\"8\"><Number url=\"screening\" statusCallback=\"leg\">+15550100009</Number>\
     <Number url=\"screening\" statusCallback=\"leg\">+15550100005</Number><Number url=\"whisper\" statusCallback=\"leg\">+15550100005</Number></Dial>",
    "<Dial answerOnBridge=\"true\"><Number statusCallback=\"leg\" url=\"whisper\">+15550100005</Number></Dial><Redirect>voicemail</Redirect>",
    "<Say>hello</Say><Record action=\"message\" timeout=\"2\"/><Hangup/>",
    "<Gather numDigits=\"2\" timeout=\"3\" action=\"pressed\"><Say>press</Say></Gather><Dial><Queue>sales</Queue></Dial>",
];

/// Back into the queue.
const BACK: &str = "<Enqueue action=\"https://app.example/queue-result\" waitUrl=\"https://app.example/wait\">sales</Enqueue>";

/// Somebody whose phone or browser is called into the conference.
fn new_participant(coaches: Option<String>) -> NewParticipant {
    NewParticipant {
        from: NUMBER.into(),
        to: if coaches.is_some() { "+15550100009" } else { "client:anna" }.into(),
        label: None,
        muted: false,
        start_on_enter: true,
        end_on_exit: false,
        call_sid_to_coach: coaches,
        wait: None,
        timeout: Duration::from_secs(5),
        status_callback: None,
        conference_status_callback: None,
        conference_record: None,
        record: None,
    }
}

fn document(order: &WebhookOrder, voice: &str, room: &str) -> String {
    let verbs = match order.endpoint.url.strip_prefix("https://app.example/").unwrap_or_default() {
        "voice" => voice,
        "app" => room,
        "wait" => "<Play>ring.mp3</Play>",
        "queue-result" if param(order, "QueueResult") == Some("leave") => "<Redirect>voicemail</Redirect>",
        "voicemail" => "<Record action=\"message\" timeout=\"2\"/>",
        "whisper" => "<Say>a call for you</Say>",
        "screening" => "<Gather numDigits=\"1\" timeout=\"4\" action=\"accepted\"/><Hangup/>",
        "pressed" => "<Enqueue waitUrl=\"leave\">sales</Enqueue>",
        "leave" => "<Leave/>",
        _ => "",
    };
    format!("<Response>{verbs}</Response>")
}

struct Play {
    world: World,
    chance: fastrand::Rng,
    voice: &'static str,
    room: &'static str,
    in_flight: Vec<(DateTime<Utc>, WebhookOrder)>,
    told: Vec<WebhookOrder>,
    caller: String,
    device: String,
    /// Calls that the REST API has taken away from who dialled them.
    redirected: HashSet<String>,
}

impl Play {
    fn new(seed: u64) -> Self {
        let mut stage = Stage::seeded(seed);
        let device = stage.world.register(&mint(&claims(stage.now()))).expect("a token");
        let mut chance = fastrand::Rng::with_seed(seed);
        let voice = VOICES[chance.usize(..VOICES.len())];
        let room = ROOMS[chance.usize(..ROOMS.len())];
        let mut world = stage.world;
        let new = NewInboundCall { sid: None, from: "anonymous".into(), to: NUMBER.into(), url: None };
        let (caller, _) = world.call(new).expect("a call");
        Self {
            world,
            chance,
            voice,
            room,
            in_flight: Vec::new(),
            told: Vec::new(),
            caller,
            device,
            redirected: HashSet::new(),
        }
    }

    /// Sends what is to be sent; the answers take a while.
    fn send(&mut self) {
        for order in self.world.take_outbox() {
            let takes = Duration::from_millis(self.chance.u64(0..1_500));
            self.in_flight.push((self.world.now() + takes, order));
        }
    }

    /// Whom somebody hears is alive, and in the same place.
    fn check_voices(&self) {
        for call in self.world.calls.iter() {
            for other in self.world.voices_at(&call.sid) {
                let voice = self.world.calls.get(&other);
                assert!(voice.is_some_and(|voice| !voice.status.is_final()), "{call:?} hears {voice:?}");
                let [ours, theirs] = [&call.sid, &other].map(|sid| self.world.conference_with(sid));
                assert_eq!(ours.map(|it| &it.sid), theirs.map(|it| &it.sid), "{call:?} hears {voice:?}");
            }
        }
    }

    /// Lets time pass until `goal`, or until something happens before.
    fn pass(&mut self, goal: DateTime<Utc>) {
        self.send();
        let answer = self.in_flight.iter().enumerate().min_by_key(|(_, (due, _))| *due);
        let answer = answer.map(|(place, (due, _))| (place, *due));
        let next = [Some(goal), self.world.next_due(), answer.map(|(_, due)| due)];
        let now = next.into_iter().flatten().min().unwrap_or(goal).max(self.world.now());
        self.world.tick(now);
        if let Some((place, due)) = answer
            && due <= now
        {
            let (_, order) = self.in_flight.swap_remove(place);
            let outcome = match self.chance.u8(..) {
                0 => Outcome::Failed { code: 11200, message: "no answer".into() },
                _ => Outcome::Answered {
                    twiml: document(&order, self.voice, self.room),
                    from: order.endpoint.clone(),
                },
            };
            self.told.push(order.clone());
            self.world.answered(order.id, outcome);
        }
        self.send();
    }

    fn something_happens(&mut self) {
        let (caller, device) = (self.caller.clone(), self.device.clone());
        let world = &mut self.world;
        let conference = world.conferences.iter().next_back().map(|conference| conference.sid.clone());
        let calls: Vec<_> = world.calls.iter().map(|call| call.sid.clone()).collect();
        let any = calls[self.chance.usize(..calls.len())].clone();
        // Most of it comes at the wrong time and is refused: that is the point.
        match self.chance.u8(..20) {
            0..3 => {
                let _ = world.connect_device(&device, Vec::new());
            }
            3..6 => {
                let twiml = Instructions::Twiml(format!("<Response>{}</Response>", self.room));
                let _ = world.update_call(ACCOUNT, &caller, CallUpdate::Go(twiml));
            }
            6 => {
                let events = world.device_events(&device, 0).unwrap_or_default();
                if let Some((_, DeviceEvent::Incoming { call_sid, .. })) = events.last() {
                    let _ = match self.chance.bool() {
                        true => world.accept(&device, call_sid),
                        false => world.reject(&device, call_sid),
                    };
                }
            }
            7 => world.pick_up(&any),
            8 => world.hang_up(&any),
            9 => world.press(&any, "1*#"),
            10 => {
                let hold = Some(self.chance.bool());
                let hold = ParticipantUpdate { hold, hold_url: Some(at("wait")), ..Default::default() };
                if let Some(conference) = conference {
                    let _ = world.update_participant(ACCOUNT, &conference, &any, hold);
                }
            }
            11 => {
                if let Some(conference) = conference {
                    let _ = world.remove_participant(ACCOUNT, &conference, &any);
                }
            }
            12 => {
                let queue = world.queues.iter().next().map(|queue| queue.sid.clone());
                if let Some(queue) = queue {
                    let _ = world.dequeue(ACCOUNT, &queue, &Dequeue::Front, at("voicemail"));
                }
            }
            13 => {
                let elsewhere = Instructions::Url(Endpoint::post(url("app")));
                if world.update_call(ACCOUNT, &any, CallUpdate::Go(elsewhere)).is_ok() {
                    self.redirected.insert(any);
                }
            }
            14 => {
                let new = NewRecording {
                    source: RecordingSource::StartCallRecordingApi,
                    channels: 1,
                    callback: None,
                };
                let _ = world.record_call(ACCOUNT, &any, new);
            }
            15 => {
                let back = Instructions::Twiml(format!("<Response>{BACK}</Response>"));
                let _ = world.update_call(ACCOUNT, &caller, CallUpdate::Go(back));
            }
            16 => {
                let coach = self.chance.bool().then(|| caller.clone());
                if let Some(conference) = conference {
                    let _ = world.create_participant(ACCOUNT, &conference, new_participant(coach));
                }
            }
            17 => {
                let coach = ParticipantUpdate {
                    coaching: Some(self.chance.bool()),
                    call_sid_to_coach: Some(caller),
                    end_on_exit: Some(self.chance.bool()),
                    ..Default::default()
                };
                if let Some(conference) = conference {
                    let _ = world.update_participant(ACCOUNT, &conference, &any, coach);
                }
            }
            18 => {
                world.lose_device(&device);
                self.device = world.register(&mint(&claims(world.now()))).expect("a token");
            }
            _ => {
                let _ = world.update_call(ACCOUNT, &any, CallUpdate::Complete);
            }
        }
    }
}

/// Plays one seed; what was told is returned.
fn play(seed: u64) -> Vec<WebhookOrder> {
    let mut play = Play::new(seed);
    let start = play.world.now();
    let hangs_up = start + Duration::from_millis(play.chance.u64(0..40_000));
    while play.world.now() < hangs_up {
        let pause = Duration::from_millis(play.chance.u64(1..3_000));
        let goal = (play.world.now() + pause).min(hangs_up);
        while play.world.now() < goal {
            play.pass(goal);
        }
        play.something_happens();
        play.check_voices();
    }
    let caller = play.caller.clone();
    play.world.hang_up(&caller);
    assert!(play.world.calls.get(&caller).is_some_and(|call| call.status.is_final()), "seed {seed}");
    for call in play.world.calls.iter() {
        let is_left_alone =
            call.parent_call_sid == Some(caller.clone()) && !play.redirected.contains(&call.sid);
        assert!(!is_left_alone || call.status.is_final(), "seed {seed}: {call:?}");
    }
    // Who is still there hangs up, too, some time.
    for minute in 1..=10 {
        let goal = hangs_up + Duration::from_secs(60 * minute);
        while play.world.now() < goal {
            play.pass(goal);
        }
        for call_sid in play.world.calls.iter().map(|call| call.sid.clone()).collect::<Vec<_>>() {
            play.world.hang_up(&call_sid);
        }
    }
    let world = &play.world;
    assert!(play.in_flight.is_empty() && world.calls.len() < 200, "seed {seed}: it never comes to rest");
    for call in world.calls.iter() {
        assert!(call.status.is_final() && call.ended.is_some(), "seed {seed}: {call:?}");
        let told = play.told.iter().filter(|order| {
            order.purpose == Purpose::CallStatus
                && order.sid == call.sid
                && param(order, "CallStatus") == Some(call.status.as_str())
        });
        assert_eq!(told.count(), usize::from(call.status_callback.is_some()), "seed {seed}: {call:?}");
    }
    for call in world.calls.iter() {
        let is_silent = world.sound_at(&call.sid).is_none() && world.voices_at(&call.sid).is_empty();
        assert!(is_silent, "seed {seed}: {call:?}");
    }
    for queue in world.queues.iter() {
        assert!(queue.members.is_empty(), "seed {seed}: {queue:?}");
    }
    let mut sequences: HashMap<&str, Vec<u32>> = HashMap::new();
    for order in play.told.iter().filter(|order| order.purpose == Purpose::ConferenceStatus) {
        let number = param(order, "SequenceNumber").and_then(|number| number.parse().ok());
        sequences.entry(&order.sid).or_default().push(number.expect("a number"));
    }
    for conference in world.conferences.iter() {
        assert_eq!(conference.status, ConferenceStatus::Completed, "seed {seed}: {conference:?}");
        assert!(conference.participants.is_empty(), "seed {seed}: {conference:?}");
        let mut sequence = sequences.remove(conference.sid.as_str()).unwrap_or_default();
        sequence.sort_unstable();
        let count = u32::try_from(sequence.len()).expect("few");
        assert_eq!(sequence, (1..=count).collect::<Vec<_>>(), "seed {seed}: every event once");
    }
    for recording in world.recordings.iter() {
        let is_over = matches!(recording.status, RecordingStatus::Completed | RecordingStatus::Absent);
        assert!(is_over, "seed {seed}: {recording:?}");
    }
    play.told
}

#[test]
fn every_call_ends_once_whoever_hangs_up_whenever() {
    for seed in 0..400 {
        play(seed);
    }
}

#[test]
fn a_seed_plays_the_same_again() {
    for seed in [1, 77, 311] {
        assert_eq!(play(seed), play(seed));
    }
}
