//! What the untagged responses mean.

use super::reader::is_section;
use super::value::Value;
use super::{Response, decode_mailbox};
use crate::sasl::{Mechanism, Mechanisms};

/// What the server can do (RFC 9051 section 7.2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// It begins TLS on `STARTTLS`.
    pub starttls: bool,
    /// It takes no `LOGIN`.
    pub login_disabled: bool,
    /// It takes the first word of a login with the command (RFC 4959).
    pub sasl_ir: bool,
    /// It takes literals without being asked first (RFC 7888).
    pub literal_plus: bool,
    /// The same, for those up to 4096 bytes.
    pub literal_minus: bool,
    /// It tells when something happens (RFC 2177).
    pub idle: bool,
    /// `UID EXPUNGE`, and UIDs of what was stored (RFC 4315).
    pub uidplus: bool,
    /// Ways to log in with `AUTHENTICATE`.
    pub sasl: Mechanisms,
    words: Vec<String>,
}

/// How many words are kept of what the server can do.
const MAX_CAPABILITIES: usize = 10_000;

impl Capabilities {
    /// Reads the words behind `CAPABILITY`.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        words.into_iter().for_each(|word| all.push(word));
        all
    }

    fn push(&mut self, word: &str) {
        match word.to_ascii_uppercase().as_str() {
            "STARTTLS" => self.starttls = true,
            "LOGINDISABLED" => self.login_disabled = true,
            "SASL-IR" => self.sasl_ir = true,
            "LITERAL+" => self.literal_plus = true,
            "LITERAL-" => self.literal_minus = true,
            "IDLE" => self.idle = true,
            "UIDPLUS" => self.uidplus = true,
            name => {
                let mechanism = name.strip_prefix("AUTH=").and_then(Mechanism::named);
                mechanism.into_iter().for_each(|it| self.sasl.push(it));
            }
        }
        if self.words.len() < MAX_CAPABILITIES {
            self.words.push(word.to_owned());
        }
    }

    /// Reads them from a response that has them, as data or as a code.
    #[must_use]
    pub fn from_response(response: &Response) -> Option<Self> {
        if let Response::Status { code: Some(code), .. } = response {
            let (name, words) = code.split_once(' ')?;
            let is_it = name.eq_ignore_ascii_case("CAPABILITY");
            return is_it.then(|| Self::of(words.split_ascii_whitespace()));
        }
        let words = response.data("CAPABILITY")?.get(1..)?;
        let mut all = Self::default();
        for word in words.iter().filter_map(Value::as_bytes) {
            all.push(&String::from_utf8_lossy(word));
        }
        Some(all)
    }

    /// The words as the server wrote them, the first 10,000.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

/// A mailbox that is listed (RFC 9051 section 7.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mailbox {
    /// Its name, decoded; as it came where it cannot be.
    pub name: String,
    /// What stands between the levels of names; nothing where there are none.
    pub delimiter: Option<String>,
    /// Such as `\Noselect`, `\HasChildren`, `\Sent` (RFC 6154).
    pub attributes: Vec<String>,
}

impl Mailbox {
    /// Reads a `LIST` response.
    #[must_use]
    pub fn from_response(response: &Response) -> Option<Self> {
        let [_, attributes, delimiter, name, ..] = response.data("LIST")? else { return None };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        // A mailbox may be called NIL.
        let (Value::Atom(name) | Value::Text(name)) = name else { return None };
        attributes.as_list()?;
        Some(Self {
            name: decode_mailbox(name).unwrap_or_else(|| text(name)),
            delimiter: delimiter.as_bytes().map(text),
            attributes: attributes.words(),
        })
    }
}

/// What is known of a mailbox: the answer to `SELECT`, `EXAMINE` or `STATUS`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailboxStatus {
    /// How many messages there are.
    pub messages: Option<u64>,
    /// How many of them nobody was told of before.
    pub recent: Option<u64>,
    /// `STATUS`: how many have not been read. `SELECT`: the number of the first of them.
    pub unseen: Option<u64>,
    /// The UID that the next message will get at least.
    pub uid_next: Option<u64>,
    /// UIDs are the same as long as this is.
    pub uid_validity: Option<u64>,
    /// The flags that messages have here.
    pub flags: Vec<String>,
    /// Nothing can be changed.
    pub is_read_only: bool,
}

