//! Overviews: what is known of articles without reading them (RFC 3977 section 8.3 and 8.4).

use super::group::number;

/// The fields of an overview, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverviewFormat(Vec<Field>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    /// The field's name without colons: `Subject`, `:bytes`.
    name: String,
    /// Each value has the field's name in front.
    is_full: bool,
}

impl Default for OverviewFormat {
    /// The seven that every server has.
    fn default() -> Self {
        let names = ["Subject", "From", "Date", "Message-ID", "References", ":bytes", ":lines"];
        let field = |name: &str| Field { name: name.to_owned(), is_full: false };
        Self(names.iter().map(|name| field(name)).collect())
    }
}

impl OverviewFormat {
    /// Reads the lines of `LIST OVERVIEW.FMT`: the seven that every server has, whatever they are
    /// called there, and those of this one.
    pub fn from_lines<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut this = Self::default();
        for line in lines.into_iter().skip(this.0.len()) {
            let (line, is_full) = match line.trim().strip_suffix(":full") {
                Some(name) => (name, true),
                None => (line.trim(), false),
            };
            let name = if line.starts_with(':') { line } else { line.trim_end_matches(':') };
            this.0.push(Field { name: name.to_owned(), is_full });
        }
        this
    }
}

/// What is known of one article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overview {
    /// Its number in the group; 0 where it was asked for by its message-id.
    pub number: u64,
    fields: Vec<(String, String)>,
}

impl Overview {
    /// Reads a line of `OVER`; bytes that are not UTF-8 are replaced. `None` when it has no number or
    /// fewer fields than the seven.
    #[must_use]
    pub fn parse(line: &[u8], format: &OverviewFormat) -> Option<Self> {
        let text = String::from_utf8_lossy(line);
        let mut values = text.split('\t');
        let number = number(values.next()?)?;
        let mut fields = Vec::with_capacity(format.0.len());
        for (at, field) in format.0.iter().enumerate() {
            let value = match values.next() {
                Some(value) => value,
                None if at < OverviewFormat::default().0.len() => return None,
                None => break,
            };
            fields.push((field.name.clone(), field.value(value).to_owned()));
        }
        // What the format does not tell of names itself, as `Xref: ...`.
        for (name, value) in values.filter_map(|value| value.split_once(':')) {
            fields.push((name.to_owned(), value.trim().to_owned()));
        }
        Some(Self { number, fields })
    }

    /// The value of a field, whatever the case of its name; `:bytes` and `:lines` are two of them.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// All of them, in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many bytes the article has.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        self.get(":bytes").and_then(number)
    }

    /// How many lines its body has.
    #[must_use]
    pub fn lines(&self) -> Option<u64> {
        self.get(":lines").and_then(number)
    }
}

impl Field {
    /// The value without the name that may stand in front.
    fn value<'a>(&self, value: &'a str) -> &'a str {
        let Some((name, rest)) = value.split_once(':').filter(|_| self.is_full) else {
            return value;
        };
        if name.eq_ignore_ascii_case(&self.name) { rest.trim() } else { value }
    }
}
