//! The blocking face.

use std::io::{self, Read};
use std::time::SystemTime;

use landline_wire::reply::Reply;

use super::{
    Article, ArticleRange, Capabilities, Group, ListedGroup, Overview, OverviewFormat, Part, aio,
};
use crate::block::{Runtime, blocking};
use crate::dialogue::{reading, session};
use crate::login::Login;
use crate::upload::Upload;
use crate::{DotReader, Result, sasl};

session! {
    /// A session with a news server.
    "port 119, reads the greeting and becomes a reader where the server has to be told (`MODE READER`)",
    "an `nntp` or `nntps`",
    Reply
}

/// Records that are read one by one, as they come. The next command can be given behind the last.
#[derive(Debug)]
pub struct Records<'a, T> {
    inner: aio::Records<'a, T>,
    runtime: &'a Runtime,
    has_failed: bool,
}

impl<'a, T> Records<'a, T> {
    fn new(inner: aio::Records<'a, T>, runtime: &'a Runtime) -> Self {
        Self { inner, runtime, has_failed: false }
    }
}

impl<T: Send> Iterator for Records<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let next = self.runtime.block_on(self.inner.next_record()).transpose();
        self.has_failed = matches!(next, Some(Err(_)));
        next
    }
}

/// Articles on their way, in the order in which they were asked for: see
/// [`Connection::fetch`].
///
/// Dropped before its end, it leaves answers under way and the connection can do no more;
/// [`finish`](Self::finish) takes those in.
#[derive(Debug)]
pub struct Articles<'a, I> {
    inner: aio::Articles<'a, I>,
    runtime: &'a Runtime,
}

/// An article that has come, to be read; of [`Part::Stat`](super::Part::Stat) there is nothing to read.
#[derive(Debug)]
pub struct Fetched<'a> {
    number: Option<u64>,
    id: Option<String>,
    text: Option<DotReader<'a>>,
}

impl<'i, I: Iterator<Item = Article<'i>> + Send> Articles<'_, I> {
    /// The next article; what was not read of the one before is dropped. `None` behind the last.
    ///
    /// # Errors
    /// For one article alone, with others behind it: [`NotFound`](crate::ErrorKind::NotFound),
    /// [`Refused`](crate::ErrorKind::Refused) and [`Login`](crate::ErrorKind::Login) as the server
    /// has it, [`Usage`](crate::ErrorKind::Usage) for what is no message-id. All others are the last.
    pub fn next_article(&mut self) -> Option<Result<Fetched<'_>>> {
        let next = async { self.inner.next_article().await.transpose() };
        Some(self.runtime.block_on(next).transpose()?.map(|aio::Fetched { number, id, text }| {
            let text = text.map(|text| DotReader::new(text, self.runtime));
            Fetched { number, id, text }
        }))
    }

    /// Waits for what was asked for and drops it, so that the connection can be used for something
    /// else.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn finish(self) -> Result<()> {
        self.runtime.block_on(self.inner.finish())
    }
}

impl Fetched<'_> {
    /// Its number in the group; `None` or 0 where the server does not tell.
    pub fn number(&self) -> Option<u64> {
        self.number
    }

    /// Its message-id, where the server tells.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl Read for Fetched<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.text.as_mut().map_or(Ok(0), |text| text.read(into))
    }
}

