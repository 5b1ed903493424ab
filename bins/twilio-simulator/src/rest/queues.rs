//! `/Queues` and their `/Members`.

use super::Request;
use super::page;
use super::reply::{Reply, date};
use crate::world::{Dequeue, Member, Queue, Refusal, World};
use serde_json::{Value, json};

const SIZE: u32 = 1_000;

pub(super) fn create(request: &Request, world: &mut World) -> Result<Reply, Refusal> {
    let account_sid = &request.caller.account_sid;
    let name = request.form.required("FriendlyName", 22000)?;
    let size = request.form.integer("MaxSize", 0..=u32::MAX)?.unwrap_or(SIZE);
    let sid = world.create_queue(account_sid, name, size)?;
    Ok(Reply::created(&sid, show(world, world.queue_of(account_sid, &sid)?)))
}

pub(super) fn list(request: &Request, world: &World) -> Result<Reply, Refusal> {
    let queues = world.queues.iter().rev();
    let queues: Vec<_> = queues.filter(|queue| queue.account_sid == request.caller.account_sid).collect();
    page::list(request, "queues", &queues, |queue| &queue.sid, |queue| show(world, queue))
}

pub(super) fn fetch(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    Ok(Reply::ok(show(world, world.queue_of(&request.caller.account_sid, sid)?)))
}

pub(super) fn update(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    let name = request.form.get("FriendlyName");
    let size = request.form.integer("MaxSize", 0..=u32::MAX)?;
    world.update_queue(&request.caller.account_sid, sid, name, size)?;
    fetch(request, world, sid)
}

pub(super) fn delete(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    world.delete_queue(&request.caller.account_sid, sid)?;
    Ok(Reply::Empty)
}

pub(super) fn list_members(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    let queue = world.queue_of(&request.caller.account_sid, sid)?;
    let members: Vec<_> = queue.members.iter().collect();
    let show = |member: &Member| show_member(world, queue, member);
    page::list(request, "queue_members", &members, |member| &member.call_sid, show)
}

pub(super) fn fetch_member(
    request: &Request,
    world: &World,
    sid: &str,
    call_sid: &str,
) -> Result<Reply, Refusal> {
    let account_sid = &request.caller.account_sid;
    let member = world.member_of(account_sid, sid, &whom(call_sid))?;
    Ok(Reply::ok(show_member(world, world.queue_of(account_sid, sid)?, member)))
}

/// Who is taken out goes on with the TwiML at `Url`.
pub(super) fn dequeue(
    request: &Request,
    world: &mut World,
    sid: &str,
    call_sid: &str,
) -> Result<Reply, Refusal> {
    let account_sid = &request.caller.account_sid;
    request.form.required("Url", 21205)?;
    let endpoint = request.form.endpoint("Url", "Method", 21205)?;
    let member = world.member_of(account_sid, sid, &whom(call_sid))?;
    let shown = show_member(world, world.queue_of(account_sid, sid)?, member);
    if let Some(endpoint) = endpoint {
        world.dequeue(account_sid, sid, &whom(call_sid), endpoint)?;
    }
    Ok(Reply::ok(shown))
}

fn whom(call_sid: &str) -> Dequeue {
    if call_sid == "Front" { Dequeue::Front } else { Dequeue::Call(call_sid.to_owned()) }
}

fn show(world: &World, queue: &Queue) -> Value {
    json!({
        "account_sid": queue.account_sid,
        "average_wait_time": queue.average_wait(world.now()).as_secs(),
        "current_size": queue.members.len(),
        "date_created": date(queue.created),
        "date_updated": date(queue.updated),
        "friendly_name": queue.friendly_name,
        "max_size": queue.max_size,
        "sid": queue.sid,
        "uri": format!("/2010-04-01/Accounts/{}/Queues/{}.json", queue.account_sid, queue.sid),
    })
}

fn show_member(world: &World, queue: &Queue, member: &Member) -> Value {
    let uri = format!(
        "/2010-04-01/Accounts/{}/Queues/{}/Members/{}.json",
        queue.account_sid, queue.sid, member.call_sid
    );
    json!({
        "call_sid": member.call_sid,
        "date_enqueued": date(member.enqueued),
        "position": queue.position(&member.call_sid),
        "queue_sid": queue.sid,
        "uri": uri,
        "wait_time": member.waited(world.now()).as_secs(),
    })
}
