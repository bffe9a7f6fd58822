//! Questions about mailboxes.

use landline_wire::smtp::{Extensions, with_ascii_domain};

/// `VRFY` for a mailbox, or any name.
pub(super) fn verify(name: &str, can: &Extensions) -> String {
    let bare = name.trim();
    let bare = bare.strip_prefix('<').unwrap_or(bare);
    let bare = bare.strip_suffix('>').unwrap_or(bare);
    // A name that is no address is the server's to judge.
    let said = with_ascii_domain(bare).unwrap_or(bare.into());
    marked(format!("VRFY {said}"), can.smtp_utf8 && !name.is_ascii())
}

/// `EXPN` for a list. As with curl the answer may always have what the server can say.
pub(super) fn expand(list: &str, can: &Extensions) -> String {
    marked(format!("EXPN {list}"), can.smtp_utf8)
}

/// RFC 6531 section 3.7.4.2.
fn marked(line: String, is_international: bool) -> String {
    if is_international { line + " SMTPUTF8" } else { line }
}
