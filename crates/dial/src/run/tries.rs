//! A transfer with all its tries, its message and its `-w`.

use std::borrow::Cow;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use landline::Event;

use super::attempt::{Attempt, Outcome};
use super::interrupt::Interrupt;
use super::numbers::Which;
use super::parallel::Slot;
use super::{Failed, Means, Run, cookies, ftp, report};
use crate::exit::Code;
use crate::high::{Destination, Transfer};
use crate::output::Output;
use crate::retry;

/// The whole of a transfer, and what its group does when it was the last.
pub(super) async fn transfer(
    transfer: &Transfer,
    means: Rc<Means>,
    run: &Run,
    interrupt: &mut Interrupt,
    slot: &mut Slot,
) -> Result<(), Failed> {
    let done = tries(transfer, &means, run, interrupt, slot).await;
    cookies::show(&means, &run.messages);
    means.leave(&run.messages);
    done
}

async fn tries(
    transfer: &Transfer,
    means: &Means,
    run: &Run,
    interrupt: &mut Interrupt,
    slot: &mut Slot,
) -> Result<(), Failed> {
    let messages = &run.messages;
    let settings = &*transfer.settings;
    if let Some(path) = existing(transfer) {
        if let Some(trace) = &run.trace {
            let text = format!("skips transfer, file exists: {}", path.display());
            trace.tell(&Event::Note(&text), Which::default());
        }
        return report::end(transfer, Outcome::default(), 0, messages);
    }
    let mut rules = Cow::Borrowed(&settings.output);
    if transfer.upload.is_some() {
        // `-C` is about what is sent; the reply is a document of its own.
        rules.to_mut().resume = None;
    }
    let mut output = match Output::prepare(&transfer.output, &rules) {
        Ok(output) => output,
        Err(failure) => return report::end(transfer, Outcome::of(failure), 0, messages),
    };
    if run.is_parallel() {
        output.keep_lines_whole();
    }
    let begun = Instant::now();
    for tries in 1.. {
        let attempt = Attempt::new(transfer, means, run, &mut output, interrupt);
        let mut outcome = attempt.run().await;
        outcome.warnings.iter().for_each(|text| messages.warning(text));
        let ended = ended(&outcome);
        let again = settings.retry.again(&ended, tries, begun.elapsed());
        if again.is_some() && outcome.is_input_spent {
            let why = "no other try is made: what is to be sent cannot be read again";
            match &mut outcome.failure {
                Some(failure) => failure.text = format!("{}; {why}", failure.text),
                None => messages.warning(why),
            }
        }
        let is_over = is_over(ended.code) || outcome.failure.as_ref().is_some_and(|f| f.ends_run);
        let Some(again) = again.filter(|_| !is_over && !outcome.is_input_spent) else {
            // What stands behind it is its own -w, and nobody else's line.
            outcome.failure = outcome.failure.or(output.end_lines().err());
            if outcome.failure.is_some() {
                output.discard();
            }
            return report::end(transfer, outcome, tries - 1, messages);
        };
        messages.warning(&again.warning());
        // What came so far stays for the one who interrupts here.
        if let Err(failure) = interrupt.guard(slot.rest(again.wait)).await {
            return report::end(transfer, Outcome::of(failure), tries - 1, messages);
        }
        if output.go_on() {
            run.messages.warning(&format!("going on behind {} bytes", output.resume_at()));
        } else if !output.rewind() {
            messages.warning("what was written cannot be taken back; the next try is appended");
        }
    }
    Ok(())
}

/// `--skip-existing`: the file that is there.
fn existing(transfer: &Transfer) -> Option<&Path> {
    let is_read = transfer.settings.output.skip_existing && transfer.upload.is_none();
    let (Destination::File(path) | Destination::ServerNamed { fallback: Some(path) }) =
        &transfer.output
    else {
        return None;
    };
    (is_read && path.exists()).then_some(path)
}

/// Whether the whole run ends, whatever is tried.
fn is_over(code: Code) -> bool {
    code == Code::INTERRUPTED || code == Code::ABORTED
}

fn ended(outcome: &Outcome) -> retry::Outcome {
    let (status, scheme) = (outcome.facts.http_code, outcome.facts.scheme.as_deref());
    let is_ftp = scheme.is_some_and(ftp::is_ftp);
    // Numbers of mail and news mean something else.
    let counts = is_ftp || scheme.is_some_and(|scheme| matches!(scheme, "http" | "https"));
    retry::Outcome {
        code: outcome.failure.as_ref().map_or(Code::OK, |failure| failure.code),
        status: (status > 0 && counts).then_some(status),
        is_ftp,
        refused: outcome.refused,
        retry_after: outcome.retry_after,
    }
}
