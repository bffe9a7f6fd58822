//! What a URL asks for.

use landline_wire::nntp::{ArticleRange, Asked};
use landline_wire::reply::Reply;
use landline_wire::target::{Location, split_host_port};

use super::connection::{Connection, check_id};
use super::numbers::Numbered;
use super::{Article, Options, Part};
use crate::dialogue::{Home, OwnedBlock, skip_header_block, verb};
use crate::open::Parts;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Phase, Result};

type Errand<'a> = crate::dialogue::Errand<'a, Connection>;

/// Opens what a URL names.
pub(crate) async fn open(errand: &Errand<'_>) -> Result<Parts> {
    let asked = asked(errand)?;
    let command = errand.options.command.as_deref();
    let (connection, home, begun) = ask(errand, &asked, command, Part::Article).await?;
    let location = errand.visit.location.clone();
    let memory =
        |line: String| Ok(Parts::memory(location.clone(), Headers::new(), line.into_bytes()));
    match begun {
        Begun::Text => {}
        Begun::LastLine(line) => return memory(line),
        Begun::Line(line) => {
            home.give_back(connection);
            return memory(line);
        }
    }
    let mut block = OwnedBlock::new(connection, home);
    let is_article = matches!(asked, Asked::Article(..) | Asked::MessageId(_));
    let info = match is_article && command.is_none() {
        true => block.read_headers().await?,
        false => Headers::new(),
    };
    Ok(match (asked, command) {
        (Asked::Overview(_, Some(range)), None) => {
            Parts::stream(location, info, Numbered::new(block, range))
        }
        _ => Parts::stream(location, info, block),
    })
}

/// Reads the header block of an article alone.
pub(crate) async fn info(errand: &Errand<'_>) -> Result<Headers> {
    let asked = asked(errand)?;
    if !matches!(asked, Asked::Article(..) | Asked::MessageId(_)) {
        let what = "only articles can be asked about, by their number or message-id";
        return Err(Error::new(ErrorKind::Scheme, Phase::Preparing, what));
    }
    let (connection, home, _) = ask(errand, &asked, None, Part::Head).await?;
    let mut block = OwnedBlock::new(connection, home);
    let fields = block.read_headers().await?;
    skip_header_block(&mut block).await?;
    Ok(fields)
}

/// Posts an article, or offers one with the `IHAVE` of the caller's own.
pub(crate) async fn store(errand: &Errand<'_>, article: Upload) -> Result<()> {
    let id = errand.options.command.as_deref().map(offered).transpose()?;
    let mut turn = errand.begin()?;
    let (mut connection, home, ()) = loop {
        let connection = turn.connection().await?;
        let offered = match id {
            Some(id) => connection.offer_id(id).await,
            None => connection.offer().await,
        };
        // A server that has answered nothing has nothing of the article.
        if let Some(offered) = turn.settle(offered, true)? {
            break offered;
        }
    };
    let sent = match id {
        Some(_) => connection.send_wanted(article).await,
        None => connection.send(article).await,
    };
    home.take_back(connection, sent)
}

/// The message-id in a command that has an article follow it.
fn offered(command: &str) -> Result<&str> {
    match command.split_once(' ') {
        Some((verb, id)) if verb.eq_ignore_ascii_case("IHAVE") => check_id(id).map(|()| id),
        _ => {
            let what = "an article is sent by POST, or by IHAVE <message-id>, and by nothing else";
            Err(Error::usage(what))
        }
    }
}

/// Puts the server in whose name a `news:` URL is meant into it, where it has none and there is one.
pub(crate) fn at_server(location: Location, options: &Options) -> Location {
    if location.scheme() != "news" || location.host().is_some() {
        return location;
    }
    let known = options.server.as_ref().and_then(|server| split_host_port(server, 119).ok());
    let at = known.and_then(|(host, port)| {
        let host = match host.contains(':') {
            true => format!("[{}]", host.replace('%', "%25")),
            false => host,
        };
        let path = location.request_target();
        Location::parse_as_is(&format!("news://{host}:{port}/{path}")).ok()
    });
    at.unwrap_or(location)
}

