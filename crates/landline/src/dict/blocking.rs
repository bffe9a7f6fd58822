//! The blocking face.

use landline_wire::dict::Match;

use super::{Definition, Listed, aio};
use crate::block::{Runtime, blocking};
use crate::{LineStream, Opener, Result};

/// Asks a dictionary server, `host` or `host:port`, what a word means: in one database, in the first
/// that knows it (`!`) or in all (`*`).
///
/// # Errors
/// As for [`Client::connect`] and [`Client::define`].
pub fn define(host_port: &str, word: &str, database: &str) -> Result<Vec<Definition>> {
    Runtime::new()?.block_on(aio::define(host_port, word, database))
}

/// Asks a dictionary server, `host` or `host:port`, which of its words match one.
///
/// # Errors
/// As for [`Client::connect`] and [`Client::match_words`].
pub fn match_words(
    host_port: &str,
    word: &str,
    database: &str,
    strategy: &str,
) -> Result<Vec<Match>> {
    Runtime::new()?.block_on(aio::match_words(host_port, word, database, strategy))
}

/// A session with a dictionary server: several questions on one connection.
///
/// ```no_run
/// use landline::dict::Client;
///
/// let mut client = Client::connect("dict.org")?;
/// for database in client.databases()? {
///     println!("{}: {}", database.name, database.description);
/// }
/// for found in client.match_words("dial", "*", "prefix")? {
///     println!("{} in {}", found.word, found.database);
/// }
/// client.quit()?;
/// # Ok::<(), landline::Error>(())
/// ```
#[derive(Debug)]
pub struct Client {
    inner: aio::Client,
    runtime: Runtime,
}

impl Client {
    /// Connects to `host`, or `host:port`, with default options.
    ///
    /// # Errors
    /// As for [`over`](Self::over), and for any connection.
    pub fn connect(host_port: &str) -> Result<Self> {
        let runtime = Runtime::new()?;
        let inner = runtime.block_on(aio::Client::connect(host_port))?;
        Ok(Self { inner, runtime })
    }

    /// Connects to the server of a `dict` URL as `opener` does; the URL's path does not matter.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect); [`Scheme`](crate::ErrorKind::Scheme) for another scheme.
    pub fn with(opener: &Opener, url: &str) -> Result<Self> {
        let (opener, runtime) = opener.clone().into_parts();
        let inner = runtime.block_on(aio::Client::with(&opener, url))?;
        Ok(Self { inner, runtime })
    }

    /// Takes over a connection on which nothing was said yet.
    ///
    /// # Errors
    /// [`Denied`](crate::ErrorKind::Denied) and [`Refused`](crate::ErrorKind::Refused) when the
    /// server wants nothing of us.
    pub fn over(line: LineStream) -> Result<Self> {
        let (line, runtime) = line.into_inner();
        let inner = runtime.block_on(aio::Client::over(line))?;
        Ok(Self { inner, runtime })
    }

    blocking! {
        /// Asks what a word means; nothing when no database knows it.
        ///
        /// # Errors
        /// [`Usage`](crate::ErrorKind::Usage) for a word or database that cannot be said;
        /// [`Refused`](crate::ErrorKind::Refused) for a database that the server does not have.
        fn define(&mut self, word: &str, database: &str) -> Result<Vec<Definition>>;

        /// Asks which words match one by a strategy; nothing when none does.
        ///
        /// # Errors
        /// As for [`define`](Self::define); [`Refused`](crate::ErrorKind::Refused) for a strategy
        /// that the server does not have, too.
        fn match_words(&mut self, word: &str, database: &str, strategy: &str) -> Result<Vec<Match>>;

        /// Asks which databases there are.
        ///
        /// # Errors
        /// When the server declines, or hangs up.
        fn databases(&mut self) -> Result<Vec<Listed>>;

        /// Asks which strategies there are.
        ///
        /// # Errors
        /// As for [`databases`](Self::databases).
        fn strategies(&mut self) -> Result<Vec<Listed>>;
    }

    /// Says goodbye.
    ///
    /// # Errors
    /// When the server does not.
    pub fn quit(self) -> Result<()> {
        self.runtime.block_on(self.inner.quit())
    }
}
