//! Many servers that misbehave, a few at a time, and what holds for every run against one.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use landline_testkit::process::Output;

use super::{MAX_RSS_BYTES, Room, is_one_message};

/// Endless input ends by a count; this is only for the patience of a busy machine.
const CEILING: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 4;

/// Judges all cases, and fails with every problem there is.
pub(crate) fn walk<T: Sync, P: IntoIterator<Item = String>>(
    cases: &[T],
    judge: impl Fn(&T) -> P + Sync,
) {
    let (next, problems) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let found = judge(case);
            problems.lock().expect("nobody panics with it").extend(found);
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let problems = problems.into_inner().expect("nobody panicked");
    assert!(problems.is_empty(), "{}\n{} in all", problems.join("\n"), problems.len());
}

/// Judges a run against a server that misbehaves: what it said, left behind, and used.
pub(crate) fn judge(
    (output, room): &(Output, Room),
    says: &[&str],
    check: impl FnOnce(i32, Option<&[u8]>) -> Result<(), String>,
) -> Result<(), String> {
    let errors = output.errors();
    let Some(code) = output.code.filter(|_| !output.timed_out) else {
        return Err("no end, or one by a signal".into());
    };
    check(code, room.get("out").as_deref())?;
    if room.names().iter().any(|name| !matches!(&**name, "out" | "in" | "ca.pem")) {
        return Err("left files behind".into());
    }
    let is_told = if code == 0 { errors.is_empty() } else { is_one_message(&errors, code) };
    if !is_told {
        return Err("not exactly one message".into());
    }
    let said = errors.to_lowercase();
    if let Some(word) = says.iter().find(|word| !said.contains(&word.to_lowercase())) {
        return Err(format!("the message lacks {word:?}"));
    }
    if output.peak_rss_bytes >= MAX_RSS_BYTES || output.took >= CEILING {
        return Err(format!("{} bytes resident", output.peak_rss_bytes));
    }
    Ok(())
}

/// The words for a problem with the fault of this name.
pub(crate) fn problem(fault: &str, (output, _): &(Output, Room), what: &str) -> String {
    format!("{fault}: {what}; after {:?}: {}", output.took, output.errors())
}
