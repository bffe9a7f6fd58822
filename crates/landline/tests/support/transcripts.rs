//! What the transcript tests of all protocols share: walking their folder, and comparing what came
//! with what was to come.

use landline::Error;
use landline_testkit::transcript::{Delivery, Expectation, Script, escape};

/// Every transcript of a folder in each delivery.
pub fn each(folder: &str) -> Vec<(Script, Delivery)> {
    let scripts = Script::from_folder(folder).into_iter();
    scripts.flat_map(|script| Delivery::ALL.map(|delivery| (script.clone(), delivery))).collect()
}

/// What went wrong in a walk.
#[derive(Default)]
pub struct Failures(Vec<String>);

impl Failures {
    /// Says which transcript is next, which is shown when the watchdog barks.
    pub fn about(script: &Script, delivery: Delivery) {
        println!("{} ({delivery:?})", script.name());
    }

    pub fn note(&mut self, script: &Script, delivery: Delivery, played: Result<(), String>) {
        if let Err(why) = played {
            self.0.push(format!("{} ({delivery:?}): {why}", script.name()));
        }
    }

    pub fn check(self) {
        assert!(self.0.is_empty(), "{} failures\n\n{}", self.0.len(), self.0.join("\n\n"));
    }
}

/// Compares in order. `error`, `command` and `says` are the same everywhere; `fact` tells the rest,
/// bytes in escaped form.
pub fn judge(
    expectations: &[Expectation],
    error: Option<&Error>,
    mut fact: impl FnMut(&str) -> String,
) -> Result<(), String> {
    for one in expectations {
        let is_bytes = matches!(one.key.as_str(), "body" | "data" | "headers");
        let wanted = if is_bytes { escape(&one.bytes()) } else { one.text() };
        let got = match one.key.as_str() {
            "error" => or_none(error.map(|e| format!("{:?} {:?}", e.kind(), e.phase()))),
            "command" => or_none(error.and_then(Error::command)),
            "says" => or_none(error.map(Error::chain).map(|chain| match chain.contains(&wanted) {
                true => wanted.clone(),
                false => chain,
            })),
            key => fact(key),
        };
        if got != wanted {
            let (line, key) = (one.line, &one.key);
            return Err(format!("line {line}: {key} is\n  {got}\nnot\n  {wanted} ({error:?})"));
        }
    }
    match error {
        Some(error) if !expectations.iter().any(|one| one.key == "error") => Err(error.chain()),
        _ => Ok(()),
    }
}

pub fn or_none(text: Option<impl Into<String>>) -> String {
    text.map_or_else(|| "none".to_owned(), Into::into)
}

/// Plays every transcript of a folder in each delivery by a step of the test's own.
macro_rules! walk {
    ($folder:expr, $play:ident) => {
        $crate::support::transcripts::walk!(in $crate::support::transcripts::each($folder), $play)
    };
    (in $all:expr, $play:ident) => {{
        let mut failures = $crate::support::transcripts::Failures::default();
        for (script, delivery) in $all {
            $crate::support::transcripts::Failures::about(&script, delivery);
            failures.note(&script, delivery, w!($play(&script, delivery)));
        }
        failures.check();
    }};
}
pub(crate) use walk;
