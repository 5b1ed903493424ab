//! Secrets that a stack makes up on its first start, and files that only their owner may read.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What `secrets.json` holds.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Secrets {
    /// Of the logins on the database.
    pub database_password: String,
    /// What tokens are signed with.
    pub jwt_secret: String,
}

impl Secrets {
    /// Those in the folder, made up if there are none.
    pub fn kept_in(folder: &Path) -> Result<Self> {
        let path = folder.join("secrets.json");
        if let Ok(text) = fs::read(&path) {
            return serde_json::from_slice(&text).with_context(|| {
                format!("could not understand {}: remove it, and new secrets are made up", path.display())
            });
        }
        let secrets = Self { database_password: token(), jwt_secret: token() + &token() };
        write_private(&path, &serde_json::to_vec_pretty(&secrets)?)?;
        Ok(secrets)
    }
}

/// 32 hexadecimal digits that nobody can guess.
pub fn token() -> String {
    Uuid::new_v4().simple().to_string()
}

/// Writes a file, whole or not at all, that others cannot read.
pub fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let new = path.with_extension("new");
    let _ = fs::remove_file(&new);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)
        .and_then(|mut file| file.write_all(content))
        .and_then(|()| fs::rename(&new, path))
        .with_context(|| format!("could not write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn secrets_stay_and_are_for_their_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Secrets::kept_in(folder.path()).expect("made up");
        let again = Secrets::kept_in(folder.path()).expect("read");
        assert_eq!(first.jwt_secret, again.jwt_secret);
        assert_eq!(first.database_password, again.database_password);
        let file = fs::metadata(folder.path().join("secrets.json")).expect("a file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
}