impl MailboxStatus {
    /// Takes in what a response adds.
    pub fn push(&mut self, response: &Response) {
        let count = |name| response.data(name).and_then(|words| words[0].as_number());
        if let Response::Status { code: Some(code), .. } = response {
            self.push_code(code);
        }
        self.messages = count("EXISTS").or(self.messages);
        self.recent = count("RECENT").or(self.recent);
        if let Some([_, flags, ..]) = response.data("FLAGS") {
            self.flags = flags.words();
        }
        if let Some([_, _, items, ..]) = response.data("STATUS") {
            let (pairs, _) = items.as_list().unwrap_or_default().as_chunks::<2>();
            for [name, value] in pairs {
                let name = String::from_utf8_lossy(name.as_bytes().unwrap_or_default());
                self.set(&name, value.as_number());
            }
        }
    }

    fn push_code(&mut self, code: &str) {
        let (name, value) = code.split_once(' ').unwrap_or((code, ""));
        self.is_read_only |= name.eq_ignore_ascii_case("READ-ONLY");
        self.set(name, value.trim().parse().ok());
    }

    fn set(&mut self, name: &str, value: Option<u64>) {
        let field = match name.to_ascii_uppercase().as_str() {
            "MESSAGES" => &mut self.messages,
            "RECENT" => &mut self.recent,
            "UNSEEN" => &mut self.unseen,
            "UIDNEXT" => &mut self.uid_next,
            "UIDVALIDITY" => &mut self.uid_validity,
            _ => return,
        };
        *field = value.or(*field);
    }
}

/// What a `FETCH` response tells of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fetched {
    /// The number of the message in its mailbox.
    pub number: u64,
    /// Its UID, where that was told.
    pub uid: Option<u64>,
    /// Names and values, in their order.
    pub items: Vec<(String, Value)>,
}

impl Fetched {
    /// Reads a `FETCH` response.
    #[must_use]
    pub fn from_response(response: Response) -> Option<Self> {
        response.data("FETCH")?;
        let Response::Data(mut words) = response else { return None };
        let number = words.first()?.as_number()?;
        let Value::List(list) = words.pop()? else { return None };
        let (mut items, mut uid) = (Vec::with_capacity(list.len() / 2), None);
        let mut list = list.into_iter();
        while let (Some(name), Some(value)) = (list.next(), list.next()) {
            if name.is("UID") {
                uid = value.as_number();
            }
            items.push((String::from_utf8_lossy(name.as_bytes()?).to_ascii_uppercase(), value));
        }
        Some(Self { number, uid, items })
    }

    /// The value of an item, by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.items.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The flags, where they were told.
    #[must_use]
    pub fn flags(&self) -> Option<Vec<String>> {
        self.get("FLAGS").map(Value::words)
    }

    /// The text of the message, or the section of it, that was asked for.
    #[must_use]
    pub fn section(&self) -> Option<&Value> {
        let is_it = |name: &str| is_section(&Value::Atom(name.as_bytes().to_vec()));
        self.items.iter().find(|(name, _)| is_it(name)).map(|(_, value)| value)
    }
}

/// The numbers of a `SEARCH` response.
#[must_use]
pub fn parse_search(response: &Response) -> Option<Vec<u64>> {
    let words = response.data("SEARCH")?;
    words[1..].iter().map(Value::as_number).collect()
}

/// Where a message that was stored or copied is (RFC 4315 section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appended {
    /// The UIDVALIDITY of the mailbox.
    pub uid_validity: u64,
    /// The UIDs there, as a set.
    pub uids: String,
}

