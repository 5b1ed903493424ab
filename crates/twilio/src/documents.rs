//! What a leg does next, in TwiML.

use switchboard_domain::calls::{Elsewhere, LegRole, Listening, Meeting, Next};
use switchboard_domain::events::{CallId, OrgId};
use switchboard_domain::lines::{Greeting, LONGEST_RING};
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{ConferenceEvent, Documents, InlineTwiml, RecordingEvent};
use switchboard_domain::twilio_settings::WebhookUrls;

use crate::address::Address;
use crate::twiml::{
    Beep, Callee, Conference, ConferenceStatus, Dial, Gather, JitterBuffer, Leg, Legs, Play, Prompt, Record,
    RecordingCallback, Response, Say, Target, Url, Verb, Wait,
};
use crate::webhook::first;

/// The longest message that a caller may leave, in seconds.
const LONGEST_MESSAGE: u32 = 180;
/// How long a caller may be silent before their message is over, in seconds.
const SILENCE: u32 = 5;
/// How often a call comes back to a webhook that cannot be answered.
const PATIENCE: u32 = 6;
/// How long whoever was handed a call is rung at their phone, in seconds.
const PHONE_RINGS: u32 = 40;

/// A webhook that cannot be answered now, and whose leg it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unanswerable<'a> {
    /// Its name, the last part of its path.
    pub webhook: &'a str,
    /// How it was asked: the query of its address.
    pub query: &'a str,
    /// The number that was called.
    pub to: &'a str,
    /// Whether somebody calls us. Customers and phones that we call do not, nor do our browsers.
    pub is_caller: bool,
    /// How long they have been in the queue, in seconds.
    pub waited: u32,
}

impl<'a> Unanswerable<'a> {
    /// As Twilio tells of it.
    pub fn new(webhook: &'a str, query: &'a str, params: &'a [(String, String)]) -> Self {
        let param = |name| first(params, name).unwrap_or_default();
        let is_called = param("Direction").starts_with("outbound");
        let is_browser = matches!(Address::parse(param("From")), Address::Client(_));
        Self {
            webhook,
            query,
            to: param("To"),
            is_caller: !is_called && !is_browser,
            waited: param("QueueTime").parse().unwrap_or_default(),
        }
    }
}

/// Writes what Twilio is to do, with this installation's webhooks in it.
#[derive(Debug, Clone)]
pub struct TwimlDocuments {
    urls: WebhookUrls,
}

impl TwimlDocuments {
    /// With these webhooks.
    pub fn new(urls: WebhookUrls) -> Self {
        Self { urls }
    }

    /// The answer to a webhook that asks for it.
    pub fn response(&self, next: &Next) -> Response {
        let response = Response::new();
        match next {
            Next::Queue { org } => response.with(Verb::Enqueue {
                queue: format!("org_{org}"),
                wait_url: Some(url(&self.urls.wait())),
                action: Some(url(&self.urls.queue_result())),
            }),
            Next::Ring { place } => {
                let place = (*place > 1).then(|| say(&format!("You are number {place} in line.")));
                let ringing = Verb::Play(Play::new(url(&self.urls.ringing_tone())));
                place.into_iter().fold(response, Response::with).with(ringing)
            }
            Next::LeaveQueue => response.with(Verb::Leave),
            Next::MeetAsCustomer { meeting, is_recorded } => {
                let wait = Wait::Music;
                let conference =
                    Conference { wait, ..self.conference(*meeting, LegRole::Customer, *is_recorded) };
                response.with(meet(conference))
            }
            Next::MeetAsAgent { meeting, is_recorded } => {
                response.with(meet(self.conference(*meeting, LegRole::Agent, *is_recorded)))
            }
            Next::MeetAsSupervisor { meeting, listening, agents_leg } => response.with(meet(Conference {
                coach: (*listening == Listening::Whisper).then(|| agents_leg.clone()),
                muted: *listening == Listening::Monitor,
                start_on_enter: false,
                end_on_exit: false,
                ..self.conference(*meeting, LegRole::Supervisor, false)
            })),
            Next::Phones { org, call, phones, seconds, shows } => {
                let legs = phones.iter().map(|phone| self.handset(*org, *call, phone));
                let legs = Legs::new(legs.collect());
                let Some(legs) = legs else {
                    return response.with(Verb::Redirect { url: url(&self.urls.phones_done()) });
                };
                response.with(Verb::Dial(Dial {
                    action: Some(url(&self.urls.phones_done())),
                    caller_id: Some(shows.clone()),
                    timeout: Some(u32::from(*seconds)),
                    ..Dial::new(Target::Ring(legs))
                }))
            }
            Next::Phone { org, call, phone, shows } => response.with(Verb::Dial(Dial {
                action: Some(url(&self.urls.phones_done())),
                caller_id: Some(shows.clone()),
                timeout: Some(PHONE_RINGS),
                ..Dial::new(Target::Ring(Legs::one(self.handset(*org, *call, phone))))
            })),
            Next::AskForOne { org, call, phone } => {
                let words = Say::new("A customer is calling. Press 1 to take the call.");
                let again = url(&self.urls.screening(*org, *call, phone));
                let gather = Gather { timeout: Some(10), ..Gather::one_key(again, vec![Prompt::Say(words)]) };
                response.with(Verb::Gather(gather)).with(Verb::Hangup)
            }
            Next::Voicemail { org, call, greeting } => {
                let record = Record {
                    action: url(&self.urls.message_left()),
                    finish_on_key: '#',
                    max_length: LONGEST_MESSAGE,
                    play_beep: true,
                    recording_status_callback: url(&self.urls.message(*org, *call)),
                    timeout: SILENCE,
                    transcribe_callback: Some(url(&self.urls.transcription(*org, *call))),
                };
                response.with(speak(greeting)).with(Verb::Record(record)).with(Verb::Hangup)
            }
            Next::Goodbye { greeting } => response.with(speak(greeting)).with(Verb::Hangup),
            Next::AskAgain => {
                let again = Verb::Redirect { url: url(&self.urls.queue_result()) };
                response.with(Verb::Pause { length: 2 }).with(again)
            }
            Next::AwaitCall { conference, tries } => {
                let again = Verb::Redirect { url: url(&self.urls.browser(*conference, *tries)) };
                response.with(Verb::Pause { length: 1 }).with(again)
            }
            Next::GoOn => response,
            Next::Refused => response.with(say("This call cannot be connected.")).with(Verb::Hangup),
            Next::HangUp => response.with(Verb::Hangup),
        }
    }

