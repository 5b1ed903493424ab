use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::TimeDelta;
use switchboard_domain::access::{OrgScope, Role};
use switchboard_domain::events::{SessionId, UserId};
use switchboard_domain::log::{LogEntry, LogPosition};
use switchboard_domain::offers::Board;
use switchboard_domain::ports::OrgHead;
use switchboard_domain::presence::GRACE;
use tokio::time::{Instant, sleep};
use tracing::{debug, info, warn};

use crate::greeting::Present;
use crate::holds::{Hold, Holds};
use crate::in_flight::InFlight;
use crate::mail::{Admission, Departure, Mail, MemberId};
use crate::member::{Member, Moment, Pumped};
use crate::node::{FAREWELL, Node};
use crate::recorder::Recorder;
use crate::registry::Inbox;
use crate::remark::Remark;
use crate::roll::{Roll, Untold};
use crate::tail::{Line, Tail};

/// How soon a member that is behind gets another turn.
const TICK: Duration = Duration::from_millis(5);
/// How many events are read from the log at once.
const PAGE: i64 = 500;
/// How many pages are read at a time, so that those who come from far back take no connections from the others.
const PAGES_AT_A_TIME: usize = 4;
/// How many sockets a person may have here.
const SOCKETS_OF_ONE: usize = 100;
/// How many sockets an organisation may have here.
const SOCKETS: usize = 10_000;

/// Owns the order in which one organisation's members hear of things. It never waits, neither for a socket nor for the
/// database: what must be read is read by a task of its own and mailed back.
struct Dispatcher {
    scope: OrgScope,
    node: Arc<Node>,
    inbox: Inbox,
    tail: Tail,
    reading_tail: InFlight,
    members: HashMap<MemberId, Member>,
    /// Clients that are let in once it is known what rings.
    at_the_door: Vec<Admission>,
    holds: Holds,
    /// Who is connected here.
    roll: Roll,
    /// What rings and who is here, once it was read.
    board: Option<Board>,
    reading_board: InFlight,
    /// Whether the board is known to be older than what rings.
    is_board_old: bool,
    /// The last event known after which other calls ring.
    rang: u64,
    /// Sessions whose standing is to be asked for; one question at a time.
    unchecked: HashSet<SessionId>,
    is_checking: bool,
    access_version: u64,
    recorder: Recorder,
    pages_in_flight: usize,
    /// Members whose page could not be read; asked for again with the next pulse.
    pageless: Vec<MemberId>,
    /// How soon somebody needs another turn, if nothing comes in.
    next_turn: Option<Duration>,
}

/// Mails an organisation's dispatcher, which begins its work where the log stands if there was none.
pub(crate) fn mail(node: &Arc<Node>, scope: OrgScope, position: LogPosition, mail: Mail) {
    if let Some(inbox) = node.registry.mail_or_open(scope.org(), mail) {
        let dispatcher = Dispatcher::new(scope, Arc::clone(node), inbox, position);
        node.tracker.spawn(dispatcher.run());
    }
}

impl Dispatcher {
    fn new(scope: OrgScope, node: Arc<Node>, inbox: Inbox, position: LogPosition) -> Self {
        Self {
            scope,
            node,
            inbox,
            tail: Tail::new(position),
            reading_tail: InFlight::default(),
            members: HashMap::new(),
            at_the_door: Vec::new(),
            holds: Holds::default(),
            roll: Roll::default(),
            board: None,
            reading_board: InFlight::default(),
            is_board_old: false,
            rang: position.head,
            unchecked: HashSet::new(),
            is_checking: false,
            access_version: position.access_version,
            recorder: Recorder::default(),
            pages_in_flight: 0,
            pageless: Vec::new(),
            next_turn: None,
        }
    }

