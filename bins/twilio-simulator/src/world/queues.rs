//! `<Enqueue>`, `<Dial><Queue>`, and queues through the REST API.

use super::agenda::Moment;
use super::calls::{Why, absolute};
use super::carry::Flow;
use super::leg::{Answered, Aside, Doing, Role, Run};
use super::legs::GRACE;
use super::queue::{Member, Queue};
use super::{Endpoint, Refusal, World};
use crate::parameters::{Parameters, owned};
use crate::twiml::{Dial, Enqueue, QueueNoun};
use chrono::{DateTime, Utc};
use std::collections::VecDeque;

/// How many may wait in a queue that TwiML makes.
const MAX_SIZE: u32 = 100;

/// How many queues are kept, unless somebody waits in all of them.
const KEPT: usize = 1_000;

/// How many may wait in any queue.
const LARGEST: u32 = 5_000;

/// Whom the REST API takes out of a queue.
#[derive(Clone, Debug)]
pub enum Dequeue {
    /// Who has waited longest.
    Front,
    /// This call.
    Call(String),
}

impl World {
    /// Makes a queue.
    pub fn create_queue(&mut self, account_sid: &str, name: &str, max_size: u32) -> Result<String, Refusal> {
        if name.is_empty() || name.chars().count() > 64 {
            return Err(Refusal::bad_request(22000, "A queue's FriendlyName has 1 to 64 characters"));
        }
        if self.queue_named(account_sid, name).is_some() {
            return Err(Refusal::bad_request(22003, format!("A queue with the name {name} already exists")));
        }
        if !(1..=LARGEST).contains(&max_size) {
            return Err(Refusal::bad_request(22004, "MaxSize is from 1 to 5000"));
        }
        Ok(self.new_queue(account_sid, name, max_size))
    }

    /// Renames a queue, or lets more or fewer wait in it.
    pub fn update_queue(
        &mut self,
        account_sid: &str,
        queue_sid: &str,
        name: Option<&str>,
        max_size: Option<u32>,
    ) -> Result<(), Refusal> {
        self.queue_of(account_sid, queue_sid)?;
        if max_size.is_some_and(|size| !(1..=LARGEST).contains(&size)) {
            return Err(Refusal::bad_request(22004, "MaxSize is from 1 to 5000"));
        }
        if let Some(name) = name
            && self.queue_named(account_sid, name).is_some_and(|other| other != queue_sid)
        {
            return Err(Refusal::bad_request(22003, format!("A queue with the name {name} already exists")));
        }
        let now = self.now;
        if let Some(queue) = self.queues.get_mut(queue_sid) {
            queue.friendly_name = name.unwrap_or(&queue.friendly_name).to_owned();
            queue.max_size = max_size.unwrap_or(queue.max_size);
            queue.updated = now;
        }
        Ok(())
    }

    /// Takes an empty queue away.
    pub fn delete_queue(&mut self, account_sid: &str, queue_sid: &str) -> Result<(), Refusal> {
        if !self.queue_of(account_sid, queue_sid)?.members.is_empty() {
            return Err(Refusal::bad_request(22007, "The queue is not empty"));
        }
        self.queues.remove(queue_sid);
        Ok(())
    }

    /// Takes somebody out of a queue: they go on with the TwiML at `endpoint`. Their call, and how they waited.
    pub fn dequeue(
        &mut self,
        account_sid: &str,
        queue_sid: &str,
        whom: &Dequeue,
        endpoint: Endpoint,
    ) -> Result<Member, Refusal> {
        let member = self.member_of(account_sid, queue_sid, whom)?.clone();
        let endpoint = absolute(endpoint)?;
        let Some(leg) = self.leg(&member.call_sid) else { return Err(Refusal::not_found("/Queues/Members")) };
        leg.aside = None;
        if let Doing::Queued { verb, queue_sid, since } = std::mem::take(&mut leg.main.doing) {
            self.left_queue(&member.call_sid, &verb, &queue_sid, since, Why::Redirected);
        }
        self.ask(&member.call_sid, Role::Main, endpoint, Vec::new());
        Ok(member)
    }

