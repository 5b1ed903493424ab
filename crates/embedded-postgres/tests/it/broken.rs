use std::{fs, path::Path};

use anyhow::Result;

use crate::fixtures::Place;

type Damage = fn(&Path) -> std::io::Result<()>;

#[test]
fn a_broken_cluster_says_what_is_wrong_and_how_to_start_afresh() -> Result<()> {
    let cases: [(&str, Damage); 4] = [
        ("PG_VERSION is missing", |data| fs::remove_file(data.join("PG_VERSION"))),
        ("made by PostgreSQL 9", |data| fs::write(data.join("PG_VERSION"), "9\n")),
        ("`password` is missing", |data| fs::remove_file(data.join("../password"))),
        ("could not read file", |data| fs::write(data.join("global/pg_control"), "torn")),
    ];
    for (reason, damage) in cases {
        let place = Place::new();
        let cluster = place.start()?;
        let data = cluster.folder().join("data");
        cluster.stop()?;
        damage(&data)?;
        let error = place.start().expect_err("a broken cluster");
        let said = format!("{error:#}");
        assert!(said.starts_with("could not start PostgreSQL in "), "{said}");
        assert!(said.contains(reason) && said.contains("cargo xtask run --reset"), "{said}");
    }
    Ok(())
}
