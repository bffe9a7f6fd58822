//! The dialogue, command by command.

use std::sync::OnceLock;
use std::time::SystemTime;

use landline_wire::nntp::{
    ArticleRange, Capabilities, Group, is_group_name, is_message_id, parse_date,
};
use landline_wire::reply::{Reply, ReplyStyle, Status};
use landline_wire::sasl::Mechanisms;

use super::answers::{self, unwanted};
use super::{Article, Options, Part};
use crate::dialogue::{
    self, Dialogue, Link, Most, Pool, Records, Security, Session, cut_off, refused, verb, weird,
};
use crate::line::aio::{DotReader, LineStream};
use crate::login::Login;
use crate::net::Stream;
use crate::open::aio::Opener;
use crate::pool::Keep;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Result, sasl};

/// RFC 4642 section 2.2.1.
const GO_AHEAD: Status = Status::Code(382);

/// A session with a news server.
///
/// See [the blocking twin](crate::nntp::Connection) for the whole documentation.
#[derive(Debug)]
pub struct Connection {
    pub(super) dialogue: Dialogue,
    capabilities: Option<Capabilities>,
    /// The group that was chosen last, for whoever takes the connection up again.
    pub(super) group: Option<String>,
    may_post: bool,
    pub(super) is_compressed: bool,
}

impl Connection {
    /// Connects to `host:port`, or to `host` at port 119, reads the greeting and becomes a reader
    /// where the server has to be told (`MODE READER`).
    ///
    /// # Errors
    /// As for any connection; [`Refused`](ErrorKind::Refused) when the server sends us away.
    pub async fn connect(host_port: &str) -> Result<Self> {
        dialogue::connect(host_port).await
    }

    /// Connects to the server of an `nntp` or `nntps` URL as `opener` does, and logs in where either
    /// knows who.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect) and [`login_by`](Self::login_by);
    /// [`TlsUnavailable`](ErrorKind::TlsUnavailable) when TLS is required and not to be had.
    pub async fn with(opener: &Opener, url: &str) -> Result<Self> {
        dialogue::connect_with(opener, url).await
    }

    /// RFC 3977 section 5.3. Servers of before have no capabilities, and know the command.
    async fn become_reader(&mut self) -> Result<()> {
        let reply = self.dialogue.command("MODE READER").await?;
        match reply.code() {
            Some(code @ (200 | 201)) => {
                self.may_post = code == 200;
                self.capabilities = None;
            }
            Some(400 | 502) => return Err(refused(ErrorKind::Refused, "MODE", &reply)),
            _ => {}
        }
        Ok(())
    }

    /// Whether the server says that we may post.
    pub fn may_post(&self) -> bool {
        self.may_post
    }

    /// The stream underneath.
    pub fn stream(&self) -> &Stream {
        self.dialogue.line.stream()
    }

    /// Asks what the server can do (`CAPABILITIES`); once, and again behind TLS, `MODE READER` and a
    /// login. One that does not know the command can nothing.
    ///
    /// # Errors
    /// When the server goes away, or has more to say than can be.
    pub async fn capabilities(&mut self) -> Result<&Capabilities> {
        if self.capabilities.is_none() {
            let mut capabilities = Capabilities::default();
            if self.dialogue.command("CAPABILITIES").await?.code() == Some(101) {
                let reader = self.dialogue.line.dot_reader();
                let text = |line: &[u8]| Some(String::from_utf8_lossy(line).into_owned());
                let lines = Records::new(reader, text).collect(Most::CAPABILITIES).await;
                let lines = lines.map_err(|error| cut_off(error, "CAPABILITIES"))?;
                lines.iter().for_each(|line| capabilities.push_line(line));
            }
            self.capabilities = Some(capabilities);
        }
        Ok(self.capabilities.get_or_insert_default())
    }

    pub(super) fn forget_capabilities(&mut self) {
        self.capabilities = None;
    }

