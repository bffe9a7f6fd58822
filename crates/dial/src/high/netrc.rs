//! The netrc file of `-n`, `--netrc-file` and `--netrc-optional`.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use landline::Netrc;

use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::settings;

/// Reads the file, where one is asked for.
pub(super) fn load(
    asked: &settings::Netrc,
    warnings: &mut Vec<String>,
) -> Result<Option<Netrc>, Failure> {
    if !(asked.required || asked.optional || asked.file.is_some()) {
        return Ok(None);
    }
    let Some(path) = asked.file.clone().or_else(usual_place) else {
        return missing(asked, "no home directory to look for .netrc in");
    };
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return missing(asked, &format!("no netrc file '{}'", path.display()));
        }
        Err(error) => return Err(unreadable(&path, &os_reason(&error))),
    };
    if file.metadata().is_ok_and(|data| others_can_read(&data)) {
        let path = path.display();
        warnings.push(format!("others can read the passwords in {path}; chmod 600 hides them"));
    }
    let netrc = Netrc::read(file).map_err(|error| {
        let reason = std::error::Error::source(&error).map(ToString::to_string);
        unreadable(&path, &reason.unwrap_or_else(|| error.to_string()))
    })?;
    Ok(Some(if asked.optional { netrc } else { netrc.before_urls() }))
}

/// `$NETRC`, or what lies in the home directory.
fn usual_place() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let name = if cfg!(windows) { "_netrc" } else { ".netrc" };
    let home = || std::env::home_dir().map(|home| home.join(name));
    variable("NETRC").map(PathBuf::from).or_else(home)
}

fn missing(asked: &settings::Netrc, text: &str) -> Result<Option<Netrc>, Failure> {
    if asked.optional { Ok(None) } else { Err(Failure::new(Code::READ, text.to_owned())) }
}

fn unreadable(path: &Path, reason: &str) -> Failure {
    let text = format!("the netrc file '{}' cannot be read: {reason}", path.display());
    Failure::new(Code::READ, text)
}

#[cfg(unix)]
fn others_can_read(data: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    data.is_file() && data.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn others_can_read(_: &Metadata) -> bool {
    false
}
