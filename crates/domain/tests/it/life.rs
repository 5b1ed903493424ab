//! The life of a call, whatever happens and in whatever order it is told.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use switchboard_domain::access::Role;
use switchboard_domain::calls::{
    Call, CallState, Direction, Happening, LegRole, Listening, Onward, TABLE, Unanswered,
};
use switchboard_domain::error::Person;
use switchboard_domain::events::{Event, OrgId};
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{CallStatus, Price};
use switchboard_domain::testing::fixtures::{self, noon};

/// Those who may have to do with the call.
struct Cast {
    people: Vec<Person>,
    phones: Vec<PhoneNumber>,
}

impl Cast {
    fn new() -> Self {
        let org = OrgId::generate();
        let person = |name| fixtures::user(org, name, "X", Role::User, "tag").person();
        Self {
            people: ["Ada", "Bo", "Cy"].map(person).to_vec(),
            phones: ["+16475550188", "+16475550189"].map(PhoneNumber::from_e164).to_vec(),
        }
    }

    fn person(&self, n: u8) -> Person {
        self.people[usize::from(n) % self.people.len()].clone()
    }

    fn phone(&self, n: u8) -> PhoneNumber {
        self.phones[usize::from(n) % self.phones.len()].clone()
    }

    /// The customer's leg, or one of six others.
    fn sid(&self, call: &Call, n: u8) -> String {
        match n % 7 {
            0 => call.sid.clone().unwrap_or_else(|| "CAcustomer".to_owned()),
            n => format!("CA{n}"),
        }
    }
}

/// A call as it begins.
fn beginning(cast: &Cast, direction: Direction) -> Call {
    let mut call = Call { direction, ..fixtures::call(None) };
    if direction == Direction::Outbound {
        (call.sid, call.state, call.status) = (None, CallState::Dialing, CallStatus::Queued);
        (call.agent, call.round) = (Some(cast.person(0)), 1);
        call.lease_until = Some(noon() + TimeDelta::seconds(30));
    }
    call.due_at = call.due(noon());
    call
}

/// Something that may happen, of which the call decides what exactly that is: `what`, and who, whose leg, in which way.
#[derive(Debug, Clone, Copy)]
struct Chance {
    what: u8,
    who: u8,
    leg: u8,
    way: u8,
    seconds: i64,
}

fn chances() -> impl Strategy<Value = Vec<Chance>> {
    let seconds = prop_oneof![4 => 0..3i64, 1 => 3..30i64, 1 => 30..90i64];
    let chance = (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), seconds);
    vec(chance.prop_map(|(what, who, leg, way, seconds)| Chance { what, who, leg, way, seconds }), 1..80)
}

