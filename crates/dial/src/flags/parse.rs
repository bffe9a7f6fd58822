//! argv → [`LowArgs`].
//!
//! Written by hand rather than on `lexopt`: curl's grammar differs from what that crate
//! promises in places scripts rely on. `-d=x` sends `=x` (lexopt drops the `=`), `-:` is an
//! option, `-h` takes the next word whatever it is, and the lines of a config file go
//! through the same grammar with or without dashes.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::{Flag, Given, LowArgs, Refusal, Value, find_long, find_short};
use super::{config, values};
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::os_text;
use crate::whole::{self, MAX_TEXT_BYTES};

/// Files of `-K` may name further ones, to this depth.
const MAX_CONFIG_DEPTH: usize = 5;

/// The command line as far as it was read. `low` tells how a failure is to be shown.
pub(crate) struct Parsed {
    pub(crate) low: LowArgs,
    pub(crate) failure: Option<Failure>,
}

/// Reads the words behind the command's name; `default_config` is the `.curlrc` to read
/// first, unless the line begins with `-q`.
pub(crate) fn parse(words: &[OsString], default_config: Option<&Path>) -> Parsed {
    let mut parser = Parser::default();
    let config = default_config.filter(|_| !begins_with_disable(words));
    let result = match config.map(|path| parser.config_file(path)) {
        Some(Err(refusal)) => Err(refusal.into_failure("--config")),
        _ => parser.words(words),
    };
    Parsed { low: parser.low, failure: result.err() }
}

fn begins_with_disable(words: &[OsString]) -> bool {
    words.first().is_some_and(|word| word == "--disable" || os_text::bytes(word).starts_with(b"-q"))
}

/// Whether the word behind an option was its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Taken,
    Left,
}

#[derive(Default)]
struct Parser {
    low: LowArgs,
    depth: usize,
}