    /// Somebody who waits.
    pub fn member_of(&self, account_sid: &str, queue_sid: &str, whom: &Dequeue) -> Result<&Member, Refusal> {
        let members = &self.queue_of(account_sid, queue_sid)?.members;
        let found = match whom {
            Dequeue::Front => members.front(),
            Dequeue::Call(sid) => members.iter().find(|member| member.call_sid == *sid),
        };
        found.ok_or_else(|| Refusal::not_found(&format!("/Queues/{queue_sid}/Members")))
    }

    /// The account's queue with this SID.
    pub fn queue_of(&self, account_sid: &str, queue_sid: &str) -> Result<&Queue, Refusal> {
        let found = self.queues.get(queue_sid).filter(|found| found.account_sid == account_sid);
        found.ok_or_else(|| Refusal::not_found(&format!("/Queues/{queue_sid}")))
    }

    fn queue_named(&self, account_sid: &str, name: &str) -> Option<String> {
        let mut queues = self.queues.iter();
        let found = queues.find(|queue| queue.account_sid == account_sid && queue.friendly_name == name);
        found.map(|queue| queue.sid.clone())
    }

    fn new_queue(&mut self, account_sid: &str, name: &str, max_size: u32) -> String {
        if self.queues.len() >= KEPT {
            let unused = self.queues.iter().find(|it| it.members.is_empty() && it.servers.is_empty());
            if let Some(unused) = unused.map(|queue| queue.sid.clone()) {
                self.queues.remove(&unused);
            }
        }
        let sid = self.new_sid("QU");
        let queue = Queue {
            sid: sid.clone(),
            account_sid: account_sid.to_owned(),
            friendly_name: name.to_owned(),
            max_size,
            members: VecDeque::new(),
            created: self.now,
            updated: self.now,
            servers: VecDeque::new(),
        };
        self.queues.put(&sid, queue);
        sid
    }

    fn queue_on_demand(&mut self, account_sid: &str, name: &str) -> String {
        let known = self.queue_named(account_sid, name);
        known.unwrap_or_else(|| self.new_queue(account_sid, name, MAX_SIZE))
    }

    pub(super) fn enqueue(&mut self, call_sid: &str, verb: Enqueue) -> Flow {
        let queue_sid = self.queue_on_demand(&self.account_of(call_sid), &verb.queue);
        let now = self.now;
        let Some(queue) = self.queues.get_mut(&queue_sid) else { return Flow::Next };
        if queue.members.len() >= queue.max_size as usize {
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
            None => {
                self.sound(call_sid, Role::Aside, None);
            }
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

    fn after_queue(&mut self, call_sid: &str, verb: &Enqueue, result: Parameters) {
        match &verb.action {
            Some(action) => self.follow(call_sid, Role::Main, Some(action), result),
            None => self.go_on(call_sid, Role::Main),
        }
    }

    fn take_out(&mut self, call_sid: &str, queue_sid: &str) {
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
    fn serve(&mut self, server: &str, queue_sid: &str, call_sid: &str) {
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
            crate::twiml::Target::Queue(noun) => noun.whisper.clone(),
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
        let result = if why == Why::HungUp { "bridged" } else { "redirected-from-bridged" };
        let action = self.resolve(call_sid, verb.action.as_ref());
        self.tell_afterwards(call_sid, action, queue_result(result, queue_sid, waited));
        let Some(leg) = self.leg(by) else { return };
        let Doing::Dequeuing { verb, served: Some(served), .. } = &leg.main.doing else { return };
        let (verb, served) = (verb.clone(), served.clone());
        let mut result = self.conversation(&served);
        result.extend(queue_result("bridged", queue_sid, waited));
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
        let result = if served.is_connected { "bridged" } else { "bridging-in-process" };
        self.after_queue(&served.call_sid, &verb, queue_result(result, &queue_sid, waited));
    }

    pub(super) fn stop_serving(&mut self, call_sid: &str, queue_sid: &str) {
        if let Some(queue) = self.queues.get_mut(queue_sid) {
            queue.servers.retain(|server| server != call_sid);
        }
    }
}

fn queue_result(result: &str, queue_sid: &str, waited: u64) -> Parameters {
    owned(&[("QueueResult", result), ("QueueSid", queue_sid), ("QueueTime", &waited.to_string())])
}
