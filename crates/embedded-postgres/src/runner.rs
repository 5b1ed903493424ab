//! Who runs the server. PostgreSQL refuses to run as root.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, anyhow};

/// The caller, unless that is root: then an unprivileged user.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Runner {
    /// User and group to change to; none for the caller itself.
    ids: Option<(u32, u32)>,
}

impl Runner {
    pub(crate) fn current() -> Result<Self> {
        if id(&["-u"])? != 0 {
            return Ok(Self { ids: None });
        }
        let user = ["postgres", "nobody"].into_iter().find_map(|name| {
            let ids = (id(&["-u", name]).ok()?, id(&["-g", name]).ok()?);
            (ids.0 != 0).then_some(ids)
        });
        let ids = user.ok_or_else(|| {
            anyhow!("could not find a user to run PostgreSQL as: root may not, and there is no `postgres` or `nobody`")
        })?;
        Ok(Self { ids: Some(ids) })
    }

    /// The runner of an existing folder: for root its owner, so that a cluster stays with the user that made it.
    pub(crate) fn of(folder: &Path) -> Result<Self> {
        let runner = Self::current()?;
        let owner = fs::metadata(folder).with_context(|| format!("could not read {}", folder.display()))?;
        Ok(match runner.ids {
            Some(_) if owner.uid() != 0 => Self { ids: Some((owner.uid(), owner.gid())) },
            _ => runner,
        })
    }

    /// A command run as this user, from a folder that everyone may enter.
    pub(crate) fn command(self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir("/").env("LC_ALL", "C").stdin(Stdio::null());
        if let Some((user, group)) = self.ids {
            // `uid` also makes the child drop root's supplementary groups.
            command.uid(user).gid(group);
        }
        command
    }

    /// Whether `test <flag> <path>` holds for this user: asked of the system, as modes alone do not tell.
    pub(crate) fn may(self, flag: &str, path: &Path) -> bool {
        self.command("test").arg(flag).arg(path).status().is_ok_and(|status| status.success())
    }

    pub(crate) fn own(self, path: &Path) -> Result<()> {
        let Some((user, group)) = self.ids else {
            return Ok(());
        };
        chown(path, Some(user), Some(group))
            .with_context(|| format!("could not change the owner of {}", path.display()))
    }
}

fn id(args: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(args).output().context("could not run `id`")?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().with_context(|| format!("could not read the answer of `id {}`", args.join(" ")))
}
