//! What we tell a server of ourselves.

use std::fmt;

use super::command::{IAC, SB, SE};
use super::option::{BINARY, NEW_ENVIRONMENT, TERMINAL_TYPE, WINDOW_SIZE, X_DISPLAY};

/// Bytes that a value of an option may have.
pub const MAX_VALUE_BYTES: usize = 127;

/// Environment variables that can be told.
pub const MAX_VARIABLES: usize = 32;

/// The codes inside of a subnegotiation (RFC 1091, 1096, 1572).
const IS: u8 = 0;
pub(super) const SEND: u8 = 1;
const VARIABLE: u8 = 0;
const VALUE: u8 = 1;

/// What a server is told when it asks. Nothing of it is taken from the environment of the process.
///
/// Values are printable ASCII, so that none can hold a command (CVE-2023-27533).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    terminal_type: Option<String>,
    x_display: Option<String>,
    variables: Vec<(String, Option<String>)>,
    window: Option<(u16, u16)>,
    is_binary: bool,
}

/// Why an option cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionError {
    /// No option has this name.
    Unknown,
    /// The value is missing, too long, too many or not of the form wanted.
    Malformed,
}

impl Default for Options {
    /// Binary in both directions, and nothing else to tell.
    fn default() -> Self {
        Self {
            terminal_type: None,
            x_display: None,
            variables: Vec::new(),
            window: None,
            is_binary: true,
        }
    }
}

impl Options {
    /// Takes one option as curl writes it: `TTYPE=vt100`, `XDISPLOC=host:0`, `NEW_ENV=NAME,value`,
    /// `WS=80x24` (columns and rows), `BINARY=0`. The names are not case-sensitive.
    ///
    /// # Errors
    /// [`OptionError`]; the options are then as before.
    pub fn set(&mut self, option: &str) -> Result<(), OptionError> {
        let (name, value) = option.split_once('=').ok_or(OptionError::Malformed)?;
        match name.to_ascii_uppercase().as_str() {
            "TTYPE" => self.terminal_type = Some(text(value)?),
            "XDISPLOC" => self.x_display = Some(text(value)?),
            "NEW_ENV" => self.push_variable(value)?,
            "WS" => self.window = Some(window(value)?),
            "BINARY" => self.is_binary = text(value)? == "1",
            _ => return Err(OptionError::Unknown),
        }
        Ok(())
    }

    fn push_variable(&mut self, text_of_both: &str) -> Result<(), OptionError> {
        if self.variables.len() == MAX_VARIABLES {
            return Err(OptionError::Malformed);
        }
        let variable = match text_of_both.split_once(',') {
            Some((name, "")) => (text(name)?, Some(String::new())),
            Some((name, value)) => (text(name)?, Some(text(value)?)),
            None => (text(text_of_both)?, None),
        };
        self.variables.push(variable);
        Ok(())
    }

    pub(super) fn is_binary(&self) -> bool {
        self.is_binary
    }

    /// Whether we have something to say about an option.
    pub(super) fn has(&self, option: u8) -> bool {
        match option {
            BINARY => self.is_binary,
            TERMINAL_TYPE => self.terminal_type.is_some(),
            WINDOW_SIZE => self.window.is_some(),
            X_DISPLAY => self.x_display.is_some(),
            NEW_ENVIRONMENT => !self.variables.is_empty(),
            _ => false,
        }
    }

    /// Writes what we say when asked for the value of an option; true if there is something.
    pub(super) fn tell(&self, option: u8, out: &mut Vec<u8>) -> bool {
        let value = match (option, &self.terminal_type, &self.x_display, self.window) {
            (TERMINAL_TYPE, Some(name), ..) => is(name.as_bytes()),
            (X_DISPLAY, _, Some(name), _) => is(name.as_bytes()),
            (NEW_ENVIRONMENT, ..) if !self.variables.is_empty() => is(&self.all_variables()),
            (WINDOW_SIZE, .., Some((columns, rows))) => {
                [columns.to_be_bytes(), rows.to_be_bytes()].concat()
            }
            _ => return false,
        };
        out.extend_from_slice(&[IAC, SB, option]);
        super::encode(&value, out);
        out.extend_from_slice(&[IAC, SE]);
        true
    }

    fn all_variables(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for (name, value) in &self.variables {
            all.push(VARIABLE);
            all.extend_from_slice(name.as_bytes());
            if let Some(value) = value {
                all.push(VALUE);
                all.extend_from_slice(value.as_bytes());
            }
        }
        all
    }
}

fn is(value: &[u8]) -> Vec<u8> {
    [&[IS], value].concat()
}

/// Printable ASCII, some and not too much.
fn text(value: &str) -> Result<String, OptionError> {
    let is_printable = value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let is_good = is_printable && (1..=MAX_VALUE_BYTES).contains(&value.len());
    if is_good { Ok(value.to_owned()) } else { Err(OptionError::Malformed) }
}

fn window(value: &str) -> Result<(u16, u16), OptionError> {
    let (columns, rows) = value.split_once(['x', 'X']).ok_or(OptionError::Malformed)?;
    let number = |text: &str| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| is_number).ok_or(OptionError::Malformed)
    };
    Ok((number(columns)?, number(rows)?))
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OptionError::Unknown => "unknown telnet option",
            OptionError::Malformed => "syntax error in telnet option",
        })
    }
}

impl std::error::Error for OptionError {}