impl Parser {
    fn words(&mut self, words: &[OsString]) -> Result<(), Failure> {
        let (mut rest, mut options) = (words.iter(), true);
        while let Some(word) = rest.next() {
            if options && word == "--" {
                options = false;
            } else if options && os_text::bytes(word).starts_with(b"-") {
                let next = rest.as_slice().first().map(OsString::as_os_str);
                let used = self.option(word, next);
                if used.map_err(|why| why.into_failure(&word.to_string_lossy()))? == Next::Taken {
                    rest.next();
                }
            } else {
                self.low.group.add_url(word.clone());
            }
            if self.low.special.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// One word that begins with a dash, or the option of a config line.
    fn option(&mut self, word: &OsStr, next: Option<&OsStr>) -> Result<Next, Refusal> {
        let bytes = os_text::bytes(word);
        match bytes.strip_prefix(b"--") {
            Some(long) => self.long(long, next),
            None => match bytes.strip_prefix(b"-") {
                Some(letters) => self.short(letters, next),
                None => self.long(bytes, next),
            },
        }
    }

    /// `name`, `name=value`, `no-name`, without the dashes.
    fn long(&mut self, word: &[u8], next: Option<&OsStr>) -> Result<Next, Refusal> {
        let equals = word.iter().position(|&b| b == b'=');
        let name = std::str::from_utf8(&word[..equals.unwrap_or(word.len())]);
        let name = name.map_err(|_| Refusal::Unknown { near: None })?;
        let joined = equals.map(|at| os_text::from_bytes(&word[at + 1..]));
        if let Some(name) = name.strip_prefix("expand-") {
            return self.expanded(name, joined.as_deref(), next);
        }
        let (flag, on) = find_long(name)?;
        self.low.is_repeated = false;
        match (flag.value.metavar(), joined) {
            (None, Some(_)) => Err(Refusal::ExtraValue),
            (None, None) => self.apply(flag, on, OsStr::new("")).map(|()| Next::Left),
            (Some(_), Some(value)) => self.apply(flag, on, &value).map(|()| Next::Left),
            (Some(_), None) => self.apply_next(flag, next),
        }
    }

    /// `--expand-name`: the value with its variables filled in.
    fn expanded(
        &mut self,
        name: &str,
        joined: Option<&OsStr>,
        next: Option<&OsStr>,
    ) -> Result<Next, Refusal> {
        let (flag, on) = find_long(name)?;
        if flag.value.metavar().is_none() {
            return Err(Refusal::BadUse("takes no value, so there is nothing to expand".into()));
        }
        let used = if joined.is_some() { Next::Left } else { Next::Taken };
        let value = joined.or(next).ok_or(Refusal::NeedsValue)?;
        let value = self.low.variables.expand(value, &mut self.low.warnings)?;
        self.apply(flag, on, &value).map(|()| used)
    }

    /// The letters behind one dash. A value is the rest of the word, or the next word.
    fn short(&mut self, letters: &[u8], next: Option<&OsStr>) -> Result<Next, Refusal> {
        if letters.is_empty() {
            return Err(Refusal::Unknown { near: None });
        }
        for (at, &letter) in letters.iter().enumerate() {
            self.low.is_repeated = at > 0 && letters[at - 1] == letter;
            let flag = find_short(char::from(letter)).ok_or(Refusal::Unknown { near: None })?;
            if flag.value.metavar().is_some() {
                let rest = &letters[at + 1..];
                if rest.is_empty() {
                    return self.apply_next(flag, next);
                }
                self.apply(flag, true, &os_text::from_bytes(rest))?;
                break;
            }
            self.apply(flag, flag.value != Value::On, OsStr::new(""))?;
        }
        Ok(Next::Left)
    }

    fn apply_next(&mut self, flag: &Flag, next: Option<&OsStr>) -> Result<Next, Refusal> {
        match (next, flag.value) {
            (Some(value), _) => self.apply(flag, true, value).map(|()| Next::Taken),
            (None, Value::Optional(_)) => {
                self.apply(flag, true, OsStr::new("")).map(|()| Next::Left)
            }
            // Say first that a flag is not built, whatever else is wrong.
            (None, _) if !flag.is_built() => Err(unbuilt(flag)),
            (None, _) => Err(Refusal::NeedsValue),
        }
    }

    fn apply(&mut self, flag: &Flag, on: bool, value: &OsStr) -> Result<(), Refusal> {
        let Some(update) = flag.update else {
            return Err(unbuilt(flag));
        };
        if flag.value.metavar() == Some("file") && looks_like_a_flag(value) {
            let name = value.to_string_lossy();
            self.low.warnings.push(format!("The filename argument '{name}' looks like a flag."));
        }
        if is_secret(flag, value) {
            self.low.secrets.push(value.to_owned());
        }
        update(&mut self.low, &Given { on, value })?;
        match self.low.config.take() {
            Some(path) => self.config_file(&path),
            None => Ok(()),
        }
    }

    /// `-K`, and the default config file.
    fn config_file(&mut self, path: &Path) -> Result<(), Refusal> {
        if self.depth == MAX_CONFIG_DEPTH {
            return Err(Refusal::BadUse(format!(
                "config files nested over {MAX_CONFIG_DEPTH} deep"
            )));
        }
        let name = path.display();
        let text = whole::read_named(path, MAX_TEXT_BYTES).map_err(|error| {
            Refusal::Unreadable(format!("cannot read config from '{name}': {}", os_reason(&error)))
        })?;
        self.depth += 1;
        for line in config::lines(&text) {
            if line.stray {
                let option = String::from_utf8_lossy(&line.option);
                self.low.warnings.push(format!(
                    "{name}:{}: warning: '{option}' uses unquoted whitespace in the line that \
                     may cause side-effects!",
                    line.number
                ));
            }
            self.config_line(&line).map_err(|why| in_config(why, path, &line))?;
            if self.low.special.is_some() {
                break;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn config_line(&mut self, line: &config::Line) -> Result<(), Refusal> {
        let option = os_text::from_bytes(&line.option);
        let value = line.value.as_deref().map(os_text::from_bytes);
        let used = self.option(&option, value.as_deref())?;
        let has_value = value.is_some_and(|value| !value.is_empty());
        if has_value && used == Next::Left { Err(Refusal::ExtraValue) } else { Ok(()) }
    }
}

fn unbuilt(flag: &Flag) -> Refusal {
    if let Some(why) = flag.why_never() {
        return Refusal::Never(flag.shown(), why);
    }
    match (flag.is_dropped(), flag.is_not_built_in()) {
        (true, _) => Refusal::Dropped(flag.shown()),
        (false, true) => Refusal::NotBuiltIn(flag.shown()),
        (false, false) => Refusal::NotYet(flag.shown()),
    }
}

/// curl goes on after a bad line of a config file with a warning. A line that asks for a
/// proxy or a certificate must not be lost that way, so it ends the run here.
fn in_config(why: Refusal, path: &Path, line: &config::Line) -> Refusal {
    if matches!(why, Refusal::InConfig(_)) {
        return why;
    }
    let mut failure = why.into_failure(&String::from_utf8_lossy(&line.option));
    if failure.code != Code::READ {
        failure.text = format!("{}:{}: {}", path.display(), line.number, failure.text);
    }
    Refusal::InConfig(Box::new(failure))
}

fn looks_like_a_flag(value: &OsStr) -> bool {
    let bytes = os_text::bytes(value);
    bytes.len() > 1 && bytes[0] == b'-'
}

/// Whether others should not see it in the list of processes.
fn is_secret(flag: &Flag, value: &OsStr) -> bool {
    let bytes = os_text::bytes(value);
    let name =
        || bytes.split(|byte| *byte == b':').next().and_then(|name| str::from_utf8(name).ok());
    match flag.long {
        "user" | "proxy-user" | "oauth2-bearer" | "pass" | "proxy-pass" => !bytes.is_empty(),
        "cert" | "proxy-cert" => values::client_cert(value).password.is_some(),
        "header" | "proxy-header" => name().is_some_and(landline::wire::headers::is_secret),
        "cookie" => bytes.contains(&b'='),
        _ => false,
    }
}
