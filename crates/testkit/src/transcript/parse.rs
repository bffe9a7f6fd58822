//! From text to steps.

use std::collections::BTreeMap;

use super::mismatch::ParseError;
use super::script::{Expectation, Script};
use super::unescape;

/// One line of a dialogue.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) line: usize,
    pub(super) action: Action,
}

/// Texts are kept as they stand: placeholders are filled in when the port is known, then escapes
/// are resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Expect { text: String, line_end: bool },
    ExpectBytes(usize),
    ExpectRest,
    ExpectEof,
    Say { text: String, line_end: bool },
    Repeat { times: usize, text: String },
    Fin,
    Cut,
    Reset,
    Stall,
    Tls,
    Wait(usize),
}

pub(super) fn script(text: &str) -> Result<Script, ParseError> {
    let mut script = Script {
        headers: Vec::new(),
        dialogues: vec![Vec::new()],
        expectations: Vec::new(),
        names: BTreeMap::new(),
    };
    for (index, line) in text.lines().enumerate() {
        let line_number = index + 1;
        add_line(&mut script, line_number, line)
            .map_err(|problem| ParseError { line: line_number, problem })?;
    }
    Ok(script)
}

fn add_line(script: &mut Script, number: usize, line: &str) -> Result<(), String> {
    if line.trim().is_empty() || line.starts_with('#') {
        return Ok(());
    }
    if let Some(rest) = line.strip_prefix("=>") {
        script.expectations.push(expectation(number, rest)?);
        return Ok(());
    }
    if let Some(rest) = line.strip_prefix("===") {
        return begin_dialogue(script, rest.trim());
    }
    if let Some(action) = action(line)? {
        let dialogue = script.dialogues.last_mut().expect("there is always one");
        dialogue.push(Step { line: number, action });
        return Ok(());
    }
    add_header(script, line)
}

fn expectation(line: usize, rest: &str) -> Result<Expectation, String> {
    let rest = rest.trim();
    let (key, value) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if key.is_empty() {
        return Err("=> wants a key".to_owned());
    }
    if value.trim_start().starts_with('"') {
        unescape(value)?;
    }
    Ok(Expectation { line, key: key.to_owned(), value: value.trim().to_owned() })
}

fn begin_dialogue(script: &mut Script, title: &str) -> Result<(), String> {
    let number = title.strip_prefix("connection").ok_or("=== wants `connection N`")?;
    let number = count(number)?;
    let is_first = number == 1 && script.dialogues.len() == 1 && script.dialogues[0].is_empty();
    if is_first {
        return Ok(());
    }
    if number != script.dialogues.len() + 1 {
        return Err(format!("connection {} is next", script.dialogues.len() + 1));
    }
    script.dialogues.push(Vec::new());
    Ok(())
}

fn add_header(script: &mut Script, line: &str) -> Result<(), String> {
    if script.dialogues.iter().any(|dialogue| !dialogue.is_empty()) {
        return Err(format!("not a line of a dialogue: {line}"));
    }
    let (name, value) = line.split_once(':').ok_or(format!("not a header line: {line}"))?;
    let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
    if name == "delivery" && value != "whole" && value != "bytes" {
        return Err("delivery is `whole` or `bytes`".to_owned());
    }
    script.headers.push((name, value));
    Ok(())
}

/// Reads a dialogue line; nothing when it is none.
fn action(line: &str) -> Result<Option<Action>, String> {
    let Some((prefix, rest)) = line.split_at_checked(2) else { return Ok(None) };
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let action = match prefix {
        "C:" => Action::Expect { text: checked(rest)?, line_end: true },
        "C-" => Action::Expect { text: without_any(rest)?, line_end: false },
        "C<" if rest.trim() == "rest" => Action::ExpectRest,
        "C<" => Action::ExpectBytes(count(rest)?),
        "C!" if rest.trim() == "eof" => Action::ExpectEof,
        "C!" => return Err(format!("C! wants `eof`, not {rest}")),
        "S:" => Action::Say { text: checked(rest)?, line_end: true },
        "S-" => Action::Say { text: checked(rest)?, line_end: false },
        "S*" => repeat(rest)?,
        "S!" => deed(rest.trim())?,
        _ => return Ok(None),
    };
    Ok(Some(action))
}

fn repeat(rest: &str) -> Result<Action, String> {
    let (times, text) = rest.split_once(' ').ok_or("S* wants a count and a text")?;
    Ok(Action::Repeat { times: count(times)?, text: checked(text)? })
}

fn deed(name: &str) -> Result<Action, String> {
    Ok(match name {
        "fin" => Action::Fin,
        "cut" => Action::Cut,
        "reset" => Action::Reset,
        "stall" => Action::Stall,
        "tls" => Action::Tls,
        _ => match name.strip_prefix("wait ") {
            Some(number) => Action::Wait(count(number)?),
            None => return Err(format!("S! knows no `{name}`")),
        },
    })
}

fn count(text: &str) -> Result<usize, String> {
    text.trim().parse().map_err(|_| format!("`{}` is not a count", text.trim()))
}

fn checked(text: &str) -> Result<String, String> {
    unescape(text).map(|_| text.to_owned())
}

fn without_any(text: &str) -> Result<String, String> {
    if text.contains("{any}") {
        return Err("{any} needs a line end behind it: use C:".to_owned());
    }
    checked(text)
}
