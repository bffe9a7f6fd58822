//! Why an option of the command line is not taken, in curl's words.

use crate::exit::{Code, Failure, Manner};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unknown {
        near: Option<&'static str>,
    },
    Ambiguous,
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
    /// Inside a file of `-K`, and complete with file and line.
    InConfig(Box<Failure>),
}

impl Refusal {
    /// The failure that ends the run. `option` is the word as typed.
    pub(crate) fn into_failure(self, option: &str) -> Failure {
        match self {
            Refusal::InConfig(failure) => *failure,
            Refusal::NotYet(name) => Failure::new(
                Code::USAGE,
                format!("{name} is a curl option that dial does not have yet"),
            ),
            Refusal::Unreadable(text) => Failure::new(Code::READ, text),
            Refusal::UnknownScheme => Failure {
                code: Code::UNSUPPORTED_SCHEME,
                text: format!("option {option}: names an unknown protocol"),
                manner: Manner::Usage,
            },
            other => Failure::usage(format!("option {option}: {}", other.words())),
        }
    }

    fn words(&self) -> String {
        match self {
            Refusal::Unknown { near: Some(near) } => format!("is unknown (did you mean --{near}?)"),
            Refusal::Unknown { near: None } => "is unknown".into(),
            Refusal::Ambiguous => "is ambiguous".into(),
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
            | Refusal::InConfig(_) => String::new(),
        }
    }
}
