//! What a URL asks for.

use landline_wire::nntp::{ArticleRange, Asked};

use super::connection::{Connection, target};
use super::{Article, Options};
use crate::dialogue::{OwnedBlock, Route, reuse};
use crate::open::{Parts, Visit};
use crate::pool::Home;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Phase, Result};

pub(crate) type Pool = crate::pool::Pool<Route<Options>, Connection>;

type Own = (Box<Connection>, Home<Route<Options>, Connection>);

/// Opens what a URL names.
pub(crate) async fn open(visit: &Visit, options: &Options, pool: &Pool) -> Result<Parts> {
    let asked = asked(visit)?;
    let (mut connection, home) = connection(visit, options, pool).await?;
    let has_text = begin(&mut connection, &asked, options, "ARTICLE").await;
    let location = visit.location.clone();
    match has_text {
        Ok(true) => {}
        Ok(false) => {
            home.give_back(connection);
            return Ok(Parts::memory(location, Headers::new(), Vec::new()));
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
    let (mut connection, home) = connection(visit, options, pool).await?;
    if let Err(error) = begin(&mut connection, &asked, &Options::default(), "HEAD").await {
        return Err(refusal(error, connection, &home));
    }
    let mut block = OwnedBlock::new(connection, home);
    let fields = block.read_headers().await?;
    tokio::io::copy(&mut block, &mut tokio::io::sink())
        .await
        .map_err(|error| Error::from_io(error, Phase::ReadingBody))?;
    Ok(fields)
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

/// Sends what has the answer come; tells whether one comes.
async fn begin(
    connection: &mut Connection,
    asked: &Asked,
    options: &Options,
    verb: &str,
) -> Result<bool> {
    if let Asked::Overview(group, _) | Asked::Article(group, _) = asked
        && connection.group.as_deref() != Some(group)
    {
        let group = connection.group(group).await?;
        let is_whole = matches!(asked, Asked::Overview(_, None));
        if is_whole && group.last < group.first {
            return Ok(false);
        }
    }
    if let Some(command) = &options.command {
        let reply = connection.command(command).await?;
        return match reply.code() {
            // Those that a text follows (RFC 3977 section 3.2).
            Some(100 | 101 | 211 | 215 | 220 | 221 | 222 | 224 | 225 | 230 | 231) => Ok(true),
            _ if reply.is_success() => Ok(false),
            _ => Err(crate::dialogue::refused(ErrorKind::Refused, command, &reply)),
        };
    }
    match asked {
        Asked::Overview(_, range) => {
            let all = ArticleRange::From(1);
            match connection.begin_over(range.unwrap_or(all)).await {
                Err(error) if error.status() == Some(423) => return Ok(false),
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
    Ok(true)
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
    let home = Home { pool: pool.clone(), route: Route::of(visit, target(visit)?, options) };
    let connection = match reuse(visit, &home) {
        Some(kept) => kept,
        None => Box::new(Connection::visit(visit, options).await?),
    };
    Ok((connection, home))
}
