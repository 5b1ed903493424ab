//! Prints what stands in `schemas/events.schema.json`.

use std::error::Error;
use std::io::{self, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let schema = serde_json::to_string_pretty(&switchboard_events::schema())?;
    Ok(writeln!(io::stdout(), "{schema}")?)
}
