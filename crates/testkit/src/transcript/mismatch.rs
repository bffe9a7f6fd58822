//! What goes wrong with transcripts.

use std::error::Error;
use std::fmt;

/// The first difference between a transcript and what the client did.
///
/// `Debug` prints the same as `Display`, so that `finish().unwrap()` is readable.
#[derive(Clone)]
pub struct Mismatch {
    /// The name of the transcript.
    pub script: String,
    /// The line of the transcript, counted from 1.
    pub line: usize,
    /// The number of the connection, counted from 1.
    pub connection: usize,
    /// What the transcript wants, escaped.
    pub expected: String,
    /// What happened instead, escaped.
    pub got: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch { script, line, connection, expected, got } = self;
        writeln!(f, "transcript {script:?}, line {line} (connection {connection})")?;
        write!(f, "  expected: {expected}\n  got:      {got}")
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}\n")
    }
}

impl Error for Mismatch {}

/// Why a text is not a transcript.
#[derive(Clone, Debug)]
pub struct ParseError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl Error for ParseError {}
