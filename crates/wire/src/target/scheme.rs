//! Schemes: splitting them off, guessing them, their ports.

use std::borrow::Cow;

use super::LocationError;
use super::authority::host_part;

/// Schemes that curl guesses from the first label of a host.
const GUESSED: [&str; 6] = ["ftp", "dict", "ldap", "imap", "smtp", "pop3"];

/// Gives the default port of a scheme in lower case; `None` if it is unknown.
#[must_use]
pub fn default_port(scheme: &str) -> Option<u16> {
    Some(match scheme {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "ftp" => 21,
        "ftps" => 990,
        "sftp" | "scp" => 22,
        "telnet" => 23,
        "smtp" => 25,
        "smtps" => 465,
        "lmtp" => 24,
        "tftp" => 69,
        "gopher" | "gophers" => 70,
        "finger" => 79,
        "pop3" => 110,
        "pop3s" => 995,
        "nntp" | "news" => 119,
        "nntps" | "snews" => 563,
        "imap" => 143,
        "imaps" => 993,
        "ldap" => 389,
        "ldaps" => 636,
        "smb" | "smbs" => 445,
        "rtsp" => 554,
        "gemini" => 1965,
        "mqtt" => 1883,
        "mqtts" => 8883,
        "dict" => 2628,
        _ => return None,
    })
}

/// Splits `scheme:rest`; `None` if it does not start with a scheme (RFC 3986 section 3.1).
pub(super) fn split(typed: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = typed.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some((scheme, rest))
}

/// Puts a scheme before a URL that lacks one: `default`, or the one its host's name suggests. What was typed
/// stays as it is otherwise.
#[must_use]
pub fn with_scheme<'a>(typed: &'a str, default: Option<&str>) -> Cow<'a, str> {
    if is_spelled_out(typed) {
        return Cow::Borrowed(typed);
    }
    let scheme = default.unwrap_or_else(|| guess(host_part(typed)));
    Cow::Owned(format!("{scheme}://{typed}"))
}

/// Does the text carry its scheme, so that none has to be guessed?
fn is_spelled_out(typed: &str) -> bool {
    split(typed).is_some_and(|(scheme, rest)| {
        rest.starts_with("//")
            || (default_port(&scheme.to_ascii_lowercase()).is_some() && is_no_port(rest))
            || scheme.eq_ignore_ascii_case("data")
            || (scheme.eq_ignore_ascii_case("file") && rest.starts_with('/'))
            || (scheme.eq_ignore_ascii_case("unix") && rest.starts_with(['/', '@']))
    })
}

/// Whether `http:` with this behind it lacks its slashes, and is no host of that name with a port.
fn is_no_port(rest: &str) -> bool {
    let first = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !rest.is_empty() && (first.is_empty() || !first.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Guesses a scheme from a host.
fn guess(host: &str) -> &'static str {
    let label = host.split_once('.').map_or("", |(first, _)| first);
    GUESSED.into_iter().find(|scheme| scheme.eq_ignore_ascii_case(label)).unwrap_or("http")
}

/// Refuses `rest` behind `scheme:` if `//` should have stood there.
///
/// `localhost:8080/x` would otherwise be a URL with the scheme `localhost`.
pub(super) fn check_slashless(scheme: &str, rest: &str) -> Result<(), LocationError> {
    let behind_digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let looks_like_port = behind_digits.len() < rest.len()
        && (behind_digits.is_empty() || behind_digits.starts_with(['/', '?', '#']));
    match scheme {
        "file" if rest.starts_with('/') => Ok(()),
        // RFC 5538: `news:group` names no server.
        "news" if !rest.starts_with('/') => Ok(()),
        "file" => Err(LocationError::MissingSlashes),
        _ if default_port(scheme).is_some() => Err(LocationError::MissingSlashes),
        _ if looks_like_port => Err(LocationError::MissingScheme),
        _ => Ok(()),
    }
}
