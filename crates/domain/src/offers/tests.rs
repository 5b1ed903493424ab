use switchboard_events::Epoch;

use super::*;
use crate::presence::Status;
use crate::testing::fixtures;

/// Ada, Grace and Joan, in this order.
struct Office {
    people: [Attendance; 3],
    calls: Vec<RingingCall>,
}

impl Office {
    /// Everybody is free, and one call rings.
    fn new() -> Self {
        let free = || Attendance {
            user: UserId::generate(),
            role: Role::User,
            status: Status::Available,
            is_online: true,
            is_audible: true,
            is_on_call: false,
        };
        Self { people: [free(), free(), free()], calls: vec![call("CA1")] }
    }

    fn user(&self, n: usize) -> UserId {
        self.people[n].user
    }

    fn board(&self) -> Board {
        let position = LogPosition { epoch: Epoch(1), head: 7, access_version: 0, offers_version: 3 };
        Board { position, ringing: self.calls.clone(), people: self.people.to_vec() }
    }

    /// How many calls ring for each.
    fn rings(&self) -> [usize; 3] {
        self.people.map(|person| self.board().offers(person.user, person.role).len())
    }

    fn may_be_taken(&self) -> bool {
        self.board().may_be_taken(&self.calls[0])
    }
}

fn call(sid: &str) -> RingingCall {
    let call = Call { sid: Some(sid.to_owned()), ..fixtures::call(None) };
    RingingCall { call, declined_by: vec![], team: vec![], meant_for: None }
}

type Change = fn(&mut Office);

#[test]
fn a_call_rings_for_those_who_are_here_free_and_asked() {
    let table: [(&str, Change, [usize; 3], bool); 12] = [
        ("everybody is free", |_| {}, [1, 1, 1], true),
        ("a viewer", |o| o.people[0].role = Role::Viewer, [0, 1, 1], true),
        ("a manager", |o| o.people[0].role = Role::Manager, [1, 1, 1], true),
        ("somebody away", |o| o.people[0].status = Status::Away, [0, 1, 1], true),
        ("somebody busy", |o| o.people[1].status = Status::Busy, [1, 0, 1], true),
        ("somebody offline", |o| o.people[2].is_online = false, [1, 1, 0], true),
        ("somebody on a call", |o| o.people[2].is_on_call = true, [1, 1, 0], true),
        ("who hears nothing", |o| o.people[2].is_audible = false, [1, 1, 1], true),
        ("who declined", |o| o.calls[0].declined_by = vec![o.user(0)], [0, 1, 1], true),
        ("a team", |o| o.calls[0].team = vec![o.user(0), o.user(2)], [1, 0, 1], true),
        (
            "a team that is gone",
            |o| {
                o.calls[0].team = vec![o.user(0)];
                o.people[0].is_online = false;
            },
            [0, 0, 0],
            false,
        ),
        (
            "a team that is on calls",
            |o| {
                o.calls[0].team = vec![o.user(0)];
                o.people[0].is_on_call = true;
            },
            [0, 0, 0],
            true,
        ),
    ];
    for (case, change, rings, may_be_taken) in table {
        let mut office = Office::new();
        change(&mut office);
        assert_eq!((office.rings(), office.may_be_taken()), (rings, may_be_taken), "{case}");
    }
}

#[test]
fn nobody_is_left_once_all_are_gone_away_or_have_declined() {
    let table: [(&str, Change); 5] = [
        ("offline", |o| o.people.iter_mut().for_each(|person| person.is_online = false)),
        ("away", |o| o.people.iter_mut().for_each(|person| person.status = Status::Away)),
        ("viewers", |o| o.people.iter_mut().for_each(|person| person.role = Role::Viewer)),
        ("declined", |o| o.calls[0].declined_by = o.people.iter().map(|person| person.user).collect()),
        ("one of each", |o| {
            o.people[0].is_online = false;
            o.people[1].status = Status::Busy;
            o.calls[0].declined_by = vec![o.user(2)];
        }),
    ];
    for (case, change) in table {
        let mut office = Office::new();
        change(&mut office);
        assert_eq!((office.rings(), office.may_be_taken()), ([0, 0, 0], false), "{case}");
    }
}

