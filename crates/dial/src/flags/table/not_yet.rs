//! Flags of curl that `dial` knows by name only: requests, FTP, mail.
//!
//! A row moves to the table of its field when it is built, and gets a paragraph there.

use super::super::{Category, Flag, NOT_BUILT_IN, Value};

// A row is a line: this is a list to look through.
#[rustfmt::skip]
pub(super) static FLAGS: &[Flag] = &[
    not_yet("delegation", None, Value::One("level"), Category::Auth, NOT_BUILT_IN),
    not_yet("ftp-ssl-ccc", None, Value::Switch, Category::Ftp, "Send CCC after the login"),
    not_yet("ftp-ssl-ccc-mode", None, Value::One("mode"), Category::Ftp, "Who ends TLS after CCC"),
    not_yet("krb", None, Value::One("level"), Category::Ftp, NOT_BUILT_IN),
    not_yet("krb4", None, Value::One("level"), Category::Ftp, NOT_BUILT_IN),
    not_yet("negotiate", None, Value::Switch, Category::Auth, NOT_BUILT_IN),
    not_yet("ntlm", None, Value::Switch, Category::Auth, NOT_BUILT_IN),
    not_yet("ntlm-wb", None, Value::Switch, Category::Auth, NOT_BUILT_IN),
    not_yet("service-name", None, Value::One("name"), Category::Auth, NOT_BUILT_IN),
];

/// A flag of curl that stops the command and says so.
pub(super) const fn not_yet(
    long: &'static str,
    short: Option<char>,
    value: Value,
    category: Category,
    help: &'static str,
) -> Flag {
    Flag { long, short, value, category, help, doc: "", update: None }
}
