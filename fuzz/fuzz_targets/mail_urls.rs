//! Invariants, for the URLs of POP3, SMTP, IMAP and NNTP: what is taken of one never holds CR, LF or NUL, nor
//! anything else that ends the word it becomes in a command, nor announces a literal. Written as a URL again, with all of it escaped,
//! it is the same.
#![no_main]

use landline_fuzz::assert_harmless;
use landline_wire::imap::{self, Message};
use landline_wire::line::check_outgoing;
use landline_wire::target::Location;
use landline_wire::{nntp, pop3, smtp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|tail: &str| {
    let located = |scheme: &str| Location::parse_as_is(&format!("{scheme}://h/{tail}")).ok();
    located("pop3").iter().for_each(message);
    located("smtp").iter().for_each(name);
    located("imap").iter().for_each(mailbox);
    located("nntp").iter().for_each(news);
});

fn escaped(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("%{byte:02x}")).collect()
}

fn again(url: &str) -> Location {
    Location::parse_as_is(url).expect("what is written reads back")
}

fn message(location: &Location) {
    let Some(argument) = pop3::argument(location) else { return };
    check_outgoing(&argument).expect("fit to be sent");
    let written = again(&format!("pop3://h/{}", escaped(&argument)));
    assert_eq!(pop3::argument(&written), Some(argument));
}

fn name(location: &Location) {
    let Some(name) = smtp::own_name(location) else { return };
    assert!(name.is_empty() || is_one_word(&name), "{name:?}");
    let written = again(&format!("smtp://h/{}", escaped(&name)));
    assert_eq!(smtp::own_name(&written), Some(name));
}

fn mailbox(location: &Location) {
    let asked = match imap::Asked::of(location) {
        Ok(asked) => asked,
        Err(error) => return assert_harmless(&error),
    };
    let texts = [&asked.mailbox, &asked.partial, &asked.search].map(Option::as_deref);
    for text in texts.into_iter().flatten().chain([&*asked.section]) {
        check_outgoing(text.as_bytes()).expect("fit to be sent");
    }
    assert!(!asked.section.contains(']'));
    let search = asked.search.as_ref().map(|search| imap::Command::new("SEARCH")?.words(search));
    assert!(search.is_none_or(|command| command.is_ok()), "it announces a literal");
    assert_eq!(imap::Asked::of(&again(&written(&asked))).as_ref(), Ok(&asked));
}

fn written(asked: &imap::Asked) -> String {
    // Its own form reads back whatever the name is: a name as it is typed may look like another's own form.
    let name = asked.mailbox.as_deref().map(imap::encode_mailbox).unwrap_or_default();
    let mut url = format!("imap://h/{}", escaped(name));
    url += &asked.uid_validity.map(|number| format!(";UIDVALIDITY={number}")).unwrap_or_default();
    url += &match asked.message {
        Some(Message::Uid(uid)) => format!(";UID={uid}"),
        Some(Message::Number(number)) => format!(";MAILINDEX={number}"),
        Some(Message::LastUid) => ";UID=*".to_owned(),
        Some(Message::Last) => ";MAILINDEX=*".to_owned(),
        None => String::new(),
    };
    if !asked.section.is_empty() {
        url += &format!(";SECTION={}", escaped(&asked.section));
    }
    url += &asked.partial.as_ref().map(|it| format!(";PARTIAL={it}")).unwrap_or_default();
    url += &asked.search.as_ref().map(|it| format!("?{}", escaped(it))).unwrap_or_default();
    url
}

fn news(location: &Location) {
    let asked = match nntp::Asked::of(location) {
        Ok(asked) => asked,
        Err(error) => return assert_harmless(&error),
    };
    let path = match &asked {
        nntp::Asked::Groups(None) => String::new(),
        nntp::Asked::Groups(Some(word))
        | nntp::Asked::MessageId(word)
        | nntp::Asked::Overview(word, None) => one_word(word),
        nntp::Asked::Article(group, number) => format!("{}/{number}", one_word(group)),
        nntp::Asked::Overview(group, Some(range)) => format!("{}/{range}", one_word(group)),
        _ => return,
    };
    assert_eq!(nntp::Asked::of(&again(&format!("nntp://h/{path}"))), Ok(asked), "{path}");
}

fn one_word(word: &str) -> String {
    assert!(is_one_word(word), "{word:?}");
    escaped(word)
}

fn is_one_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}
