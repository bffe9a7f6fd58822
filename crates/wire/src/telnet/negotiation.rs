//! Who does what: the state of every option on both sides (RFC 1143).
//!
//! Nothing is ever switched off on our own account, so of the RFC's six states three are left.

use super::command::{DO, DONT, IAC, WILL, WONT};
use super::option::{
    BINARY, ECHO, NEW_ENVIRONMENT, SUPPRESS_GO_AHEAD, TERMINAL_TYPE, WINDOW_SIZE, X_DISPLAY,
};
use super::options::Options;

/// What we do if asked, in the order it is offered.
const OURS: [u8; 6] =
    [BINARY, SUPPRESS_GO_AHEAD, TERMINAL_TYPE, WINDOW_SIZE, X_DISPLAY, NEW_ENVIRONMENT];

/// What the server may do.
const THEIRS: [u8; 3] = [BINARY, SUPPRESS_GO_AHEAD, ECHO];

/// One option on one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    No,
    /// Asked for by us and not answered yet.
    WantYes,
    Yes,
}

/// Which side an option is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Us,
    Them,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Negotiation {
    us: [State; OURS.len()],
    them: [State; THEIRS.len()],
    is_offered: bool,
}

impl Negotiation {
    pub(super) fn is_on(&mut self, side: Side, option: u8) -> bool {
        self.state(side, option).is_some_and(|at| *at == State::Yes)
    }

    /// Answers WILL and DO, WONT and DONT; gives how many answers that took.
    pub(super) fn answer(
        &mut self,
        verb: u8,
        option: u8,
        options: &Options,
        out: &mut Vec<u8>,
    ) -> usize {
        let before = out.len();
        match verb {
            WILL => self.switched_on(Side::Them, option, options, out),
            DO => self.switched_on(Side::Us, option, options, out),
            WONT => self.switched_off(Side::Them, option, out),
            _ => self.switched_off(Side::Us, option, out),
        }
        if !std::mem::replace(&mut self.is_offered, true) {
            self.offer(options, out);
        }
        usize::from(out.len() > before)
    }

    fn switched_on(&mut self, side: Side, option: u8, options: &Options, out: &mut Vec<u8>) {
        let is_wanted = is_wanted(side, option, options);
        match self.state(side, option).filter(|_| is_wanted) {
            Some(at) => {
                let before = std::mem::replace(at, State::Yes);
                if before == State::No {
                    out.extend_from_slice(&[IAC, yes(side), option]);
                }
                if before != State::Yes && (side, option) == (Side::Us, WINDOW_SIZE) {
                    // RFC 1073: said as soon as it may be, not when asked.
                    options.tell(option, out);
                }
            }
            None => out.extend_from_slice(&[IAC, no(side), option]),
        }
    }

    fn switched_off(&mut self, side: Side, option: u8, out: &mut Vec<u8>) {
        let Some(at) = self.state(side, option) else { return };
        if std::mem::replace(at, State::No) == State::Yes {
            out.extend_from_slice(&[IAC, no(side), option]);
        }
    }

    /// Offers what we can do and asks for what the server may do; ECHO is the server's own idea.
    fn offer(&mut self, options: &Options, out: &mut Vec<u8>) {
        for option in OURS {
            for side in [Side::Us, Side::Them] {
                let is_wanted = is_wanted(side, option, options);
                let at = self.state(side, option).filter(|at| is_wanted && **at == State::No);
                if let Some(at) = at {
                    *at = State::WantYes;
                    out.extend_from_slice(&[IAC, yes(side), option]);
                }
            }
        }
    }

    fn state(&mut self, side: Side, option: u8) -> Option<&mut State> {
        let (known, states): (&[u8], &mut [State]) = match side {
            Side::Us => (&OURS, &mut self.us),
            Side::Them => (&THEIRS, &mut self.them),
        };
        states.get_mut(known.iter().position(|one| *one == option)?)
    }
}

fn is_wanted(side: Side, option: u8, options: &Options) -> bool {
    match (side, option) {
        (_, SUPPRESS_GO_AHEAD) => true,
        (_, BINARY) => options.is_binary(),
        (Side::Us, option) => options.has(option),
        (Side::Them, option) => option == ECHO,
    }
}

/// What is said of a side that does an option, and of one that does not.
fn yes(side: Side) -> u8 {
    if side == Side::Us { WILL } else { DO }
}

fn no(side: Side) -> u8 {
    if side == Side::Us { WONT } else { DONT }
}
