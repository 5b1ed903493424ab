use chrono::{DateTime, Utc};
use switchboard_domain::Error;
use switchboard_domain::access::Role;
use switchboard_domain::lines::{Greeting, GreetingForm, Line, LineForm, LineNow, OpeningForm};
use switchboard_domain::people::{NewUser, OrganizationForm, User};
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{Directory, Store};
use switchboard_domain::testing::fixtures::{self, Planted};
use switchboard_domain::twilio_settings::TwilioNumber;

use crate::world::World;

fn opening(day: &str, from: &str, to: &str) -> OpeningForm {
    OpeningForm { day: Some(day.to_owned()), from: Some(from.to_owned()), to: Some(to.to_owned()) }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

async fn save(world: &World, org: &Planted, form: LineForm) -> Result<LineNow, Error> {
    world.lines.save(&org.caller(&org.admin), org.number.as_str(), form).await
}

/// The line that a form makes in this zone.
async fn line_in(zone: &str, form: LineForm) -> (World, Planted) {
    let world = World::new();
    let org = world.plant().await;
    let change = OrganizationForm { timezone: Some(zone.to_owned()), ..OrganizationForm::default() };
    world.people.update_organization(&org.caller(&org.admin), change).await.expect("a zone");
    save(&world, &org, form).await.expect("a line");
    (world, org)
}

/// Whether somebody who calls at this moment is answered.
async fn is_open(world: &World, org: &Planted, at: &str) -> bool {
    let at: DateTime<Utc> = at.parse().expect("a moment");
    let zone = world.people.organization(&org.caller(&org.admin)).await.expect("it").timezone;
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let line = tx.line(&org.number).await.expect("read").expect("a line");
    line.is_open(at, zone)
}

#[tokio::test]
async fn a_number_about_which_nothing_was_decided_is_open_to_everybody() {
    let world = World::new();
    let org = world.plant().await;
    let plain = LineNow { line: Line::plain(org.number.clone()), is_open: true };
    assert_eq!(world.lines.at_call(org.scope, &org.number).await.expect("a line"), plain);
    let viewer = org.caller(&org.agent);
    assert_eq!(world.lines.get(&viewer, org.number.as_str()).await.expect("a line"), plain);
    assert_eq!(world.lines.list(&viewer).await.expect("lines").1, std::slice::from_ref(&plain));
    assert_eq!(save(&world, &org, LineForm::default()).await.expect("saves"), plain, "nothing decided anew");
}

#[tokio::test]
async fn what_is_saved_is_what_callers_meet() {
    let world = World::new();
    let org = world.plant().await;
    let form = LineForm {
        hours: Some(vec![opening("thursday", "13:00", "17:30"), opening("thursday", "09:00", "12:00")]),
        holidays: texts(&["2026-12-25", "2026-01-01"]),
        team: vec![org.agent.id.to_string()],
        greeting: GreetingForm { text: Some(" Ciao \u{1f44b}\n".to_owned()), recording_url: None },
        phones: texts(&["(647) 555-0188", "+49 30 901820"]),
        ring_seconds: Some(600),
        phone_ring_seconds: Some(5),
        voicemail: Some(false),
        record_calls: Some(true),
    };
    let saved = save(&world, &org, form).await.expect("saves");
    assert!(!saved.is_open, "it is a holiday");
    let Line { hours, holidays, greeting, .. } = saved.line.clone();
    let hours: Vec<_> = hours.expect("hours").openings().iter().map(|o| (o.day(), o.times())).collect();
    let thursday = chrono::Weekday::Thu;
    assert_eq!(hours, [(thursday, (540, 720)), (thursday, (780, 1050))], "in order");
    assert!(holidays.is_sorted() && holidays.len() == 2);
    assert_eq!(greeting, Greeting::Text("Ciao \u{1f44b}".to_owned()));
    assert_eq!(saved.line.team, [org.agent.id]);
    assert_eq!(saved.line.phones, ["+16475550188", "+4930901820"].map(PhoneNumber::from_e164));
    assert_eq!((saved.line.ring_seconds, saved.line.phone_ring_seconds), (600, 5));
    assert_eq!((saved.line.has_voicemail, saved.line.is_recorded), (false, true));
    assert_eq!(world.lines.at_call(org.scope, &org.number).await.expect("a line"), saved);
    let (zone, lines) = world.lines.list(&org.caller(&org.agent)).await.expect("lines");
    assert_eq!((zone.to_string().as_str(), lines), ("UTC", vec![saved]));
}

#[tokio::test]
async fn without_voicemail_nobody_is_asked_to_leave_a_message() {
    let world = World::new();
    let org = world.plant().await;
    let saved = save(&world, &org, LineForm { voicemail: Some(false), ..LineForm::default() }).await;
    let Greeting::Text(text) = saved.expect("saves").line.greeting else { panic!("a text") };
    assert!(!text.contains("message"), "{text}");
}

#[tokio::test]
async fn clocks_on_the_wall_decide() {
    let day = LineForm { hours: Some(vec![opening("sunday", "01:30", "03:00")]), ..LineForm::default() };
    let all_week = |from: &str, to: &str| {
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let hours = days.map(|day| opening(day, from, to)).to_vec();
        LineForm { hours: Some(hours), ..LineForm::default() }
    };
    let table = [
        // Clocks go from 02:00 CET to 03:00 CEST: 01:59 is followed by closing time.
        ("Europe/Berlin", day.clone(), "2026-03-29T00:29:59Z", false),
        ("Europe/Berlin", day.clone(), "2026-03-29T00:30:00Z", true),
        ("Europe/Berlin", day.clone(), "2026-03-29T00:59:59Z", true),
        ("Europe/Berlin", day.clone(), "2026-03-29T01:00:00Z", false),
        // They go back from 03:00 CEST to 02:00 CET: the hour from 02:00 is there twice, and open twice.
        ("Europe/Berlin", day.clone(), "2026-10-24T23:29:59Z", false),
        ("Europe/Berlin", day.clone(), "2026-10-24T23:30:00Z", true),
        ("Europe/Berlin", day.clone(), "2026-10-25T00:59:59Z", true),
        ("Europe/Berlin", day.clone(), "2026-10-25T01:00:00Z", true),
        ("Europe/Berlin", day.clone(), "2026-10-25T01:59:59Z", true),
        ("Europe/Berlin", day.clone(), "2026-10-25T02:00:00Z", false),
        // On the other half of the earth: from 03:00 AEDT back to 02:00 AEST in April, forward in October.
        ("Australia/Sydney", day.clone(), "2026-04-04T15:59:59Z", true),
        ("Australia/Sydney", day.clone(), "2026-04-04T16:59:59Z", true),
        ("Australia/Sydney", day.clone(), "2026-04-04T17:00:00Z", false),
        ("Australia/Sydney", day.clone(), "2026-10-03T15:59:59Z", true),
        ("Australia/Sydney", day, "2026-10-03T16:00:00Z", false),
        // Summer moves office hours on UTC's clock.
        ("America/New_York", all_week("09:00", "17:00"), "2026-03-07T13:59:59Z", false),
        ("America/New_York", all_week("09:00", "17:00"), "2026-03-07T14:00:00Z", true),
        ("America/New_York", all_week("09:00", "17:00"), "2026-03-09T13:00:00Z", true),
        ("America/New_York", all_week("09:00", "17:00"), "2026-03-09T21:00:00Z", false),
        // Half and quarter hours; half an hour of summer.
        ("Asia/Kolkata", all_week("09:00", "17:00"), "2026-06-01T03:29:59Z", false),
        ("Asia/Kolkata", all_week("09:00", "17:00"), "2026-06-01T03:30:00Z", true),
        ("Asia/Kathmandu", all_week("09:00", "17:00"), "2026-06-01T03:14:59Z", false),
        ("Asia/Kathmandu", all_week("09:00", "17:00"), "2026-06-01T03:15:00Z", true),
        ("Australia/Lord_Howe", all_week("09:00", "17:00"), "2026-01-15T22:00:00Z", true),
        ("Australia/Lord_Howe", all_week("09:00", "17:00"), "2026-06-15T22:00:00Z", false),
        ("Australia/Lord_Howe", all_week("09:00", "17:00"), "2026-06-15T22:30:00Z", true),
        // All day is all day, on the longest one too.
        ("Europe/Berlin", all_week("00:00", "24:00"), "2026-10-24T22:00:00Z", true),
        ("Europe/Berlin", all_week("00:00", "24:00"), "2026-10-25T22:59:59Z", true),
    ];
    for (zone, form, at, expected) in table {
        let (world, org) = line_in(zone, form).await;
        assert_eq!(is_open(&world, &org, at).await, expected, "{zone} {at}");
    }
}

#[tokio::test]
async fn an_opening_passes_midnight_and_the_end_of_the_week() {
    let form = LineForm {
        hours: Some(vec![opening("sunday", "22:00", "06:00"), opening("friday", "18:00", "00:00")]),
        ..LineForm::default()
    };
    let (world, org) = line_in("UTC", form).await;
    for (at, expected) in [
        ("2026-01-04T21:59:59Z", false), // a Sunday
        ("2026-01-04T22:00:00Z", true),
        ("2026-01-05T00:00:00Z", true),
        ("2026-01-05T05:59:59.999Z", true),
        ("2026-01-05T06:00:00Z", false),
        ("2026-01-05T22:00:00Z", false), // a Monday
        ("2026-01-09T23:59:59Z", true),  // a Friday
        ("2026-01-10T00:00:00Z", false),
    ] {
        assert_eq!(is_open(&world, &org, at).await, expected, "{at}");
    }
}

#[tokio::test]
async fn a_holiday_lasts_from_midnight_to_midnight_on_the_wall() {
    let night = LineForm {
        hours: Some(vec![opening("sunday", "22:00", "06:00")]),
        holidays: texts(&["2026-01-05"]), // a Monday
        ..LineForm::default()
    };
    let always = LineForm { hours: None, ..night.clone() };
    for (zone, form, at, expected) in [
        ("UTC", &night, "2026-01-04T23:59:59Z", true),
        ("UTC", &night, "2026-01-05T00:00:00Z", false),
        ("UTC", &night, "2026-01-05T05:00:00Z", false),
        ("UTC", &night, "2026-01-12T05:00:00Z", true),
        ("Pacific/Auckland", &always, "2026-01-04T10:59:59Z", true),
        ("Pacific/Auckland", &always, "2026-01-04T11:00:00Z", false),
        ("Pacific/Auckland", &always, "2026-01-05T10:59:59Z", false),
        ("Pacific/Auckland", &always, "2026-01-05T11:00:00Z", true),
        ("America/St_Johns", &always, "2026-01-05T03:29:59Z", true),
        ("America/St_Johns", &always, "2026-01-05T03:30:00Z", false),
    ] {
        let (world, org) = line_in(zone, form.clone()).await;
        assert_eq!(is_open(&world, &org, at).await, expected, "{zone} {at}");
    }
}

#[tokio::test]
async fn every_broken_rule_is_named() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let mut users = Vec::new();
    for (role, is_active) in [(Role::Viewer, true), (Role::User, false)] {
        let tag = uuid::Uuid::new_v4().simple().to_string();
        let user = User { is_active, ..fixtures::user(org.scope.org(), "Some", "Body", role, &tag) };
        let mut tx = world.store.begin(org.scope).await.expect("begin");
        let new = NewUser { user: user.clone(), password_hash: Some(String::new()) };
        tx.insert_user(&new).await.expect("insert");
        tx.commit().await.expect("commit");
        users.push(user);
    }
    let usual = LineForm::default;
    let hours = |hours: Vec<OpeningForm>| LineForm { hours: Some(hours), ..usual() };
    let team = |team: Vec<String>| LineForm { team, ..usual() };
    let phones = |phones: &[&str]| LineForm { phones: texts(phones), ..usual() };
    let holidays = |holidays: &[&str]| LineForm { holidays: texts(holidays), ..usual() };
    let said = |text: &str| LineForm {
        greeting: GreetingForm { text: Some(text.to_owned()), recording_url: None },
        ..usual()
    };
    let played = |url: &str| LineForm {
        greeting: GreetingForm { text: None, recording_url: Some(url.to_owned()) },
        ..usual()
    };
    let nine_to_five = |day| opening(day, "09:00", "17:00");
    let agent = org.agent.id.to_string();
    let long = "x".repeat(1001);
    let long_url = format!("https://media.example/{}", "ü".repeat(200)); // 6 characters each, once encoded
    let table = [
        ("hours", hours(vec![nine_to_five("monday"); 51])),
        ("hours.0.day", hours(vec![opening("mon", "09:00", "17:00")])),
        ("hours.0.day", hours(vec![OpeningForm { day: None, ..nine_to_five("") }])),
        ("hours.1.from", hours(vec![nine_to_five("monday"), opening("friday", "24:00", "01:00")])),
        ("hours.0.from", hours(vec![opening("monday", "9:00", "17:00")])),
        ("hours.0.from", hours(vec![opening("monday", "09:60", "17:00")])),
        ("hours.0.from", hours(vec![opening("monday", "+9:00", "17:00")])),
        ("hours.0.to", hours(vec![opening("monday", "09:00", "24:01")])),
        ("hours.0.to", hours(vec![OpeningForm { to: None, ..nine_to_five("monday") }])),
        ("hours.0.to", hours(vec![opening("monday", "09:00", "09:00")])),
        ("hours.1", hours(vec![nine_to_five("monday"), opening("monday", "16:59", "18:00")])),
        ("hours.1", hours(vec![opening("monday", "05:59", "07:00"), opening("sunday", "22:00", "06:00")])),
        ("hours.1", hours(vec![opening("sunday", "22:00", "06:00"), opening("sunday", "23:00", "23:30")])),
        ("holidays", LineForm { holidays: vec!["2026-12-25".to_owned(); 367], ..usual() }),
        ("holidays.0", holidays(&["2026-02-29"])),
        ("holidays.0", holidays(&["2026-1-1"])),
        ("holidays.0", holidays(&["+12026-01-01"])),
        ("holidays.1", holidays(&["2026-12-25", "2026-12-25"])),
        ("team", team(vec![agent.clone(); 201])),
        ("team.0", team(texts(&["nobody"]))),
        ("team.0", team(vec![other.agent.id.to_string()])),
        ("team.1", team(vec![agent.clone(), users[0].id.to_string()])),
        ("team.1", team(vec![agent.clone(), users[1].id.to_string()])),
        ("team.1", team(vec![agent.clone(), agent])),
        (
            "greeting",
            LineForm {
                greeting: GreetingForm {
                    text: Some("Hi".to_owned()),
                    ..played("https://a.example/").greeting
                },
                ..usual()
            },
        ),
        ("greeting.text", said(&long)),
        ("greeting.text", said("a\u{1b}b")),
        ("greeting.text", said("a\u{ffff}b")),
        ("greeting.recordingUrl", played("hello.mp3")),
        ("greeting.recordingUrl", played("http://media.example/a.mp3")),
        ("greeting.recordingUrl", played("http://127.0.0.1@media.example/a.mp3")),
        ("greeting.recordingUrl", played("https://ada:secret@media.example/a.mp3")),
        ("greeting.recordingUrl", played("file:///etc/passwd")),
        ("greeting.recordingUrl", played(&format!("https://media.example/{long}"))),
        ("greeting.recordingUrl", played(&long_url)),
        ("phones", LineForm { phones: vec!["+16475550188".to_owned(); 11], ..usual() }),
        ("phones.0", phones(&[" "])),
        ("phones.0", phones(&["sip:ada@acme.example"])),
        ("phones.1", phones(&["+16475550188", org.number.as_str()])),
        ("phones.1", phones(&["+16475550188", "(647) 555-0188"])),
        ("ringSeconds", LineForm { ring_seconds: Some(9), ..usual() }),
        ("ringSeconds", LineForm { ring_seconds: Some(601), ..usual() }),
        ("ringSeconds", LineForm { ring_seconds: Some(i64::MAX), ..usual() }),
        ("phoneRingSeconds", LineForm { phone_ring_seconds: Some(4), ..usual() }),
        ("phoneRingSeconds", LineForm { phone_ring_seconds: Some(61), ..usual() }),
    ];
    for (field, form) in table {
        match save(&world, &org, form.clone()).await {
            Err(Error::Invalid(errors)) => {
                let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
                assert_eq!(fields, [field], "{form:?}");
            }
            other => panic!("{field}: {form:?}: {other:?}"),
        }
    }
    for fit in [
        played("http://localhost:4010/a.mp3"),
        played("http://127.0.0.1/a.mp3"),
        played("http://[::1]/a.mp3"),
        played("https://media.example/a.mp3?x=1"),
        said(&"ü".repeat(1000)),
        hours(vec![]),
        hours(vec![nine_to_five("monday"), opening("monday", "17:00", "09:00")]),
        LineForm { ring_seconds: Some(10), phone_ring_seconds: Some(60), ..usual() },
    ] {
        save(&world, &org, fit.clone()).await.unwrap_or_else(|error| panic!("{fit:?}: {error:?}"));
    }
}

