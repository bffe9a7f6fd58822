//! Commands out of the stream, data through it.

use std::fmt;

use memchr::{memchr, memchr2};

use super::command::{DO, DONT, IAC, SB, SE, WILL, WONT};
use super::negotiation::{Negotiation, Side};
use super::option::BINARY;
use super::options::{Options, SEND};

/// Answers that a server can have from us with no byte of data between them.
pub const MAX_ANSWERS: usize = 1_024;

/// Bytes of commands that a server can send with no byte of data between them.
pub const MAX_COMMAND_BYTES: usize = 1 << 20;

/// The client's end of a telnet conversation, whatever pieces it comes in.
#[derive(Clone, Debug, Default)]
pub struct Telnet {
    options: Options,
    negotiation: Negotiation,
    state: State,
    /// Since the last byte of data.
    answers: usize,
    command_bytes: usize,
}

/// Named for what has just been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Data,
    Cr,
    Command,
    /// WILL, WONT, DO or DONT.
    Verb(u8),
    Sub(Sub),
    SubCommand(Sub),
}

/// What counts of a subnegotiation: its option and the byte behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sub {
    option: Option<u8>,
    verb: Option<u8>,
}

/// Why a server cannot be listened to any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TelnetError {
    /// It negotiates in circles: more than [`MAX_ANSWERS`].
    TooManyAnswers,
    /// It sends nothing but commands: more than [`MAX_COMMAND_BYTES`].
    NothingButCommands,
}

/// Doubles every IAC, so that data stays data.
pub fn encode(data: &[u8], out: &mut Vec<u8>) {
    let mut rest = data;
    while let Some(at) = memchr(IAC, rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(IAC);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

impl Telnet {
    /// Begins a conversation with a server that is told this of us.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// Reads the next piece: its data goes behind `data`, what must be answered behind `answers`.
    ///
    /// # Errors
    /// [`TelnetError`].
    pub fn decode(
        &mut self,
        input: &[u8],
        data: &mut Vec<u8>,
        answers: &mut Vec<u8>,
    ) -> Result<(), TelnetError> {
        let mut rest = input;
        while let Some(&byte) = rest.first() {
            let taken = match self.state {
                State::Data => self.copy_data(rest, data),
                State::Cr => self.after_cr(byte),
                _ => self.read_command(byte, data, answers)?,
            };
            rest = &rest[taken..];
        }
        Ok(())
    }

    /// Whether a command has begun and not ended: the end of the stream would cut it short.
    #[must_use]
    pub fn is_inside_command(&self) -> bool {
        !matches!(self.state, State::Data | State::Cr)
    }

    /// Copies what is data as it stands, and tells how much that was, a CR or IAC behind it included.
    fn copy_data(&mut self, input: &[u8], data: &mut Vec<u8>) -> usize {
        let end = memchr2(IAC, b'\r', input).unwrap_or(input.len());
        let is_cr = input.get(end) == Some(&b'\r');
        let copied = end + usize::from(is_cr);
        data.extend_from_slice(&input[..copied]);
        if copied > 0 {
            (self.answers, self.command_bytes) = (0, 0);
        }
        if end == input.len() {
            return end;
        }
        self.state = if is_cr { State::Cr } else { State::Command };
        end + 1
    }

    /// RFC 854: a NUL behind a CR means the CR alone. Binary has no such rule (RFC 856).
    fn after_cr(&mut self, byte: u8) -> usize {
        self.state = State::Data;
        let is_padding = byte == 0 && !self.negotiation.is_on(Side::Them, BINARY);
        usize::from(is_padding)
    }

    fn read_command(
        &mut self,
        byte: u8,
        data: &mut Vec<u8>,
        answers: &mut Vec<u8>,
    ) -> Result<usize, TelnetError> {
        self.command_bytes += 1;
        if self.command_bytes > MAX_COMMAND_BYTES {
            return Err(TelnetError::NothingButCommands);
        }
        let mut answered = 0;
        self.state = match (self.state, byte) {
            (State::Command, IAC) => {
                data.push(IAC);
                (self.answers, self.command_bytes) = (0, 0);
                State::Data
            }
            (State::Verb(verb), option) => {
                answered = self.negotiation.answer(verb, option, &self.options, answers);
                State::Data
            }
            (State::Sub(sub), IAC) => State::SubCommand(sub),
            (State::Sub(sub), byte) => State::Sub(sub.with(byte)),
            (State::SubCommand(sub), IAC) => State::Sub(sub.with(IAC)),
            (State::SubCommand(sub), SE) => {
                answered = self.answer_sub(sub, answers);
                State::Data
            }
            // A command where a subnegotiation should have ended ends it all the same.
            (_, WILL | WONT | DO | DONT) => State::Verb(byte),
            (_, SB) => State::Sub(Sub::default()),
            // NOP, GA, AYT and all others ask for nothing that we have.
            _ => State::Data,
        };
        self.answers += answered;
        if self.answers > MAX_ANSWERS { Err(TelnetError::TooManyAnswers) } else { Ok(1) }
    }

    /// Tells what was asked for, if it was agreed on before.
    fn answer_sub(&mut self, sub: Sub, answers: &mut Vec<u8>) -> usize {
        match (sub.option, sub.verb) {
            (Some(option), Some(SEND)) if self.negotiation.is_on(Side::Us, option) => {
                usize::from(self.options.tell(option, answers))
            }
            _ => 0,
        }
    }
}

impl Sub {
    fn with(self, byte: u8) -> Self {
        match self.option {
            None => Self { option: Some(byte), verb: None },
            option => Self { option, verb: self.verb.or(Some(byte)) },
        }
    }
}

impl fmt::Display for TelnetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TelnetError::TooManyAnswers => {
                write!(f, "more than {MAX_ANSWERS} negotiations without a byte of data between")
            }
            TelnetError::NothingButCommands => {
                write!(f, "more than {MAX_COMMAND_BYTES} bytes of commands without a byte of data")
            }
        }
    }
}

impl std::error::Error for TelnetError {}