    /// Works until the last member and the last held request have left, or the node stops.
    async fn run(mut self) {
        loop {
            tokio::select! {
                () = self.node.stop.cancelled() => return,
                mail = self.inbox.mail.recv() => match mail {
                    Some(mail) => self.open(mail),
                    None => return,
                },
                () = sleep(self.next_turn.unwrap_or_default()), if self.next_turn.is_some() => {}
            }
            while let Ok(mail) = self.inbox.mail.try_recv() {
                self.open(mail);
            }
            self.pump();
            self.tell_store();
            self.record();
            if self.is_idle() && self.node.registry.close(self.scope.org(), &self.inbox.mail) {
                debug!(org.id = %self.scope.org(), "closed the desk: nobody is left");
                return;
            }
        }
    }

    fn is_idle(&self) -> bool {
        self.members.is_empty()
            && self.at_the_door.is_empty()
            && self.holds.is_empty()
            && self.roll.is_settled()
    }

    fn open(&mut self, mail: Mail) {
        match mail {
            Mail::Admit(admission) => self.admit(*admission),
            Mail::Renew(id, caller) => {
                if let Some(member) = self.members.get_mut(&id) {
                    member.renew(&caller);
                    self.check_sessions([caller.session]);
                } else if let Some(admission) = self.at_the_door.iter_mut().find(|other| other.id == id) {
                    admission.caller = caller;
                }
            }
            Mail::Gone(departure) => self.depart(&departure),
            Mail::Remark(id, user, Remark { status, is_audible }) => {
                if let Some(is_audible) = is_audible {
                    self.roll.hears(user, id, is_audible);
                }
                if let Some(status) = status {
                    self.roll.says(user, status);
                }
            }
            Mail::Hold(hold) => self.hold(*hold),
            Mail::Wake => {
                self.inbox.is_woken.store(false, Ordering::Release);
                self.read_tail();
            }
            Mail::Pulse(head) => self.pulse(head),
            Mail::Tail(Ok((position, entries))) => self.take_tail(position, entries),
            Mail::Tail(Err(error)) => {
                warn!(org.id = %self.scope.org(), "could not read the log: {error}");
                self.reading_tail.ended(); // read again with the next pulse
            }
            Mail::Page(id, page) => {
                self.pages_in_flight -= 1;
                match page {
                    Ok((position, entries)) => self.take_page(id, position, entries),
                    Err(error) => {
                        warn!(org.id = %self.scope.org(), "could not read a page of the log: {error}");
                        self.pageless.push(id);
                    }
                }
            }
            Mail::Recorded(noted) => {
                self.recorder.wrote();
                if let Err(error) = noted {
                    debug!(org.id = %self.scope.org(), "could not note what went out: {error}");
                }
            }
            Mail::Board(Ok(board)) => {
                let is_old = self.reading_board.ended();
                self.take_board(board);
                if is_old {
                    self.read_board();
                }
                std::mem::take(&mut self.at_the_door).into_iter().for_each(|admission| self.admit(admission));
            }
            Mail::Board(Err(error)) => {
                warn!(org.id = %self.scope.org(), "could not read what rings: {error}");
                self.reading_board.ended();
                self.is_board_old = true; // read again with the next pulse
            }
            Mail::Noted(noted) => {
                self.roll.told(noted.is_ok()); // if not, told again with the next pulse
                if let Err(error) = noted {
                    warn!(org.id = %self.scope.org(), "could not note who is here: {error}");
                }
            }
            Mail::Checked(asked, live) => {
                self.is_checking = false;
                match live {
                    Ok(live) => self.judge(&asked, &live),
                    Err(error) => {
                        warn!(org.id = %self.scope.org(), "could not check sessions: {error}");
                        self.unchecked.extend(asked); // asked again with the next pulse
                    }
                }
            }
        }
    }

    fn pulse(&mut self, head: Option<OrgHead>) {
        for id in std::mem::take(&mut self.pageless) {
            if let Some(member) = self.members.get_mut(&id) {
                member.ask_again();
            }
        }
        self.holds.tidy();
        self.at_the_door.retain(|admission| !admission.is_gone.load(Ordering::Acquire));
        self.roll.rested();
        self.check_sessions([]);
        if self.is_board_old {
            self.read_board();
        }
        if let Some(known) = head {
            self.want_board(0, known.offers_version);
            self.look_at_access(known.access_version);
            if known.head != self.tail.head() {
                self.read_tail();
            }
        }
    }