    /// Chooses a group (`GROUP`).
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Usage`](ErrorKind::Usage) for what is no name of a group.
    pub async fn group(&mut self, name: &str) -> Result<Group> {
        check_group(name)?;
        self.group = None;
        let line = format!("GROUP {name}");
        let reply = self.ask(&line, &[211]).await?;
        let group = answers::group(&line, name, &reply)?.ok_or_else(|| weird("GROUP", &reply))?;
        self.group = Some(name.to_owned());
        Ok(group)
    }

    /// Chooses a group and lists the numbers of its articles (`LISTGROUP`).
    ///
    /// # Errors
    /// As for [`group`](Self::group).
    pub async fn list_group(
        &mut self,
        name: &str,
        range: Option<ArticleRange>,
    ) -> Result<Records<'_, u64>> {
        check_group(name)?;
        self.group = None;
        let shown = range.map(|range| format!(" {range}")).unwrap_or_default();
        let line = format!("LISTGROUP {name}{shown}");
        let reply = self.ask(&line, &[211]).await?;
        let numbers = self.dialogue.line.dot_reader();
        // Servers of before say nothing of the group here (RFC 2980 section 2.1.8).
        answers::group(&line, name, &reply)?;
        self.group = Some(name.to_owned());
        Ok(Records::new(numbers, move |line| {
            let number = std::str::from_utf8(line).ok()?.trim().parse().ok()?;
            range.is_none_or(|range| range.contains(number)).then_some(number)
        }))
    }

    /// Reads an article (`ARTICLE`). The next command can be given when it is read to its end.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound); [`Usage`](ErrorKind::Usage) for what is no message-id.
    pub async fn article(&mut self, which: Article<'_>) -> Result<DotReader<'_>> {
        self.text(Part::Article, which).await
    }

    /// Reads the header block of an article (`HEAD`).
    ///
    /// # Errors
    /// As for [`article`](Self::article).
    pub async fn head(&mut self, which: Article<'_>) -> Result<DotReader<'_>> {
        self.text(Part::Head, which).await
    }

    /// Reads the body of an article (`BODY`).
    ///
    /// # Errors
    /// As for [`article`](Self::article).
    pub async fn body(&mut self, which: Article<'_>) -> Result<DotReader<'_>> {
        self.text(Part::Body, which).await
    }

    async fn text(&mut self, part: Part, which: Article<'_>) -> Result<DotReader<'_>> {
        self.begin_text(part, which).await?;
        Ok(self.dialogue.line.dot_reader())
    }

    /// Begins to read an article, or a part of it.
    pub(super) async fn begin_text(&mut self, part: Part, which: Article<'_>) -> Result<()> {
        let line = named(part.verb(), which)?;
        let reply = self.dialogue.command(&line).await?;
        let told = part.judge(&line, &reply);
        if reply.is_success() {
            // From here on there is a text, whosever it is.
            let _ = self.dialogue.line.dot_reader();
        }
        told.map(drop)
    }

    /// Asks whether there is an article, and tells its number and message-id (`STAT`).
    ///
    /// # Errors
    /// As for [`article`](Self::article).
    pub async fn stat(&mut self, which: Article<'_>) -> Result<(u64, String)> {
        let line = named("STAT", which)?;
        let reply = self.dialogue.command(&line).await?;
        Part::Stat.judge(&line, &reply)?;
        chosen(&line, &reply)
    }

    /// Chooses the next article of the group (`NEXT`).
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when it was the last.
    pub async fn next_article(&mut self) -> Result<(u64, String)> {
        chosen("NEXT", &self.ask("NEXT", &[223]).await?)
    }

    /// Chooses the article before (`LAST`).
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when it was the first.
    pub async fn previous_article(&mut self) -> Result<(u64, String)> {
        chosen("LAST", &self.ask("LAST", &[223]).await?)
    }

    /// The server's clock (`DATE`).
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused).
    pub async fn date(&mut self) -> Result<SystemTime> {
        let reply = self.ask("DATE", &[111]).await?;
        parse_date(reply.first_line()).ok_or_else(|| weird("DATE", &reply))
    }

    /// Posts an article: its header block, an empty line, its body (`POST`). Line ends are made whole.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused) with the server's words; [`Upload`](ErrorKind::Upload) when the
    /// source fails, and then nothing is posted. When the server's last word is lost, so is whether it
    /// was posted, and the error says so.
    pub async fn post(&mut self, article: Upload) -> Result<()> {
        self.offer().await?;
        self.send(article).await
    }

    /// Asks whether we may post.
    pub(super) async fn offer(&mut self) -> Result<()> {
        self.ask("POST", &[340]).await.map(drop)
    }

    /// Asks whether an article of this message-id is wanted.
    pub(super) async fn offer_id(&mut self, id: &str) -> Result<()> {
        check_id(id)?;
        self.ask(&format!("IHAVE {id}"), &[335]).await.map(drop)
    }

    /// Posts the article behind the server's word.
    pub(super) async fn send(&mut self, article: Upload) -> Result<()> {
        self.send_as("POST", article, 240).await
    }

    /// Sends an article that is wanted.
    pub(super) async fn send_wanted(&mut self, article: Upload) -> Result<()> {
        self.send_as("IHAVE", article, 235).await
    }

    /// Offers an article to a server that may have it already (`IHAVE`); tells whether it wanted it.
    ///
    /// # Errors
    /// As for [`post`](Self::post).
    pub async fn i_have(&mut self, id: &str, article: Upload) -> Result<bool> {
        match self.offer_id(id).await {
            Err(error) if error.status() == Some(435) => Ok(false),
            Err(error) => Err(error),
            Ok(()) => self.send_wanted(article).await.map(|()| true),
        }
    }

    async fn send_as(&mut self, verb: &str, article: Upload, code: u16) -> Result<()> {
        let reply = self.dialogue.send_text(article, verb).await?;
        match reply.code() == Some(code) {
            true => Ok(()),
            false => Err(refused(ErrorKind::Refused, verb, &reply)),
        }
    }

    /// Sends one command that is answered by a line, and gives the reply, whatever it says.
    ///
    /// # Errors
    /// [`Usage`](ErrorKind::Usage) when the line holds CR, LF or NUL; [`Io`](ErrorKind::Io) when
    /// the server goes away.
    pub async fn command(&mut self, line: impl AsRef<[u8]>) -> Result<Reply> {
        self.dialogue.command(line).await
    }

    /// Takes leave (`QUIT`).
    ///
    /// # Errors
    /// When the server is gone already.
    pub async fn quit(mut self) -> Result<()> {
        self.dialogue.command("QUIT").await.map(drop)
    }

    /// Sends a command that has to be answered by one of these codes.
    pub(super) async fn ask(&mut self, line: &str, codes: &[u16]) -> Result<Reply> {
        let reply = self.dialogue.command(line).await?;
        match reply.code().is_some_and(|code| codes.contains(&code)) {
            true => Ok(reply),
            false => Err(unwanted(line, &reply)),
        }
    }

    /// Sends a command that has to succeed.
    pub(super) async fn own(&mut self, line: &str) -> Result<Reply> {
        let reply = self.dialogue.command(line).await?;
        match reply.code() {
            Some(100..=299) => Ok(reply),
            _ => Err(unwanted(line, &reply)),
        }
    }
}

/// The article that was chosen; both have to be told.
fn chosen(line: &str, reply: &Reply) -> Result<(u64, String)> {
    let (number, id) = answers::told(reply);
    number.zip(id).ok_or_else(|| weird(&verb(line.as_bytes()), reply))
}

pub(super) fn named(verb: &str, which: Article<'_>) -> Result<String> {
    Ok(match which {
        Article::Current => verb.to_owned(),
        Article::Number(number) => format!("{verb} {number}"),
        Article::Id(id) => {
            check_id(id)?;
            format!("{verb} {id}")
        }
    })
}

pub(super) fn check_group(name: &str) -> Result<()> {
    if is_group_name(name) {
        return Ok(());
    }
    Err(Error::usage(format!("{name:?} is no name of a group")))
}

pub(super) fn check_id(id: &str) -> Result<()> {
    if is_message_id(id) {
        return Ok(());
    }
    Err(Error::usage(format!("{id:?} is no message-id, which stands in angle brackets")))
}

impl Keep for Connection {
    fn is_quiet(&mut self) -> bool {
        self.dialogue.is_quiet()
    }
}

impl Session for Connection {
    type Options = Options;

    const SCHEMES: &'static [&'static str] = &["nntp", "nntps", "news"];
    const STYLE: ReplyStyle = ReplyStyle::Nntp;

    fn of(opener: &Opener) -> (&Options, &OnceLock<Pool<Self>>) {
        (&opener.nntp, &opener.kept.nntp)
    }

    fn sasl(options: &Options) -> &sasl::Options {
        &options.sasl
    }

    async fn greet(mut dialogue: Dialogue, options: &Options, _: String) -> Result<Self> {
        let greeting = dialogue.greeting().await?;
        if !greeting.is_success() {
            return Err(refused(ErrorKind::Refused, "CONNECT", &greeting));
        }
        let may_post = greeting.code() == Some(200);
        let mut this =
            Self { dialogue, capabilities: None, group: None, may_post, is_compressed: false };
        if options.security != Security::Off && !this.dialogue.is_private() {
            // What hands readers on to another program may leave TLS to that (RFC 3977 section 5.3).
            let known = this.capabilities().await?;
            if known.mode_reader && !known.starttls {
                this.become_reader().await?;
            }
            let offered = this.capabilities().await?.starttls;
            this.dialogue =
                this.dialogue.start_tls(options.security, offered, "STARTTLS", GO_AHEAD).await?;
            if this.dialogue.is_private() {
                // What was said in the clear may have been said by anybody.
                this.capabilities = None;
            }
        }
        if !this.capabilities().await?.reader {
            this.become_reader().await?;
        }
        Ok(this)
    }

    async fn mechanisms(&mut self) -> Result<Mechanisms> {
        Ok(self.capabilities().await?.sasl.clone())
    }

    async fn log_in(&mut self, login: Option<&Login>, options: &sasl::Options) -> Result<()> {
        self.login_by(login, options).await
    }

    async fn settle(&mut self, options: &Options) -> Result<()> {
        if options.compress {
            self.compress().await?;
        }
        Ok(())
    }

    async fn leave(self) -> Result<()> {
        self.quit().await
    }

    fn parts(&mut self) -> (&mut LineStream, &mut Link) {
        (&mut self.dialogue.line, &mut self.dialogue.link)
    }
}
