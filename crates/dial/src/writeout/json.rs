//! `%{json}` and `%{header_json}`.

use std::fmt::Write;

use super::Facts;
use super::variables::{ALL, Value};
use crate::help::version;
use crate::json::quoted;

/// One object with every variable.
pub(super) fn facts(facts: &Facts) -> String {
    let mut json = String::from("{");
    for variable in &ALL {
        let value = match (variable.value)(facts) {
            Value::Text(None) | Value::Part(None) | Value::Secret(_) => "null".to_owned(),
            Value::Text(Some(text)) => quoted(text),
            Value::Part(Some(text)) => quoted(&text),
            Value::Status(code) => code.to_string(),
            other => other.to_string(),
        };
        let _ = write!(json, "\"{}\":{value},", variable.name);
    }
    let _ = write!(json, "\"curl_version\":{}}}", quoted(&version::library()));
    json
}

/// The headers by name in lower case, each with the list of its values.
pub(super) fn headers(facts: &Facts) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in &facts.headers {
        let name = name.to_ascii_lowercase();
        let value = quoted(value.trim());
        match groups.iter_mut().find(|group| group.0 == name) {
            Some(group) => group.1.push(value),
            None => groups.push((name, vec![value])),
        }
    }
    let lines =
        groups.iter().map(|(name, values)| format!("{}:[{}]", quoted(name), values.join(",")));
    format!("{{{}\n}}", lines.collect::<Vec<_>>().join(",\n"))
}
