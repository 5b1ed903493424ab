//! What goes wrong on purpose: everything that Twilio and the network between are known to do, each of it switchable
//! while the simulator runs.
//!
//! [`FAULTS`] is the only list: the control API, the page, the tests and the README use its names.

use crate::Clock;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use uuid::Builder;

/// Something that can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "FAULTS says what each does, for people and programs alike")]
pub enum Fault {
    Latency,
    CallbackLatency,
    Duplicate,
    Retransmit,
    Reorder,
    Lose,
    WrongSignature,
    StaleToken,
    Unreachable,
    AnswerLost,
    BadGateway,
    RateLimit,
    RateLimitRetryAfter,
    CreateThen500,
    CreateThenCut,
    CallbackFirst,
    SlowRest,
    RestDown,
}

/// A fault as people see it.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Which one.
    pub fault: Fault,
    /// What it is called everywhere.
    pub name: &'static str,
    /// What happens when it strikes.
    pub what: &'static str,
    /// From how many to how many milliseconds it takes, where it takes time.
    pub delay_ms: Option<(u64, u64)>,
}

const fn about(fault: Fault, name: &'static str, what: &'static str) -> About {
    About { fault, name, what, delay_ms: None }
}

const fn slow(fault: Fault, name: &'static str, delay_ms: (u64, u64), what: &'static str) -> About {
    About { fault, name, what, delay_ms: Some(delay_ms) }
}

/// Every fault, in the order of [`Fault`].
pub const FAULTS: [About; 18] = [
    slow(Fault::Latency, "latency", (50, 300), "a webhook that wants an answer is sent late"),
    slow(Fault::CallbackLatency, "callbackLatency", (200, 2_000), "a status callback is sent late"),
    about(Fault::Duplicate, "duplicate", "a webhook is delivered twice, with two idempotency tokens"),
    about(Fault::Retransmit, "retransmit", "a webhook is delivered twice, with the same idempotency token"),
    slow(
        Fault::Reorder,
        "reorder",
        (500, 1_500),
        "a status callback is held back, so that later ones overtake it",
    ),
    about(Fault::Lose, "lose", "a status callback is never sent"),
    about(
        Fault::WrongSignature,
        "wrongSignature",
        "a webhook is signed with a token that was never the account's",
    ),
    about(Fault::StaleToken, "staleToken", "a webhook is signed with the token before the last rotation"),
    about(
        Fault::Unreachable,
        "unreachable",
        "a request to a webhook fails to connect (11205): it is retried as the address's fragment says, then the fallback is used",
    ),
    about(
        Fault::AnswerLost,
        "answerLost",
        "a webhook gets the request, Twilio not the answer (11200): retried if the fragment has rp=rt, then the fallback is used",
    ),
    about(
        Fault::BadGateway,
        "badGateway",
        "a webhook gets the request, Twilio a 502 in place of the answer (11217): retried if the fragment has rp=5xx, then the fallback is used",
    ),
    about(Fault::RateLimit, "rateLimit", "a REST request is refused with 429 (20429), without Retry-After"),
    about(
        Fault::RateLimitRetryAfter,
        "rateLimitRetryAfter",
        "a REST request is refused with 429 (20429) and Retry-After: 1",
    ),
    about(
        Fault::CreateThen500,
        "createThen500",
        "something is created (a message, a call, …), but the answer is 500",
    ),
    about(
        Fault::CreateThenCut,
        "createThenCut",
        "something is created (a message, a call, …), but the connection is cut before the answer",
    ),
    about(
        Fault::CallbackFirst,
        "callbackFirst",
        "something is created, and heard of by status callback before the answer",
    ),
    slow(Fault::SlowRest, "slowRest", (1_000, 3_000), "a REST request is answered late"),
    about(Fault::RestDown, "restDown", "a REST request is refused with 503 and a page of HTML"),
];