fn happening(cast: &Cast, call: &Call, chance: Chance) -> Happening {
    let Chance { what, who, leg, way, .. } = chance;
    let (person, sid) = (cast.person(who), cast.sid(call, leg));
    let has = |bit: u8| way & bit != 0;
    // Mostly the leg, the round and the person that fit, or nothing would come of it.
    let round = if has(0b1100) { call.round } else { u32::from(way & 3) };
    let agent = call.agent.clone().filter(|_| has(0b11)).unwrap_or_else(|| person.clone());
    let known = (!call.legs.is_empty()).then(|| &call.legs[usize::from(leg) % call.legs.len()]);
    let role = LegRole::ALL[usize::from(who) % 4];
    let (known_sid, known_role) = match known.filter(|_| has(0b111)) {
        Some(leg) => (leg.sid.clone().unwrap_or_else(|| sid.clone()), leg.role),
        None => (sid.clone(), role),
    };
    let listening = Listening::ALL[usize::from(way) % 3];
    match what % 32 {
        0..=3 => Happening::Accept(person),
        4 => Happening::NobodyTakes {
            why: if has(1) { Unanswered::Timeout } else { Unanswered::Declined },
            next: [Onward::Phones, Onward::Voicemail, Onward::Goodbye][usize::from(leg) % 3],
        },
        5 => Happening::PhoneTakes(cast.phone(who)),
        6 => Happening::PhonesDone { has_talked: has(1), has_voicemail: has(2) },
        7..=9 => Happening::AgentArrives { user: agent, sid, is_recorded: has(4) },
        10 | 11 => Happening::AskCustomerIn,
        12 => Happening::CustomerNotAsked,
        13 if has(0b11) => Happening::Dialed { sid },
        13 if who % 2 == 0 => Happening::PicksUp,
        13 => Happening::Mistaken { sid },
        14 => Happening::NotDialed { is_certain: has(1) },
        15..=18 => Happening::Joins {
            round,
            sid: known_sid,
            role: Some(known_role).filter(|_| has(0b11)),
            conference: has(1).then(|| "CF1".to_owned()),
        },
        19 | 20 => Happening::Leaves { round, sid: known_sid },
        21 => Happening::ConferenceEnds { round },
        22 => Happening::LegGone { sid: known_sid },
        23 if has(0b11) => Happening::LookedAt,
        23 => Happening::CustomerGone {
            status: [CallStatus::Completed, CallStatus::Busy, CallStatus::Canceled][usize::from(who) % 3]
                .clone(),
            duration: has(4).then_some(u32::from(leg)),
        },
        24 => Happening::Lapse,
        25 => Happening::Hold(has(1)),
        26 if has(0b11) => Happening::LookedAt,
        26 => Happening::HangUp(agent.id),
        27 => Happening::HandOver { from: agent.id, to: person },
        28 => Happening::SendTo { from: agent.id, phone: cast.phone(who) },
        29 => {
            let user = has(1).then_some(person);
            let phone = user.is_none().then(|| cast.phone(who));
            match has(0b10) {
                true => Happening::AskIn { user, phone },
                false => Happening::AskedIn { sid },
            }
        }
        30 if has(1) => Happening::Listen { user: person, listening },
        30 => Happening::SupervisorArrives { user: person.id, sid },
        31 if has(4) => Happening::NotAskedIn,
        _ if has(0b11) && who % 2 == 0 => Happening::Priced(Price::new("-0.01400", "USD").expect("a price")),
        _ if has(0b11) => Happening::Recorded { is_message: has(4) },
        _ => Happening::RecordingsKnown,
    }
}

/// What the events told so far say of where the call is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Told {
    #[default]
    Rings,
    IsTaken,
    LeftTheAgents,
}

impl Told {
    /// After the events of one step, which are told together.
    fn after(mut self, events: &[Event]) -> Self {
        let mut released = false;
        for event in events {
            self = match (self, event) {
                (Told::Rings, Event::CallAccepted(_)) if !released => Told::IsTaken,
                (Told::IsTaken, Event::CallAccepted(_)) => Told::IsTaken, // handed over to a colleague on the line
                (Told::IsTaken, Event::CallReleased(_)) => {
                    released = true;
                    Told::Rings
                }
                (Told::Rings, Event::IncomingCall(_)) if released => {
                    released = false;
                    Told::Rings
                }
                (Told::IsTaken, Event::IncomingCall(_)) => Told::Rings, // handed over to a colleague, for whom it rings
                (Told::Rings | Told::IsTaken, Event::CallEnded(_)) if !released => Told::LeftTheAgents,
                (told, event) => panic!("{told:?}, and then {}", event.name()),
            };
        }
        assert!(!released, "whatever is released rings again");
        self
    }

    fn of(state: CallState) -> Self {
        match state {
            CallState::Ringing => Told::Rings,
            CallState::Dialing | CallState::Claimed | CallState::Connected => Told::IsTaken,
            CallState::Forwarded | CallState::Voicemail | CallState::Ended => Told::LeftTheAgents,
        }
    }
}

