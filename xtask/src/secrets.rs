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
    /// What the organisations' secrets are sealed with.
    #[serde(default)]
    pub secrets_key: String,
}

impl Secrets {
    /// Those in the folder, made up if there are none.
    pub fn kept_in(folder: &Path) -> Result<Self> {
        let path = folder.join("secrets.json");
        let mut secrets = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).with_context(|| {
                format!("could not understand {}: remove it, and new secrets are made up", path.display())
            })?,
            Err(_) => Self {
                database_password: token(),
                jwt_secret: token() + &token(),
                secrets_key: String::new(),
            },
        };
        if !secrets.secrets_key.is_empty() {
            return Ok(secrets);
        }
        secrets.secrets_key = token() + &token(); // missing from files of earlier runs too
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
        assert_eq!(first.secrets_key, again.secrets_key);
        let file = fs::metadata(folder.path().join("secrets.json")).expect("a file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_of_an_earlier_run_gets_what_it_lacks() {
        let folder = tempfile::tempdir().expect("a folder");
        let earlier = br#"{"databasePassword": "one", "jwtSecret": "two"}"#;
        write_private(&folder.path().join("secrets.json"), earlier).expect("write");
        let first = Secrets::kept_in(folder.path()).expect("read");
        let again = Secrets::kept_in(folder.path()).expect("read");
        assert_eq!((first.database_password.as_str(), first.jwt_secret.as_str()), ("one", "two"));
        assert_eq!((first.secrets_key.len(), &first.secrets_key), (64, &again.secrets_key));
    }
}
