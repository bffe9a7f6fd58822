//! `dial` reads documents from servers, with curl's flags.
//!
//! argv → low-level arguments (`flags`) → high-level arguments (`high`) → `run` → exit code.
#![forbid(unsafe_code)]

mod checksum;
mod data;
mod exit;
mod flags;
mod form;
mod glob;
mod help;
mod high;
mod json;
mod listing;
mod messages;
mod os_text;
mod output;
mod process_list;
mod progress;
mod protocols;
mod retry;
mod run;
mod secret;
mod settings;
mod terminal;
mod url_text;
mod whole;
mod writeout;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use exit::{Code, Manner};
use flags::Global;
use high::HighArgs;
use messages::{Messages, Name, Stream};

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let name = Name::from_argv0(&words.next().unwrap_or_default());
    let words: Vec<OsString> = words.collect();
    command(&words, name).into()
}

fn command(words: &[OsString], name: Name) -> Code {
    let mut messages = Messages::new(name);
    let config = flags::default_file(|variable| std::env::var_os(variable).map(Into::into));
    let parsed = flags::parse(words, config.as_deref());
    let low = parsed.low;
    process_list::hide(words, &low.secrets);
    prepare(&mut messages, &low.global);
    if let Some(failure) = parsed.failure {
        // A command line that is wrong is told even under -s, as curl does.
        messages.silent = false;
        low.warnings.iter().for_each(|warning| messages.warning(warning));
        messages.failure(&failure);
        return failure.code;
    }
    if let Some(special) = &low.special {
        return print(&help::special(special, name, terminal::width()));
    }
    let (high, warnings) = HighArgs::from_low(low, name);
    warnings.iter().for_each(|warning| messages.warning(warning));
    match high {
        Ok(high) => run::run(high, messages),
        Err(failure) => {
            messages.silent &= failure.manner != Manner::Usage;
            messages.failure(&failure);
            failure.code
        }
    }
}

/// Gives messages the manner the command line asks for.
fn prepare(messages: &mut Messages, global: &Global) {
    messages.silent = global.silent;
    messages.show_error = global.show_error;
    if let Some(path) = &global.stderr {
        match Stream::open(path) {
            Ok(stream) => messages.stream = stream,
            Err(error) => {
                let reason = data::os_reason(&error);
                messages.warning(&format!("Failed to open {}: {reason}", path.display()));
            }
        }
    }
}

/// Prints help and the like. Somebody who pipes it into `head` gets no error.
fn print(text: &str) -> Code {
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Code::WRITE,
        _ => Code::OK,
    }
}
