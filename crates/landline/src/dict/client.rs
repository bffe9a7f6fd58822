//! The dialogue: commands, and answers with texts.

use landline_wire::dict::{Heading, Match, Request};
use landline_wire::reply::{Reply, ReplyReader, ReplyStyle};
use tokio::io::AsyncReadExt;

use super::{CLIENT, Definition, Listed, PORT, unfit};
use crate::error::FailedReply;
use crate::line::aio::LineStream;
use crate::open::aio::Opener;
use crate::open::parse;
use crate::{Error, ErrorKind, Headers, Phase, Result};

/// Texts that answer one command, in all: 16 MiB.
const MAX_TEXT_BYTES: usize = 16 << 20;

pub(super) const NO_SERVER: &str = "this is no dictionary server";

/// Definitions that answer one command.
const MAX_DEFINITIONS: usize = 10_000;

/// Asks a dictionary server, `host` or `host:port`, what a word means.
///
/// # Errors
/// As for [`Client::connect`] and [`Client::define`].
pub async fn define(host_port: &str, word: &str, database: &str) -> Result<Vec<Definition>> {
    let mut client = Client::connect(host_port).await?;
    let found = client.define(word, database).await?;
    client.quit().await?;
    Ok(found)
}

/// Asks a dictionary server, `host` or `host:port`, which of its words match one.
///
/// # Errors
/// As for [`Client::connect`] and [`Client::match_words`].
pub async fn match_words(
    host_port: &str,
    word: &str,
    database: &str,
    strategy: &str,
) -> Result<Vec<Match>> {
    let mut client = Client::connect(host_port).await?;
    let found = client.match_words(word, database, strategy).await?;
    client.quit().await?;
    Ok(found)
}

/// A session with a dictionary server.
///
/// See [the blocking twin](crate::dict::Client) for the whole documentation.
#[derive(Debug)]
pub struct Client {
    line: LineStream,
}

impl Client {
    /// Connects to `host`, or `host:port`, with default options.
    ///
    /// # Errors
    /// As for [`over`](Self::over), and for any connection.
    pub async fn connect(host_port: &str) -> Result<Self> {
        Self::over(LineStream::connect(host_port, PORT).await?).await
    }

    /// Connects to the server of a `dict` URL as `opener` does; the URL's path does not matter.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect); [`ErrorKind::Scheme`] for another scheme.
    pub async fn with(opener: &Opener, url: &str) -> Result<Self> {
        let visit = opener.visit(parse(url)?);
        if visit.scheme() != "dict" {
            let what = format!("the scheme {} is not dict", visit.scheme());
            return Err(Error::new(ErrorKind::Scheme, Phase::Preparing, what));
        }
        Self::over(visit.connect(PORT).await?).await
    }

    /// Takes over a connection on which nothing was said yet.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`] and [`ErrorKind::Refused`] when the server wants nothing of us.
    pub async fn over(line: LineStream) -> Result<Self> {
        let mut client = Self { line };
        greeting(&mut client.line).await?;
        client.line.write_line(CLIENT).await?;
        client.reply("CLIENT").await?;
        Ok(client)
    }

    /// Asks what a word means; nothing when no database knows it.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a word or database that cannot be said; [`ErrorKind::Refused`] for a
    /// database that the server does not have.
    pub async fn define(&mut self, word: &str, database: &str) -> Result<Vec<Definition>> {
        let request = Request::define(word, database);
        let reply = self.ask("DEFINE", request.map_err(|e| unfit(e, ErrorKind::Usage))?).await?;
        match reply.code() {
            Some(552) => Ok(Vec::new()),
            Some(150) => self.definitions(&reply).await,
            _ => Err(refused("DEFINE", &reply)),
        }
    }

    /// Asks which words match one by a strategy; nothing when none does.
    ///
    /// # Errors
    /// As for [`define`](Self::define); [`ErrorKind::Refused`] for a strategy that the server does not
    /// have, too.
    pub async fn match_words(
        &mut self,
        word: &str,
        database: &str,
        strategy: &str,
    ) -> Result<Vec<Match>> {
        let request = Request::match_words(word, database, strategy);
        let request = request.map_err(|error| unfit(error, ErrorKind::Usage))?;
        self.list("MATCH", request, 152, 552).await
    }

    /// Asks which databases there are.
    ///
    /// # Errors
    /// When the server declines, or hangs up.
    pub async fn databases(&mut self) -> Result<Vec<Listed>> {
        self.show("DB", 110, 554).await
    }

    /// Asks which strategies there are.
    ///
    /// # Errors
    /// As for [`databases`](Self::databases).
    pub async fn strategies(&mut self) -> Result<Vec<Listed>> {
        self.show("STRAT", 111, 555).await
    }

    /// Says goodbye.
    ///
    /// # Errors
    /// When the server does not.
    pub async fn quit(mut self) -> Result<()> {
        self.line.write_line("QUIT").await?;
        self.reply("QUIT").await.map(drop)
    }

    async fn show(&mut self, what: &str, some: u16, none: u16) -> Result<Vec<Listed>> {
        let request = Request::raw(format!("SHOW {what}").as_bytes());
        let request = request.map_err(|error| unfit(error, ErrorKind::Usage))?;
        let lines = self.list("SHOW", request, some, none).await?;
        let listed = |line: Match| Listed { name: line.database, description: line.word };
        Ok(lines.into_iter().map(listed).collect())
    }

