//! What can be done in a session.

use std::time::Duration;

use landline_wire::imap::{
    Appended, Command, Fetched, Mailbox, MailboxStatus, Response, parse_search,
};

use super::Set;
use super::connection::{Connection, command};
use super::flow::{Flow, Section, Shows};
use super::talk::{Answer, unsayable};
use crate::upload::Upload;
use crate::{Error, ErrorKind, Phase, Result, Timeouts};

/// Servers may end a session that says nothing for half an hour (RFC 2177).
const MAX_IDLE: Duration = Duration::from_secs(29 * 60);

impl Connection {
    /// Lists mailboxes by a pattern in which `*` is anything and `%` one level (`LIST`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn list(&mut self, reference: &str, pattern: &str) -> Result<Vec<Mailbox>> {
        let line = command("LIST")?.quoted_mailbox(reference).map_err(unsayable)?;
        let line = line.quoted_mailbox(pattern).map_err(unsayable)?;
        self.gather(&line, |response| Mailbox::from_response(&response)).await
    }

    /// Asks how a mailbox stands without opening it (`STATUS`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused) when there is none of this name.
    pub async fn status(&mut self, mailbox: &str) -> Result<MailboxStatus> {
        let line = command("STATUS")?.mailbox(mailbox).map_err(unsayable)?;
        let items = "(MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)";
        self.known(&line.words(items).map_err(unsayable)?).await
    }

    /// Opens a mailbox (`SELECT`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused); no mailbox is open then.
    pub async fn select(&mut self, mailbox: &str) -> Result<MailboxStatus> {
        self.choose("SELECT", mailbox).await
    }

    /// Opens a mailbox in which nothing is changed (`EXAMINE`).
    ///
    /// # Errors
    /// As for [`select`](Self::select).
    pub async fn examine(&mut self, mailbox: &str) -> Result<MailboxStatus> {
        self.choose("EXAMINE", mailbox).await
    }

    async fn choose(&mut self, verb: &str, mailbox: &str) -> Result<MailboxStatus> {
        self.selected = None;
        let status = self.known(&command(verb)?.mailbox(mailbox).map_err(unsayable)?).await?;
        self.selected = Some((mailbox.to_owned(), status.uid_validity));
        Ok(status)
    }

    async fn known(&mut self, line: &Command) -> Result<MailboxStatus> {
        let mut status = MailboxStatus::default();
        let each = |response| {
            status.push(&response);
            Ok(())
        };
        let Answer { condition, code, text, .. } = self.talk.must(line, each).await?;
        status.push(&Response::Status { tag: None, condition, code, text });
        Ok(status)
    }

    /// Asks for facts about messages, such as `(FLAGS UID RFC822.SIZE)` (`FETCH`). Texts of messages
    /// are for [`section`](Self::section).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused); [`Limit`](ErrorKind::Limit) for over 1 MiB of one message,
    /// or 64 MiB in all.
    pub async fn fetch(&mut self, set: Set<'_>, items: &str) -> Result<Vec<Fetched>> {
        let line = set.line("FETCH")?.words(items).map_err(unsayable)?;
        self.gather(&line, Fetched::from_response).await
    }

    /// Reads a message, or a section of it (`TEXT`, `1.MIME`; RFC 9051 section 6.4.5), of whatever
    /// size (`FETCH BODY[…]`). The next command can be given when it is read to its end.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound), at the first read, when there is none.
    pub async fn section(&mut self, message: super::Message, section: &str) -> Result<Section<'_>> {
        let flow = self.begin_section(message, &format!("BODY[{section}]")).await?;
        Ok(Section::new(self, flow))
    }

    pub(super) async fn begin_section(
        &mut self,
        message: super::Message,
        item: &str,
    ) -> Result<Flow> {
        let any = Shows::Section { uid: None, number: None };
        let (text, shows) = match message {
            super::Message::Uid(uid) => {
                (format!("UID FETCH {uid}"), Shows::Section { uid: Some(uid), number: None })
            }
            super::Message::Number(number) => {
                (format!("FETCH {number}"), Shows::Section { uid: None, number: Some(number) })
            }
            super::Message::LastUid => ("UID FETCH *".to_owned(), any),
            super::Message::Last => ("FETCH *".to_owned(), any),
        };
        let line = command(&text)?.words(item).map_err(unsayable)?;
        self.talk.begin(&line).await?;
        Ok(Flow::new(shows, &self.talk))
    }

    /// Finds messages by criteria such as `UNSEEN SUBJECT "x"`, and gives their numbers (`SEARCH`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn search(&mut self, criteria: &str) -> Result<Vec<u64>> {
        self.find("SEARCH", criteria).await
    }

    /// Finds messages, and gives their UIDs (`UID SEARCH`).
    ///
    /// # Errors
    /// As for [`search`](Self::search).
    pub async fn search_uids(&mut self, criteria: &str) -> Result<Vec<u64>> {
        self.find("UID SEARCH", criteria).await
    }

    async fn find(&mut self, verb: &str, criteria: &str) -> Result<Vec<u64>> {
        let line = command(verb)?.words(criteria).map_err(unsayable)?;
        let found = self.gather(&line, |response| parse_search(&response)).await?;
        Ok(found.concat())
    }

    /// Changes flags, such as `+FLAGS (\Seen)` (`STORE`), and gives what the server says of them.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn store(&mut self, set: Set<'_>, change: &str) -> Result<Vec<Fetched>> {
        let line = set.line("STORE")?.words(change).map_err(unsayable)?;
        self.gather(&line, Fetched::from_response).await
    }

    /// Copies messages to another mailbox (`COPY`), and gives where they are there, if the server
    /// tells.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused): none was copied.
    pub async fn copy(&mut self, set: Set<'_>, mailbox: &str) -> Result<Option<Appended>> {
        let line = set.line("COPY")?.mailbox(mailbox).map_err(unsayable)?;
        let answer = self.talk.must(&line, |_| Ok(())).await?;
        Ok(answer.code.as_deref().and_then(Appended::from_code))
    }

    /// Deletes for good what is marked `\Deleted` (`EXPUNGE`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn expunge(&mut self) -> Result<()> {
        self.talk.must(&command("EXPUNGE")?, |_| Ok(())).await.map(drop)
    }

    /// Deletes for good what is marked among these UIDs alone (`UID EXPUNGE`, RFC 4315).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused), also when the server does not have that.
    pub async fn expunge_uids(&mut self, uids: &str) -> Result<()> {
        if !self.capabilities().await?.uidplus {
            let what = "the server cannot expunge some messages alone (UIDPLUS)";
            return Err(Error::new(ErrorKind::Refused, Phase::Preparing, what));
        }
        self.talk.must(&Set::Uids(uids).line("EXPUNGE")?, |_| Ok(())).await.map(drop)
    }

    /// Stores a message in a mailbox (`APPEND`) and gives where it is there, if the server tells. Line
    /// ends become CRLF.
    ///
    /// # Errors
    /// [`Upload`](ErrorKind::Upload) when it cannot be told beforehand how long the message is: it has
    /// to be bytes or a file, or a reader of known length with CRLF at its line ends.
    /// [`Refused`](ErrorKind::Refused) when the server does not take it.
    pub async fn append(
        &mut self,
        mailbox: &str,
        flags: &[&str],
        message: Upload,
    ) -> Result<Option<Appended>> {
        let answer = self.put(mailbox, &flags.join(" "), message).await?;
        Ok(answer.code.as_deref().and_then(Appended::from_code))
    }

    /// Waits until the server tells of something new, for at most this long (`IDLE`, RFC 2177), and
    /// gives what it told. 29 minutes are the most.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused) when the server has no `IDLE`.
    pub async fn idle(&mut self, wait: Duration) -> Result<Vec<Response>> {
        self.talk.begin(&command("IDLE")?).await?;
        self.talk.go_ahead().await?;
        let (timeouts, total) = self.talk.line.stream().deadlines();
        // This wait has a limit of its own.
        let patient = Timeouts { first_byte: None, idle_read: None, ..timeouts };
        self.talk.line.stream_mut().set_deadline(patient, total);
        let told = tokio::time::timeout(wait.min(MAX_IDLE), self.talk.next()).await;
        self.talk.line.stream_mut().set_deadline(timeouts, total);
        let mut all = Vec::new();
        if let Ok(response) = told {
            let response = response?;
            if self.talk.completion(&response)?.is_some() {
                return Ok(all);
            }
            all.push(response);
        }
        self.talk.line.write_line("DONE").await?;
        let each = |response| {
            all.push(response);
            Ok(())
        };
        self.talk.finish(each).await?.check(ErrorKind::Refused, "IDLE")?;
        Ok(all)
    }

    /// Does nothing, but keeps the session alive, and gives what is new (`NOOP`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn noop(&mut self) -> Result<Vec<Response>> {
        self.gather(&command("NOOP")?, Some).await
    }

    /// Sends one command, and gives the answer, whatever it says.
    ///
    /// # Errors
    /// [`Usage`](ErrorKind::Usage) when the line holds CR, LF or NUL, or ends in `{n}`, which announces a
    /// literal; [`Io`](ErrorKind::Io) when the server goes away; [`Limit`](ErrorKind::Limit) for an answer over 64 MiB.
    pub async fn command(&mut self, line: impl AsRef<[u8]>) -> Result<Answer> {
        let line = Command::new(line).map_err(unsayable)?;
        let mut responses = Vec::new();
        let each = |response| {
            responses.push(response);
            Ok(())
        };
        let answer = self.talk.run(&line, each).await?;
        Ok(Answer { responses, ..answer })
    }

    /// Takes leave (`LOGOUT`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused); when the server goes away without a word.
    pub async fn logout(mut self) -> Result<()> {
        self.talk.must(&command("LOGOUT")?, |_| Ok(())).await.map(drop)
    }

    /// Sends a command and keeps of the responses what is wanted.
    async fn gather<T: Send>(
        &mut self,
        line: &Command,
        mut pick: impl FnMut(Response) -> Option<T> + Send,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        let each = |response| {
            all.extend(pick(response));
            Ok(())
        };
        self.talk.must(line, each).await?;
        Ok(all)
    }
}

impl Set<'_> {
    fn line(self, verb: &str) -> Result<Command> {
        let (front, set) = match self {
            Set::Numbers(set) => ("", set),
            Set::Uids(set) => ("UID ", set),
        };
        command(&format!("{front}{verb}"))?.words(set).map_err(unsayable)
    }
}
