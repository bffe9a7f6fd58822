//! Parsing the format of `-w`.

use super::Target;
use super::variables::{self, Variable};

/// A parsed format.
pub(crate) struct Template {
    pub(super) parts: Vec<Part>,
    /// Names in `%{…}` that mean nothing.
    pub(crate) unknown: Vec<String>,
}

pub(super) enum Part {
    Text(String),
    Variable(&'static Variable),
    /// `%header{name}`
    Header(String),
    /// `%time{format}`
    Time(String),
    Json,
    HeaderJson,
    Target(Target),
    OnError,
}

impl Template {
    pub(crate) fn parse(format: &str) -> Template {
        let mut template = Template { parts: Vec::new(), unknown: Vec::new() };
        let mut rest = format;
        while let Some(at) = rest.find(['%', '\\']) {
            template.text(&rest[..at]);
            rest = template.special(&rest[at..]);
        }
        template.text(rest);
        template
    }

    fn text(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => self.parts.push(Part::Text(text.to_owned())),
        }
    }

    /// Reads what begins with `%` or a backslash, and gives back what follows it.
    fn special<'a>(&mut self, text: &'a str) -> &'a str {
        for (sign, meaning) in [("%%", "%"), ("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t")] {
            if let Some(rest) = text.strip_prefix(sign) {
                self.text(meaning);
                return rest;
            }
        }
        if let Some((name, rest)) = braces(text, "%{") {
            self.named(name);
            return rest;
        }
        if let Some((name, rest)) = braces(text, "%header{") {
            self.parts.push(Part::Header(name.to_owned()));
            return rest;
        }
        if let Some((format, rest)) = braces(text, "%time{") {
            self.parts.push(Part::Time(format.to_owned()));
            return rest;
        }
        if let Some((name, rest)) = braces(text, "%output{") {
            let append = name.starts_with(">>");
            let path = name.trim_start_matches(">>").into();
            self.parts.push(Part::Target(Target::File { path, append }));
            return rest;
        }
        // Both signs are one byte long.
        self.text(&text[..1]);
        &text[1..]
    }

    fn named(&mut self, name: &str) {
        let part = match name {
            "json" => Part::Json,
            "header_json" => Part::HeaderJson,
            "stdout" => Part::Target(Target::Stdout),
            "stderr" => Part::Target(Target::Stderr),
            "onerror" => Part::OnError,
            _ => match variables::find(name) {
                Some(variable) => Part::Variable(variable),
                None => return self.unknown.push(name.to_owned()),
            },
        };
        self.parts.push(part);
    }
}

fn braces<'a>(text: &'a str, opening: &str) -> Option<(&'a str, &'a str)> {
    text.strip_prefix(opening)?.split_once('}')
}
