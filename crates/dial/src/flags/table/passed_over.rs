//! Flags that curl still takes and that mean nothing any more.

use super::super::{Category, Flag, LowArgs, Refusal, Value};

// A row is a line: this is a list to look through.
#[rustfmt::skip]
pub(super) static FLAGS: &[Flag] = &[
    Flag { update: Some(|low, _| pass(low, "egd-file")), ..row("egd-file", None, Value::One("file"), Category::Misc) },
    Flag { update: Some(|low, _| pass(low, "false-start")), ..row("false-start", None, Value::Switch, Category::Tls) },
    Flag { update: Some(|low, _| pass(low, "no-npn")), ..row("npn", None, Value::On, Category::Tls) },
    Flag { update: Some(|low, _| pass(low, "random-file")), ..row("random-file", None, Value::One("file"), Category::Misc) },
    Flag { update: Some(|low, _| pass(low, "sslv2")), ..row("sslv2", Some('2'), Value::None, Category::Tls) },
    Flag { update: Some(|low, _| pass(low, "sslv3")), ..row("sslv3", Some('3'), Value::None, Category::Tls) },
];

const fn row(long: &'static str, short: Option<char>, value: Value, category: Category) -> Flag {
    let help = "Accepted; means nothing any more";
    let doc = "What it was for is gone: it is passed over with a warning, and what is used is no weaker for it.";
    Flag { long, short, value, category, help, doc, update: None }
}

fn pass(low: &mut LowArgs, name: &str) -> Result<(), Refusal> {
    low.warnings.push(format!("--{name} means nothing any more and is passed over"));
    Ok(())
}
