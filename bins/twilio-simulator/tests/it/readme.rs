//! The README's tables are those of the code.

use switchboard_twilio_simulator::faults::FAULTS;
use switchboard_twilio_simulator::world::MAGIC;

const README: &str = include_str!("../../README.md");

#[test]
fn every_fault_and_every_number_is_in_the_readme() {
    for about in FAULTS {
        let row = format!("| `{}` | {} |", about.name, about.what);
        assert!(README.contains(&row), "{row}");
    }
    for magic in MAGIC {
        let row = README.lines().find(|line| line.starts_with(&format!("| {} |", magic.ending)));
        assert!(
            row.is_some_and(|row| row.ends_with(&format!("| {} |", magic.what))),
            "{}: {row:?}",
            magic.ending
        );
    }
}
