//! Why an option of the command line is not taken, in curl's words.

use crate::exit::{Code, Failure, Manner};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unknown {
        near: Option<&'static str>,
    },
    /// With the names it may be the beginning of.
    Ambiguous(Vec<String>),
    NeedsValue,
    /// A value where none belongs.
    ExtraValue,
    NotReversible,
    NotANumber,
    Negative,
    TooLarge,
    Blank,
    NotText,
    BadUse(String),
    UnknownScheme,
    /// A file named by the option cannot be read.
    Unreadable(String),
    /// Known, but not built; the name with its dashes.
    NotYet(String),
    /// Known, and refused, for what it would be without what it asks for; the words why.
    NotBuilt(&'static str),
    /// Known, and for what is not built in; the name with its dashes.
    NotBuiltIn(String),
    /// Known, and not to come; the name with its dashes, and why.
    Never(String, &'static str),
    /// Known, and gone from curl too; the name with its dashes.
    Dropped(String),
    /// Inside a file of `-K`, and complete with file and line.
    InConfig(Box<Failure>),
}

/// So many names are told of an ambiguous beginning.
const MAX_NAMES: usize = 6;

impl Refusal {
    /// The failure that ends the run. `option` is the word as typed.
    pub(crate) fn into_failure(self, option: &str) -> Failure {
        match self {
            Refusal::InConfig(failure) => *failure,
            Refusal::NotYet(name) => Failure::new(
                Code::USAGE,
                format!("{name} is a curl option that dial does not have yet"),
            ),
            Refusal::NotBuiltIn(name) => Failure::new(
                Code::USAGE,
                format!("{name} is a curl option for Kerberos or NTLM, which are not built in"),
            ),
            Refusal::Never(name, why) => Failure::new(
                Code::USAGE,
                format!("{name} is a curl option that dial does not have: {why}"),
            ),
            Refusal::Dropped(name) => Failure::new(
                Code::USAGE,
                format!("{name} was taken out of curl, and dial does not have it"),
            ),
            Refusal::NotBuilt(why) => {
                Failure::new(Code::NOT_BUILT_IN, format!("option {option}: {why}"))
            }
            Refusal::Unreadable(text) => Failure::new(Code::READ, text),
            Refusal::UnknownScheme => {
                let text = format!("option {option}: names an unknown protocol");
                Failure { manner: Manner::Usage, ..Failure::new(Code::UNSUPPORTED_SCHEME, text) }
            }
            other => Failure::usage(format!("option {option}: {}", other.words())),
        }
    }

    fn words(&self) -> String {
        match self {
            Refusal::Unknown { near: Some(near) } => format!("is unknown (did you mean --{near}?)"),
            Refusal::Unknown { near: None } => "is unknown".into(),
            Refusal::Ambiguous(names) => {
                let more = if names.len() > MAX_NAMES { ", …" } else { "" };
                let names = &names[..names.len().min(MAX_NAMES)];
                format!("is ambiguous ({}{more})", names.join(", "))
            }
            Refusal::NeedsValue => "requires parameter".into(),
            Refusal::ExtraValue => "had unsupported trailing garbage".into(),
            Refusal::NotReversible => "used '--no-' for option that is not a boolean".into(),
            Refusal::NotANumber => "expected a proper numerical parameter".into(),
            Refusal::Negative => "expected a positive numerical parameter".into(),
            Refusal::TooLarge => "too large number".into(),
            Refusal::Blank => "blank argument where content is expected".into(),
            Refusal::NotText => "expected text in UTF-8".into(),
            Refusal::BadUse(why) => why.clone(),
            Refusal::UnknownScheme
            | Refusal::Unreadable(_)
            | Refusal::NotYet(_)
            | Refusal::Never(..)
            | Refusal::NotBuiltIn(_)
            | Refusal::Dropped(_)
            | Refusal::NotBuilt(_)
            | Refusal::InConfig(_) => String::new(),
        }
    }
}
