//! Where the certificates of Gemini's servers are remembered.

use std::path::PathBuf;

use landline::gemini::{KnownHostsFile, Options};

/// Known hosts in the user's folder for data; in memory for a user who has no home.
pub(super) fn options() -> Options {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    known_hosts(variable)
        .map_or_else(Options::default, |path| Options::with(KnownHostsFile::at(path)))
}

/// `$XDG_DATA_HOME/dial/gemini-hosts`, or below `$HOME/.local/share`. A relative folder would be
/// another one in every place; the XDG rules have it ignored.
fn known_hosts(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |name| variable(name).filter(|path| path.is_absolute());
    let data = absolute("XDG_DATA_HOME");
    let data = data.or_else(|| absolute("HOME").map(|home| home.join(".local/share")));
    data.map(|data| data.join("dial").join("gemini-hosts"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_folder_for_data_goes_before_home() {
        let found = |xdg: Option<&str>, home: Option<&str>| {
            let path = known_hosts(|name| match name {
                "XDG_DATA_HOME" => xdg.map(PathBuf::from),
                _ => home.map(PathBuf::from),
            });
            path.map(|path| path.display().to_string())
        };
        assert_eq!(found(Some("/x"), Some("/h")).as_deref(), Some("/x/dial/gemini-hosts"));
        let below_home = Some("/h/.local/share/dial/gemini-hosts");
        assert_eq!(found(None, Some("/h")).as_deref(), below_home);
        assert_eq!(found(Some("x"), Some("/h")).as_deref(), below_home);
        assert_eq!(found(Some(""), None), None);
    }
}