#[tokio::test]
async fn only_the_organisations_own_numbers_are_lines() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let admin = org.caller(&org.admin);
    for number in [other.number.as_str(), "+16475550100", "", "nonsense", &org.number.as_str()[1..]] {
        let saved = world.lines.save(&admin, number, LineForm::default()).await;
        assert!(matches!(saved, Err(Error::NotFound(_))), "{number:?}: {saved:?}");
        let read = world.lines.get(&admin, number).await;
        assert!(matches!(read, Err(Error::NotFound(_))), "{number:?}: {read:?}");
    }
}

#[tokio::test]
async fn a_phone_that_became_a_number_of_the_organisation_is_not_called() {
    let world = World::new();
    let org = world.plant().await;
    let form = LineForm { phones: texts(&["+16475550188", "+16475550189"]), ..LineForm::default() };
    save(&world, &org, form).await.expect("saves");
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let mut settings = tx.twilio_settings().await.expect("read").expect("settings");
    let number = PhoneNumber::from_e164("+16475550188");
    settings.numbers.push(TwilioNumber { number, sid: "PN1".to_owned() });
    tx.put_twilio_settings(&settings).await.expect("put");
    tx.commit().await.expect("commit");
    let line = world.lines.at_call(org.scope, &org.number).await.expect("a line").line;
    assert_eq!(line.phones, [PhoneNumber::from_e164("+16475550189")]);
}

#[tokio::test]
async fn another_team_is_told_to_screens_on_which_it_rings() {
    let world = World::new();
    let org = world.plant().await;
    let version =
        async || world.store.pulse(&[org.scope.org()]).await.expect("pulse").heads[0].offers_version;
    let before = version().await;
    let team = || LineForm { team: vec![org.agent.id.to_string()], ..LineForm::default() };
    save(&world, &org, LineForm { ring_seconds: Some(20), ..LineForm::default() }).await.expect("saves");
    assert_eq!(version().await, before, "it rings for whom it rang");
    save(&world, &org, team()).await.expect("saves");
    assert_eq!(version().await, before + 1);
    save(&world, &org, team()).await.expect("saves");
    assert_eq!(version().await, before + 1);
}
