//! What is answered by lists: groups, overviews, news.

use std::time::SystemTime;

use landline_wire::nntp::{ArticleRange, ListedGroup, Overview, OverviewFormat};
use landline_wire::reply::Reply;

use super::Article;
use super::connection::{Connection, check_id, named};
use crate::dialogue::{Most, Records};
use crate::{Error, Result};

/// Of fields of an overview.
const FIELDS: Most = Most { lines: 1_000, bytes: 1 << 20 };
/// Of overviews of one article.
const ONE: Most = Most { lines: 1, bytes: 1 << 20 };

impl Connection {
    /// The groups that the server carries (`LIST ACTIVE`); those that match a wildmat (RFC 3977 section
    /// 4), where one is given.
    ///
    /// # Errors
    /// [`Refused`](crate::ErrorKind::Refused); [`Usage`](crate::ErrorKind::Usage) for a pattern with
    /// blanks.
    pub async fn groups(&mut self, pattern: Option<&str>) -> Result<Records<'_, ListedGroup>> {
        self.list("ACTIVE", pattern, |line| ListedGroup::parse(&text(line))).await
    }

    /// The same, with how many articles each has (`LIST COUNTS`, RFC 6048).
    ///
    /// # Errors
    /// As for [`groups`](Self::groups).
    pub async fn counted_groups(
        &mut self,
        pattern: Option<&str>,
    ) -> Result<Records<'_, ListedGroup>> {
        self.list("COUNTS", pattern, |line| ListedGroup::parse_with_count(&text(line))).await
    }

    /// Groups and what they are about (`LIST NEWSGROUPS`).
    ///
    /// # Errors
    /// As for [`groups`](Self::groups).
    pub async fn descriptions(
        &mut self,
        pattern: Option<&str>,
    ) -> Result<Records<'_, (String, String)>> {
        self.list("NEWSGROUPS", pattern, |line| {
            let line = text(line);
            let (name, about) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
            (!name.is_empty()).then(|| (name.to_owned(), about.trim().to_owned()))
        })
        .await
    }

    async fn list<T>(
        &mut self,
        keyword: &str,
        pattern: Option<&str>,
        parse: impl FnMut(&[u8]) -> Option<T> + Send + 'static,
    ) -> Result<Records<'_, T>> {
        let mut line = format!("LIST {keyword}");
        if let Some(pattern) = pattern {
            check_word(pattern)?;
            line = format!("{line} {pattern}");
        }
        self.ask(&line, &[215]).await?;
        Ok(Records::new(self.dialogue.line.dot_reader(), parse))
    }

    /// Which fields overviews have (`LIST OVERVIEW.FMT`); those that all have, where the server does
    /// not tell.
    ///
    /// # Errors
    /// When the server goes away.
    pub async fn overview_format(&mut self) -> Result<OverviewFormat> {
        let reply = self.command("LIST OVERVIEW.FMT").await?;
        if reply.code() != Some(215) {
            return Ok(OverviewFormat::default());
        }
        let reader = self.dialogue.line.dot_reader();
        let lines = Records::new(reader, |line| Some(text(line))).collect(FIELDS).await?;
        Ok(OverviewFormat::from_lines(lines.iter().map(String::as_str)))
    }

    /// What is known of articles of the chosen group (`OVER`, or `XOVER` on servers of before).
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there are none of these numbers.
    pub async fn over(
        &mut self,
        range: ArticleRange,
        format: OverviewFormat,
    ) -> Result<Records<'_, Overview>> {
        self.begin_over(range).await?;
        let reader = self.dialogue.line.dot_reader();
        Ok(Records::new(reader, move |line| {
            Overview::parse(line, &format).filter(|one| range.contains(one.number))
        }))
    }

    pub(super) async fn begin_over(&mut self, range: ArticleRange) -> Result<Reply> {
        let verb = if self.capabilities().await?.over { "OVER" } else { "XOVER" };
        self.ask(&format!("{verb} {range}"), &[224]).await
    }

    /// One field of articles of the chosen group, with their numbers (`HDR`, or `XHDR` on servers of
    /// before).
    ///
    /// # Errors
    /// As for [`over`](Self::over).
    pub async fn field(
        &mut self,
        name: &str,
        range: ArticleRange,
    ) -> Result<Records<'_, (u64, String)>> {
        check_word(name)?;
        let verb = if self.capabilities().await?.hdr { "HDR" } else { "XHDR" };
        self.ask(&format!("{verb} {name} {range}"), &[225, 221]).await?;
        Ok(Records::new(self.dialogue.line.dot_reader(), move |line| {
            let line = text(line);
            let (number, value) = line.split_once(' ').unwrap_or((&line, ""));
            let number = number.parse().ok().filter(|number| range.contains(*number))?;
            Some((number, value.to_owned()))
        }))
    }

    /// The message-ids of articles that came since then to groups that match (`NEWNEWS`).
    ///
    /// # Errors
    /// [`Refused`](crate::ErrorKind::Refused): many servers have it switched off.
    pub async fn new_news(
        &mut self,
        pattern: &str,
        since: SystemTime,
    ) -> Result<Records<'_, String>> {
        check_word(pattern)?;
        self.ask(&format!("NEWNEWS {pattern} {}", moment(since)?), &[230]).await?;
        Ok(Records::new(self.dialogue.line.dot_reader(), |line| {
            Some(text(line)).filter(|id| check_id(id).is_ok())
        }))
    }

    /// The groups that came to be since then (`NEWGROUPS`).
    ///
    /// # Errors
    /// [`Refused`](crate::ErrorKind::Refused).
    pub async fn new_groups(&mut self, since: SystemTime) -> Result<Records<'_, ListedGroup>> {
        self.ask(&format!("NEWGROUPS {}", moment(since)?), &[231]).await?;
        let reader = self.dialogue.line.dot_reader();
        Ok(Records::new(reader, |line| ListedGroup::parse(&text(line))))
    }

    /// The overview of one article, whether it is in the chosen group or not.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound); [`Refused`](crate::ErrorKind::Refused) where the
    /// server has no overviews by message-id.
    pub async fn over_one(
        &mut self,
        which: Article<'_>,
        format: OverviewFormat,
    ) -> Result<Option<Overview>> {
        let verb = if self.capabilities().await?.over { "OVER" } else { "XOVER" };
        self.ask(&named(verb, which)?, &[224]).await?;
        let reader = self.dialogue.line.dot_reader();
        let asked = match which {
            Article::Number(number) => Some(number),
            _ => None,
        };
        let all = Records::new(reader, move |line| {
            let is_it = |one: &Overview| asked.is_none_or(|number| one.number == number);
            Overview::parse(line, &format).filter(is_it)
        });
        Ok(all.collect(ONE).await?.pop())
    }
}

fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line).into_owned()
}

fn check_word(word: &str) -> Result<()> {
    if !word.is_empty() && !word.contains(char::is_whitespace) {
        return Ok(());
    }
    Err(Error::usage(format!("{word:?} is not one word")))
}

/// RFC 3977 section 7.3.2: `yyyymmdd hhmmss GMT`.
fn moment(time: SystemTime) -> Result<String> {
    let digits = landline_wire::ftp::render_time(time);
    let digits = digits.ok_or_else(|| Error::usage("the date cannot be told"))?;
    let (day, rest) = digits.split_at(8);
    Ok(format!("{day} {} GMT", &rest[..6]))
}