impl Connection {
    /// Fetches many articles, asking for the next while the first are still on their way: up to
    /// 4 KiB of commands are (RFC 3977 section 3.5). Numbers are those of the chosen group.
    ///
    /// ```no_run
    /// use landline::nntp::{Article, Connection, Part};
    ///
    /// let mut news = Connection::connect("news.example.com")?;
    /// let group = news.group("misc.test")?;
    /// let all = (group.first..=group.last).map(Article::Number);
    /// let mut articles = news.fetch(Part::Body, all);
    /// while let Some(article) = articles.next_article() {
    ///     match article {
    ///         Ok(mut body) => drop(std::io::copy(&mut body, &mut std::io::stdout())?),
    ///         Err(error) if error.kind() == landline::ErrorKind::NotFound => {}
    ///         Err(error) => return Err(error.into()),
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fetch<'a, 'i, I>(&'a mut self, part: Part, which: I) -> Articles<'a, I::IntoIter>
    where
        I: IntoIterator<Item = Article<'i>>,
    {
        Articles { inner: self.inner.fetch(part, which), runtime: &self.runtime }
    }

    /// Whether the server says that we may post.
    pub fn may_post(&self) -> bool {
        self.inner.may_post()
    }

    /// Asks what the server can do (`CAPABILITIES`); once, and again behind TLS, `MODE READER` and a
    /// login. One that does not know the command can nothing.
    ///
    /// # Errors
    /// When the server goes away, or has more to say than can be.
    pub fn capabilities(&mut self) -> Result<&Capabilities> {
        self.runtime.block_on(self.inner.capabilities())
    }

    blocking! {
        /// Logs in: by `AUTHINFO SASL` where the server offers it, else by `AUTHINFO USER` and
        /// `PASS`.
        ///
        /// # Errors
        /// [`Login`](crate::ErrorKind::Login) when the server does not let us in.
        fn login(&mut self, login: &Login) -> Result<()>;

        /// Logs in as the options say; without a login, by a client certificate or as nobody.
        ///
        /// # Errors
        /// As for [`login`](Self::login), and when none of the ways that are allowed is offered.
        fn login_by(&mut self, login: Option<&Login>, options: &sasl::Options) -> Result<()>;

        /// Has both directions compressed from here on (`COMPRESS DEFLATE`, RFC 8054) where the
        /// server offers it, and tells whether they are. To be done behind TLS and a login: neither
        /// can follow.
        ///
        /// # Errors
        /// [`Protocol`](crate::ErrorKind::Protocol) when something else follows the server's go-ahead.
        fn compress(&mut self) -> Result<bool>;

        /// Chooses a group (`GROUP`).
        ///
        /// # Errors
        /// [`NotFound`](crate::ErrorKind::NotFound); [`Usage`](crate::ErrorKind::Usage) for what is
        /// no name of a group.
        fn group(&mut self, name: &str) -> Result<Group>;

        /// Asks whether there is an article, and tells its number and message-id (`STAT`).
        ///
        /// # Errors
        /// As for [`article`](Self::article).
        fn stat(&mut self, which: Article<'_>) -> Result<(u64, String)>;

        /// Chooses the next article of the group (`NEXT`).
        ///
        /// # Errors
        /// [`NotFound`](crate::ErrorKind::NotFound) when it was the last.
        fn next_article(&mut self) -> Result<(u64, String)>;

        /// Chooses the article before (`LAST`).
        ///
        /// # Errors
        /// [`NotFound`](crate::ErrorKind::NotFound) when it was the first.
        fn previous_article(&mut self) -> Result<(u64, String)>;

        /// The server's clock (`DATE`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn date(&mut self) -> Result<SystemTime>;

        /// Which fields overviews have (`LIST OVERVIEW.FMT`); those that all have, where the server
        /// does not tell.
        ///
        /// # Errors
        /// When the server goes away.
        fn overview_format(&mut self) -> Result<OverviewFormat>;

        /// The overview of one article, whether it is in the chosen group or not.
        ///
        /// # Errors
        /// [`NotFound`](crate::ErrorKind::NotFound); [`Refused`](crate::ErrorKind::Refused) where the
        /// server has no overviews by message-id.
        fn over_one(&mut self, which: Article<'_>, format: OverviewFormat) -> Result<Option<Overview>>;

        /// Posts an article: its header block, an empty line, its body (`POST`). Line ends are made
        /// whole.
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused) with the server's words;
        /// [`Upload`](crate::ErrorKind::Upload) when the source fails, and then nothing is posted.
        /// When the server's last word is lost, so is whether it was posted, and the error says so.
        fn post(&mut self, article: Upload) -> Result<()>;

        /// Offers an article to a server that may have it already (`IHAVE`); tells whether it wanted
        /// it.
        ///
        /// # Errors
        /// As for [`post`](Self::post).
        fn i_have(&mut self, id: &str, article: Upload) -> Result<bool>;
    }

    reading! {
        /// Chooses a group and lists the numbers of its articles (`LISTGROUP`).
        ///
        /// # Errors
        /// As for [`group`](Self::group).
        fn list_group(&mut self, name: &str, range: Option<ArticleRange>) -> Result<Records<'_, u64>>;

        /// The groups that the server carries (`LIST ACTIVE`); those that match a wildmat (RFC 3977
        /// section 4), where one is given.
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused); [`Usage`](crate::ErrorKind::Usage) for a pattern
        /// with blanks.
        fn groups(&mut self, pattern: Option<&str>) -> Result<Records<'_, ListedGroup>>;

        /// The same, with how many articles each has (`LIST COUNTS`, RFC 6048).
        ///
        /// # Errors
        /// As for [`groups`](Self::groups).
        fn counted_groups(&mut self, pattern: Option<&str>) -> Result<Records<'_, ListedGroup>>;

        /// Groups and what they are about (`LIST NEWSGROUPS`).
        ///
        /// # Errors
        /// As for [`groups`](Self::groups).
        fn descriptions(&mut self, pattern: Option<&str>) -> Result<Records<'_, (String, String)>>;

        /// What is known of articles of the chosen group (`OVER`, or `XOVER` on servers of before).
        ///
        /// # Errors
        /// [`NotFound`](crate::ErrorKind::NotFound) when there are none of these numbers.
        fn over(&mut self, range: ArticleRange, format: OverviewFormat) -> Result<Records<'_, Overview>>;

        /// One field of articles of the chosen group, with their numbers (`HDR`, or `XHDR` on
        /// servers of before).
        ///
        /// # Errors
        /// As for [`over`](Self::over).
        fn field(&mut self, name: &str, range: ArticleRange) -> Result<Records<'_, (u64, String)>>;

        /// The message-ids of articles that came since then to groups that match (`NEWNEWS`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused): many servers have it switched off.
        fn new_news(&mut self, pattern: &str, since: SystemTime) -> Result<Records<'_, String>>;

        /// The groups that came to be since then (`NEWGROUPS`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn new_groups(&mut self, since: SystemTime) -> Result<Records<'_, ListedGroup>>;

        /// Reads an article (`ARTICLE`). The next command can be given when it is read to its end.
        ///
        /// # Errors
        /// [`NotFound`](crate::ErrorKind::NotFound); [`Usage`](crate::ErrorKind::Usage) for what is no
        /// message-id.
        fn article(&mut self, which: Article<'_>) -> Result<DotReader<'_>>;

        /// Reads the header block of an article (`HEAD`).
        ///
        /// # Errors
        /// As for [`article`](Self::article).
        fn head(&mut self, which: Article<'_>) -> Result<DotReader<'_>>;

        /// Reads the body of an article (`BODY`).
        ///
        /// # Errors
        /// As for [`article`](Self::article).
        fn body(&mut self, which: Article<'_>) -> Result<DotReader<'_>>;
    }

    /// Takes leave (`QUIT`).
    ///
    /// # Errors
    /// When the server is gone already.
    pub fn quit(self) -> Result<()> {
        self.runtime.block_on(self.inner.quit())
    }
}
