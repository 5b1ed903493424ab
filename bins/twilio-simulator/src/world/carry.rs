//! Carrying out TwiML: asking for documents, and one verb after the other.

use super::agenda::{Moment, Timer};
use super::hearing::MUSIC;
use super::leg::{Aside, Doing, Leg, Role, Run};
use super::{Call, CallStatus, Endpoint, NewOrder, Outcome, Purpose, World};
use crate::Kind;
use crate::parameters::Parameters;
use crate::twiml::{self, Document, Link, Verb};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// More documents than this within a second, and the next one is put off by a second: a document that leads to itself
/// would otherwise be requested as fast as it comes.
const DOCUMENTS_A_SECOND: u32 = 10;

/// Whether the next verb's turn has come.
pub(super) enum Flow {
    Next,
    Wait,
}

impl World {
    /// The call, unless it is over.
    pub(super) fn live(&mut self, call_sid: &str) -> Option<&mut Call> {
        self.calls.get_mut(call_sid).filter(|call| !call.status.is_final())
    }

    pub(super) fn leg(&mut self, call_sid: &str) -> Option<&mut Leg> {
        self.live(call_sid).map(|call| &mut call.leg)
    }

    /// Lets a run wait for something: the step that timers and answers have to name.
    pub(super) fn wait(&mut self, call_sid: &str, role: Role, doing: Doing) -> u64 {
        self.steps += 1;
        let step = self.steps;
        if let Some(run) = self.leg(call_sid).and_then(|leg| leg.run(role)) {
            run.doing = doing;
            run.step = step;
        }
        step
    }

    /// Sets a timer that only counts as long as the run is at this step.
    pub(super) fn after(&mut self, delay: Duration, call_sid: &str, step: u64, moment: Moment) {
        let timer = Timer::Step { call_sid: call_sid.to_owned(), step, moment };
        self.agenda.after(self.now, delay, timer);
    }

    /// Asks what a run is to do now.
    pub(super) fn ask(&mut self, call_sid: &str, role: Role, endpoint: Endpoint, extra: Parameters) {
        let step = self.wait(call_sid, role, Doing::Asking);
        let now = self.now;
        let Some(leg) = self.leg(call_sid) else { return };
        let (since, count) = match leg.asked {
            Some((since, count)) if now < since + Duration::from_secs(1) => (since, count + 1),
            _ => (now, 1),
        };
        leg.asked = Some((since, count));
        if count > DOCUMENTS_A_SECOND {
            let timer = Timer::Ask { call_sid: call_sid.to_owned(), step, endpoint, extra };
            self.agenda.at(since + Duration::from_secs(1), timer);
        } else {
            self.ask_now(call_sid, step, endpoint, extra);
        }
    }

    pub(super) fn ask_now(&mut self, call_sid: &str, step: u64, endpoint: Endpoint, extra: Parameters) {
        let Some(call) = self.calls.get(call_sid) else { return };
        let Some(role) = call.leg.role_at(step) else { return };
        let mut parameters = self.call_parameters(call);
        parameters.extend(extra);
        let purpose = match (role, call.leg.aside()) {
            (Role::Main, _) => Purpose::Voice,
            (Role::Aside, Some(Aside::Whisper)) => Purpose::Whisper,
            (Role::Aside, _) => Purpose::Wait,
        };
        let order = NewOrder {
            account_sid: call.account_sid.clone(),
            purpose,
            sid: call_sid.to_owned(),
            endpoint,
            fallback: call.leg.fallback.clone(),
            parameters,
        };
        let id = self.order(order);
        self.asked.insert(id, (call_sid.to_owned(), step));
    }

    /// A document came, or did not.
    pub(super) fn told_what_to_do(&mut self, call_sid: &str, step: u64, outcome: Outcome) {
        let Some(role) = self.leg(call_sid).and_then(|leg| leg.role_at(step)) else { return };
        let read = match outcome {
            Outcome::Failed { code, message } => Err((code, message)),
            Outcome::Answered { twiml, from } => twiml::read(Kind::Call, &twiml)
                .map(|document| (document, from))
                .map_err(|problem| (problem.code, problem.message)),
        };
        match read {
            Ok((document, from)) => self.carry_out(call_sid, role, Arc::new(document), Some(from)),
            Err((code, message)) => self.fail(call_sid, role, code, &message),
        }
    }

    /// Begins with a document.
    pub(super) fn carry_out(
        &mut self,
        call_sid: &str,
        role: Role,
        document: Arc<Document>,
        base: Option<Endpoint>,
    ) {
        self.wait(call_sid, role, Doing::Nothing);
        if let Some(run) = self.leg(call_sid).and_then(|leg| leg.run(role)) {
            (run.document, run.base, run.next) = (document, base, 0);
        }
        self.go_on(call_sid, role);
    }

    /// Carries out verbs until one of them takes time.
    pub(super) fn go_on(&mut self, call_sid: &str, role: Role) {
        let step = self.wait(call_sid, role, Doing::Nothing);
        loop {
            let Some(leg) = self.leg(call_sid) else { return };
            let aside = leg.aside();
            // Whatever a verb led to may have put the run to something else.
            let Some(run) = leg.run(role).filter(|run| run.step == step) else { return };
            let Some(verb) = run.document.verbs.get(run.next).cloned() else {
                return self.document_ended(call_sid, role);
            };
            run.next += 1;
            if !is_allowed(role, aside, &verb) {
                return self.fail(call_sid, role, 12200, "a verb that is not allowed there");
            }
            if let Flow::Wait = self.carry_out_verb(call_sid, role, verb) {
                return;
            }
        }
    }

