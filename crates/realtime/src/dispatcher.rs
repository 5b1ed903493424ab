use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use switchboard_domain::access::OrgScope;
use switchboard_domain::events::SessionId;
use switchboard_domain::ports::Presence;
use tokio::time::{Instant, sleep};
use tracing::{debug, warn};

use crate::hub::Parts;
use crate::mail::{Admission, Mail, MemberId};
use crate::member::{Member, Pumped};
use crate::registry::Inbox;
use crate::tail::{Line, Tail};

/// How soon a member that is behind gets another turn.
const TICK: Duration = Duration::from_millis(5);
/// How many events are read from the log at once.
const PAGE: i64 = 500;

/// Owns the order in which one organisation's members hear of things. It never waits, neither for a socket nor for the
/// database: what must be read is read by a task of its own and mailed back.
pub(crate) struct Dispatcher {
    scope: OrgScope,
    parts: Arc<Parts>,
    inbox: Inbox,
    tail: Tail,
    members: HashMap<MemberId, Member>,
    behind: bool,
    /// One read of the tail at a time, and another if asked meanwhile.
    reading: InFlight,
    /// Sessions whose standing is to be asked for; one question at a time.
    unchecked: HashSet<SessionId>,
    is_checking: bool,
    access_version: Option<u64>,
    /// Members whose page could not be read; asked for again with the next second.
    pageless: Vec<MemberId>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum InFlight {
    #[default]
    No,
    Yes,
    AndAgain,
}

impl InFlight {
    /// Whether to start now.
    fn ask(&mut self) -> bool {
        let starts = *self == InFlight::No;
        *self = if starts { InFlight::Yes } else { InFlight::AndAgain };
        starts
    }

    /// It ended; whether to start another.
    fn ended(&mut self) -> bool {
        let again = *self == InFlight::AndAgain;
        *self = InFlight::No;
        again
    }
}

impl Dispatcher {
    pub(crate) fn new(scope: OrgScope, parts: Arc<Parts>, inbox: Inbox, tail: Tail) -> Self {
        Self {
            scope,
            parts,
            inbox,
            tail,
            members: HashMap::new(),
            behind: false,
            reading: InFlight::default(),
            unchecked: HashSet::new(),
            is_checking: false,
            access_version: None,
            pageless: Vec::new(),
        }
    }

    /// Works until the last member has left, or the node stops.
    pub(crate) async fn run(mut self) {
        loop {
            tokio::select! {
                () = self.parts.stop.cancelled() => return,
                mail = self.inbox.mail.recv() => match mail {
                    Some(mail) => self.open(mail),
                    None => return,
                },
                () = sleep(TICK), if self.behind => {}
            }
            while let Ok(mail) = self.inbox.mail.try_recv() {
                self.open(mail);
            }
            self.pump();
            if self.members.is_empty() && self.parts.registry.close(self.scope.org(), &self.inbox.mail) {
                debug!(org.id = %self.scope.org(), "closed the desk: nobody is left");
                return;
            }
        }
    }

    fn open(&mut self, mail: Mail) {
        match mail {
            Mail::Admit(admission) => self.admit(*admission),
            Mail::Renew(id, caller) => {
                if let Some(member) = self.members.get_mut(&id) {
                    member.renew(&caller);
                    self.check_sessions([caller.session]);
                }
            }
            Mail::Gone(id) => self.remove(id),
            Mail::Wake => {
                self.inbox.is_woken.store(false, Ordering::Release);
                self.read_tail();
            }
            Mail::Second(head) => {
                let now = self.parts.clock.now();
                let expired = self.members.values_mut().filter(|member| member.token_expires_at <= now);
                expired.for_each(|member| member.end("token expired"));
                for id in std::mem::take(&mut self.pageless) {
                    self.take_page(id, VecDeque::new());
                }
                self.check_sessions([]);
                if head.is_some_and(|known| {
                    known.head > self.tail.head() || Some(known.access_version) != self.access_version
                }) {
                    self.read_tail();
                }
            }
            Mail::Tail(read) => {
                match read {
                    Ok((position, entries)) => {
                        if entries.len() as i64 == PAGE {
                            self.reading.ask();
                        }
                        self.tail.extend(entries);
                        if self.access_version.replace(position.access_version)
                            != Some(position.access_version)
                        {
                            self.check_sessions(
                                self.members.values().map(|member| member.session).collect::<Vec<_>>(),
                            );
                        }
                    }
                    Err(error) => warn!(org.id = %self.scope.org(), "could not read the log: {error}"),
                }
                if self.reading.ended() {
                    self.read_tail();
                }
            }
            Mail::Page(id, Ok(entries)) => {
                let lines = entries.into_iter().map(|entry| self.tail.line(entry)).collect();
                self.take_page(id, lines);
            }
            Mail::Page(id, Err(error)) => {
                warn!(org.id = %self.scope.org(), "could not read a page of the log: {error}");
                self.pageless.push(id);
            }
            Mail::Checked(asked, live) => {
                self.is_checking = false;
                match live {
                    Ok(live) => {
                        let over: HashSet<_> = asked.difference(&live).collect();
                        let ended = self.members.values_mut().filter(|member| over.contains(&member.session));
                        ended.for_each(|member| member.end("session revoked"));
                        self.check_sessions([]);
                    }
                    Err(error) => {
                        warn!(org.id = %self.scope.org(), "could not check sessions: {error}");
                        self.unchecked.extend(asked); // asked again with the next second
                    }
                }
            }
        }
    }

