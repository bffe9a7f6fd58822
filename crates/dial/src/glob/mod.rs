//! Many URLs in one: `{a,b}`, `[1-9]`, `[001-100:5]`, `[a-z]`.
//!
//! A pattern is parsed once and stepped through like a counter, the rightmost part fastest.
//! Nothing is expanded ahead, so `[1-1000000000]` costs no memory. `{…}` and `[…]` do not
//! nest; a backslash takes away the meaning of a bracket.

mod parse;

/// The most patterns in one URL.
const MAX_PATTERNS: usize = 30;
/// The longest name that `#1` may make.
const MAX_NAME_BYTES: usize = 1024 * 1024;

/// A URL or file name with patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Fixed(String),
    /// `{one,two}`
    Words(Vec<String>),
    /// `[a-z:2]`
    Letters {
        first: u8,
        step: u8,
        count: u64,
    },
    /// `[001-100:5]`; `width` counts the leading zeros in.
    Numbers {
        first: u64,
        step: u64,
        count: u64,
        width: usize,
    },
}

impl Part {
    fn count(&self) -> u64 {
        match self {
            Part::Fixed(_) => 1,
            Part::Words(words) => words.len() as u64,
            Part::Letters { count, .. } | Part::Numbers { count, .. } => *count,
        }
    }

    fn at(&self, index: u64) -> String {
        match self {
            Part::Fixed(text) => text.clone(),
            Part::Words(words) => words[index as usize].clone(),
            Part::Letters { first, step, .. } => char::from(first + step * index as u8).to_string(),
            Part::Numbers { first, step, width, .. } => {
                format!("{:0width$}", first + step * index)
            }
        }
    }
}

/// One URL of a [`Glob`], and what its patterns stand for in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expansion {
    pub(crate) text: String,
    /// In the order of the patterns, for `#1`, `#2` …
    matches: Vec<String>,
}

impl Glob {
    /// A text without patterns (`-g`).
    pub(crate) fn fixed(text: &str) -> Glob {
        Glob { parts: vec![Part::Fixed(text.to_owned())] }
    }

    /// All of them, in order.
    pub(crate) fn into_expansions(self) -> impl Iterator<Item = Expansion> {
        let mut state = Some(vec![0; self.parts.len()]);
        std::iter::from_fn(move || {
            let now = state.take()?;
            let expansion = self.expand(&now);
            state = self.step(now);
            Some(expansion)
        })
    }

    fn expand(&self, indices: &[u64]) -> Expansion {
        let (mut text, mut matches) = (String::new(), Vec::new());
        for (part, &index) in self.parts.iter().zip(indices) {
            let piece = part.at(index);
            text.push_str(&piece);
            if !matches!(part, Part::Fixed(_)) {
                matches.push(piece);
            }
        }
        Expansion { text, matches }
    }

    /// Counts one up; `None` when all parts have run over.
    fn step(&self, mut indices: Vec<u64>) -> Option<Vec<u64>> {
        for (index, part) in indices.iter_mut().zip(&self.parts).rev() {
            *index += 1;
            if *index < part.count() {
                return Some(indices);
            }
            *index = 0;
        }
        None
    }
}

impl Expansion {
    /// Puts the matches into the name of `-o`: `#1` is the first. `None` when it gets too
    /// long.
    pub(crate) fn fill(&self, name: &[u8]) -> Option<Vec<u8>> {
        let (mut filled, mut rest) = (Vec::with_capacity(name.len()), name);
        while let Some((&byte, behind)) = rest.split_first() {
            let digits = behind.iter().take_while(|b| b.is_ascii_digit()).count();
            match self.numbered(&behind[..digits]) {
                Some(text) if byte == b'#' => {
                    filled.extend_from_slice(text.as_bytes());
                    rest = &behind[digits..];
                }
                _ => {
                    filled.push(byte);
                    rest = behind;
                }
            }
            if filled.len() > MAX_NAME_BYTES {
                return None;
            }
        }
        Some(filled)
    }

