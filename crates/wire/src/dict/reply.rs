//! What stands in the lines of an answer.

/// What a `151` line says of the definition that follows it (RFC 2229 section 3.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The word as the database spells it.
    pub word: String,
    /// The short name of the database.
    pub database: String,
    /// What the database is; may be empty.
    pub description: String,
}

/// One line of the text behind `152` (RFC 2229 section 3.3.2). The lists of databases and strategies
/// have the same form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The short name of the database.
    pub database: String,
    /// A word that is in there.
    pub word: String,
}

impl Heading {
    /// Reads the text of a `151` line; `None` where word or database are missing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut found = arguments(text).into_iter();
        let (word, database) = (found.next()?, found.next()?);
        Some(Self { word, database, description: found.next().unwrap_or_default() })
    }
}

impl Match {
    /// Reads a line; `None` where database or word are missing.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut found = arguments(line).into_iter();
        Some(Self { database: found.next()?, word: found.next()? })
    }
}

/// Takes a line apart into words: atoms, strings in either quotes and quoted pairs, in any mixture
/// (RFC 2229 section 2.2). What lacks its last quote ends with the line.
#[must_use]
pub fn arguments(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None, None);
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => word.get_or_insert_with(String::new).extend(rest.next()),
            '"' | '\'' if quote.is_none() => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            _ if quote == Some(c) => quote = None,
            ' ' | '\t' if quote.is_none() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
