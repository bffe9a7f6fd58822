//! Names of mailboxes: modified UTF-7 (RFC 3501 section 5.1.3).

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// Writes a name as it goes on the wire.
#[must_use]
pub fn encode_mailbox(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_plain = |c: char| matches!(c, ' '..='~');
        if is_plain(first) {
            out.push(first);
            if first == '&' {
                out.push('-');
            }
            rest = &rest[1..];
            continue;
        }
        let len = rest.find(is_plain).unwrap_or(rest.len());
        let units: Vec<u8> = rest[..len].encode_utf16().flat_map(u16::to_be_bytes).collect();
        out.push('&');
        out.push_str(&BASE64.encode(units));
        out.push('-');
        rest = &rest[len..];
    }
    out
}

/// Reads a name as it came from the wire; `None` when it is not in that form.
#[must_use]
pub fn decode_mailbox(name: &[u8]) -> Option<String> {
    let mut rest = std::str::from_utf8(name).ok()?;
    let mut out = String::with_capacity(rest.len());
    while let Some((plain, behind)) = rest.split_once('&') {
        out.push_str(plain);
        let (coded, behind) = behind.split_once('-')?;
        match coded {
            "" => out.push('&'),
            _ => out.push_str(&decode_run(coded)?),
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

fn decode_run(coded: &str) -> Option<String> {
    let bytes = BASE64.decode(coded).ok()?;
    let (pairs, []) = bytes.as_chunks::<2>() else { return None };
    String::from_utf16(&pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect::<Vec<_>>()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_and_read_back() {
        for (name, wire) in [
            ("INBOX", "INBOX"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("A&B", "A&-B"),
            ("\u{1f600}", "&2D3eAA-"),
            ("tab\t", "tab&AAk-"),
            ("", ""),
        ] {
            assert_eq!(encode_mailbox(name), wire);
            assert_eq!(decode_mailbox(wire.as_bytes()).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_is_not_in_that_form_is_told() {
        for wire in ["A&B", "&AA-", "&2D0-", "&!!-", "&A-"] {
            assert_eq!(decode_mailbox(wire.as_bytes()), None, "{wire}");
        }
    }
}