/// What holds of every call, as the database has it too.
fn is_sound(call: &Call) {
    use CallState::{Claimed, Connected, Dialing, Forwarded, Ringing};
    if matches!(call.state, Dialing | Claimed | Connected) {
        assert!(call.agent.is_some(), "{:?} is with somebody", call.state);
    }
    if call.state == Ringing {
        assert!(call.agent.is_none() && call.lease_until.is_none(), "what rings is nobody's");
    }
    if call.lease_until.is_some() {
        assert!(matches!(call.state, Claimed | Dialing), "a lease in {:?}", call.state);
    }
    assert_eq!(call.state == CallState::Ended, call.ended_at.is_some());
    let is_done = call.is_settled() && !call.awaits_price();
    assert_eq!(call.due_at.is_none(), is_done, "what is not settled is looked after");
    if call.state == Connected {
        assert!(call.talking_since.is_some(), "who is connected talks");
    }
    if call.talking_since.is_some() {
        assert!(matches!(call.state, Connected | Forwarded), "nobody talks in {:?}", call.state);
        assert!(call.state == Connected || call.phone.is_some(), "nobody has it");
    }
    let has_talked = call.talking_since.is_some() || call.talked > TimeDelta::zero();
    assert!(!has_talked || call.answered_at.is_some(), "talk is an answer");
    assert!(!call.is_on_hold || call.state == Connected, "on hold in {:?}", call.state);
    let legs = call.legs.iter().filter(|leg| leg.sid.is_some());
    let distinct: HashSet<_> = legs.clone().map(|leg| (leg.round, &leg.sid)).collect();
    assert_eq!(distinct.len(), legs.count(), "nobody is there twice: {:?}", call.legs);
    if call.state == Claimed {
        assert!(call.lease_until.is_some(), "no claim is for good");
    }
}

/// What is once known stays known.
fn is_kept<T: PartialEq + std::fmt::Debug>(what: &str, before: &Option<T>, after: &Option<T>) {
    assert!(before.is_none() || before == after, "{what}: {before:?}, then {after:?}");
}

fn rings_by_nothing_told_late(call: &Call, happening: &Happening, now: DateTime<Utc>) {
    use Happening::{ConferenceEnds, CustomerGone, Dialed, Joins, Leaves, LegGone, Recorded};
    let (Joins { .. }
    | Leaves { .. }
    | ConferenceEnds { .. }
    | LegGone { .. }
    | CustomerGone { .. }
    | Dialed { .. }
    | Recorded { .. }) = happening
    else {
        return; // nobody tells of it
    };
    let told_late = call.after(&Happening::ToldLate(Box::new(happening.clone())), now);
    let events = told_late.map(|outcome| outcome.events).unwrap_or_default();
    let rings = events.iter().any(|event| matches!(event, Event::IncomingCall(_)));
    assert!(!rings, "{happening:?}, told late, after {call:?}");
}

