//! From whom, to whom, and how.

use std::borrow::Cow;

use landline_wire::reply::Reply;
use landline_wire::smtp::{EnhancedCode, Extensions, mailbox, with_ascii_domain, xtext};

use crate::{Error, Result};

/// From whom a message comes and to whom it goes (RFC 5321 section 2.3.1). What the header fields of
/// the message say is another matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope {
    /// Who hears when it cannot be delivered; empty for nobody.
    pub from: String,
    /// Who gets it.
    pub recipients: Vec<Recipient>,
    /// It is enough that the server takes one of the recipients; otherwise it has to take all.
    pub any_recipient: bool,
    /// Who gave the message to whoever gives it on (`AUTH=`, RFC 4954 section 5); empty for nobody.
    /// Servers believe it of those who have logged in, and only then it is said.
    pub submitter: Option<String>,
    /// Its body has bytes above 127 (`BODY=8BITMIME`).
    pub eight_bit: bool,
    /// Its header block has characters beyond ASCII (`SMTPUTF8`); with an address that has such before
    /// the `@` that is known. Its domain is said as the DNS has it, and needs no `SMTPUTF8`.
    pub utf8: bool,
    /// It is sent in chunks (`BDAT`, RFC 3030 section 2) rather than up to a dot.
    pub chunked: bool,
    /// What comes back when it cannot be delivered (`RET=`).
    pub returned: Option<Return>,
    /// How notices of delivery call the message (`ENVID=`).
    pub id: Option<String>,
    /// When to tell of the delivery (`NOTIFY=`); empty: as the server likes.
    pub notify: Vec<Notify>,
}

/// Who gets a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// To whom it was sent before it was passed on to this address, for notices of delivery (`ORCPT=`, RFC
    /// 3461 section 4.2).
    pub original: Option<String>,
}

impl From<String> for Recipient {
    fn from(address: String) -> Self {
        Self { address, original: None }
    }
}

impl From<&str> for Recipient {
    fn from(address: &str) -> Self {
        Self::from(address.to_owned())
    }
}

/// What comes back of a message that cannot be delivered (RFC 3461 section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// All of it.
    Full,
    /// Its header block.
    Headers,
}

/// When to tell of a delivery (RFC 3461 section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notify {
    /// Never; stands alone.
    Never,
    /// When it is delivered.
    Success,
    /// When it cannot be.
    Failure,
    /// When it takes long.
    Delay,
}

impl Notify {
    fn word(self) -> &'static str {
        match self {
            Self::Never => "NEVER",
            Self::Success => "SUCCESS",
            Self::Failure => "FAILURE",
            Self::Delay => "DELAY",
        }
    }
}

/// What became of a message.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// What the server said when it had taken it.
    pub reply: Reply,
    /// The recipients it did not take, and why; none unless [`Envelope::any_recipient`].
    pub refused: Vec<(String, Reply)>,
}

impl Delivery {
    /// What the server's reply says in more detail, where it does.
    #[must_use]
    pub fn enhanced_code(&self) -> Option<EnhancedCode> {
        EnhancedCode::of(self.reply.first_line())
    }
}

impl Envelope {
    /// A message from this address; an empty one is nobody's.
    pub fn new(from: impl Into<String>) -> Self {
        Self { from: from.into(), ..Self::default() }
    }

    /// One more recipient.
    #[must_use]
    pub fn to(mut self, recipient: impl Into<Recipient>) -> Self {
        self.recipients.push(recipient.into());
        self
    }

    /// `MAIL` with what the server understands of the rest.
    pub(super) fn mail_line(
        &self,
        can: &Extensions,
        bytes: Option<u64>,
        is_logged_in: bool,
    ) -> Result<String> {
        let mut line = format!("MAIL FROM:<{}>", address(&self.from)?);
        if let Some(submitter) = self.submitter.as_ref().filter(|_| is_logged_in) {
            let submitter = address(submitter)?;
            let word = if submitter.is_empty() { "<>".to_owned() } else { xtext(&submitter) };
            line += &format!(" AUTH={word}");
        }
        if let (Some(_), Some(bytes)) = (can.size, bytes) {
            line += &format!(" SIZE={bytes}");
        }
        if self.is_international(can)? {
            line += " SMTPUTF8";
        }
        if self.chunked {
            demand(can.chunking, "CHUNKING")?;
        }
        if self.eight_bit {
            demand(can.eight_bit_mime, "8BITMIME")?;
            line += " BODY=8BITMIME";
        }
        if let Some(returned) = self.returned {
            demand(can.dsn, "DSN")?;
            line += if returned == Return::Full { " RET=FULL" } else { " RET=HDRS" };
        }
        if let Some(id) = &self.id {
            demand(can.dsn, "DSN")?;
            line += &format!(" ENVID={}", xtext(id));
        }
        Ok(line)
    }

    /// Whether `SMTPUTF8` is said (RFC 6531 section 3.4). A domain alone does not need it, but where it was
    /// typed in other letters the header block may have it so too.
    fn is_international(&self, can: &Extensions) -> Result<bool> {
        let (mut is_needed, mut is_of_use) = (self.utf8, false);
        let all = self.recipients.iter().map(|one| &one.address).chain([&self.from]);
        for typed in all.filter(|one| !one.is_ascii()) {
            is_needed |= !address(typed)?.is_ascii();
            is_of_use = true;
        }
        if is_needed {
            demand(can.smtp_utf8, "SMTPUTF8")?;
        }
        Ok(is_needed || is_of_use && can.smtp_utf8)
    }

    pub(super) fn recipient_line(&self, can: &Extensions, recipient: &Recipient) -> Result<String> {
        let mut line = format!("RCPT TO:<{}>", address(&recipient.address)?);
        if !self.notify.is_empty() {
            demand(can.dsn, "DSN")?;
            if self.notify.len() > 1 && self.notify.contains(&Notify::Never) {
                return Err(Error::usage("never to tell of a delivery stands alone"));
            }
            let words: Vec<_> = self.notify.iter().map(|when| when.word()).collect();
            line += &format!(" NOTIFY={}", words.join(","));
        }
        if let Some(original) = &recipient.original {
            demand(can.dsn, "DSN")?;
            let original = address(original)?;
            if !original.is_ascii() {
                return Err(Error::usage("ORCPT has no letters beyond ASCII"));
            }
            line += &format!(" ORCPT=rfc822;{}", xtext(&original));
        }
        Ok(line)
    }
}

fn address(typed: &str) -> Result<Cow<'_, str>> {
    mailbox(typed).and_then(with_ascii_domain).ok_or_else(|| {
        let shown = landline_wire::escape::excerpt(typed.as_bytes(), 100);
        Error::usage(format!("{shown} is no address that can be sent"))
    })
}

fn demand(is_there: bool, name: &str) -> Result<()> {
    if is_there {
        return Ok(());
    }
    Err(Error::usage(format!("the server does not have {name}, which the envelope asks for")))
}
