//! `<Dial><Queue>`: who talks to those who waited.

use super::World;
use super::agenda::Moment;
use super::calls::Why;
use super::carry::Flow;
use super::leg::{Answered, Doing, Role};
use super::legs::GRACE;
use super::waiting::queue_result;
use crate::parameters::owned;
use crate::twiml::{Dial, Enqueue, QueueNoun, Target};

impl World {
    pub(super) fn dial_queue(&mut self, call_sid: &str, verb: Dial, noun: &QueueNoun) -> Flow {
        let queue_sid = self.queue_on_demand(&self.account_of(call_sid), &noun.name);
        let timeout = verb.timeout + GRACE;
        let doing = Doing::Dequeuing { verb, queue_sid: queue_sid.clone(), served: None };
        let step = self.wait(call_sid, Role::Main, doing);
        self.after(timeout, call_sid, step, Moment::DialTimeout);
        let front = self.queues.get(&queue_sid).and_then(|queue| queue.members.front());
        match front.map(|member| member.call_sid.clone()) {
            Some(member) => self.serve(call_sid, &queue_sid, &member),
            None => {
                if let Some(queue) = self.queues.get_mut(&queue_sid) {
                    queue.servers.push_back(call_sid.to_owned());
                }
            }
        }
        Flow::Wait
    }

    /// Connects who dialled the queue with who waited in it.
    pub(super) fn serve(&mut self, server: &str, queue_sid: &str, call_sid: &str) {
        self.take_out(call_sid, queue_sid);
        let now = self.now;
        let Some(leg) = self.leg(server) else { return };
        let Doing::Dequeuing { verb, served, .. } = &mut leg.main.doing else { return };
        *served = Some(Answered {
            call_sid: call_sid.to_owned(),
            since: now,
            is_connected: false,
            recording_sid: None,
        });
        let whisper = match &verb.target {
            Target::Queue(noun) => noun.whisper.clone(),
            _ => None,
        };
        let whisper = self.resolve(server, whisper.as_ref());
        let Some(leg) = self.leg(call_sid) else { return };
        leg.aside = None;
        let Doing::Queued { verb, since, .. } = std::mem::take(&mut leg.main.doing) else { return };
        let waited = (now - since).to_std().unwrap_or_default().as_secs();
        let by = server.to_owned();
        self.wait(call_sid, Role::Main, Doing::Served { verb, queue_sid: queue_sid.to_owned(), waited, by });
        match whisper {
            None => self.whispered(call_sid),
            Some(endpoint) => {
                let extra = owned(&[
                    ("QueueSid", queue_sid),
                    ("QueueTime", &waited.to_string()),
                    ("DequeingCallSid", server),
                ]);
                self.whisper(call_sid, endpoint, extra);
            }
        }
    }

    /// Who was served hung up, or goes on elsewhere; who served them goes on after `<Dial>`.
    pub(super) fn served_left(
        &mut self,
        call_sid: &str,
        verb: &Enqueue,
        queue_sid: &str,
        waited: u64,
        by: &str,
        why: Why,
    ) {
        let dequeuing = match self.leg(by).map(|leg| &leg.main.doing) {
            Some(Doing::Dequeuing { verb, served: Some(served), .. }) => Some((verb.clone(), served.clone())),
            _ => None,
        };
        let is_connected = dequeuing.as_ref().is_some_and(|(_, served)| served.is_connected);
        let result = match (why, is_connected) {
            (Why::HungUp, true) => "bridged",
            (Why::HungUp, false) => "hangup",
            (Why::Redirected, true) => "redirected-from-bridged",
            (Why::Redirected, false) => "redirected",
        };
        let action = self.resolve(call_sid, verb.action.as_ref());
        self.tell_afterwards(call_sid, action, queue_result(result, queue_sid, waited));
        let Some((verb, served)) = dequeuing else { return };
        let mut result = self.conversation(&served);
        result.extend(queue_result(served_result(&served), queue_sid, waited));
        self.dial_over_and_on(by, &verb, result);
    }

    /// Who dialled the queue hung up, or goes on elsewhere; who was served goes on after `<Enqueue>`.
    pub(super) fn server_left(
        &mut self,
        call_sid: &str,
        verb: &Dial,
        queue_sid: &str,
        served: Option<Answered>,
        why: Why,
    ) {
        self.stop_serving(call_sid, queue_sid);
        let mut result = owned(&[("DialCallStatus", "canceled")]);
        if let Some(served) = served {
            result = self.conversation(&served);
            self.no_longer_served(&served);
        }
        if why == Why::HungUp {
            let action = self.resolve(call_sid, verb.action.as_ref());
            self.tell_afterwards(call_sid, action, result);
        }
    }

    /// The conversation has been long enough.
    pub(super) fn serving_timed_out(&mut self, call_sid: &str, verb: &Dial, served: &Answered) {
        let result = self.conversation(served);
        self.no_longer_served(served);
        self.dial_over_and_on(call_sid, verb, result);
    }

    fn no_longer_served(&mut self, served: &Answered) {
        let Some(leg) = self.leg(&served.call_sid) else { return };
        leg.aside = None;
        let Doing::Served { verb, queue_sid, waited, .. } = std::mem::take(&mut leg.main.doing) else {
            return;
        };
        let result = queue_result(served_result(served), &queue_sid, waited);
        self.after_queue(&served.call_sid, &verb, result);
    }

    pub(super) fn stop_serving(&mut self, call_sid: &str, queue_sid: &str) {
        if let Some(queue) = self.queues.get_mut(queue_sid) {
            queue.servers.retain(|server| server != call_sid);
        }
    }
}

/// How far they had come with who served them.
fn served_result(served: &Answered) -> &'static str {
    if served.is_connected { "bridged" } else { "bridging-in-process" }
}