/// Lets all of this happen, as far as it does: the states that the call was in.
fn live(direction: Direction, chances: &[Chance]) -> Vec<CallState> {
    let cast = Cast::new();
    let mut call = beginning(&cast, direction);
    let mut told = if direction == Direction::Inbound { Told::Rings } else { Told::IsTaken };
    let (mut now, mut states) = (noon(), vec![call.state]);
    is_sound(&call);
    for chance in chances {
        now += TimeDelta::seconds(chance.seconds);
        let happening = happening(&cast, &call, *chance);
        rings_by_nothing_told_late(&call, &happening, now);
        let Some(outcome) = call.after(&happening, now) else { continue };
        let after = outcome.call;
        let step = (call.state, after.state);
        let is_in_table =
            TABLE.iter().any(|(_, leaves, to)| leaves.contains(&step.0) && *to == step.1) || step.0 == step.1;
        assert!(is_in_table, "{step:?} by {happening:?}");
        assert_eq!(
            after.after(&happening, now).map(|again| again.call),
            None,
            "{happening:?} at once again, after {call:?}"
        );
        is_sound(&after);
        let is_mistaken = matches!(happening, Happening::Mistaken { .. });
        if !is_mistaken {
            is_kept("SID", &call.sid, &after.sid);
            is_kept("duration", &call.duration_seconds, &after.duration_seconds);
        }
        is_kept("answered", &call.answered_at, &after.answered_at);
        is_kept("ended", &call.ended_at, &after.ended_at);
        is_kept("price", &call.price, &after.price);
        assert!(after.round >= call.round);
        assert!(after.talked >= call.talked && after.talked <= now - noon(), "{:?}", after.talked);
        assert!(after.whose().is_some() || after.answered_at.is_none() || after.phone.is_some(), "{after:?}");
        if call.state != CallState::Ended && happening != Happening::CustomerNotAsked && !is_mistaken {
            for leg in &call.legs {
                let kept = after.legs.iter().find(|known| {
                    (leg.sid.is_none() || known.sid == leg.sid)
                        && known.round == leg.round
                        && known.role == leg.role
                });
                let kept = kept.unwrap_or_else(|| panic!("{leg:?} was forgotten"));
                assert!(
                    kept.place >= leg.place && kept.has_been_in >= leg.has_been_in,
                    "{leg:?}, then {kept:?}"
                );
            }
        }
        told = told.after(&outcome.events);
        assert_eq!(told, Told::of(after.state), "{step:?} by {happening:?}");
        states.push(after.state);
        call = after;
    }
    states
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_to_an_inbound_call_it_stays_sound(chances in chances()) {
        live(Direction::Inbound, &chances);
    }

    #[test]
    fn whatever_happens_to_an_outbound_call_it_stays_sound(chances in chances()) {
        live(Direction::Outbound, &chances);
    }
}

/// Or the properties would hold of calls to which nothing happens.
#[test]
fn chances_lead_everywhere() {
    let mut runner = TestRunner::deterministic();
    let (mut inbound, mut outbound) = (HashSet::new(), HashSet::new());
    for _ in 0..3000 {
        let chances = chances().new_tree(&mut runner).expect("chances").current();
        inbound.extend(live(Direction::Inbound, &chances));
        outbound.extend(live(Direction::Outbound, &chances));
    }
    for state in CallState::ALL {
        assert!(inbound.contains(&state) || state == CallState::Dialing, "no inbound call was {state:?}");
        assert!(outbound.contains(&state), "no outbound call was {state:?}");
    }
}

#[test]
fn a_call_whose_agent_left_a_while_ago_rings_again_only_if_nothing_else_is_told_of_it() {
    let cast = Cast::new();
    let ada = cast.person(0);
    let mut call = beginning(&cast, Direction::Inbound);
    for happening in [Happening::Accept(ada.clone()), arrives(&ada, "CA1"), joins(1, "CA1", LegRole::Agent)] {
        call = call.after(&happening, noon()).expect("it happens").call;
    }
    let late = |happening| Happening::ToldLate(Box::new(happening));
    let left = call.after(&late(leaves(1, "CA1")), noon()).expect("it changes something");
    assert_eq!((left.call.state, left.events.len()), (CallState::Claimed, 0));
    let gone = left.call.after(&late(gone(5)), noon()).expect("it changes something");
    let told: Vec<_> = gone.events.iter().map(Event::name).collect();
    assert_eq!((gone.call.state, told), (CallState::Ended, vec!["call-ended"]));
    let (soon, then) = (noon() + TimeDelta::milliseconds(3_999), noon() + TimeDelta::seconds(4));
    assert!(left.call.after(&Happening::Lapse, soon).is_none());
    let lapsed = left.call.after(&Happening::Lapse, then).expect("it lapses").call;
    assert_eq!(lapsed.state, CallState::Ringing, "who waits all the same is not forgotten");
}