/// When a fault strikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Setting {
    /// Whether it strikes at all.
    #[serde(default = "yes")]
    pub on: bool,
    /// In which share of the cases, from 0 to 1.
    #[serde(default = "always")]
    pub probability: f64,
    /// How often from now on; then it switches itself off. `None` means without end.
    #[serde(default)]
    pub next: Option<u32>,
    /// The shortest delay in milliseconds, where it takes time; `None` means the fault's own.
    #[serde(default)]
    pub min_ms: Option<u64>,
    /// The longest delay in milliseconds, where it takes time.
    #[serde(default)]
    pub max_ms: Option<u64>,
}

/// The longest delay that can be asked for.
const LONGEST_MS: u64 = 60_000;

fn yes() -> bool {
    true
}

fn always() -> f64 {
    1.0
}

impl Default for Setting {
    fn default() -> Self {
        Self { on: true, probability: 1.0, next: None, min_ms: None, max_ms: None }
    }
}

impl Fault {
    /// The fault of that name.
    pub fn named(name: &str) -> Option<Self> {
        FAULTS.iter().find(|about| about.name == name).map(|about| about.fault)
    }

    /// What it is called everywhere.
    pub fn name(self) -> &'static str {
        self.about().name
    }

    fn about(self) -> &'static About {
        &FAULTS[self as usize]
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The switches. One for an account counts before the one for all.
#[derive(Debug)]
pub struct Faults {
    /// Nothing happens while somebody waits.
    is_stepped: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    rng: fastrand::Rng,
    settings: BTreeMap<(Fault, Option<String>), Setting>,
}

impl Faults {
    /// All off. The same seed and the same requests make the same faults.
    pub fn new(seed: u64, clock: &Clock) -> Self {
        let state = State { rng: fastrand::Rng::with_seed(seed), settings: BTreeMap::new() };
        Self { is_stepped: clock.is_stepped(), state: Mutex::new(state) }
    }

    /// Sets a switch, for one account or for all. Fails with what is wrong with the setting.
    pub fn set(&self, fault: Fault, account_sid: Option<String>, setting: Setting) -> Result<(), String> {
        let (least, most) = delay_ms(fault, &setting);
        if !(0.0..=1.0).contains(&setting.probability) {
            return Err("probability is a number from 0 to 1".into());
        }
        if least > most || most > LONGEST_MS {
            return Err(format!("minMs is at most maxMs, and that at most {LONGEST_MS}"));
        }
        if setting.next == Some(0) {
            return Err("next is at least 1: on false switches it off".into());
        }
        if setting.on && fault == Fault::CallbackFirst && self.is_stepped {
            return Err(
                "no callback can come while the clock is stepped: it moves only when it is told to".into()
            );
        }
        let mut state = self.lock();
        if setting.on {
            state.settings.insert((fault, account_sid), setting);
        } else {
            state.settings.remove(&(fault, account_sid));
        }
        Ok(())
    }

    /// Switches everything off.
    pub fn clear(&self) {
        self.lock().settings.clear();
    }

    /// Whether `fault` strikes here and now, and then how long it takes.
    pub(crate) fn strikes(&self, fault: Fault, account_sid: &str) -> Option<Duration> {
        let mut state = self.lock();
        let state = &mut *state;
        let own = (fault, Some(account_sid.to_owned()));
        let key = if state.settings.contains_key(&own) { own } else { (fault, None) };
        let setting = state.settings.get_mut(&key)?;
        if setting.probability < 1.0 && state.rng.f64() >= setting.probability {
            return None;
        }
        let (least, most) = delay_ms(fault, setting);
        if let Some(next) = &mut setting.next {
            *next = next.saturating_sub(1);
            if *next == 0 {
                state.settings.remove(&key);
            }
        }
        Some(Duration::from_millis(state.rng.u64(least..=most)))
    }

    /// A new `I-Twilio-Idempotency-Token`.
    pub(crate) fn idempotency_token(&self) -> String {
        Builder::from_random_bytes(self.lock().rng.u128(..).to_be_bytes()).into_uuid().to_string()
    }

