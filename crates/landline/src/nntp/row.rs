//! What a URL asks for.

use landline_wire::message::MAX_HEADER_BYTES;
use landline_wire::nntp::{ArticleRange, Asked};
use landline_wire::target::{Location, split_host_port};
use tokio::io::AsyncReadExt;

use super::connection::Connection;
use super::numbers::Numbered;
use super::{Article, Options, Part};
use crate::dialogue::{Home, OwnedBlock, verb};
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
    if let Begun::Line(line) = begun {
        home.give_back(connection);
        return Ok(Parts::memory(location, Headers::new(), line.into_bytes()));
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
    let rest = &mut block.take(MAX_HEADER_BYTES as u64);
    let read = tokio::io::copy(rest, &mut tokio::io::sink()).await;
    read.map_err(|error| Error::from_io(error, Phase::ReadingBody))?;
    match rest.limit() {
        0 => {
            let what = format!("the header block is longer than {MAX_HEADER_BYTES} bytes");
            Err(Error::new(ErrorKind::Limit, Phase::ReadingBody, what))
        }
        _ => Ok(fields),
    }
}

/// Posts an article.
pub(crate) async fn store(errand: &Errand<'_>, article: Upload) -> Result<()> {
    let mut turn = errand.begin()?;
    let (mut connection, home, ()) = loop {
        let offered = turn.connection().await?.offer().await;
        // A server that has answered nothing has nothing of the article.
        if let Some(offered) = turn.settle(offered, true)? {
            break offered;
        }
    };
    let posted = connection.send(article).await;
    home.take_back(connection, posted)
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
    let has_text = match reply.code() {
        // Those that a text follows (RFC 3977 section 3.2); 211 is GROUP's too.
        Some(100 | 101 | 215 | 220..=222 | 224 | 225 | 230 | 231) => true,
        Some(211) => verb(command.as_bytes()) == "LISTGROUP",
        _ => false,
    };
    Ok(if has_text { Begun::Text } else { Begun::Line(reply.first_line().to_owned() + "\r\n") })
}
