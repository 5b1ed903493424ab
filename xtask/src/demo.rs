//! `demo.json`: what a program or a person needs to use the demo.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use switchboard_domain::events::OrgId;

/// What everybody in the demo signs in with.
pub const PASSWORD: &str = "switchboard-demo";

/// A running demo.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Demo {
    /// The server and its page.
    pub base_url: String,
    /// What Twilio would call.
    pub public_url: String,
    /// The admin listener.
    pub admin_url: String,
    /// The local Twilio.
    pub simulator_url: String,
    /// How the server was started: tests start more of them, with other settings.
    pub server: Program,
    /// The program that puts others beside us.
    pub bench: PathBuf,
    /// The events crate's example, as another service would run it.
    pub follow: PathBuf,
    /// Who plays in it.
    pub organizations: Vec<Organization>,
}

/// A program and its settings, secrets among them: `demo.json` is for its owner alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Program {
    /// Where it lies.
    pub program: PathBuf,
    /// What it was told.
    pub environment: BTreeMap<String, String>,
}

/// An organisation of the demo.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Its id.
    pub id: OrgId,
    /// Its short name.
    pub slug: String,
    /// Its account at Twilio.
    pub account_sid: String,
    /// What that account signs with.
    pub auth_token: String,
    /// The API key with which its browsers' tokens are signed.
    pub api_key_sid: String,
    /// That key's secret.
    pub api_key_secret: String,
    /// Its number.
    pub phone_number: String,
    /// Its people: an admin, a manager, a viewer, and then the agents.
    pub users: Vec<Login>,
}

/// How somebody signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// Their e-mail address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// What they may do.
    pub role: String,
}