/// The call after all of this, each so many seconds after noon.
fn after(call: &Call, story: Vec<(i64, Happening)>) -> Call {
    story.into_iter().fold(call.clone(), |call, (seconds, happening)| {
        let outcome = call.after(&happening, noon() + TimeDelta::seconds(seconds));
        outcome.unwrap_or_else(|| panic!("{happening:?} changes something")).call
    })
}

#[test]
fn only_talk_counts_as_talk_and_whoever_talked_last_is_known() {
    let cast = Cast::new();
    let (ada, bo, phone) = (cast.person(0), cast.person(1), cast.phone(0));
    let inbound = beginning(&cast, Direction::Inbound);
    let customer = inbound.sid.clone().expect("a SID");
    let takes = |at: i64, by: &Person, round: u32| {
        let sid = format!("CA{round}");
        vec![
            (at, Happening::Accept(by.clone())),
            (at, arrives(by, &sid)),
            (at, Happening::AskCustomerIn),
            (at, joins(round, &customer, LegRole::Customer)),
            (at, joins(round, &sid, LegRole::Agent)),
        ]
    };
    let talk = after(&inbound, takes(5, &ada, 1));
    let handed_over = (15, Happening::HandOver { from: ada.id, to: bo.clone() });
    let rings = after(&talk, vec![handed_over]);
    let voicemail = Happening::NobodyTakes { why: Unanswered::Timeout, next: Onward::Voicemail };
    let sent = (15, Happening::SendTo { from: ada.id, phone: phone.clone() });
    let ends = |at| (at, gone(90));
    let mut takes_over = takes(40, &bo, 2);
    takes_over.push(ends(47));
    for (what, call, seconds, whose) in [
        ("nobody takes it", after(&rings, vec![(60, voicemail), ends(90)]), 10, &ada),
        ("a colleague takes it", after(&rings, takes_over), 17, &bo),
        ("a phone is rung", after(&talk, vec![sent.clone(), ends(90)]), 10, &ada),
        (
            "a phone takes it",
            after(&talk, vec![sent, (40, Happening::PhoneTakes(phone)), ends(43)]),
            13,
            &ada,
        ),
    ] {
        let (later, known) = (noon() + TimeDelta::hours(1), call.whose());
        assert_eq!((call.talk_seconds(later), known), (seconds, Some(whose.id)), "{what}");
        assert_eq!((call.state, call.outcome.as_deref()), (CallState::Ended, Some("answered")), "{what}");
    }
    assert_eq!(rings.talk_seconds(noon() + TimeDelta::hours(1)), 10, "while it rings nobody talks");
    assert_eq!(talk.talk_seconds(noon() + TimeDelta::seconds(9)), 4, "talk goes on");
}

/// A part of a story: what happens in this order, for Twilio waits for our answer or people do it; and then, in any order and
/// any number of times, what Twilio tells of it.
struct Part {
    deeds: Vec<Happening>,
    told: Vec<Happening>,
    /// Whether the story goes on only when all of it was told once.
    is_awaited: bool,
}

impl Part {
    fn new(deeds: Vec<Happening>, told: Vec<Happening>) -> Self {
        Self { deeds, told, is_awaited: false }
    }

    fn awaited(deeds: Vec<Happening>, told: Vec<Happening>) -> Self {
        Self { deeds, told, is_awaited: true }
    }
}

fn joins(round: u32, sid: &str, role: LegRole) -> Happening {
    let conference = Some(format!("CF{round}"));
    Happening::Joins { round, sid: sid.to_owned(), role: Some(role), conference }
}

fn leaves(round: u32, sid: &str) -> Happening {
    Happening::Leaves { round, sid: sid.to_owned() }
}

fn arrives(user: &Person, sid: &str) -> Happening {
    Happening::AgentArrives { user: user.clone(), sid: sid.to_owned(), is_recorded: false }
}

fn gone(seconds: u32) -> Happening {
    Happening::CustomerGone { status: CallStatus::Completed, duration: Some(seconds) }
}

