//! Invariant: what mail and news servers say is read or passed over, all of it is kept as it was written; and
//! nothing that is to stand in a command can end it, be it an address or an id.
#![no_main]

use landline_wire::{nntp, pop3, smtp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let lines: Vec<&str> = text.lines().collect();
    let mut capabilities = pop3::Capabilities::default();
    let mut news = nntp::Capabilities::default();
    for line in &lines {
        capabilities.push_line(line);
        news.push_line(line);
        pop3(line);
        envelope(line);
    }
    assert_eq!((capabilities.lines().len(), news.lines().len()), (lines.len(), lines.len()));
    let extensions = smtp::Extensions::from_lines(lines.iter().copied());
    assert_eq!(extensions.lines().len(), lines.len().saturating_sub(1));
});

fn pop3(line: &str) {
    if let Some(timestamp) = pop3::timestamp(line) {
        assert!(timestamp.starts_with('<') && timestamp.ends_with('>') && line.contains(timestamp));
        let proof = pop3::apop(timestamp, b"secret");
        assert!(proof.len() == 32 && proof.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    if let Some((_, id)) = pop3::parse_unique_id(line) {
        assert!((1..=70).contains(&id.len()) && is_word(id), "{id:?}");
    }
    if let Some((one, two)) = pop3::parse_listed(line) {
        assert_eq!(pop3::parse_listed(&format!("{one} {two}")), Some((one, two)));
    }
}

fn envelope(line: &str) {
    if let Some(address) = smtp::mailbox(line) {
        assert!(!address.contains(char::is_control), "{address:?}");
        assert_eq!(smtp::mailbox(&format!("<{address}>")), Some(address));
        if let Some(said) = smtp::with_ascii_domain(address).filter(|said| said.len() <= 512) {
            assert_eq!(smtp::mailbox(&format!("<{said}>")), Some(&*said));
        }
    }
    assert!(is_word(&smtp::xtext(line)) || line.is_empty());
    if let Some(code) = smtp::EnhancedCode::of(line) {
        assert_eq!(smtp::EnhancedCode::of(&code.to_string()), Some(code));
    }
}

/// Letters of ASCII, as they stand in the middle of a command.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
