use super::super::{Category, Flag, Given, LowArgs, Refusal, TraceForm, Value};
use super::switch;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "trace",
        short: None,
        value: Value::One("file"),
        category: Category::Verbose,
        help: "Write a trace to a file",
        doc: "Writes to file what is done, and every byte of heads and bodies sent and received, in \
              hex and as text; - is stdout, % is stderr. Bodies are shown as they came, compressed \
              if they were, without the sizes of chunks. Passwords and cookies in heads that are \
              sent are masked; what is in a body is not.",
        update: Some(|low, given| trace(low, given, TraceForm::Hex)),
    },
    Flag {
        long: "trace-ascii",
        short: None,
        value: Value::One("file"),
        category: Category::Verbose,
        help: "Write a trace without hex to a file",
        doc: "As --trace, with lines of text alone.",
        update: Some(|low, given| trace(low, given, TraceForm::Ascii)),
    },
    Flag {
        long: "trace-config",
        short: None,
        value: Value::One("string"),
        category: Category::Verbose,
        help: "What to trace",
        doc: "A list separated by commas: time and ids are --trace-time and --trace-ids, all is \
              both. curl's other words name parts of curl; they are warned about, for what they \
              would tell is in --trace or nowhere.",
        update: Some(|low, given| {
            for word in given.text()?.split(',').map(str::trim) {
                let word = word.to_ascii_lowercase();
                low.global.trace_times |= matches!(&*word, "time" | "all");
                low.global.trace_ids |= matches!(&*word, "ids" | "all");
                if !matches!(&*word, "time" | "ids" | "all" | "") {
                    low.warnings.push(format!("--trace-config: there is no trace of '{word}'"));
                }
            }
            Ok(())
        }),
    },
    Flag {
        long: "trace-ids",
        short: None,
        value: Value::Switch,
        category: Category::Verbose,
        help: "Number transfers in traces",
        doc: "Puts the numbers of the transfer and of its connection before each line of --trace \
              and --verbose: [1-0], [1-x] before there is a connection.",
        update: switch!(global.trace_ids),
    },
    Flag {
        long: "trace-time",
        short: None,
        value: Value::Switch,
        category: Category::Verbose,
        help: "Time stamps in traces",
        doc: "Puts the time of day in UTC before each line of --trace and --verbose.",
        update: switch!(global.trace_times),
    },
];

fn trace(low: &mut LowArgs, given: &Given<'_>, form: TraceForm) -> Result<(), Refusal> {
    let before = low.global.trace.replace((form, given.path()?));
    if std::mem::take(&mut low.global.verbosity) > 0 || before.is_some_and(|(old, _)| old != form) {
        low.warnings.push("--trace overrides an earlier trace/verbose option".into());
    }
    Ok(())
}