/// Everything that can become of a call, as it is told in order: its name, the call, the story, and what comes of it.
fn stories(cast: &Cast) -> Vec<(&'static str, Call, Vec<Part>, &'static str)> {
    use LegRole::{Agent, Colleague, Customer};
    let (ada, bo) = (cast.person(0), cast.person(1));
    let inbound = beginning(cast, Direction::Inbound);
    let outbound = beginning(cast, Direction::Outbound);
    let customer = inbound.sid.clone().expect("a SID");
    let customer = customer.as_str();
    let taken = || vec![Happening::Accept(ada.clone()), arrives(&ada, "CA1"), Happening::AskCustomerIn];
    let both = || vec![joins(1, customer, Customer), joins(1, "CA1", Agent)];
    let end = |round, sid: &str| {
        vec![leaves(round, customer), leaves(round, sid), Happening::ConferenceEnds { round }, gone(30)]
    };
    let voicemail = Happening::NobodyTakes { why: Unanswered::Timeout, next: Onward::Voicemail };
    let phones = Happening::NobodyTakes { why: Unanswered::Timeout, next: Onward::Phones };
    let done = |has_talked| Happening::PhonesDone { has_talked, has_voicemail: true };
    let all = |told: Vec<Vec<Happening>>| told.into_iter().flatten().collect();
    vec![
        ("taken", inbound.clone(), vec![Part::new(taken(), all(vec![both(), end(1, "CA1")]))], "answered"),
        ("given up", inbound.clone(), vec![Part::new(vec![], vec![gone(5), gone(5)])], "missed"),
        (
            "given up at the last moment",
            inbound.clone(),
            vec![Part::new(taken(), vec![gone(5), joins(1, "CA1", Agent), leaves(1, "CA1")])],
            "missed",
        ),
        (
            "a message",
            inbound.clone(),
            vec![Part::new(vec![voicemail], vec![Happening::Recorded { is_message: true }, gone(30)])],
            "voicemail",
        ),
        (
            "no message",
            inbound.clone(),
            vec![Part::new(
                vec![Happening::NobodyTakes { why: Unanswered::Declined, next: Onward::Voicemail }],
                vec![Happening::Recorded { is_message: false }, gone(30)],
            )],
            "missed",
        ),
        (
            "at a phone",
            inbound.clone(),
            vec![Part::new(
                vec![phones.clone(), Happening::PhoneTakes(cast.phone(0))],
                vec![done(true), gone(30)],
            )],
            "answered",
        ),
        (
            "at no phone",
            inbound.clone(),
            vec![Part::new(
                vec![phones, done(false)],
                vec![Happening::Recorded { is_message: true }, gone(30)],
            )],
            "voicemail",
        ),
        (
            "handed over",
            inbound.clone(),
            vec![
                Part::awaited(taken(), both()),
                Part::new(
                    vec![Happening::HandOver { from: ada.id, to: bo.clone() }],
                    vec![leaves(1, customer), leaves(1, "CA1"), Happening::ConferenceEnds { round: 1 }],
                ),
                Part::new(
                    vec![Happening::Accept(bo.clone()), arrives(&bo, "CA2"), Happening::AskCustomerIn],
                    all(vec![vec![joins(2, customer, Customer), joins(2, "CA2", Agent)], end(2, "CA2")]),
                ),
            ],
            "answered",
        ),
        (
            "handed over after a word",
            inbound.clone(),
            vec![
                Part::awaited(taken(), both()),
                Part::awaited(
                    vec![
                        Happening::Hold(true),
                        Happening::AskIn { user: Some(bo.clone()), phone: None },
                        Happening::AskedIn { sid: "CA3".to_owned() },
                    ],
                    vec![leaves(1, "CA1"), joins(1, "CA3", Colleague)],
                ),
                Part::new(vec![], end(1, "CA3")),
            ],
            "answered",
        ),
        (
            "sent to a phone",
            inbound,
            vec![
                Part::awaited(taken(), both()),
                Part::new(
                    vec![Happening::SendTo { from: ada.id, phone: cast.phone(1) }],
                    vec![leaves(1, customer), leaves(1, "CA1"), done(true), gone(60)],
                ),
            ],
            "answered",
        ),
        (
            "made",
            outbound.clone(),
            vec![Part::new(
                vec![arrives(&ada, "CA1"), Happening::Dialed { sid: customer.to_owned() }],
                all(vec![vec![Happening::Dialed { sid: customer.to_owned() }], both(), end(1, "CA1")]),
            )],
            "answered",
        ),
        (
            "made in vain",
            outbound,
            vec![Part::new(
                vec![Happening::Dialed { sid: customer.to_owned() }, arrives(&ada, "CA1")],
                vec![
                    joins(1, "CA1", Agent),
                    Happening::CustomerGone { status: CallStatus::Busy, duration: Some(0) },
                    leaves(1, "CA1"),
                ],
            )],
            "busy",
        ),
    ]
}