    fn numbered(&self, digits: &[u8]) -> Option<&str> {
        let number: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
        self.matches.get(number.checked_sub(1)?).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let glob = Glob::parse(text).expect("a good pattern");
        glob.into_expansions().map(|expansion| expansion.text).collect()
    }

    fn why(text: &str) -> String {
        Glob::parse(text).expect_err("a bad pattern").to_string()
    }

    #[test]
    fn sets_and_ranges_count_like_a_counter() {
        assert_eq!(all("h/{a,b}"), ["h/a", "h/b"]);
        assert_eq!(all("{a,}x"), ["ax", "x"]);
        assert_eq!(all("[1-3]"), ["1", "2", "3"]);
        assert_eq!(all("[1-9:4]"), ["1", "5", "9"]);
        assert_eq!(all("[08-11]"), ["08", "09", "10", "11"]);
        assert_eq!(all("[a-e:2]"), ["a", "c", "e"]);
        assert_eq!(all("[x-z]{1,2}"), ["x1", "x2", "y1", "y2", "z1", "z2"]);
        assert_eq!(all("[5-5]"), ["5"]);
        assert_eq!(all("plain"), ["plain"]);
    }

    #[test]
    fn backslashes_addresses_and_empty_brackets_are_literal() {
        assert_eq!(all(r"h/\{a\}\[1\]\x"), [r"h/{a}[1]\x"]);
        assert_eq!(all(r"{a\,b,c}"), ["a,b", "c"]);
        assert_eq!(all("http://[::1]:80/[1-2]"), ["http://[::1]:80/1", "http://[::1]:80/2"]);
        assert_eq!(all("http://[fe80::1%25eth0]/"), ["http://[fe80::1%25eth0]/"]);
        assert_eq!(all("h/?a[]=1"), ["h/?a[]=1"]);
    }

    #[test]
    fn bad_patterns_are_pointed_at() {
        for (text, expected) in [
            ("h/{a,b", "unmatched brace"),
            ("h/{}", "empty string within braces"),
            ("h/{a,{b}}", "nested brace"),
            ("h/{a,[1-2]}", "nested brace"),
            ("h/a}", "unmatched close brace/bracket"),
            ("h/a]", "unmatched close brace/bracket"),
            ("h/{a]}", "unexpected close bracket"),
            ("[1-0]", "bad range"),
            ("[1-9:0]", "bad range"),
            ("[a-Z]", "bad range"),
            ("[1-", "bad range"),
            ("[-1]", "bad range"),
            ("[1-18446744073709551615]", "range overflow"),
            ("[0-9223372036854775807][0-9223372036854775807]", "range overflow"),
        ] {
            assert!(why(text).starts_with(expected), "{text}: {}", why(text));
        }
        assert_eq!(why("h/{}"), "empty string within braces in position 4:\nh/{}\n   ^");
    }

    #[test]
    fn the_number_of_patterns_is_capped() {
        assert_eq!(all(&"[1-1]".repeat(30)).len(), 1);
        assert!(why(&"[1-1]".repeat(31)).starts_with("too many {} sets"));
        assert!(why(&"{".repeat(1000)).starts_with("nested brace"));
    }

    #[test]
    fn a_huge_range_is_walked_not_stored() {
        let glob = Glob::parse("[1-9223372036854775806]").expect("a good pattern");
        let third = glob.into_expansions().nth(2).expect("a third");
        assert_eq!(third.text, "3");
    }

    #[test]
    fn output_names_take_the_matches() {
        let glob = Glob::parse("http://{one,two}/[8-9]").expect("a good pattern");
        let last = glob.into_expansions().last().expect("a last one");
        let fill = |name: &str| {
            last.fill(name.as_bytes()).map(|name| String::from_utf8(name).expect("text"))
        };
        assert_eq!(fill("#1_#2.txt").as_deref(), Some("two_9.txt"));
        assert_eq!(fill("a#b#0#3#").as_deref(), Some("a#b#0#3#"));
        assert_eq!(fill(&"#1".repeat(400_000)), None);
    }
}
