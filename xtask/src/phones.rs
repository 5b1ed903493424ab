//! The demo's organisations get their numbers as any organisation does: an admin enters the account in the settings, and
//! the server sets the numbers up at Twilio, which here is the simulator.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use crate::demo::{Login, Organization};

/// Longer than the server waits for Twilio.
const PATIENCE: Duration = Duration::from_secs(60);

/// Saves every organisation's settings on the server at `base_url`. What is saved already is saved again: the simulator
/// forgets everything when it stops.
pub async fn connect(base_url: &str, organizations: &[Organization]) -> Result<()> {
    for organization in organizations {
        let admin = organization.users.iter().find(|user| user.role == "admin");
        let admin = admin.with_context(|| format!("could not find an admin of {}", organization.slug))?;
        let (base_url, admin, settings) = (base_url.to_owned(), admin.clone(), settings(organization));
        let saved = spawn_blocking(move || save(&base_url, &admin, &settings)).await?;
        saved.with_context(|| format!("could not connect {} with its number", organization.slug))?;
    }
    Ok(())
}

fn settings(organization: &Organization) -> Value {
    json!({
        "accountSid": organization.account_sid,
        "authToken": organization.auth_token,
        "apiKeySid": organization.api_key_sid,
        "apiKeySecret": organization.api_key_secret,
        "phoneNumber": organization.phone_number,
    })
}

fn save(base_url: &str, admin: &Login, settings: &Value) -> Result<()> {
    let login = json!({ "email": admin.email, "password": admin.password });
    let session = post(&format!("{base_url}/api/auth/login"), None, &login)?;
    let token = session["token"].as_str().context("could not find the token in the answer to a login")?;
    post(&format!("{base_url}/api/twilio/config"), Some(token), settings)?;
    Ok(())
}

fn post(url: &str, token: Option<&str>, body: &Value) -> Result<Value> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .new_agent();
    let mut request = agent.post(url).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut response = request.send(body.to_string()).with_context(|| format!("could not reach {url}"))?;
    let answer = response.body_mut().read_to_string().with_context(|| format!("could not read {url}"))?;
    if !response.status().is_success() {
        bail!("{url} answered {}: {answer}", response.status());
    }
    serde_json::from_str(&answer).with_context(|| format!("could not understand the answer of {url}"))
}
