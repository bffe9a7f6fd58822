//! Telnet: the data in a stream of commands, and the answers that negotiation asks for.
//!
//! Out of scope: the connection; terminals, which the caller has or has not; urgent data; line mode,
//! encryption and every option not named below, which are refused as RFC 854 wants.
//!
//! Specifications: RFC 854 (commands), RFC 855 and 1143 (negotiation), 856 (binary), 857 (echo), 858
//! (suppress go ahead), 1073 (window size), 1091 (terminal type), 1096 (X display), 1572 (environment).
//!
//! ```
//! use landline_wire::telnet::{Options, Telnet, encode};
//!
//! let mut options = Options::default();
//! options.set("TTYPE=vt100")?;
//! let mut telnet = Telnet::new(options);
//! let (mut data, mut answers) = (Vec::new(), Vec::new());
//! // DO TERMINAL-TYPE, "login:"; whether all of it comes at once does not matter.
//! telnet.decode(b"\xff\xfd\x18login:", &mut data, &mut answers)?;
//! assert_eq!(data, b"login:");
//! assert!(answers.starts_with(b"\xff\xfb\x18"), "WILL TERMINAL-TYPE");
//!
//! let mut wire = Vec::new();
//! encode(b"a\xffb", &mut wire);
//! assert_eq!(wire, b"a\xff\xffb");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What the decoder has just read, one box per state:
//!
//! ```text
//!        ┌──CR──▶ Cr ──any──┐           ┌─WILL WONT DO DONT─▶ Verb ──option──▶ Data
//!      Data ◀───────────────┘   ┌─▶ Command ──SB──▶ Sub ──IAC──▶ SubCommand ──SE──▶ Data
//!        └──────────IAC─────────┘       └──any other──▶ Data      ▲──IAC──┘
//! ```
//!
//! As curl does, it says nothing of itself until the server negotiates; then it offers what
//! [`Options`] hold. Both sides suppress go-ahead, the server may echo.
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_ANSWERS`] | 1,024 | answers with no byte of data between them |
//! | [`MAX_COMMAND_BYTES`] | 1,048,576 | bytes of commands with no byte of data between them |
//! | [`MAX_VALUE_BYTES`] | 127 | bytes of a value of an option |
//! | [`MAX_VARIABLES`] | 32 | environment variables |
//!
//! A subnegotiation is never kept: of each, two bytes count.
//!
//! Errors: a [`TelnetError`] is the peer's fault and ends the stream; an [`OptionError`] the
//! caller's.
//!
//! Deviation from RFC 854: CR is sent as it is and not as CR NUL, because curl sends it so and servers
//! take it. CR NUL is read as CR unless the server sends binary.

mod decoder;
mod negotiation;
mod options;

pub use decoder::{MAX_ANSWERS, MAX_COMMAND_BYTES, Telnet, TelnetError, encode};
pub use options::{MAX_VALUE_BYTES, MAX_VARIABLES, OptionError, Options};

#[cfg(test)]
mod tests;

/// Commands (RFC 854, "TELNET COMMAND STRUCTURE").
mod command {
    pub(super) const SE: u8 = 240;
    pub(super) const SB: u8 = 250;
    pub(super) const WILL: u8 = 251;
    pub(super) const WONT: u8 = 252;
    pub(super) const DO: u8 = 253;
    pub(super) const DONT: u8 = 254;
    pub(super) const IAC: u8 = 255;
}

/// Options that are spoken, by the number IANA gave them.
mod option {
    pub(super) const BINARY: u8 = 0;
    pub(super) const ECHO: u8 = 1;
    pub(super) const SUPPRESS_GO_AHEAD: u8 = 3;
    pub(super) const TERMINAL_TYPE: u8 = 24;
    pub(super) const WINDOW_SIZE: u8 = 31;
    pub(super) const X_DISPLAY: u8 = 35;
    pub(super) const NEW_ENVIRONMENT: u8 = 39;
}