    fn carry_out_verb(&mut self, call_sid: &str, role: Role, verb: Verb) -> Flow {
        let is_first_word = self.live(call_sid).is_some_and(|call| call.status == CallStatus::Ringing);
        let rings_on = match &verb {
            Verb::Reject { .. } | Verb::Pause(_) | Verb::Redirect(_) => true,
            Verb::Dial(dial) => dial.answer_on_bridge,
            _ => false,
        };
        if is_first_word && !rings_on {
            self.answer(call_sid);
        }
        match verb {
            Verb::Sound(sound) => self.sound(call_sid, role, Some(sound.heard), sound.length),
            Verb::Pause(length) => self.sound(call_sid, role, None, Some(length)),
            Verb::Gather(gather) => self.gather(call_sid, role, gather),
            Verb::Record(record) => self.record_message(call_sid, record),
            Verb::Hangup => {
                self.end(call_sid, CallStatus::Completed);
                Flow::Wait
            }
            Verb::Reject { busy } => {
                let status = match (is_first_word, busy) {
                    (false, _) => CallStatus::Completed,
                    (true, true) => CallStatus::Busy,
                    (true, false) => CallStatus::NoAnswer,
                };
                self.end(call_sid, status);
                Flow::Wait
            }
            Verb::Redirect(link) => {
                self.follow(call_sid, role, Some(&link), Vec::new());
                Flow::Wait
            }
            Verb::Leave if role == Role::Aside => {
                self.leave_queue(call_sid, "leave");
                Flow::Wait
            }
            Verb::Leave => Flow::Next,
            Verb::Enqueue(enqueue) => self.enqueue(call_sid, enqueue),
            Verb::Dial(dial) => self.dial(call_sid, *dial),
            Verb::Message(_) => Flow::Next,
        }
    }

    pub(super) fn sound(
        &mut self,
        call_sid: &str,
        role: Role,
        heard: Option<String>,
        length: Option<Duration>,
    ) -> Flow {
        let step = self.wait(call_sid, role, Doing::Sounding(heard));
        if let Some(length) = length {
            self.after(length, call_sid, step, Moment::Over);
        }
        Flow::Wait
    }

    /// Twilio's own music, which never ends.
    pub(super) fn music(&mut self, call_sid: &str, role: Role) {
        self.sound(call_sid, role, Some(MUSIC.to_owned()), None);
    }

    /// Goes on with an action: a link of the run's document, or the document itself once more.
    pub(super) fn follow(&mut self, call_sid: &str, role: Role, link: Option<&Link>, extra: Parameters) {
        let Some(run) = self.leg(call_sid).and_then(|leg| leg.run(role)) else { return };
        let endpoint = match link {
            Some(link) => resolve(run, link),
            None => run.base.clone(),
        };
        match endpoint {
            Some(endpoint) => self.ask(call_sid, role, endpoint, extra),
            None => self.fail(call_sid, role, 11100, "an address that is relative to nothing"),
        }
    }

    /// Where a link of a document of the call's own leads, even after the call; none if that cannot be said.
    pub(super) fn resolve(&self, call_sid: &str, link: Option<&Link>) -> Option<Endpoint> {
        resolve(&self.calls.get(call_sid)?.leg.main, link?)
    }

    fn document_ended(&mut self, call_sid: &str, role: Role) {
        let aside = self.leg(call_sid).and_then(|leg| leg.aside());
        match (role, aside) {
            (Role::Main, _) => {
                self.answer(call_sid);
                self.end(call_sid, CallStatus::Completed);
            }
            (Role::Aside, Some(Aside::Queue)) => self.wait_in_queue(call_sid),
            (Role::Aside, Some(Aside::Whisper)) => self.whispered(call_sid),
            // Silence until the conference goes on.
            (Role::Aside, _) => {}
        }
    }

    /// Something cannot be carried out: Twilio's debugger hears of it, and the run is over.
    pub(super) fn fail(&mut self, call_sid: &str, role: Role, code: u32, message: &str) {
        self.alert_call(call_sid, code, message);
        let aside = self.leg(call_sid).and_then(|leg| leg.aside());
        match (role, aside) {
            (Role::Main, _) => {
                // Who calls hears that an error has occurred.
                self.answer(call_sid);
                self.end(call_sid, CallStatus::Completed);
            }
            (Role::Aside, Some(Aside::Queue)) => self.leave_queue(call_sid, "error"),
            (Role::Aside, Some(Aside::Whisper)) => self.end(call_sid, CallStatus::Completed),
            (Role::Aside, _) => {
                self.wait(call_sid, role, Doing::Nothing);
            }
        }
    }
}

fn resolve(run: &Run, link: &Link) -> Option<Endpoint> {
    let url = match Url::parse(&link.url) {
        // As written: it is signed like that.
        Ok(_) => link.url.clone(),
        Err(_) => {
            let base = Url::parse(&run.base.as_ref()?.url).ok()?;
            base.join(&link.url).ok()?.to_string()
        }
    };
    Some(Endpoint { url, method: link.method })
}

fn is_allowed(role: Role, aside: Option<Aside>, verb: &Verb) -> bool {
    match (role, aside) {
        (Role::Main, _) | (_, None) => !matches!(verb, Verb::Message(_)),
        (_, Some(Aside::Queue)) => matches!(
            verb,
            Verb::Sound(_)
                | Verb::Pause(_)
                | Verb::Hangup
                | Verb::Redirect(_)
                | Verb::Leave
                | Verb::Gather(_)
        ),
        (_, Some(Aside::Conference | Aside::Hold)) => {
            matches!(verb, Verb::Sound(_) | Verb::Pause(_) | Verb::Redirect(_))
        }
        (_, Some(Aside::Whisper)) => matches!(
            verb,
            Verb::Sound(_) | Verb::Pause(_) | Verb::Hangup | Verb::Redirect(_) | Verb::Gather(_)
        ),
    }
}
