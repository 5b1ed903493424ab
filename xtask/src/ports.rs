//! Ports, held from the first moment, so that nothing is built or started for one that is taken.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

/// Where the simulator listens if nobody says otherwise.
const SIMULATOR: u16 = 4080;

/// A port of the loopback address that is ours until this is dropped.
#[derive(Debug)]
pub struct Held(TcpListener);

impl Held {
    /// This port, or any free one for 0. `option` is what chooses another.
    pub fn take(port: u16, option: &str) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
            format!(
                "could not listen on port {port}: stop what listens there, or choose another port with `{option}` \
                 (0 takes a free one)"
            )
        })?;
        Ok(Self(listener))
    }

    fn preferred(port: u16, option: &str) -> Result<Self> {
        Self::take(port, option).or_else(|_| Self::take(0, option))
    }

    /// Its number.
    pub fn number(&self) -> Result<u16> {
        Ok(self.0.local_addr().context("could not tell which port was taken")?.port())
    }
}

/// The three ports of a stack.
#[derive(Debug)]
pub struct Ports {
    /// The server's.
    pub server: Held,
    /// Its admin listener's.
    pub admin: Held,
    /// The simulator's.
    pub simulator: Held,
}

impl Ports {
    /// What was asked for must be free; the rest only prefers to be where people expect it.
    pub fn take(server: u16, simulator: Option<u16>) -> Result<Self> {
        let wanted = server;
        let server = Held::take(wanted, "--port")?;
        let beside = if wanted == 0 { 0 } else { wanted.checked_add(1).unwrap_or(0) };
        let admin = Held::preferred(beside, "--port")?;
        let simulator = match simulator {
            Some(port) => Held::take(port, "--simulator-port")?,
            None => Held::preferred(if wanted == 0 { 0 } else { SIMULATOR }, "--simulator-port")?,
        };
        Ok(Self { server, admin, simulator })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_port_is_named_with_the_option_that_chooses_another() {
        let busy = Held::take(0, "--port").expect("a free port");
        let port = busy.number().expect("a number");
        let error = Ports::take(port, None).expect_err("busy").to_string();
        assert!(error.contains(&port.to_string()) && error.contains("--port"), "{error}");
        let error = Ports::take(0, Some(port)).expect_err("busy").to_string();
        assert!(error.contains(&port.to_string()) && error.contains("--simulator-port"), "{error}");
    }

    #[test]
    fn ports_that_nobody_asked_for_give_way() {
        let ports = Ports::take(0, None).expect("free ports");
        let numbers = [&ports.server, &ports.admin, &ports.simulator].map(|held| held.number().expect("one"));
        assert!(numbers[0] != numbers[1] && numbers[1] != numbers[2] && numbers[0] != numbers[2]);
    }
}
