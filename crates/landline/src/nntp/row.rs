//! What a URL asks for.

use landline_wire::message::MAX_HEADER_BYTES;
use landline_wire::nntp::{ArticleRange, Asked};
use tokio::io::AsyncReadExt;

use super::connection::{Connection, target};
use super::{Article, Options};
use crate::dialogue::{OwnedBlock, Route, has_gone, reuse, verb};
use crate::open::{Parts, Visit};
use crate::pool::Home;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Phase, Result};

pub(crate) type Pool = crate::pool::Pool<Route<Options>, Connection>;

type Own = (Box<Connection>, Home<Route<Options>, Connection>);

/// Opens what a URL names.
pub(crate) async fn open(visit: &Visit, options: &Options, pool: &Pool) -> Result<Parts> {
    let asked = asked(visit)?;
    let home = home(visit, options, pool)?;
    let (connection, begun) = ask(visit, options, &home, &asked, options, "ARTICLE").await?;
    let location = visit.location.clone();
    match begun {
        Ok(Begun::Text) => {}
        Ok(Begun::Line(line)) => {
            home.give_back(connection);
            return Ok(Parts::memory(location, Headers::new(), line.into_bytes()));
        }
        Err(error) => return Err(refusal(error, connection, &home)),
    }
    let mut block = OwnedBlock::new(connection, home);
    let is_article = matches!(asked, Asked::Article(..) | Asked::MessageId(_));
    let info = match is_article && options.command.is_none() {
        true => block.read_headers().await?,
        false => Headers::new(),
    };
    Ok(Parts::stream(location, info, block))
}

/// Reads the header block of an article alone.
pub(crate) async fn info(visit: &Visit, options: &Options, pool: &Pool) -> Result<Headers> {
    let asked = asked(visit)?;
    if !matches!(asked, Asked::Article(..) | Asked::MessageId(_)) {
        let what = "only articles can be asked about, by their number or message-id";
        return Err(Error::new(ErrorKind::Scheme, Phase::Preparing, what));
    }
    let home = home(visit, options, pool)?;
    let plain = Options::default();
    let (connection, begun) = ask(visit, options, &home, &asked, &plain, "HEAD").await?;
    if let Err(error) = begun {
        return Err(refusal(error, connection, &home));
    }
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
pub(crate) async fn store(
    visit: &Visit,
    options: &Options,
    pool: &Pool,
    article: Upload,
) -> Result<()> {
    let (mut connection, home) = connection(visit, options, pool).await?;
    match connection.post(article).await {
        Ok(()) => {
            home.give_back(connection);
            Ok(())
        }
        Err(error) => Err(refusal(error, connection, &home)),
    }
}

fn asked(visit: &Visit) -> Result<Asked> {
    Asked::of(&visit.location).map_err(|error| {
        let what = "the URL names nothing that a news server has";
        Error::new(ErrorKind::Url, Phase::Preparing, what).because(error)
    })
}

/// Begins over a connection that was kept, and over a new one where that has gone meanwhile.
async fn ask(
    visit: &Visit,
    options: &Options,
    home: &Home<Route<Options>, Connection>,
    asked: &Asked,
    how: &Options,
    verb: &str,
) -> Result<(Box<Connection>, Result<Begun>)> {
    let mut kept = reuse(visit, home);
    loop {
        let mut connection = match kept.take() {
            Some(kept) => kept,
            None => Box::new(Connection::visit(visit, options).await?),
        };
        match begin(&mut connection, asked, how, verb).await {
            // A command of the caller's own may be one that counts twice.
            Err(error) if how.command.is_none() && has_gone(&mut *connection, &error) => {}
            begun => return Ok((connection, begun)),
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
    options: &Options,
    verb: &str,
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
    if let Some(command) = &options.command {
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
            connection.begin_text(verb, Article::Number(*number)).await?;
        }
        Asked::MessageId(id) => connection.begin_text(verb, Article::Id(id)).await?,
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

/// A refusal says nothing against the connection.
fn refusal(
    error: Error,
    connection: Box<Connection>,
    home: &Home<Route<Options>, Connection>,
) -> Error {
    let is_sound = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Refused);
    if is_sound && error.status() != Some(400) {
        home.give_back(connection);
    }
    error
}

async fn connection(visit: &Visit, options: &Options, pool: &Pool) -> Result<Own> {
    let home = home(visit, options, pool)?;
    let connection = match reuse(visit, &home) {
        Some(kept) => kept,
        None => Box::new(Connection::visit(visit, options).await?),
    };
    Ok((connection, home))
}

fn home(visit: &Visit, options: &Options, pool: &Pool) -> Result<Home<Route<Options>, Connection>> {
    Ok(Home { pool: pool.clone(), route: Route::of(visit, target(visit)?, options) })
}