    /// Every fault with what it does and who has it switched on.
    pub fn to_json(&self) -> Value {
        let state = self.lock();
        let one = |about: &About| {
            let switches = state.settings.iter().filter(|((fault, _), _)| *fault == about.fault);
            let switches = switches.map(|((_, account_sid), setting)| {
                json!({
                    "accountSid": account_sid,
                    "probability": setting.probability,
                    "next": setting.next,
                    "minMs": about.delay_ms.map(|_| delay_ms(about.fault, setting).0),
                    "maxMs": about.delay_ms.map(|_| delay_ms(about.fault, setting).1),
                })
            });
            json!({
                "name": about.name,
                "what": about.what,
                "delayMs": about.delay_ms.map(|(least, most)| [least, most]),
                "on": switches.collect::<Value>(),
            })
        };
        FAULTS.iter().map(one).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is whole after one call, so a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn delay_ms(fault: Fault, setting: &Setting) -> (u64, u64) {
    let (least, most) = fault.about().delay_ms.unwrap_or_default();
    (setting.min_ms.unwrap_or(least), setting.max_ms.unwrap_or(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "AC1";

    fn on(faults: &Faults, fault: Fault, account_sid: Option<&str>, setting: Setting) {
        faults.set(fault, account_sid.map(str::to_owned), setting).expect("a fine setting");
    }

    #[test]
    fn the_table_is_in_the_order_of_the_faults_and_names_are_unique() {
        for (n, about) in FAULTS.iter().enumerate() {
            assert_eq!(about.fault as usize, n, "{}", about.name);
            assert_eq!(Fault::named(about.name), Some(about.fault));
        }
        assert_eq!(Fault::named("nothing"), None);
    }

    #[test]
    fn a_limited_fault_switches_itself_off() {
        let faults = Faults::new(1, &Clock::real());
        assert!(faults.strikes(Fault::Lose, ACCOUNT).is_none());
        on(&faults, Fault::Lose, None, Setting { next: Some(2), ..Setting::default() });
        let struck: Vec<_> = (0..4).map(|_| faults.strikes(Fault::Lose, ACCOUNT).is_some()).collect();
        assert_eq!(struck, [true, true, false, false]);
    }

    #[test]
    fn a_switch_may_be_one_accounts_own() {
        let faults = Faults::new(1, &Clock::real());
        on(&faults, Fault::Lose, Some(ACCOUNT), Setting::default());
        assert!(faults.strikes(Fault::Lose, ACCOUNT).is_some());
        assert!(faults.strikes(Fault::Lose, "AC2").is_none());
        on(&faults, Fault::Lose, Some(ACCOUNT), Setting { on: false, ..Setting::default() });
        assert!(faults.strikes(Fault::Lose, ACCOUNT).is_none());
        on(&faults, Fault::Lose, None, Setting::default());
        assert!(faults.strikes(Fault::Lose, "AC2").is_some());
        faults.clear();
        assert!(faults.strikes(Fault::Lose, "AC2").is_none());
    }

    #[test]
    fn the_same_seed_makes_the_same_faults() {
        let run = |seed| {
            let faults = Faults::new(seed, &Clock::real());
            let half = Setting { probability: 0.5, min_ms: Some(0), max_ms: Some(999), ..Setting::default() };
            on(&faults, Fault::Latency, None, half);
            (0..64).map(|_| faults.strikes(Fault::Latency, ACCOUNT)).collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let struck = run(7).into_iter().flatten().count();
        assert!((10..54).contains(&struck), "{struck} of 64");
    }

    #[test]
    fn impossible_settings_are_refused() {
        let faults = Faults::new(1, &Clock::real());
        for setting in [
            Setting { probability: 1.5, ..Setting::default() },
            Setting { probability: f64::NAN, ..Setting::default() },
            Setting { next: Some(0), ..Setting::default() },
            Setting { min_ms: Some(10), max_ms: Some(9), ..Setting::default() },
            Setting { max_ms: Some(LONGEST_MS + 1), ..Setting::default() },
        ] {
            assert!(faults.set(Fault::SlowRest, None, setting.clone()).is_err(), "{setting:?}");
        }
        assert!(faults.strikes(Fault::SlowRest, ACCOUNT).is_none());
    }
}