/// What is left when a story was told.
#[derive(Debug, PartialEq)]
struct Remains {
    state: CallState,
    outcome: Option<String>,
    was_answered: bool,
    duration: Option<u32>,
    status: CallStatus,
    lingering: usize,
    events: Vec<&'static str>,
}

/// Tells a story, everything one to five times; `draw(n)` is a number below `n`. If that is always 0, all is told once and in
/// order.
fn tell(start: &Call, story: &[Part], draw: &mut dyn FnMut(usize) -> usize) -> Remains {
    let (mut call, mut now, mut events) = (start.clone(), noon(), Vec::new());
    let mut happen = |happening: &Happening, now: DateTime<Utc>| {
        if let Some(outcome) = call.after(happening, now) {
            events.extend(outcome.events.iter().map(Event::name));
            call = outcome.call;
        }
    };
    let mut under_way: Vec<&Happening> = Vec::new();
    for part in story {
        for deed in &part.deeds {
            for _ in 0..draw(3).min(under_way.len()) {
                let at = draw(under_way.len());
                happen(under_way.swap_remove(at), now);
            }
            now += TimeDelta::milliseconds(20);
            happen(deed, now);
        }
        let mut firsts: Vec<_> = part.told.iter().collect();
        for told in &part.told {
            let copies = usize::from(!part.is_awaited) + draw(5);
            under_way.extend((0..copies).map(|_| told));
        }
        while part.is_awaited && !firsts.is_empty() {
            let at = draw(firsts.len());
            happen(firsts.remove(at), now);
        }
    }
    while !under_way.is_empty() {
        now += TimeDelta::milliseconds(20);
        let at = draw(under_way.len());
        happen(under_way.remove(at), now);
    }
    Remains {
        state: call.state,
        outcome: call.outcome.clone(),
        was_answered: call
            .answered_at
            .is_some_and(|at| at <= now && call.ended_at.is_some_and(|end| at <= end)),
        duration: call.duration_seconds,
        status: call.status.clone(),
        lingering: call.legs.iter().filter(|leg| leg.place != switchboard_domain::calls::Place::Out).count(),
        events,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_story_ends_the_same_however_often_and_in_whatever_order_it_is_told(seed in any::<u64>()) {
        let cast = Cast::new();
        for (name, start, story, outcome) in stories(&cast) {
            let in_order = tell(&start, &story, &mut |_| 0);
            prop_assert_eq!(
                (in_order.state, in_order.outcome.as_deref(), in_order.lingering),
                (CallState::Ended, Some(outcome), 0),
                "{} in order", name
            );
            let mut state = seed | 1;
            let mut draw = |below: usize| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state as usize % below
            };
            prop_assert_eq!(tell(&start, &story, &mut draw), in_order, "{}", name);
        }
    }
}
