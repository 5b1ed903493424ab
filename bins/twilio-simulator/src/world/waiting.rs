//! `<Enqueue>`: callers who wait in a queue.

use super::World;
use super::calls::Why;
use super::carry::Flow;
use super::leg::{Aside, Doing, Role, Run};
use super::queue::Member;
use crate::parameters::{Parameters, owned};
use crate::twiml::Enqueue;
use chrono::{DateTime, Utc};

impl World {
    pub(super) fn enqueue(&mut self, call_sid: &str, verb: Enqueue) -> Flow {
        let queue_sid = self.queue_on_demand(&self.account_of(call_sid), &verb.queue);
        let now = self.now;
        let Some(queue) = self.queues.get_mut(&queue_sid) else { return Flow::Next };
        let most = verb.max_size.map_or(queue.max_size, |most| most.min(queue.max_size));
        if queue.members.len() >= most as usize {
            if verb.action.is_none() {
                return Flow::Next;
            }
            let result = owned(&[("QueueResult", "queue-full")]);
            self.follow(call_sid, Role::Main, verb.action.as_ref(), result);
            return Flow::Wait;
        }
        queue.members.push_back(Member { call_sid: call_sid.to_owned(), enqueued: now });
        let server = queue.servers.pop_front();
        self.wait(call_sid, Role::Main, Doing::Queued { verb, queue_sid: queue_sid.clone(), since: now });
        match server {
            Some(server) => self.serve(&server, &queue_sid, call_sid),
            None => self.wait_in_queue(call_sid),
        }
        Flow::Wait
    }

    /// Asks what a caller who waits is to hear next.
    pub(super) fn wait_in_queue(&mut self, call_sid: &str) {
        let Some(leg) = self.leg(call_sid) else { return };
        let Doing::Queued { verb, queue_sid, .. } = &leg.main.doing else { return };
        let (wait, queue_sid) = (verb.wait.clone(), queue_sid.clone());
        leg.aside = Some((Aside::Queue, Run::default()));
        match self.resolve(call_sid, wait.as_ref()) {
            Some(endpoint) => {
                let parameters = self.place_in_queue(call_sid, &queue_sid);
                self.ask(call_sid, Role::Aside, endpoint, parameters);
            }
            // Twilio's own music goes on for ever.
            None => self.music(call_sid, Role::Aside),
        }
    }

    fn place_in_queue(&self, call_sid: &str, queue_sid: &str) -> Parameters {
        let Some(queue) = self.queues.get(queue_sid) else { return Vec::new() };
        let position = queue.position(call_sid).unwrap_or_default();
        let member = queue.members.iter().find(|member| member.call_sid == call_sid);
        let waited = member.map(|member| member.waited(self.now)).unwrap_or_default();
        owned(&[
            ("QueuePosition", &position.to_string()),
            ("QueueSid", queue_sid),
            ("QueueTime", &waited.as_secs().to_string()),
            ("AvgQueueTime", &queue.average_wait(self.now).as_secs().to_string()),
            ("CurrentQueueSize", &queue.members.len().to_string()),
            ("MaxQueueSize", &queue.max_size.to_string()),
        ])
    }

    /// The caller leaves the queue, and the call goes on after `<Enqueue>`.
    pub(super) fn leave_queue(&mut self, call_sid: &str, result: &str) {
        let Some(leg) = self.leg(call_sid) else { return };
        let Doing::Queued { verb, queue_sid, since } = &leg.main.doing else { return };
        let (verb, queue_sid, since) = (verb.clone(), queue_sid.clone(), *since);
        leg.aside = None;
        self.take_out(call_sid, &queue_sid);
        let waited = (self.now - since).to_std().unwrap_or_default().as_secs();
        self.after_queue(call_sid, &verb, queue_result(result, &queue_sid, waited));
    }

    pub(super) fn after_queue(&mut self, call_sid: &str, verb: &Enqueue, result: Parameters) {
        match &verb.action {
            Some(action) => self.follow(call_sid, Role::Main, Some(action), result),
            None => self.go_on(call_sid, Role::Main),
        }
    }

    pub(super) fn take_out(&mut self, call_sid: &str, queue_sid: &str) {
        if let Some(queue) = self.queues.get_mut(queue_sid) {
            queue.members.retain(|member| member.call_sid != call_sid);
        }
    }

    /// Who waited hung up, or goes on elsewhere.
    pub(super) fn left_queue(
        &mut self,
        call_sid: &str,
        verb: &Enqueue,
        queue_sid: &str,
        since: DateTime<Utc>,
        why: Why,
    ) {
        self.take_out(call_sid, queue_sid);
        let waited = (self.now - since).to_std().unwrap_or_default().as_secs();
        let result = if why == Why::HungUp { "hangup" } else { "redirected" };
        let action = self.resolve(call_sid, verb.action.as_ref());
        self.tell_afterwards(call_sid, action, queue_result(result, queue_sid, waited));
    }
}

/// What the action of `<Enqueue>` is told.
pub(super) fn queue_result(result: &str, queue_sid: &str, waited: u64) -> Parameters {
    owned(&[("QueueResult", result), ("QueueSid", queue_sid), ("QueueTime", &waited.to_string())])
}