    fn take_tail(&mut self, position: LogPosition, entries: Vec<LogEntry>) {
        let again = self.reading_tail.ended() || entries.len() as i64 == PAGE;
        if self.tail.continues_with(&position, &entries) {
            let rang = entries.iter().rfind(|entry| entry.changes_what_rings()).map(|entry| entry.seq);
            self.recorder.expect(&entries);
            self.tail.extend(entries);
            self.recorder.answered(self.holds.tell(&self.tail, self.board.as_ref()));
            self.rang = rang.unwrap_or_default().max(self.rang);
            self.want_board(self.rang, position.offers_version);
        } else {
            self.start_over(position);
        }
        self.look_at_access(position.access_version);
        if again {
            self.read_tail();
        }
    }

    /// Judges everybody anew when somebody's rights or sessions changed.
    fn look_at_access(&mut self, version: u64) {
        if std::mem::replace(&mut self.access_version, version) != version {
            let members = self.members.values().map(|member| member.session);
            let sessions: Vec<_> = members.chain(self.holds.sessions()).collect();
            self.check_sessions(sessions);
            self.holds.release_services();
        }
    }

    /// The log is not the one that it was, or lost what was not read yet: everybody comes back, and learns from their
    /// cursor what that means to them.
    fn start_over(&mut self, position: LogPosition) {
        info!(org.id = %self.scope.org(), "starting over: the log is another one, or was pruned before it was read");
        self.tail = Tail::new(position);
        self.rang = position.head;
        self.board = None;
        self.holds.release();
        let ids: Vec<_> = self.members.keys().copied().collect();
        ids.into_iter().for_each(|id| self.close(id));
        self.read_board();
    }

    fn take_page(&mut self, id: MemberId, position: LogPosition, entries: Vec<LogEntry>) {
        if position.epoch != self.tail.epoch() {
            self.read_tail(); // and with it learns that everybody has to start over
            return;
        }
        let lines: VecDeque<Arc<Line>> = entries.into_iter().map(|entry| self.tail.line(entry)).collect();
        if let Some(member) = self.members.get_mut(&id)
            && !member.take_page(lines)
        {
            self.close(id); // its cursor will be too old
        }
    }

    /// Needs a board that holds everything up to here.
    fn want_board(&mut self, head: u64, offers_version: u64) {
        if self.board.as_ref().is_none_or(|board| !board.covers(head, offers_version)) {
            self.read_board();
        }
    }

    /// Takes what rings and who is here, unless it is known already. Who is here by this node need not be on the board
    /// yet.
    fn take_board(&mut self, mut board: Board) {
        let LogPosition { head, offers_version, .. } = board.position;
        if self.board.as_ref().is_some_and(|known| known.covers(head, offers_version)) {
            return;
        }
        self.roll.compare(&board);
        let now = self.node.clock.now();
        let askers: HashSet<_> = self.node.askers.of(self.scope, now).into_iter().collect();
        board.see_all(|user| self.roll.is_here(user) || askers.contains(&user));
        let changes = self.board.as_ref().map(|known| board.changes_since(known)).unwrap_or_default();
        let changes: Vec<_> =
            changes.into_iter().map(|(user, shown)| Arc::new(Present::new(user, shown, now))).collect();
        for member in self.members.values_mut() {
            member.look_at(&board);
            member.hear_of(&changes);
        }
        self.holds.tell(&self.tail, Some(&board));
        self.board = Some(board);
    }

