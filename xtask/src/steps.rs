//! Progress, one line a step.

use std::future::Future;
use std::time::Instant;

use anyhow::Result;

/// Does the work, then says what it was and how long it took.
pub async fn step<T>(name: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
    let started = Instant::now();
    let result = work.await;
    let mark = if result.is_ok() { "✓" } else { "✗" };
    eprintln!("{mark} {name:<52} {:>6.1} s", started.elapsed().as_secs_f64());
    result
}