    fn take_page(&mut self, id: MemberId, lines: VecDeque<Arc<Line>>) {
        if let Some(member) = self.members.get_mut(&id) {
            member.take_page(lines);
        }
    }

    fn admit(&mut self, admission: Admission) {
        if admission.is_gone.load(Ordering::Acquire) {
            return;
        }
        if let Some(previous) = admission.previous
            && let Some(member) = self.members.get(&previous)
            && member.user == admission.caller.user
        {
            // Mostly dead already. Should it live, in a copied tab, it must not go on in silence.
            member.disconnect();
            self.remove(previous);
        }
        let (org, id) = (self.scope.org(), admission.id);
        let (user, session) = (admission.caller.user, admission.caller.session);
        if admission.start.position.head > self.tail.head() {
            self.read_tail();
        }
        self.parts.registry.came(org, user);
        let online = self.parts.registry.online(self.scope).into_iter().collect();
        let member = Member::new(admission, online, self.parts.clock.now());
        self.members.insert(id, member);
        // The session may have ended between the handshake and this moment.
        self.check_sessions([session]);
    }

    fn remove(&mut self, id: MemberId) {
        if let Some(member) = self.members.remove(&id) {
            self.parts.registry.left(self.scope.org(), member.user);
        }
    }

    fn pump(&mut self) {
        let now = Instant::now();
        let mut gone = Vec::new();
        let mut pages = Vec::new();
        self.behind = false;
        for (id, member) in &mut self.members {
            match member.pump(&self.tail, now) {
                Pumped::UpToDate | Pumped::Waiting => {}
                Pumped::Behind => self.behind = true,
                Pumped::NeedsPage(after) => pages.push((*id, after)),
                Pumped::Gone => gone.push(*id),
            }
        }
        gone.into_iter().for_each(|id| self.remove(id));
        for (id, after) in pages {
            let (parts, scope) = (Arc::clone(&self.parts), self.scope);
            self.parts.tracker.spawn(async move {
                let page = parts.log.read(scope, after, PAGE).await.map(|(_, entries)| entries);
                parts.registry.mail(scope.org(), Mail::Page(id, page));
            });
        }
    }

    fn read_tail(&mut self) {
        if self.reading.ask() {
            let (parts, scope, head) = (Arc::clone(&self.parts), self.scope, self.tail.head());
            self.parts.tracker.spawn(async move {
                let read = parts.log.read(scope, head, PAGE).await;
                parts.registry.mail(scope.org(), Mail::Tail(read));
            });
        }
    }

    /// Asks for the standing of these sessions and of those that still wait for an answer.
    fn check_sessions(&mut self, sessions: impl IntoIterator<Item = SessionId>) {
        self.unchecked.extend(sessions);
        if self.is_checking || self.unchecked.is_empty() {
            return;
        }
        self.is_checking = true;
        let asked = std::mem::take(&mut self.unchecked);
        let (parts, scope) = (Arc::clone(&self.parts), self.scope);
        self.parts.tracker.spawn(async move {
            let ids: Vec<_> = asked.iter().copied().collect();
            let live = parts.sessions.live(scope, &ids).await.map(HashSet::from_iter);
            parts.registry.mail(scope.org(), Mail::Checked(asked, live));
        });
    }
}