    /// Somebody is here, which everybody hears of if it is news. Whether calls ring for others now is known when the store
    /// was told.
    fn see(&mut self, user: UserId) {
        let Some(board) = &mut self.board else { return };
        let Some(shown) = board.see(user) else { return };
        let change = [Arc::new(Present::new(user, shown, self.node.clock.now()))];
        for member in self.members.values_mut() {
            member.hear_of(&change);
            if member.user == user {
                member.look_at(board);
            }
        }
    }

    fn judge(&mut self, asked: &HashSet<SessionId>, live: &HashMap<SessionId, Role>) {
        let over: HashSet<_> = asked.iter().copied().filter(|session| !live.contains_key(session)).collect();
        self.holds.end(&over);
        self.holds.promote(live, &self.tail, self.board.as_ref());
        for member in self.members.values_mut() {
            if over.contains(&member.session) {
                member.end("session revoked");
            } else if let Some(role) = live.get(&member.session) {
                member.promote(*role);
                if let Some(board) = &self.board {
                    member.look_at(board);
                }
            }
        }
        self.check_sessions([]);
    }

    /// Lets a client in; one that comes from a moment of which it is not known what rang has to wait.
    fn admit(&mut self, admission: Admission) {
        if admission.is_gone.load(Ordering::Acquire) {
            return;
        }
        let position = admission.start.position;
        if position.epoch != self.tail.epoch() || position.head > self.tail.head() {
            self.read_tail();
        }
        if position.epoch != self.tail.epoch() {
            self.node.close_transport(admission.socket, Duration::ZERO); // it comes back when this log is read
            return;
        }
        let rang = if position.head > self.tail.head() { position.head } else { self.rang };
        self.want_board(rang, position.offers_version);
        match &self.board {
            Some(board) if board.covers(rang, position.offers_version) => self.let_in(admission),
            _ => self.at_the_door.push(admission),
        }
    }

    fn let_in(&mut self, admission: Admission) {
        if let Some(previous) = admission.previous
            && let Some(member) = self.members.get(&previous)
            && member.user == admission.caller.user
        {
            self.close(previous); // mostly dead already
        }
        let (id, user, session) = (admission.id, admission.caller.user, admission.caller.session);
        if self.members.len() >= SOCKETS || self.roll.sockets(user) >= SOCKETS_OF_ONE {
            debug!(org.id = %self.scope.org(), user.id = %user, "turned a socket away: there are too many");
            self.node.close_transport(admission.socket, Duration::ZERO);
            return;
        }
        self.roll.came(user, id, admission.is_audible.load(Ordering::Acquire));
        self.see(user);
        let Some(board) = &self.board else { return };
        self.members.insert(id, Member::new(admission, board, self.node.clock.now()));
        // The session may have ended between the handshake and this moment.
        self.check_sessions([session]);
    }

    fn hold(&mut self, hold: Hold) {
        if self.board.is_none() {
            self.read_board();
        }
        if hold.epoch != self.tail.epoch() || hold.seq > self.tail.head() {
            self.read_tail();
        }
        let session = hold.session;
        if let Some((user, _)) = hold.person {
            self.see(user);
        }
        self.holds.add(hold, &self.tail, self.board.as_ref());
        self.check_sessions(session);
    }

    fn depart(&mut self, departure: &Departure) {
        let Departure { id, user, is_silent } = *departure;
        let grace = if is_silent { TimeDelta::zero() } else { GRACE };
        if self.remove(id, grace).is_none() && is_silent {
            self.roll.counts_until(user, self.node.clock.now());
        }
    }

    /// Takes a member out; without another socket its person counts for `grace`.
    fn remove(&mut self, id: MemberId, grace: TimeDelta) -> Option<Member> {
        let member = self.members.remove(&id)?;
        self.roll.left(member.user, id, self.node.clock.now() + grace);
        Some(member)
    }

    /// Closes a member's connection; its client comes back by itself.
    fn close(&mut self, id: MemberId) {
        if let Some(member) = self.remove(id, GRACE) {
            self.node.close_transport(member.socket(), Duration::ZERO);
        }
    }

