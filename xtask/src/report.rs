//! What the steps of a test run came to, and where the time went.

use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::tally::Tally;

/// What was done so far.
#[derive(Default)]
pub struct Report {
    rows: Vec<(String, Tally, Duration)>,
}

impl Report {
    /// A step that could not be done counts as one failure.
    pub async fn step(&mut self, name: &str, work: impl Future<Output = Result<Tally>>) {
        eprintln!("\n── {name} {}", "─".repeat(70_usize.saturating_sub(name.len())));
        let started = Instant::now();
        let tally = work.await.unwrap_or_else(|error| {
            eprintln!("{error:#}");
            Tally::failed(format!("{error:#}"))
        });
        self.rows.push((name.to_owned(), tally, started.elapsed()));
    }

    /// Over all steps.
    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        self.rows.iter().for_each(|(_, tally, _)| total += tally.clone());
        total
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{:<32} {:>8} {:>8} {:>9}", "step", "passed", "failed", "time")?;
        let mut whole = Duration::ZERO;
        for (name, Tally { passed, failed, .. }, took) in &self.rows {
            writeln!(f, "{name:<32} {passed:>8} {failed:>8} {:>7.1} s", took.as_secs_f64())?;
            whole += *took;
        }
        let Tally { passed, failed, .. } = self.total();
        writeln!(f, "{:<32} {passed:>8} {failed:>8} {:>7.1} s\n", "all", whole.as_secs_f64())?;
        for (name, tally, _) in self.rows.iter().filter(|(_, tally, _)| tally.failed > 0) {
            writeln!(f, "── failed in {name}")?;
            tally.failures.lines().try_for_each(|line| writeln!(f, "{line}"))?;
        }
        writeln!(f, "{passed} passed, {failed} failed")
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[tokio::test]
    async fn a_report_ends_with_what_failed_and_the_sum_of_all_steps() {
        let mut report = Report::default();
        report.step("fmt", async { Ok(Tally::passed()) }).await;
        let mut domain = Tally { passed: 30, failed: 1, ..Tally::default() };
        domain.read("not ok 2 - it");
        report.step("domain", async { Ok(domain) }).await;
        report.step("deny", async { bail!("could not install") }).await;
        let end = "\n── failed in domain\nnot ok 2 - it\n── failed in deny\ncould not install\n31 passed, 2 failed\n";
        assert!(report.to_string().ends_with(end), "{report}");
    }
}
