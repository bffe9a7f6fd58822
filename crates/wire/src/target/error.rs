//! What can be wrong with a URL, and the checks that come before all parsing.

use std::fmt;

use super::MAX_URL_BYTES;

/// What is wrong with a URL. No text of it holds a user name or password.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LocationError {
    /// It does not start with `scheme:`.
    MissingScheme,
    /// `//` is missing behind the scheme.
    MissingSlashes,
    /// There is no host.
    MissingHost,
    /// The host is malformed.
    Host {
        /// The host, escaped and shortened.
        host: String,
    },
    /// The host of a `file:` URL is another machine.
    FileHost {
        /// The host, escaped and shortened.
        host: String,
    },
    /// The zone behind an IPv6 address is malformed.
    Zone,
    /// The port is no decimal number from 0 to 65535.
    Port,
    /// It holds a control character.
    Control {
        /// Where the character stands, in bytes from 0.
        offset: usize,
    },
    /// A blank stands at one of its ends or before the path.
    Blank,
    /// A backslash stands before the path.
    Backslash,
    /// The path holds `%00`.
    NulInPath,
    /// It is longer than [`MAX_URL_BYTES`].
    TooLong,
    /// A relative reference was joined to a URL without `//`.
    NoBase,
    /// The `url` crate refuses it.
    Url(url::ParseError),
}

impl From<url::ParseError> for LocationError {
    fn from(error: url::ParseError) -> Self {
        Self::Url(error)
    }
}

impl fmt::Display for LocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingScheme => f.write_str("URL without a scheme such as http://"),
            Self::MissingSlashes => f.write_str("URL without // behind the scheme"),
            Self::MissingHost => f.write_str("URL without a host"),
            Self::Host { host } => write!(f, "malformed host \"{host}\""),
            Self::FileHost { host } => {
                write!(f, "file URL with the host \"{host}\", which is not this machine")
            }
            Self::Zone => f.write_str("malformed zone behind an IPv6 address"),
            Self::Port => f.write_str("port is not a number from 0 to 65535"),
            Self::Control { offset } => write!(f, "control character at byte {offset} of a URL"),
            Self::Blank => f.write_str("blank at an end or before the path of a URL"),
            Self::Backslash => f.write_str("backslash before the path of a URL"),
            Self::NulInPath => f.write_str("%00 in the path of a URL"),
            Self::TooLong => write!(f, "URL longer than {MAX_URL_BYTES} bytes"),
            Self::NoBase => f.write_str("relative reference to a URL that has no path"),
            Self::Url(_) => f.write_str("malformed URL"),
        }
    }
}

impl std::error::Error for LocationError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Url(error) => Some(error),
            _ => None,
        }
    }
}

/// Refuses what no URL may hold, whatever its scheme.
pub(super) fn check_characters(typed: &str) -> Result<(), LocationError> {
    check_controls(typed)?;
    if typed.starts_with(char::is_whitespace) || typed.ends_with(char::is_whitespace) {
        return Err(LocationError::Blank);
    }
    Ok(())
}

/// Refuses control characters, C1 included, and what is too long.
pub(super) fn check_controls(typed: &str) -> Result<(), LocationError> {
    if typed.len() > MAX_URL_BYTES {
        return Err(LocationError::TooLong);
    }
    // Most URLs are plain ASCII, and bytes are checked faster than characters.
    if typed.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    typed.find(char::is_control).map_or(Ok(()), |offset| Err(LocationError::Control { offset }))
}
