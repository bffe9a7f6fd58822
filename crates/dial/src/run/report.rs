//! The end of a transfer: the message, and `-w`.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};

use landline::Location;

use super::Failed;
use super::attempt::Outcome;
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::high::Transfer;
use crate::messages::Messages;
use crate::writeout::{Piece, Target};

pub(super) fn end(
    transfer: &Transfer,
    mut outcome: Outcome,
    retries: u64,
    messages: &Messages,
) -> Result<(), Failed> {
    if let Some(failure) = &outcome.failure {
        messages.failure(failure);
    }
    if let Some(template) = &transfer.settings.write_out {
        let facts = &mut outcome.facts;
        facts.url.clone_from(&transfer.url);
        facts.urlnum = transfer.number;
        facts.method = transfer.method().to_owned();
        facts.num_retries = retries;
        facts.referer.clone_from(&transfer.settings.referer);
        facts.exitcode = outcome.failure.as_ref().map_or(0, |failure| failure.code.0);
        facts.errormsg = outcome.failure.as_ref().map(|failure| failure.text.clone());
        facts.location = Location::parse(&transfer.target).ok();
        for name in &template.unknown {
            messages.told(&format!("unknown --write-out variable: '{name}'"));
        }
        for piece in template.render(facts, is_terminal) {
            if let Err(error) = write(&piece) {
                let text = format!("Failure writing output: {}", os_reason(&error));
                let failure = match error.kind() {
                    io::ErrorKind::BrokenPipe => Failure::quiet(Code::WRITE),
                    _ => Failure::new(Code::WRITE, text),
                };
                messages.failure(&failure);
                return Err((&failure).into());
            }
        }
    }
    outcome.failure.as_ref().map_or(Ok(()), |failure| Err(failure.into()))
}

fn is_terminal(target: &Target) -> bool {
    match target {
        Target::Stdout => io::stdout().is_terminal(),
        Target::Stderr => io::stderr().is_terminal(),
        Target::File { .. } => false,
    }
}

fn write(piece: &Piece) -> io::Result<()> {
    let text = piece.text.as_bytes();
    match &piece.target {
        Target::Stdout => io::stdout().write_all(text).and_then(|()| io::stdout().flush()),
        Target::Stderr => io::stderr().write_all(text),
        Target::File { path, append } => {
            let mut options = OpenOptions::new();
            options.create(true).write(true).append(*append).truncate(!append);
            options.open(path)?.write_all(text)
        }
    }
}