#[test]
fn who_is_on_the_phone_is_waited_for_until_somebody_declines() {
    let table: [(&str, Change, bool); 6] = [
        ("all are on the phone", |o| o.people.iter_mut().for_each(|person| person.is_on_call = true), true),
        (
            "all but one, who declines",
            |o| {
                o.people[1..].iter_mut().for_each(|person| person.is_on_call = true);
                o.calls[0].declined_by = vec![o.user(0)];
            },
            false,
        ),
        (
            "one, and one who declines",
            |o| {
                o.people[1].is_on_call = true;
                o.calls[0].declined_by = vec![o.user(0)];
            },
            true,
        ),
        (
            "the team, and somebody else declines",
            |o| {
                o.calls[0].team = vec![o.user(0)];
                o.people[0].is_on_call = true;
                o.calls[0].declined_by = vec![o.user(1)];
            },
            true,
        ),
        (
            "the team, and whom it is meant for declines",
            |o| {
                o.calls[0].team = vec![o.user(0)];
                o.people[0].is_on_call = true;
                o.calls[0].meant_for = Some(o.user(1));
                o.calls[0].declined_by = vec![o.user(1)];
            },
            false,
        ),
        (
            "all, and one of them declines nevertheless",
            |o| {
                o.people.iter_mut().for_each(|person| person.is_on_call = true);
                o.calls[0].declined_by = vec![o.user(0)];
            },
            false,
        ),
    ];
    for (case, change, may_be_taken) in table {
        let mut office = Office::new();
        change(&mut office);
        assert_eq!(office.may_be_taken(), may_be_taken, "{case}");
    }
}

#[test]
fn a_call_meant_for_somebody_rings_for_them_alone_as_long_as_it_may() {
    let table: [(&str, Change, [usize; 3], bool); 7] = [
        ("it may", |_| {}, [1, 0, 0], true),
        ("not of the team", |o| o.calls[0].team = vec![o.user(1)], [1, 0, 0], true),
        ("declined", |o| o.calls[0].declined_by = vec![o.user(0)], [0, 1, 1], true),
        ("away", |o| o.people[0].status = Status::Away, [0, 1, 1], true),
        ("on a call", |o| o.people[0].is_on_call = true, [0, 1, 1], true),
        (
            "gone, with a team",
            |o| {
                o.people[0].is_online = false;
                o.calls[0].team = vec![o.user(2)];
            },
            [0, 0, 1],
            true,
        ),
        ("not one of us", |o| o.calls[0].meant_for = Some(UserId::generate()), [1, 1, 1], true),
    ];
    for (case, change, rings, may_be_taken) in table {
        let mut office = Office::new();
        office.calls[0].meant_for = Some(office.user(0));
        change(&mut office);
        assert_eq!((office.rings(), office.may_be_taken()), (rings, may_be_taken), "{case}");
    }
}

#[test]
fn calls_are_offered_oldest_first_by_the_role_that_counts_now() {
    let mut office = Office::new();
    office.calls.push(call("CA2"));
    let (board, ada) = (office.board(), office.user(0));
    assert_eq!(board.offers(ada, Role::User), ["CA1", "CA2"]);
    assert_eq!(board.offers(ada, Role::Viewer), [""; 0], "demoted a moment ago");
    assert_eq!(board.offers(UserId::generate(), Role::Admin), [""; 0], "not on the board");
    office.calls[0].declined_by = vec![ada];
    office.people[0].is_online = false;
    let pending = |board: &Board| board.ringing_for(ada).map(Call::told_sid).collect::<Vec<_>>();
    assert_eq!(pending(&office.board()), ["CA2"], "what is pending is so for everybody");
}

#[test]
fn who_is_seen_is_here() {
    let mut office = Office::new();
    office.people[1].is_online = false;
    office.people[2].is_online = false;
    office.people[2].status = Status::Away;
    let mut board = office.board();
    assert_eq!(board.see(office.user(0)), None, "that is known");
    assert_eq!(board.see(office.user(1)), Some(Shown::Available));
    assert_eq!(board.see(office.user(1)), None);
    assert_eq!(board.see(office.user(2)), Some(Shown::Away));
    assert_eq!(board.see(UserId::generate()), None, "not on the board");
    let shown: Vec<_> = board.shown().map(|(_, shown)| shown).collect();
    assert_eq!(shown, [Shown::Available, Shown::Available, Shown::Away]);
    assert_eq!(board.offers(office.user(1), Role::User), ["CA1"]);
}

#[test]
fn what_colleagues_see_otherwise_is_told() {
    let mut office = Office::new();
    office.people[1].is_online = false;
    let before = office.board();
    assert_eq!(before.changes_since(&before), []);
    let [ada, grace, joan] = [0, 1, 2].map(|n| office.user(n));
    office.people[0].status = Status::Away;
    office.people[1].status = Status::Busy;
    office.people[2].is_on_call = true;
    assert_eq!(office.board().changes_since(&before), [(ada, Shown::Away), (joan, Shown::Busy)]);
    let mut after = office.board();
    after.see_all(|user| user == grace);
    after.people.remove(0);
    assert_eq!(
        after.changes_since(&before),
        [(grace, Shown::Busy), (joan, Shown::Busy), (ada, Shown::Offline)],
        "who is not one of us any more is gone"
    );
}

#[test]
fn a_board_covers_what_is_not_newer() {
    let board = Office::new().board();
    assert!(board.covers(7, 3) && board.covers(0, 0));
    assert!(!board.covers(8, 3) && !board.covers(7, 4));
}