    fn pump(&mut self) {
        let now = Moment { instant: Instant::now(), time: self.node.clock.now() };
        let mut over = Vec::new();
        let mut pages = Vec::new();
        let mut next_moment = None;
        let mut is_behind = false;
        for (id, member) in &mut self.members {
            match member.pump(&self.tail, now) {
                Pumped::UpToDate | Pumped::Waiting => {}
                Pumped::Behind => is_behind = true,
                Pumped::NeedsPage(after) if self.pages_in_flight < PAGES_AT_A_TIME => {
                    self.pages_in_flight += 1;
                    member.asked();
                    pages.push((*id, after));
                }
                Pumped::NeedsPage(_) => is_behind = true,
                pumped @ (Pumped::Ended | Pumped::Stuck | Pumped::Gone) => over.push((*id, pumped)),
            }
            let moment = member.next_moment();
            next_moment = Some(next_moment.map_or(moment, |earliest| moment.min(earliest)));
        }
        for (id, pumped) in over {
            // Who was put out does not come back, and who reads nothing hears nothing.
            let grace = if pumped == Pumped::Gone { GRACE } else { TimeDelta::zero() };
            match (self.remove(id, grace), pumped) {
                (Some(member), Pumped::Ended) => self.node.close_transport(member.socket(), FAREWELL),
                (Some(member), Pumped::Stuck) => {
                    info!(org.id = %self.scope.org(), user.id = %member.user, "closed a connection: its client reads nothing");
                    self.node.close_transport(member.socket(), Duration::ZERO);
                }
                _ => {}
            }
        }
        for (id, after) in pages {
            let (node, scope) = (Arc::clone(&self.node), self.scope);
            self.find_out(async move { Mail::Page(id, node.log.read(scope, after, PAGE).await) });
        }
        let until = next_moment.map(|moment| (moment - now.time).to_std().unwrap_or_default().max(TICK));
        self.next_turn = if is_behind { Some(TICK) } else { until };
    }

    /// Lets it be noted what went out just now.
    fn record(&mut self) {
        if let Some(told) = self.recorder.went_out(self.node.clock.now(), self.members.len()) {
            let (node, scope) = (Arc::clone(&self.node), self.scope);
            self.find_out(async move { Mail::Recorded(node.calls.note_told(scope, &told).await) });
        }
    }

    /// Does something beside, and is mailed what came of it.
    fn find_out(&self, work: impl Future<Output = Mail> + Send + 'static) {
        let answers = self.inbox.answers.clone();
        self.node.tracker.spawn(async move {
            let mail = work.await;
            if let Some(mailbox) = answers.upgrade() {
                let _ = mailbox.send(mail);
            }
        });
    }

    fn read_tail(&mut self) {
        if self.reading_tail.ask() {
            let (node, scope, head) = (Arc::clone(&self.node), self.scope, self.tail.head());
            self.find_out(async move { Mail::Tail(node.log.read(scope, head, PAGE).await) });
        }
    }

    fn read_board(&mut self) {
        self.is_board_old = false;
        if self.reading_board.ask() {
            let (node, scope) = (Arc::clone(&self.node), self.scope);
            self.find_out(async move { Mail::Board(node.calls.board(scope).await) });
        }
    }

    /// Tells the store who came, who left and what people say, in one go.
    fn tell_store(&mut self) {
        if !self.node.is_known.load(Ordering::Acquire) {
            return;
        }
        if let Some(Untold { sightings, said }) = self.roll.untold(self.node.clock.now()) {
            let (node, scope) = (Arc::clone(&self.node), self.scope);
            self.find_out(
                async move { Mail::Noted(node.presence.note(scope, node.id, &sightings, &said).await) },
            );
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
        let (node, scope) = (Arc::clone(&self.node), self.scope);
        self.find_out(async move {
            let ids: Vec<_> = asked.iter().copied().collect();
            let live = node.sessions.live(scope, &ids).await.map(HashMap::from_iter);
            Mail::Checked(asked, live)
        });
    }
}
