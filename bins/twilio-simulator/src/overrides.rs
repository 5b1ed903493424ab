//! Connection overrides: how Twilio is asked, in the fragment of a webhook's address, to request it.
//!
//! Source: <https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>.

use std::time::Duration;

/// How one address wants to be requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Overrides {
    /// `ct`: for the TCP and TLS handshakes.
    pub(crate) connect_timeout: Duration,
    /// `rt`: for the answer of one request.
    pub(crate) read_timeout: Duration,
    /// `tt`: for all requests together. Nothing can lift Twilio's ceiling of 15 seconds.
    pub(crate) total_timeout: Duration,
    /// `rc`: how often a failed request is repeated.
    pub(crate) retries: u32,
    /// `rp`: which failures are repeated at all.
    pub(crate) policy: Policy,
    /// `sni`: whether the server's name is told in the TLS handshake.
    pub(crate) sni: bool,
    /// `e`: where Twilio sends from, in turn. Here it is only shown.
    pub(crate) edges: Vec<String>,
}

/// Which failures are worth another request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) connect: bool,
    pub(crate) read: bool,
    pub(crate) client_errors: bool,
    pub(crate) server_errors: bool,
}

impl Default for Overrides {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_millis(5_000),
            read_timeout: Duration::from_millis(15_000),
            total_timeout: Duration::from_millis(15_000),
            retries: 1,
            policy: Policy { connect: true, ..Policy::default() },
            sni: true,
            edges: Vec::new(),
        }
    }
}

impl Overrides {
    /// What the fragment of `configured` says, and a complaint about each thing it should not say. What cannot be
    /// understood counts as not said.
    pub(crate) fn of(configured: &str) -> (Self, Vec<String>) {
        let mut overrides = Self::default();
        let mut complaints = Vec::new();
        let fragment = configured.split_once('#').map_or("", |(_, fragment)| fragment);
        for pair in fragment.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if overrides.set(name, value).is_none() {
                complaints
                    .push(format!("the connection override {pair:?} is none of Twilio's: it is ignored"));
            }
        }
        (overrides, complaints)
    }

    /// Where the request number `attempt` is sent from.
    pub(crate) fn edge(&self, attempt: usize) -> Option<&str> {
        let turn = attempt.checked_rem(self.edges.len())?;
        self.edges.get(turn).map(String::as_str)
    }

    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "ct" => self.connect_timeout = milliseconds(value, 100, 10_000)?,
            "rt" => self.read_timeout = milliseconds(value, 100, 15_000)?,
            "tt" => self.total_timeout = milliseconds(value, 100, 15_000)?,
            "rc" => self.retries = value.parse().ok().filter(|retries| *retries <= 5)?,
            "rp" => self.policy = policy(value)?,
            "sni" => self.sni = ["y", "n"].contains(&value).then_some(value == "y")?,
            "e" if !value.is_empty() => self.edges = value.split(',').map(str::to_owned).collect(),
            _ => return None,
        }
        Some(())
    }
}

fn milliseconds(value: &str, least: u64, most: u64) -> Option<Duration> {
    let milliseconds = value.parse().ok().filter(|ms| (least..=most).contains(ms))?;
    Some(Duration::from_millis(milliseconds))
}

fn policy(list: &str) -> Option<Policy> {
    let mut policy = Policy::default();
    for failure in list.split(',') {
        match failure {
            "ct" => policy.connect = true,
            "rt" => policy.read = true,
            "4xx" => policy.client_errors = true,
            "5xx" => policy.server_errors = true,
            "all" => {
                policy = Policy { connect: true, read: true, client_errors: true, server_errors: true };
            }
            _ => return None,
        }
    }
    Some(policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_fragment_twilio_repeats_only_what_never_connected_and_once() {
        let (overrides, complaints) = Overrides::of("https://crm.example/sms");
        assert_eq!((overrides.retries, overrides.connect_timeout.as_millis()), (1, 5_000));
        assert_eq!(
            (overrides.read_timeout.as_millis(), overrides.total_timeout.as_millis()),
            (15_000, 15_000)
        );
        assert_eq!(overrides.policy, Policy { connect: true, ..Policy::default() });
        assert!(overrides.sni && overrides.edge(0).is_none() && complaints.is_empty());
    }

    #[test]
    fn everything_documented_is_understood() {
        let url = "https://crm.example/sms#ct=100&rt=15000&tt=9000&rc=5&rp=4xx,5xx,rt&sni=n&e=ashburn,dublin";
        let (overrides, complaints) = Overrides::of(url);
        assert_eq!(complaints, [""; 0]);
        assert_eq!(overrides.connect_timeout, Duration::from_millis(100));
        assert_eq!(overrides.read_timeout, Duration::from_millis(15_000));
        assert_eq!(overrides.total_timeout, Duration::from_millis(9_000));
        assert_eq!(overrides.retries, 5);
        let policy = Policy { connect: false, read: true, client_errors: true, server_errors: true };
        assert_eq!(overrides.policy, policy);
        assert!(!overrides.sni);
        let edges: Vec<_> = (0..3).map(|attempt| overrides.edge(attempt)).collect();
        assert_eq!(edges, [Some("ashburn"), Some("dublin"), Some("ashburn")]);
        let (all, _) = Overrides::of("http://x#rp=all");
        assert_eq!(all.policy, Policy { connect: true, ..policy });
    }

    #[test]
    fn what_twilio_does_not_know_changes_nothing_and_is_complained_of() {
        for pair in [
            "ct=99", "ct=10001", "rt=15001", "tt=0", "rc=6", "rc=-1", "rp=6xx", "rp=", "sni=1", "e=", "x=1",
            "ct",
        ] {
            let (overrides, complaints) = Overrides::of(&format!("http://x#{pair}"));
            assert_eq!(overrides, Overrides::default(), "{pair}");
            assert_eq!(complaints.len(), 1, "{pair}");
        }
    }
}
