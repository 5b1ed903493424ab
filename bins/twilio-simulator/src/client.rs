//! Talks to a running simulator.

use anyhow::{Context, bail};
use serde_json::Value;
use std::time::Duration;

/// Longer than the simulator itself waits for a webhook.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Posts `request` to the simulator at `base` and returns its answer.
pub(crate) async fn post(base: &str, path: &str, request: &Value) -> anyhow::Result<Value> {
    // Nothing else installs one in this process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build()?;
    let response = client
        .post(format!("{}{path}", base.trim_end_matches('/')))
        .header("content-type", "application/json")
        .body(request.to_string())
        .send()
        .await
        .with_context(|| format!("could not reach the simulator at {base}"))?;
    let body = response.bytes().await?;
    let answer: Value = serde_json::from_slice(&body)
        .with_context(|| format!("could not understand what answers at {base}; is it a simulator?"))?;
    if let Some(error) = answer["error"].as_str() {
        bail!("could not do that: {error}");
    }
    Ok(answer)
}