impl Appended {
    /// Reads the code `APPENDUID` or `COPYUID`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let mut words = code.split_ascii_whitespace();
        let name = words.next()?.to_ascii_uppercase();
        let uid_validity = words.next()?.parse().ok()?;
        let uids = match name.as_str() {
            "APPENDUID" => words.next()?,
            "COPYUID" => words.nth(1)?,
            _ => return None,
        };
        Some(Self { uid_validity, uids: uids.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::{Reader, Step};

    fn one(line: &str) -> Response {
        match Reader::default().push_line(line.as_bytes()) {
            Ok(Step::Response(response)) => response,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn capabilities_come_as_data_and_as_a_code() {
        for line in [
            "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED AUTH=PLAIN SASL-IR LITERAL+ IDLE UIDPLUS",
            "a OK [capability IMAP4rev1 starttls logindisabled auth=plain sasl-ir literal+ idle uidplus] x",
        ] {
            let all = Capabilities::from_response(&one(line)).expect(line);
            assert!(all.starttls && all.login_disabled && all.sasl_ir && all.literal_plus);
            assert!(all.idle && all.uidplus && !all.literal_minus);
            assert_eq!(all.sasl, Mechanisms::of("PLAIN"));
            assert_eq!(all.words().len(), 8);
        }
        assert_eq!(Capabilities::from_response(&one("* OK hi")), None);
    }

    #[test]
    fn mailboxes_are_named_and_known() {
        let found = Mailbox::from_response(&one("* LIST (\\Sent) \"/\" \"Entw&APw-rfe\""));
        let found = found.expect("a mailbox");
        assert_eq!((&*found.name, found.delimiter.as_deref()), ("Entwürfe", Some("/")));
        assert_eq!(found.attributes, ["\\Sent"]);
        let flat = Mailbox::from_response(&one("* LIST () NIL NIL")).expect("a mailbox");
        assert_eq!((&*flat.name, flat.delimiter), ("NIL", None));
        assert_eq!(Mailbox::from_response(&one("* LIST NIL")), None);
        let mut status = MailboxStatus::default();
        for line in [
            "* 172 EXISTS",
            "* 1 RECENT",
            "* OK [UNSEEN 12] x",
            "* OK [UIDVALIDITY 3857529045] x",
            "* FLAGS (\\Seen \\Draft)",
            "* STATUS blurdybloop (UIDNEXT 44292 FUTURE (1 2))",
            "a OK [READ-ONLY] done",
        ] {
            status.push(&one(line));
        }
        let numbers = (status.messages, status.recent, status.unseen, status.uid_next);
        assert_eq!(numbers, (Some(172), Some(1), Some(12), Some(44292)));
        assert_eq!(status.uid_validity, Some(3_857_529_045));
        assert!(status.is_read_only && status.flags == ["\\Seen", "\\Draft"]);
    }

    #[test]
    fn fetched_items_and_found_numbers() {
        let line = "* 12 FETCH (FLAGS (\\Seen) UID 7 RFC822.SIZE 44 BODY[TEXT] \"hi\")";
        let one_of = Fetched::from_response(one(line)).expect("a message");
        assert_eq!((one_of.number, one_of.uid), (12, Some(7)));
        assert_eq!(one_of.flags(), Some(vec!["\\Seen".to_owned()]));
        assert_eq!(one_of.get("rfc822.size").and_then(Value::as_number), Some(44));
        assert_eq!(one_of.section().and_then(Value::as_bytes), Some(&b"44"[..]));
        assert_eq!(Fetched::from_response(one("* 12 FETCH")), None);
        assert_eq!(parse_search(&one("* SEARCH 2 3 6")), Some(vec![2, 3, 6]));
        assert_eq!(parse_search(&one("* SEARCH")), Some(vec![]));
        assert_eq!(parse_search(&one("* SEARCH a")), None);
        let appended = Appended::from_code("APPENDUID 38505 3955").expect("a place");
        assert_eq!((appended.uid_validity, &*appended.uids), (38505, "3955"));
        let copied = Appended::from_code("COPYUID 38505 304,319:320 3956:3958").expect("a place");
        assert_eq!(copied.uids, "3956:3958");
        assert_eq!(Appended::from_code("APPENDUID x 1"), None);
    }
}
