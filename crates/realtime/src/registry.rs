use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};

use switchboard_domain::events::OrgId;
use switchboard_domain::ports::Wake;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, WeakUnboundedSender, unbounded_channel};

use crate::mail::Mail;
use crate::node::Node;

/// The organisations that have a dispatcher here, and how to reach it. Is woken by commits, and holds those who wait for
/// news.
#[derive(Default)]
pub struct Registry {
    desks: Mutex<HashMap<OrgId, Desk>>,
    /// The node whose dispatchers these are, once it has started.
    node: OnceLock<Weak<Node>>,
}

/// A dispatcher, seen from outside.
struct Desk {
    mailbox: UnboundedSender<Mail>,
    /// Whether a wake is on its way already; many commits are one wake.
    is_woken: Arc<AtomicBool>,
}

/// What a new dispatcher gets.
pub(crate) struct Inbox {
    pub(crate) mail: UnboundedReceiver<Mail>,
    /// For what it asked others to find out: an answer never reaches a successor.
    pub(crate) answers: WeakUnboundedSender<Mail>,
    pub(crate) is_woken: Arc<AtomicBool>,
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, HashMap<OrgId, Desk>> {
        self.desks.lock().expect("nothing panics while it holds this lock")
    }

    /// From now on there is a node that works.
    pub(crate) fn serve(&self, node: &Arc<Node>) {
        let _ = self.node.set(Arc::downgrade(node));
    }

    pub(crate) fn node(&self) -> Option<Arc<Node>> {
        self.node.get().and_then(Weak::upgrade)
    }

    /// Mails an organisation's dispatcher; false if it has none.
    pub(crate) fn mail(&self, org: OrgId, mail: Mail) -> bool {
        self.lock().get(&org).is_some_and(|desk| desk.mailbox.send(mail).is_ok())
    }

    /// Mails the dispatcher, with what a new one needs if there was none.
    pub(crate) fn mail_or_open(&self, org: OrgId, mail: Mail) -> Option<Inbox> {
        let mut desks = self.lock();
        let mut opened = None;
        // A desk whose dispatcher is gone, which only a panic can leave, is opened anew.
        if desks.get(&org).is_some_and(|desk| desk.mailbox.is_closed()) {
            desks.remove(&org);
        }
        let desk = desks.entry(org).or_insert_with(|| {
            let (mailbox, mail) = unbounded_channel();
            let is_woken = Arc::new(AtomicBool::new(false));
            let answers = mailbox.downgrade();
            opened = Some(Inbox { mail, answers, is_woken: Arc::clone(&is_woken) });
            Desk { mailbox, is_woken }
        });
        // The receiver is in `opened` or with a dispatcher that closes its desk before it goes.
        let _ = desk.mailbox.send(mail);
        opened
    }

    /// Closes the desk of a dispatcher without members, unless mail came in the meantime.
    pub(crate) fn close(&self, org: OrgId, mail: &UnboundedReceiver<Mail>) -> bool {
        let mut desks = self.lock();
        let is_idle = mail.is_empty();
        if is_idle {
            desks.remove(&org);
        }
        is_idle
    }

    pub(crate) fn orgs(&self) -> Vec<OrgId> {
        self.lock().keys().copied().collect()
    }
}

impl Wake for Registry {
    fn wake(&self, org: OrgId) {
        if let Some(desk) = self.lock().get(&org)
            && !desk.is_woken.swap(true, Ordering::AcqRel)
        {
            let _ = desk.mailbox.send(Mail::Wake);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_finds_the_one_dispatcher_and_opens_a_desk_where_there_is_none() {
        let registry = Registry::default();
        let org = OrgId::generate();
        assert!(!registry.mail(org, Mail::Wake));
        let inbox = registry.mail_or_open(org, Mail::Wake).expect("a new desk");
        assert!(registry.mail_or_open(org, Mail::Wake).is_none(), "it has one");
        assert!(!registry.close(org, &inbox.mail), "there is mail");
        drop(inbox);
        let mut inbox = registry.mail_or_open(org, Mail::Wake).expect("another desk for one that broke");
        assert!(matches!(inbox.mail.try_recv(), Ok(Mail::Wake)));
        assert!(inbox.answers.upgrade().is_some());
        assert!(registry.close(org, &inbox.mail));
        assert!(!registry.mail(org, Mail::Wake));
        let _successor = registry.mail_or_open(org, Mail::Wake).expect("a new desk");
        assert!(inbox.answers.upgrade().is_none(), "what was asked for by one is not told to the next");
    }

    #[test]
    fn many_commits_are_one_wake() {
        let registry = Registry::default();
        let org = OrgId::generate();
        registry.wake(org);
        let mut inbox = registry.mail_or_open(org, Mail::Pulse(None)).expect("a new desk");
        registry.wake(org);
        registry.wake(org);
        assert!(matches!(inbox.mail.try_recv(), Ok(Mail::Pulse(None))));
        assert!(matches!(inbox.mail.try_recv(), Ok(Mail::Wake)));
        assert!(inbox.mail.try_recv().is_err());
    }
}
