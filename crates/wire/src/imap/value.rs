//! What responses are made of.

/// A word of a response, or a list of them (RFC 9051 section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A word as it stands: a number, a name, a flag, `NIL`; `BODY[…]` with its brackets.
    Atom(Vec<u8>),
    /// A quoted string or a literal.
    Text(Vec<u8>),
    /// A list in parentheses.
    List(Vec<Self>),
    /// A literal of so many bytes that was read apart.
    Skipped(u64),
}

impl Value {
    /// Whether it is this word, in whatever case.
    #[must_use]
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::Atom(atom) if atom.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// The bytes of a word or text; `None` for `NIL` and lists.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Atom(atom) if !atom.eq_ignore_ascii_case(b"NIL") => Some(atom),
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number that a word is.
    #[must_use]
    pub fn as_number(&self) -> Option<u64> {
        let Self::Atom(atom) = self else { return None };
        number(atom)
    }

    /// What stands in a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// How many values it is, those in lists and the lists themselves counted.
    fn count(&self) -> usize {
        1 + self.as_list().unwrap_or_default().iter().map(Self::count).sum::<usize>()
    }

    /// The words of a list as text, bytes that are not UTF-8 replaced.
    pub(super) fn words(&self) -> Vec<String> {
        let list = self.as_list().unwrap_or_default();
        let text = |value: &Self| Some(String::from_utf8_lossy(value.as_bytes()?).into_owned());
        list.iter().filter_map(text).collect()
    }
}

pub(super) fn number(digits: &[u8]) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| std::str::from_utf8(digits).ok()?.parse().ok())?
}

/// What a status response says of the server or a command (RFC 9051 section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It was done.
    Ok,
    /// It was not.
    No,
    /// It was not understood.
    Bad,
    /// The greeting of a server that knows already who we are.
    Preauth,
    /// The server closes the connection.
    Bye,
}

impl Condition {
    pub(super) fn named(word: &[u8]) -> Option<Self> {
        Some(match word.to_ascii_uppercase().as_slice() {
            b"OK" => Self::Ok,
            b"NO" => Self::No,
            b"BAD" => Self::Bad,
            b"PREAUTH" => Self::Preauth,
            b"BYE" => Self::Bye,
            _ => return None,
        })
    }
}

/// One response, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// The server waits for the rest of a command: `+`.
    Continue(String),
    /// How something stands.
    Status {
        /// The command's tag; `None` for what the server says by itself.
        tag: Option<String>,
        /// How it stands.
        condition: Condition,
        /// What stands in brackets, such as `UIDVALIDITY 3857529045`.
        code: Option<String>,
        /// Words for people.
        text: String,
    },
    /// Anything else that is not tagged.
    Data(Vec<Value>),
}

impl Response {
    /// How many values it holds, lists and what stands in them counted; each takes room beside its
    /// bytes.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Continue(_) => 1,
            Self::Status { .. } => 3,
            Self::Data(words) => 1 + words.iter().map(Value::count).sum::<usize>(),
        }
    }

    /// What data is about: its first word, or the second behind a number.
    #[must_use]
    pub fn data(&self, name: &str) -> Option<&[Value]> {
        match self {
            Self::Data(words) => match words.as_slice() {
                [first, ..] if first.is(name) => Some(words),
                [first, second, ..] if first.as_number().is_some() && second.is(name) => {
                    Some(words)
                }
                _ => None,
            },
            _ => None,
        }
    }
}
