//! Counting tests by what their runners print.

use crate::failures::Failures;

/// How many passed and how many failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
    /// What was printed of those that failed.
    pub failures: Failures,
}

impl Tally {
    /// One check as a whole that passed.
    pub fn passed() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// One thing as a whole that failed, and why.
    pub fn failed(why: String) -> Self {
        let mut tally = Self { failed: 1, ..Self::default() };
        tally.failures.note(why);
        tally
    }

    /// Reads one line of a test runner's output; most lines count nothing.
    pub fn read(&mut self, line: &str) {
        self.failures.read(line);
        if let Some(result) = line.strip_prefix("test result: ") {
            self.read_counts(result);
        } else if let Some(count) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            self.read_node(count);
        } else if let Some(counts) = line.trim_start().strip_prefix("Tests  ") {
            self.read_counts(counts);
        }
    }

    /// Reads `ok. 3 passed; 0 failed; …` of cargo, `1 failed | 3 passed (4)` of vitest.
    fn read_counts(&mut self, counts: &str) {
        let words: Vec<&str> = counts.split([' ', ';']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            match (pair[0].parse::<u64>(), pair[1]) {
                (Ok(count), "passed") => self.passed += count,
                (Ok(count), "failed") => self.failed += count,
                _ => {}
            }
        }
    }

    /// Reads `pass 3`, of either of the reporters of `node --test`.
    fn read_node(&mut self, count: &str) {
        match count.split_once(' ').map(|(name, count)| (name, count.parse::<u64>())) {
            Some(("pass", Ok(count))) => self.passed += count,
            Some(("fail" | "cancelled", Ok(count))) => self.failed += count,
            _ => {}
        }
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.failures += other.failures;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, passed: u64, failed: u64) {
        let mut tally = Tally::default();
        text.lines().for_each(|line| tally.read(line));
        assert_eq!((tally.passed, tally.failed), (passed, failed));
    }

    #[test]
    fn cargos_results_are_summed() {
        let text = "running 2 tests\ntest a ... ok\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s\n\
            test result: FAILED. 7 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.50s\n";
        check(text, 9, 3);
    }

    #[test]
    fn vitests_last_lines_are_read() {
        let text = " Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 10 passed (11)\n   Duration  1.26s\n";
        check(text, 10, 1);
    }

    #[test]
    fn both_of_nodes_reporters_are_read() {
        let tap = "TAP version 13\nok 1 - x\n# tests 4\n# suites 0\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 0\n";
        check(tap, 2, 2);
        check(&tap.replace("# ", "ℹ "), 2, 2);
    }
}
