//! Replies that are given instead of doing what was asked.

use std::io;
use std::time::Duration;

use crate::Conn;

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// In order: close_notify on TLS, then FIN.
    Fin,
    /// With FIN alone: on TLS without close_notify.
    Cut,
    /// With RST.
    Reset,
    /// Not at all: silence until the client goes or the server is dropped.
    Stall,
}

impl End {
    /// Ends a control connection so.
    pub(super) fn of(self, conn: &mut Conn) -> io::Result<()> {
        match self {
            End::Fin => conn.fin(),
            End::Reset => conn.reset(),
            End::Stall => conn.stall(),
            End::Cut => {
                conn.cut();
                Ok(())
            }
        }
    }
}

/// How long something waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// So long, or until the server is dropped.
    For(Duration),
    /// For one [`Server::release`](crate::Server::release).
    Release,
}

impl Wait {
    pub(super) fn on(self, conn: &Conn) {
        match self {
            Wait::For(time) => conn.pause(time),
            Wait::Release => conn.wait_for_release(),
        }
    }
}

/// What the server says instead of doing what a command wants. From a string it is one line,
/// whose line end is added.
///
/// ```
/// use landline_testkit::ftp::{Answer, End};
///
/// let refusal = Answer::from("550 No.");
/// let farewell = Answer::from("421 Time is over.").then(End::Fin);
/// let flood = Answer::raw("214-\r\n").endlessly("and more\r\n");
/// # let _ = (refusal, farewell, flood);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub(super) text: Vec<u8>,
    again: Vec<u8>,
    end: Option<End>,
}

impl Answer {
    /// Says these bytes and no others: line ends, and what is wrong with them, are the caller's.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Answer {
        Answer { text: bytes.into(), ..Answer::default() }
    }

    /// Says nothing.
    pub fn nothing() -> Answer {
        Answer::default()
    }

    /// Says this again and again afterwards, until the client goes.
    #[must_use]
    pub fn endlessly(mut self, again: impl Into<Vec<u8>>) -> Answer {
        self.again = again.into();
        self
    }

    /// Ends the control connection afterwards.
    #[must_use]
    pub fn then(mut self, end: End) -> Answer {
        self.end = Some(end);
        self
    }

    /// Tells whether the reply has this code.
    pub(super) fn is(&self, code: &str) -> bool {
        self.text.starts_with(code.as_bytes())
    }

    pub(super) fn is_refusal(&self) -> bool {
        self.is("5")
    }

    pub(super) fn give(&self, conn: &mut Conn) -> io::Result<()> {
        conn.say(&self.text)?;
        if !self.again.is_empty() {
            let block = endless_block(&self.again);
            loop {
                conn.say(&block)?;
            }
        }
        self.end.map_or(Ok(()), |end| end.of(conn))
    }
}

impl From<&str> for Answer {
    fn from(line: &str) -> Answer {
        Answer::raw([line.as_bytes(), b"\r\n"].concat())
    }
}

impl From<String> for Answer {
    fn from(line: String) -> Answer {
        Answer::from(&*line)
    }
}

/// Enough of what never ends for one large write.
pub(super) fn endless_block(piece: &[u8]) -> Vec<u8> {
    const BLOCK_BYTES: usize = 64 << 10;
    piece.repeat(BLOCK_BYTES / piece.len().max(1) + 1)
}

/// When an [`Answer`] is given.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    verb: String,
    /// The how manieth time in one connection, counted from 1; every time where nothing stands.
    nth: Option<usize>,
    answer: Answer,
}

impl Rule {
    pub(super) fn new(verb: &str, nth: Option<usize>, answer: Answer) -> Rule {
        Rule { verb: verb.to_ascii_uppercase(), nth, answer }
    }

    /// Finds the answer to the `nth` use of a verb; the rule made last goes first.
    pub(super) fn find<'a>(rules: &'a [Rule], verb: &str, nth: usize) -> Option<&'a Answer> {
        let fits = |rule: &&Rule| rule.verb == verb && rule.nth.is_none_or(|wanted| wanted == nth);
        rules.iter().rev().find(fits).map(|rule| &rule.answer)
    }

    /// Tells whether a verb is refused every time, and so is no feature.
    pub(super) fn refuse(rules: &[Rule], verb: &str) -> bool {
        rules.iter().any(|rule| rule.verb == verb && rule.nth.is_none() && rule.answer.is_refusal())
    }
}
