//! Somebody with an address.

use landline_wire::smtp::mailbox;

use crate::{Error, Result};

/// Somebody who writes or gets mail: an address, and perhaps a name (RFC 5322 section 3.4).
///
/// A text is taken for an address, or for `Name <address>`; where the name is somebody else's to choose, `(name,
/// address)` takes nothing for granted. Whether the address is one is told when the message is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    name: Option<String>,
    address: String,
}

impl Mailbox {
    /// What is shown of it, if anything.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where mail for it goes.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What is behind the `@`.
    pub(super) fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Whether it can stand in a header field without ending there.
    pub(super) fn check(&self) -> Result<()> {
        if is_addr_spec(&self.address) {
            return Ok(());
        }
        let shown = landline_wire::escape::excerpt(self.address.as_bytes(), 100);
        Err(Error::usage(format!("{shown} is no address that can be sent")))
    }
}

impl From<&str> for Mailbox {
    fn from(text: &str) -> Self {
        let text = text.trim_matches(' ');
        let parts = text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
        match parts {
            Some((name, address)) if name.trim().is_empty() => Self::from(address),
            Some((name, address)) => Self::from((unquoted(name.trim()), address)),
            None => Self { name: None, address: text.to_owned() },
        }
    }
}

impl From<String> for Mailbox {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl<N: Into<String>, A: Into<String>> From<(N, A)> for Mailbox {
    fn from((name, address): (N, A)) -> Self {
        let (name, address) = (name.into(), address.into());
        Self {
            name: Some(name).filter(|name| !name.is_empty()),
            address: address.trim_matches(' ').into(),
        }
    }
}

/// A name without the quotes around it.
fn unquoted(name: &str) -> String {
    let Some(inside) = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return name.to_owned();
    };
    let (mut text, mut is_escaped) = (String::new(), false);
    for c in inside.chars() {
        is_escaped = c == '\\' && !is_escaped;
        if !is_escaped {
            text.push(c);
        }
    }
    text
}

/// RFC 5322 section 3.4.1 without comments and blanks, and with RFC 6532's letters.
fn is_addr_spec(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let is_letter = |c: char| c.is_alphanumeric() || (!c.is_ascii() && !c.is_control());
    let is_atom = |c: char| is_letter(c) || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_quoted = local.len() > 1 && local.starts_with('"') && local.ends_with('"');
    let is_local = is_quoted || (!local.is_empty() && local.chars().all(is_atom));
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_name = |c: char| is_letter(c) || matches!(c, '-' | '.');
    let is_domain = match literal {
        Some(inside) => inside.chars().all(|c| c.is_ascii_alphanumeric() || ".:-".contains(c)),
        None => !domain.is_empty() && domain.chars().all(is_name),
    };
    is_local && is_domain && mailbox(address) == Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_an_address_or_a_name_and_an_address() {
        for (text, name, address) in [
            ("a@b", None, "a@b"),
            (" <a@b> ", None, "a@b"),
            ("Ada L. <a@b>", Some("Ada L."), "a@b"),
            ("\"L, \\\"Ada\\\" \\\\\" <a@b>", Some("L, \"Ada\" \\"), "a@b"),
            ("a <b> <c@d>", Some("a <b>"), "c@d"),
            ("nobody", None, "nobody"),
        ] {
            let mailbox = Mailbox::from(text);
            assert_eq!((mailbox.name(), mailbox.address()), (name, address), "{text}");
        }
        assert_eq!(Mailbox::from(("", "a@b")), Mailbox::from("a@b"));
        assert_eq!(Mailbox::from(("x <y@z>", "a@b")).address(), "a@b");
    }

    #[test]
    fn a3_an_address_is_one_and_no_more() {
        for good in ["a@b", "a.b+c@d-e.f", "\"a b,c\"@d", "gr\u{fc}n@d\u{f6}.test", "a@[127.0.0.1]"]
        {
            assert!(is_addr_spec(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "@b",
            "a@b,c@d",
            "a,b@c",
            "a b@c",
            "a(c)@b",
            "a@b;",
            "a:b@c",
            "a@b>",
            "a\\@b",
            "a@b\r\nBcc:c@d",
            "a@b\0",
            "a@[b]c",
            "a@b(c)",
            "\"a@b",
            "\"a\"b\"@c",
            "\"a\r\n\"@c",
            "a@b\u{85}",
        ] {
            assert!(!is_addr_spec(bad), "{bad:?}");
        }
    }
}
