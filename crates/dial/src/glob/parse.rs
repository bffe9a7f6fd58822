//! From text to [`Glob`].

use std::fmt;

use super::{Glob, MAX_PATTERNS, Part};

/// Where and why a pattern is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GlobError {
    why: &'static str,
    /// Counted in bytes from 1.
    position: usize,
    text: String,
}

impl fmt::Display for GlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indent = self.position.saturating_sub(1);
        // Pointing into a very long line helps nobody.
        if self.text.len() > 500 {
            return write!(f, "{} in position {}", self.why, self.position);
        }
        let (why, position, text) = (self.why, self.position, masked(&self.text));
        write!(f, "{why} in position {position}:\n{text}\n{:indent$}^", "")
    }
}

/// A URL whose user and password are stars, as many as they have bytes: the mark below fits.
fn masked(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    match url[start..end].rfind('@') {
        Some(at) => format!("{}{}{}", &url[..start], "*".repeat(at), &url[start + at..]),
        None => url.to_owned(),
    }
}

/// The most leading zeros of a range.
const MAX_WIDTH: usize = 1000;

/// A cursor over the text.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

type Result<T> = std::result::Result<T, &'static str>;

impl Glob {
    pub(crate) fn parse(text: &str) -> std::result::Result<Glob, GlobError> {
        let mut reader = Reader { text, at: 0 };
        reader.glob().map_err(|why| GlobError {
            why,
            position: reader.at + 1,
            text: text.to_owned(),
        })
    }
}

impl Reader<'_> {
    fn glob(&mut self) -> Result<Glob> {
        let (mut parts, mut patterns, mut total) = (Vec::new(), 0, 1u64);
        while self.peek().is_some() {
            let literal = self.literal()?;
            if !literal.is_empty() {
                parts.push(Part::Fixed(literal));
            }
            let Some(open) = self.peek() else { break };
            patterns += 1;
            if patterns > MAX_PATTERNS {
                return Err("too many {} sets");
            }
            self.at += 1;
            let part = if open == b'{' { self.words()? } else { self.range()? };
            total = total.checked_mul(part.count()).ok_or("range overflow")?;
            parts.push(part);
        }
        Ok(Glob { parts })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes one character, whole even where it has several bytes.
    fn take(&mut self) -> &str {
        let rest = &self.text[self.at..];
        let length = rest.chars().next().map_or(0, char::len_utf8);
        self.at += length;
        &rest[..length]
    }

    /// Text up to the next pattern.
    fn literal(&mut self) -> Result<String> {
        let mut literal = String::new();
        while let Some(byte) = self.peek() {
            let escapes =
                matches!(self.text.as_bytes().get(self.at + 1), Some(b'{' | b'}' | b'[' | b']'));
            match byte {
                b'{' => break,
                b'[' => match self.bracket_literal() {
                    Some(length) => {
                        literal.push_str(&self.text[self.at..self.at + length]);
                        self.at += length;
                        continue;
                    }
                    None => break,
                },
                b'}' | b']' => return Err("unmatched close brace/bracket"),
                b'\\' if escapes => self.at += 1,
                _ => {}
            }
            literal.push_str(self.take());
        }
        Ok(literal)
    }

    /// The length of an IPv6 address in brackets, or of `[]`, which query strings use.
    fn bracket_literal(&self) -> Option<usize> {
        let rest = &self.text[self.at..];
        let end = rest.find(']')?;
        let inside = &rest[1..end];
        let address = inside.split('%').next().unwrap_or(inside);
        let literal = inside.is_empty() || address.parse::<std::net::Ipv6Addr>().is_ok();
        literal.then_some(end + 1)
    }

    /// Behind `{`.
    fn words(&mut self) -> Result<Part> {
        let start = self.at;
        let (mut words, mut word) = (Vec::new(), String::new());
        loop {
            match self.peek() {
                None => {
                    // The mark belongs under the brace, not at the end of the line.
                    self.at = start - 1;
                    return Err("unmatched brace");
                }
                Some(b'{' | b'[') => return Err("nested brace"),
                Some(b']') => return Err("unexpected close bracket"),
                Some(b'}') if self.at == start => return Err("empty string within braces"),
                Some(b'}') => break,
                Some(b',') => words.push(std::mem::take(&mut word)),
                Some(b'\\') if self.at + 1 < self.text.len() => {
                    self.at += 1;
                    word.push_str(self.take());
                    continue;
                }
                Some(_) => {
                    word.push_str(self.take());
                    continue;
                }
            }
            self.at += 1;
        }
        self.at += 1;
        words.push(word);
        Ok(Part::Words(words))
    }

    /// Behind `[`.
    fn range(&mut self) -> Result<Part> {
        let rest = &self.text[self.at..];
        let end = rest.find(']').ok_or("bad range")?;
        let (bounds, step) = rest[..end].split_once(':').unwrap_or((&rest[..end], "1"));
        let (first, last) = bounds.split_once('-').ok_or("bad range")?;
        let step = number(step)?;
        let part = if first.bytes().all(|b| b.is_ascii_digit()) {
            numbers(first, last.trim_start(), step)?
        } else {
            letters(first, last, step)?
        };
        self.at += end + 1;
        Ok(part)
    }
}

fn number(text: &str) -> Result<u64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err("bad range");
    }
    // curl counts in signed 64-bit numbers; what fits there leaves room for every step.
    text.parse().ok().filter(|&n| n <= i64::MAX as u64).ok_or("range overflow")
}

/// How many steps there are from `first` to `last`.
fn count(first: u64, last: u64, step: u64) -> Result<u64> {
    let sensible = if first == last { step == 1 } else { first < last && step <= last - first };
    if step == 0 || !sensible { Err("bad range") } else { Ok((last - first) / step + 1) }
}

fn numbers(first: &str, last: &str, step: u64) -> Result<Part> {
    let width = if first.starts_with('0') { first.len() } else { 0 };
    if width > MAX_WIDTH {
        return Err("range overflow");
    }
    let (first, last) = (number(first)?, number(last)?);
    Ok(Part::Numbers { first, step, count: count(first, last, step)?, width })
}

fn letters(first: &str, last: &str, step: u64) -> Result<Part> {
    let (&[first], &[last]) = (first.as_bytes(), last.as_bytes()) else {
        return Err("bad range");
    };
    let alike = (first.is_ascii_lowercase() && last.is_ascii_lowercase())
        || (first.is_ascii_uppercase() && last.is_ascii_uppercase());
    if !alike {
        return Err("bad range");
    }
    let count = count(first.into(), last.into(), step)?;
    Ok(Part::Letters { first, step: step as u8, count })
}