    /// Asks for a text of lines that hold two words each.
    async fn list(
        &mut self,
        verb: &'static str,
        request: Request,
        some: u16,
        none: u16,
    ) -> Result<Vec<Match>> {
        let reply = self.ask(verb, request).await?;
        match reply.code() {
            Some(code) if code == none => return Ok(Vec::new()),
            Some(code) if code == some => {}
            _ => return Err(refused(verb, &reply)),
        }
        let text = self.text(verb, MAX_TEXT_BYTES).await?;
        self.end(verb).await?;
        let lines = text.lines().map(|line| {
            Match::parse(line).ok_or_else(|| unexpected(verb, "a line does not hold two words"))
        });
        lines.collect()
    }

    async fn definitions(&mut self, announced: &Reply) -> Result<Vec<Definition>> {
        let (mut found, mut room) = (Vec::new(), MAX_TEXT_BYTES);
        loop {
            let reply = self.answer("DEFINE").await?;
            match reply.code() {
                Some(250) => break,
                Some(151) if found.len() < MAX_DEFINITIONS => {}
                Some(151) => return Err(too_much("definitions", MAX_DEFINITIONS)),
                _ => return Err(refused("DEFINE", &reply)),
            }
            let heading = Heading::parse(&reply.text())
                .ok_or_else(|| unexpected("DEFINE", "a definition without word and database"))?;
            let text = self.text("DEFINE", room).await?;
            room -= text.len();
            let Heading { word, database, description } = heading;
            found.push(Definition { word, database, description, text });
        }
        let text = announced.text();
        let count = text.split_ascii_whitespace().next().and_then(|count| count.parse().ok());
        match count {
            Some(count) if found.len() < count => {
                let what = format!("{} of {count} definitions came", found.len());
                Err(Error::new(ErrorKind::Truncated, Phase::ReadingBody, what).on("DEFINE"))
            }
            _ => Ok(found),
        }
    }

    async fn ask(&mut self, verb: &'static str, request: Request) -> Result<Reply> {
        self.line.write_line(request.to_line()).await?;
        self.answer(verb).await
    }

    /// The reply to a command, whatever it says.
    async fn answer(&mut self, verb: &'static str) -> Result<Reply> {
        let reply = self.line.read_reply(ReplyStyle::Nntp).await;
        reply.map_err(|error| match error.kind() {
            ErrorKind::EmptyReply => {
                let what = "the server hung up before it had answered";
                Error::new(ErrorKind::Truncated, error.phase(), what).on(verb)
            }
            _ => error.on(verb),
        })
    }

    /// The reply to a command that must succeed.
    async fn reply(&mut self, verb: &'static str) -> Result<Reply> {
        let reply = self.answer(verb).await?;
        if reply.is_success() { Ok(reply) } else { Err(refused(verb, &reply)) }
    }

    /// What follows the last text of an answer.
    async fn end(&mut self, verb: &'static str) -> Result<()> {
        let reply = self.answer(verb).await?;
        match reply.code() {
            Some(250) => Ok(()),
            _ => Err(refused(verb, &reply)),
        }
    }

    /// A text, its lines ended by LF.
    async fn text(&mut self, verb: &'static str, max: usize) -> Result<String> {
        let mut bytes = Vec::new();
        let reader = self.line.dot_reader();
        let read = reader.take(max as u64 + 1).read_to_end(&mut bytes).await;
        read.map_err(|error| Error::from_io(error, Phase::ReadingBody).on(verb))?;
        if bytes.len() > max {
            return Err(too_much("bytes of text", MAX_TEXT_BYTES));
        }
        Ok(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
    }
}

/// Reads the greeting, which may be a refusal (RFC 2229 section 3.1), and gives it as it came.
pub(super) async fn greeting(line: &mut LineStream) -> Result<Vec<u8>> {
    line.stream_mut().enter(Phase::AwaitingReply);
    let greeting = line.read_line_bytes().await?.to_vec();
    line.stream_mut().enter(Phase::ReadingBody);
    let reply = ReplyReader::new(ReplyStyle::Nntp).push_line(&greeting);
    match reply.map_err(|error| unexpected("", NO_SERVER).because(error))? {
        Some(reply) if reply.code() == Some(220) => Ok(greeting),
        Some(reply) => Err(refused("", &reply)),
        None => Err(unexpected("", NO_SERVER)),
    }
}

fn refused(verb: &'static str, reply: &Reply) -> Error {
    let code = reply.code().unwrap_or_default();
    let kind = match code {
        530..=532 => ErrorKind::Denied,
        400..=599 => ErrorKind::Refused,
        _ => ErrorKind::Protocol,
    };
    let text = reply.text();
    let to = if verb.is_empty() { String::new() } else { format!(" to {verb}") };
    let words = landline_wire::escape::escape(text.as_bytes());
    let what = format!("the dictionary server says {code}{to}: {words}");
    let body = text.into_bytes();
    let failed = FailedReply { status: code, headers: Headers::new(), body, complete: true };
    Error::new(kind, Phase::AwaitingReply, what).on(verb).with_reply(failed)
}

fn unexpected(verb: &'static str, what: &'static str) -> Error {
    Error::new(ErrorKind::Protocol, Phase::ReadingBody, what).on(verb)
}

fn too_much(of: &str, max: usize) -> Error {
    let what = format!("the dictionary server sends more than {max} {of}");
    Error::new(ErrorKind::Limit, Phase::ReadingBody, what)
}