    /// The answer to a webhook while it cannot be answered: the call comes back to it. After [`PATIENCE`] times a caller may leave
    /// a message, and anybody else is put off. In the queue they hear it ring meanwhile, as long as the longest line rings.
    pub fn come_back(&self, asked: &Unanswerable<'_>) -> Response {
        const COUNTER: &str = "again=";
        let response = Response::new();
        if asked.webhook == "wait" {
            return response.with(if i64::from(asked.waited) < LONGEST_RING {
                Verb::Play(Play::new(url(&self.urls.ringing_tone())))
            } else {
                Verb::Leave
            });
        }
        let (counters, others): (Vec<_>, Vec<_>) = asked
            .query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .partition(|pair| pair.starts_with(COUNTER));
        let count =
            counters.first().and_then(|counter| counter[COUNTER.len()..].parse().ok()).unwrap_or(0u32);
        if count >= PATIENCE && !asked.is_caller {
            let words = say("This call cannot be connected right now. Please try again later.");
            return response.with(words).with(Verb::Hangup);
        }
        if count >= PATIENCE {
            let record = Record {
                action: url(&self.urls.message_left()),
                finish_on_key: '#',
                max_length: LONGEST_MESSAGE,
                play_beep: true,
                recording_status_callback: url(&self.urls.late_message(asked.to)),
                timeout: SILENCE,
                transcribe_callback: None,
            };
            let words = say("We cannot take your call right now. Please leave a message after the tone.");
            return response.with(words).with(Verb::Record(record)).with(Verb::Hangup);
        }
        let counter = format!("{COUNTER}{}", count + 1);
        let query = others.into_iter().chain([counter.as_str()]).collect::<Vec<_>>().join("&");
        let again = self.urls.again(asked.webhook, &query);
        let response = response.with(say("One moment, please.")).with(Verb::Pause { length: 3 });
        // What is no address of ours was asked for by somebody else.
        match Url::parse(again) {
            Ok(again) => response.with(Verb::Redirect { url: again }),
            Err(_) => response.with(Verb::Hangup),
        }
    }

    /// A phone that is rung; we are asked when somebody picks up.
    fn handset(&self, org: OrgId, call: CallId, phone: &PhoneNumber) -> Leg {
        let url = Some(url(&self.urls.screening(org, call, phone)));
        Leg { url, ..Leg::to(Callee::Number(phone.clone())) }
    }

    fn conference(&self, meeting: Meeting, role: LegRole, is_recorded: bool) -> Conference {
        let events =
            [ConferenceEvent::Start, ConferenceEvent::End, ConferenceEvent::Join, ConferenceEvent::Leave];
        let recording = RecordingCallback {
            url: url(&self.urls.conversation(meeting.org, meeting.call)),
            events: vec![RecordingEvent::Completed, RecordingEvent::Absent],
        };
        Conference {
            beep: Beep::Never,
            end_on_exit: true,
            jitter_buffer: Some(JitterBuffer::Small),
            label: Some(role.as_str().to_owned()),
            record: is_recorded.then_some(recording),
            status: Some(ConferenceStatus {
                url: url(&self.urls.conference_status()),
                events: events.to_vec(),
            }),
            wait: Wait::Silence,
            ..Conference::named(meeting.to_string())
        }
    }
}

impl Documents for TwimlDocuments {
    fn write(&self, to: &Elsewhere) -> InlineTwiml {
        let response = self.response(&to.clone().into());
        response.to_inline().expect("three addresses at most, all absolute and of bounded length")
    }
}

fn meet(conference: Conference) -> Verb {
    Verb::Dial(Dial::new(Target::Conference(Box::new(conference))))
}

fn say(words: &str) -> Verb {
    Verb::Say(Say::new(words))
}

fn speak(greeting: &Greeting) -> Verb {
    match greeting {
        Greeting::Text(text) => say(text),
        Greeting::Recording(address) => match Url::parse(address.clone()) {
            Ok(url) => Verb::Play(Play::new(url)),
            Err(_) => say("Please leave a message after the tone."),
        },
    }
}

/// One of ours, which are absolute and plain.
fn url(text: &str) -> Url {
    Url::parse(text).expect("an absolute URL")
}
