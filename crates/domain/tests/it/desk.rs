use std::sync::Arc;

use chrono::TimeDelta;
use switchboard_domain::access::OrgScope;
use switchboard_domain::calls::{
    Answer, Call, Calls, Elsewhere, Happening, LegRole, Meeting, Next, Place, Todo,
};
use switchboard_domain::error::{Error, Person};
use switchboard_domain::events::CallId;
use switchboard_domain::people::User;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{CallStatus, Clock, Documents, InlineTwiml, Instructions};
use switchboard_domain::switching::{Parts, Switching};
use switchboard_domain::testing::Asked;
use switchboard_domain::testing::fixtures::{self, Planted, twilio_call};

use crate::world::{World, twilio_accounts};

/// The leg of whoever calls.
pub const CUSTOMER: &str = "CA1";
/// The leg of whoever takes it.
pub const AGENT: &str = "CA2";

/// An organisation's calls, with Twilio at the other end.
pub struct Desk {
    pub world: World,
    pub org: Planted,
    pub switching: Switching,
}

/// Documents that say what is next, for people.
struct Plain;

impl Documents for Plain {
    fn write(&self, to: &Elsewhere) -> InlineTwiml {
        InlineTwiml::new(format!("{:?}", Next::from(to.clone()))).expect("short")
    }
}

impl Desk {
    pub async fn new() -> Self {
        let world = World::new();
        let org = world.plant().await;
        world.twilio.set_time(world.clock.now());
        Self { switching: Self::switching(&world), world, org }
    }

    /// What another server switches calls with.
    pub fn switching(world: &World) -> Switching {
        Switching::new(Parts {
            store: world.store.clone(),
            clock: world.clock.clone(),
            calls: Arc::new(Calls::new(world.store.clone(), world.clock.clone())),
            accounts: Arc::new(twilio_accounts(&world.store, world.twilio.clone(), &world.clock)),
            call_control: world.twilio.clone(),
            conferencing: world.twilio.clone(),
            recordings: world.twilio.clone(),
            documents: Arc::new(Plain),
        })
    }

    pub fn scope(&self) -> OrgScope {
        self.org.scope
    }

    /// Somebody calls.
    pub async fn ring(&self) -> CallId {
        self.put_leg(CUSTOMER, CallStatus::InProgress);
        let inbound = fixtures::inbound(CUSTOMER, self.org.number.as_str());
        self.world.calls.ring(self.scope(), inbound).await.expect("ring");
        let mut tx = self.begin().await;
        tx.call_by_sid(CUSTOMER).await.expect("read").expect("the call").id
    }

    /// Somebody calls, and Grace takes it.
    pub async fn claim(&self) -> CallId {
        let id = self.ring().await;
        self.accept(&self.org.agent).await;
        id
    }

    pub async fn accept(&self, user: &User) {
        self.world.calls.accept(&self.org.caller(user), CUSTOMER).await.expect("accept");
    }

    /// Her browser calls in; what follows is not done yet.
    pub async fn arrive(&self, user: &User, id: CallId, sid: &str) -> Answer {
        self.put_leg(sid, CallStatus::InProgress);
        self.world.calls.agent_calls_in(self.scope(), user.id, id, sid, 0).await.expect("an answer")
    }

    /// Somebody calls, Grace takes it, her browser calls in, and the caller is turned to the conference; nobody tells who
    /// entered it.
    pub async fn meet(&self) -> CallId {
        let id = self.claim().await;
        let answer = self.arrive(&self.org.agent, id, AGENT).await;
        self.carry_out(answer.todo).await.expect("carry out");
        let call = self.call(id).await;
        self.enter(&call, CUSTOMER, LegRole::Customer);
        self.enter(&call, AGENT, LegRole::Agent);
        id
    }

    /// The same, and it is told.
    pub async fn talk(&self) -> CallId {
        let id = self.meet().await;
        for (sid, role) in [(CUSTOMER, LegRole::Customer), (AGENT, LegRole::Agent)] {
            self.tell(id, &self.joins(1, sid, role)).await;
        }
        id
    }

    pub fn joins(&self, round: u32, sid: &str, role: LegRole) -> Happening {
        let conference = Some(format!("CF{round}"));
        Happening::Joins { round, sid: sid.to_owned(), role: Some(role), conference }
    }