fn asked(errand: &Errand<'_>) -> Result<Asked> {
    let (location, server) = (&errand.visit.location, &errand.options.server);
    if location.host().is_none() {
        let what = match server {
            None => "the URL names no news server, and no other is known".to_owned(),
            Some(server) => format!("the news server {server:?} is not a host and port"),
        };
        return Err(Error::new(ErrorKind::Url, Phase::Preparing, what));
    }
    Asked::of(location).map_err(|error| {
        let what = "the URL names nothing that a news server has";
        Error::new(ErrorKind::Url, Phase::Preparing, what).because(error)
    })
}

async fn ask(
    errand: &Errand<'_>,
    asked: &Asked,
    command: Option<&str>,
    part: Part,
) -> Result<(Box<Connection>, Home<Connection>, Begun)> {
    let mut turn = errand.begin()?;
    loop {
        let begun = begin(turn.connection().await?, asked, command, part).await;
        // A command of the caller's own may be one that counts twice.
        if let Some(begun) = turn.settle(begun, command.is_none())? {
            return Ok(begun);
        }
    }
}

/// What follows what was sent.
enum Begun {
    /// A text.
    Text,
    /// Nothing but this.
    Line(String),
    /// The same, and the session is over.
    LastLine(String),
}

impl Begun {
    fn nothing() -> Self {
        Self::Line(String::new())
    }
}

/// Sends what has the answer come.
async fn begin(
    connection: &mut Connection,
    asked: &Asked,
    command: Option<&str>,
    part: Part,
) -> Result<Begun> {
    if let Asked::Overview(group, _) | Asked::Article(group, _) = asked
        && connection.group.as_deref() != Some(group)
    {
        let group = connection.group(group).await?;
        let is_whole = matches!(asked, Asked::Overview(_, None));
        if is_whole && group.last < group.first {
            return Ok(Begun::nothing());
        }
    }
    if let Some(command) = command {
        return own(connection, command).await;
    }
    match asked {
        Asked::Overview(_, range) => {
            let all = ArticleRange::From(1);
            match connection.begin_over(range.unwrap_or(all)).await {
                Err(error) if error.status() == Some(423) => return Ok(Begun::nothing()),
                done => done.map(drop)?,
            }
        }
        Asked::Article(_, number) => {
            connection.begin_text(part, Article::Number(*number)).await?;
        }
        Asked::MessageId(id) => connection.begin_text(part, Article::Id(id)).await?,
        Asked::Groups(pattern) => {
            let pattern = pattern.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
            connection.ask(&format!("LIST ACTIVE{pattern}"), &[215]).await?;
        }
        _ => return Err(Error::usage("this cannot be asked for")),
    }
    Ok(Begun::Text)
}

/// A command of the caller's own: one that is answered by a line gives that line.
async fn own(connection: &mut Connection, command: &str) -> Result<Begun> {
    // It may choose another group.
    connection.group = None;
    let reply = connection.own(command).await?;
    let line = format!("{}\r\n", reply.first_line());
    match reply.code() {
        // 211 is GROUP's too.
        Some(211) if verb(command.as_bytes()) == "LISTGROUP" => Ok(Begun::Text),
        Some(code) if TEXTS.contains(&code) => Ok(Begun::Text),
        Some(code) if LINES.contains(&code) => Ok(Begun::Line(line)),
        _ => take_leave(connection, command, &reply).await.map(|()| Begun::LastLine(line)),
    }
}

/// Codes that a text follows (RFC 3977 section 3.2, RFC 2980 sections 2.5, 2.9 and 2.12).
const TEXTS: [u16; 12] = [100, 101, 215, 218, 220, 221, 222, 224, 225, 230, 231, 282];

/// Codes that none does (RFC 3977, 4643, 4644).
const LINES: [u16; 15] =
    [111, 200, 201, 202, 203, 205, 206, 211, 223, 235, 238, 239, 240, 281, 283];

/// Whether a text follows any other code nobody can know: where it does, the answer to the next command
/// is none.
async fn take_leave(connection: &mut Connection, command: &str, reply: &Reply) -> Result<()> {
    match connection.command("QUIT").await {
        Ok(bye) if bye.code() == Some(205) => Ok(()),
        Err(error) if matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Io) => Err(error),
        _ => {
            let command = verb(command.as_bytes());
            let what =
                format!("behind the answer to {command} comes a text of no known kind: {reply}");
            Err(Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what).on(command))
        }
    }
}
