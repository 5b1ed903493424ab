//! What test runners say of the tests that failed, kept so that the end of a long run can repeat it.

use std::ops::AddAssign;

/// How many lines are kept of one failure, and how many failures: a run that breaks everywhere is not repeated whole.
const MOST_LINES: usize = 40;
const MOST_FAILURES: usize = 20;

/// The failures of one runner, each with the lines that it printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failures {
    found: Vec<Vec<String>>,
    open: Option<Runner>,
}

/// Whose way of printing a failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runner {
    Cargo,
    Vitest,
    Node,
}

impl Failures {
    /// Reads one line of a test runner's output; most lines belong to no failure.
    pub fn read(&mut self, line: &str) {
        let text = line.trim();
        if let Some(runner) = Runner::that_begins(text) {
            self.open = (self.found.len() < MOST_FAILURES).then_some(runner);
            if self.open.is_some() {
                self.found.push(vec![line.to_owned()]);
            }
        } else if self.open.is_some_and(|runner| runner.goes_on(text)) {
            if let Some(failure) = self.found.last_mut().filter(|failure| failure.len() < MOST_LINES) {
                failure.push(line.to_owned());
            }
        } else {
            self.open = None;
        }
    }

    /// Something that is no test, and failed.
    pub fn note(&mut self, line: String) {
        self.found.push(vec![line]);
    }

    /// All lines, in the order they came.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.found.iter().flatten().map(String::as_str)
    }
}

impl AddAssign for Failures {
    fn add_assign(&mut self, other: Self) {
        self.found.extend(other.found);
    }
}

impl Runner {
    fn that_begins(text: &str) -> Option<Self> {
        if text.starts_with("---- ") && text.ends_with(" stdout ----") {
            Some(Self::Cargo)
        } else if text.starts_with("× ") {
            Some(Self::Vitest)
        } else if text.starts_with("not ok ") {
            Some(Self::Node)
        } else {
            None
        }
    }

    fn goes_on(self, text: &str) -> bool {
        match self {
            Self::Cargo => text != "failures:",
            Self::Vitest => text.starts_with("→ "),
            Self::Node => text != "...",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(printed: &str, kept: &[&str]) {
        let mut failures = Failures::default();
        printed.lines().for_each(|line| failures.read(line));
        assert_eq!(failures.lines().collect::<Vec<_>>(), kept);
    }

    #[test]
    fn cargos_panics_are_kept() {
        check(
            "test one ... FAILED\n\nfailures:\n\n---- one stdout ----\nassertion failed\n---- two stdout ----\nno\n\
             \nfailures:\n    one\n    two\n\ntest result: FAILED. 0 passed; 2 failed",
            &["---- one stdout ----", "assertion failed", "---- two stdout ----", "no", ""],
        );
    }

    #[test]
    fn vitests_reasons_are_kept() {
        check(
            " ❯ test/a.test.ts (2 tests | 1 failed) 9ms\n   × one 5ms\n     → expected 1 to be 2\n   ✓ two 3ms",
            &["   × one 5ms", "     → expected 1 to be 2"],
        );
    }

    #[test]
    fn nodes_reasons_are_kept() {
        check(
            "ok 1 - one\n  ---\n  ...\nnot ok 2 - two\n  ---\n  error: 'no'\n  ...\n# tests 2",
            &["not ok 2 - two", "  ---", "  error: 'no'"],
        );
    }

    #[test]
    fn a_run_that_breaks_everywhere_is_not_repeated_whole() {
        let mut failures = Failures::default();
        for test in 0..1_000 {
            failures.read(&format!("not ok {test} - it"));
            (0..1_000).for_each(|_| failures.read("  stack"));
        }
        assert_eq!(failures.lines().count(), MOST_FAILURES * MOST_LINES);
    }
}