    /// Something is told, and what follows from it is done.
    pub async fn tell(&self, id: CallId, happening: &Happening) {
        let happened = self.world.calls.happen(self.scope(), id, happening).await.expect("happen");
        self.carry_out(happened.todo).await.expect("carry out");
    }

    /// A colleague or a phone is asked in, and Twilio told the SID of their leg.
    pub async fn ask_in(&self, id: CallId, user: Option<Person>, phone: Option<PhoneNumber>, sid: &str) {
        self.tell(id, &Happening::AskIn { user, phone }).await;
        self.tell(id, &Happening::AskedIn { sid: sid.to_owned() }).await;
    }

    pub async fn carry_out(&self, todo: Option<Todo>) -> Result<(), Error> {
        match todo {
            Some(todo) => self.switching.carry_out(todo).await,
            None => Ok(()),
        }
    }

    /// So many seconds pass, and each time calls are looked after, as a server does. How often that failed.
    pub async fn pass(&self, seconds: u32) -> usize {
        let mut failures = 0;
        for _ in 0..seconds {
            self.world.clock.advance(TimeDelta::seconds(1));
            self.world.twilio.set_time(self.world.clock.now());
            for todo in self.switching.lapse(self.scope()).await.expect("lapse") {
                failures += usize::from(self.switching.carry_out(todo).await.is_err());
            }
            failures += self.switching.settle(self.scope()).await.expect("settle").len();
        }
        failures
    }

    /// Somebody's leg is now so far at Twilio.
    pub fn put_leg(&self, sid: &str, status: CallStatus) {
        let account = &self.org.account_sid;
        self.world.twilio.put_call(account, twilio_call(sid, status));
    }

    /// Somebody is in the call's conference.
    pub fn enter(&self, call: &Call, sid: &str, role: LegRole) {
        let (account, twilio) = (&self.org.account_sid, &self.world.twilio);
        let conference = format!("CF{}", call.round);
        let meeting = Meeting { org: self.scope().org(), call: call.id, round: call.round };
        twilio.put_conference(account, &conference, &meeting.to_string());
        twilio.put_participant(account, &conference, sid, Some(role.as_str()));
    }

    pub async fn call(&self, id: CallId) -> Call {
        self.world.calls.find(self.scope(), id).await.expect("the call")
    }

    /// What was told since the beginning, by name.
    pub async fn told(&self) -> Vec<String> {
        self.world.log(&self.org).await.into_iter().map(|entry| entry.name).collect()
    }

    /// Which legs were turned since somebody asked for this, and to what, or `dropped`.
    pub fn turned(&self) -> Vec<(String, String)> {
        let asked = self.world.twilio.asked().into_iter();
        let turned = asked.filter_map(|asked| match asked {
            Asked::Redirect(sid, Instructions::Inline(document)) => {
                let word = document.as_str().split([' ', '{']).next().unwrap_or_default().to_owned();
                Some((sid, word))
            }
            Asked::Complete(sid) => Some((sid, "dropped".to_owned())),
            _ => None,
        });
        turned.collect()
    }

    /// Everybody who is busy, by the call's id.
    pub async fn is_busy(&self, user: &User) -> bool {
        self.begin().await.people_on_calls().await.expect("read").contains(&user.id)
    }

    /// How often it changed whom calls ring for, beside what the log tells.
    pub async fn offers_changes(&self) -> u64 {
        self.begin().await.position().await.expect("read").offers_version
    }

    async fn begin(&self) -> Box<dyn switchboard_domain::ports::OrgTx> {
        use switchboard_domain::ports::Store;
        self.world.store.begin(self.scope()).await.expect("begin")
    }
}

/// As [`Desk::turned`] has it.
pub fn turned(what: &[(&str, &str)]) -> Vec<(String, String)> {
    what.iter().map(|(sid, to)| ((*sid).to_owned(), (*to).to_owned())).collect()
}

/// Where somebody's leg is.
pub fn place(call: &Call, sid: &str) -> Option<Place> {
    call.legs.iter().rfind(|leg| leg.sid.as_deref() == Some(sid)).map(|leg| leg.place)
}
