//! Queues, and the REST API to them.

use super::call_api::absolute;
use super::calls::Why;
use super::leg::{Doing, Role};
use super::queue::{Member, Queue};
use super::{Endpoint, Refusal, World};
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

    pub(super) fn queue_on_demand(&mut self, account_sid: &str, name: &str) -> String {
        let known = self.queue_named(account_sid, name);
        known.unwrap_or_else(|| self.new_queue(account_sid, name, MAX_SIZE))
    }
}
