//! The blocking face.

use std::io::{self, Read, Write};
use std::time::SystemTime;

use landline_wire::ftp::Features;
use landline_wire::listing::Entry;
use landline_wire::range::ByteRange;
use landline_wire::reply::Reply;
use tokio::io::AsyncWriteExt;

use super::{Options, TransferKind, aio};
use crate::block::{Runtime, blocking};
use crate::login::Login;
use crate::net::{NetOptions, Peer, Stream};
use crate::netrc::Netrc;
use crate::observe::Observer;
use crate::open::StoreMode;
use crate::upload::Upload;
use crate::{Headers, Limits, Result, Timeouts};

/// Reads, stores and asks about files by URL, and keeps its connections for the next one; cheap to
/// clone, clones share them.
#[derive(Clone, Debug)]
pub struct Client {
    inner: aio::Client,
    runtime: Runtime,
}

impl Client {
    /// A client with default options.
    ///
    /// # Errors
    /// When the system gives no event queue.
    pub fn new() -> Result<Self> {
        Ok(Self { inner: aio::Client::new(), runtime: Runtime::new()? })
    }

    /// A client that reaches servers as `net` says.
    ///
    /// # Errors
    /// When the system gives no event queue.
    pub fn with_options(net: NetOptions, timeouts: Timeouts, limits: Limits) -> Result<Self> {
        let inner = aio::Client::with_options(net, timeouts, limits);
        Ok(Self { inner, runtime: Runtime::new()? })
    }

    fn map(self, change: impl FnOnce(aio::Client) -> aio::Client) -> Self {
        Self { inner: change(self.inner), runtime: self.runtime }
    }

    /// Speaks FTP like this.
    #[must_use]
    pub fn options(self, options: Options) -> Self {
        self.map(|inner| inner.options(options))
    }

    /// Logs in as this user, whatever the URL says; without one, and without one in the URL, as
    /// `anonymous`.
    #[must_use]
    pub fn login(self, login: Login) -> Self {
        self.map(|inner| inner.login(login))
    }

    /// Looks user and password up in a netrc file where neither [`login`](Self::login) nor the URL
    /// has them.
    #[must_use]
    pub fn netrc(self, netrc: Netrc) -> Self {
        self.map(|inner| inner.netrc(netrc))
    }

    /// Bounds the waits.
    #[must_use]
    pub fn timeouts(self, timeouts: Timeouts) -> Self {
        self.map(|inner| inner.timeouts(timeouts))
    }

    /// Has everything that happens told to `observer`.
    #[must_use]
    pub fn observe(self, observer: Observer) -> Self {
        self.map(|inner| inner.observe(observer))
    }

    /// Reads a file, or the listing of a folder: a URL that ends with a slash.
    ///
    /// # Errors
    /// [`Login`](crate::ErrorKind::Login), [`Denied`](crate::ErrorKind::Denied) for a folder,
    /// [`NotFound`](crate::ErrorKind::NotFound) for a file, or whatever goes wrong on the way.
    pub fn get(&self, url: &str) -> Result<Download> {
        let inner = self.runtime.block_on(self.inner.get(url))?;
        Ok(Download { inner, runtime: self.runtime.clone() })
    }

    /// Reads a part of a file.
    ///
    /// # Errors
    /// As for [`get`](Self::get); [`Range`](crate::ErrorKind::Range) when there is no such part.
    pub fn get_range(&self, url: &str, range: ByteRange) -> Result<Download> {
        let inner = self.runtime.block_on(self.inner.get_range(url, range))?;
        Ok(Download { inner, runtime: self.runtime.clone() })
    }

    /// Lists a folder as typed entries: by `MLSD`, or by what can be made of `LIST`.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn entries(&self, url: &str) -> Result<Listing> {
        let inner = self.runtime.block_on(self.inner.entries(url))?;
        Ok(Listing { inner, runtime: self.runtime.clone(), has_failed: false })
    }

    /// Tells what is known of a file: `Last-Modified`, `Content-Length`, `Accept-ranges`.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn info(&self, url: &str) -> Result<Headers> {
        self.runtime.block_on(self.inner.info(url))
    }

    /// Stores a file.
    ///
    /// # Errors
    /// As for [`get`](Self::get); [`Refused`](crate::ErrorKind::Refused) with the server's words
    /// when it does not take or keep it, [`Upload`](crate::ErrorKind::Upload) when the source
    /// fails: what the server has of it then is a part.
    pub fn put(&self, url: &str, upload: Upload, mode: StoreMode) -> Result<()> {
        self.runtime.block_on(self.inner.put(url, upload, mode))
    }

    /// Takes leave of every server whose connection is kept (`QUIT`), waiting for none longer than
    /// a second.
    pub fn quit(&self) {
        let quit = async {
            self.inner.quit().await;
            Ok(())
        };
        // Refused inside of its own work alone, and then the connections close without a word.
        let _: Result<()> = self.runtime.block_on(quit);
    }
}

/// A file or listing that is being read. It ends where the server has confirmed the end; then its
/// connection can be used for the next one.
#[derive(Debug)]
pub struct Download {
    inner: aio::Download,
    runtime: Runtime,
}

impl Download {
    /// What is known of it: `Last-Modified`, `Content-Length`, `Content-Type`, as far as the
    /// server tells.
    pub fn info(&self) -> &Headers {
        self.inner.info()
    }

    /// Who sends it.
    pub fn peer(&self) -> &Peer {
        self.inner.peer()
    }
}

impl Read for Download {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, into)
    }
}

/// The entries of a folder, as an iterator that ends with the first error.
#[derive(Debug)]
pub struct Listing {
    inner: aio::Listing,
    runtime: Runtime,
    has_failed: bool,
}

impl Listing {
    /// How many lines so far said nothing that could be understood.
    pub fn skipped(&self) -> u64 {
        self.inner.skipped()
    }
}

impl Iterator for Listing {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let next = self.runtime.block_on(self.inner.next()).transpose();
        self.has_failed = matches!(next, Some(Err(_)));
        next
    }
}

/// A control connection: one command, one reply, and transfers beside it.
#[derive(Debug)]
pub struct Connection {
    inner: aio::Connection,
    runtime: Runtime,
}

impl Connection {
    /// Connects to `host:port`, or to `host` at port 21, and reads the greeting.
    ///
    /// # Errors
    /// As for any connection; [`Refused`](crate::ErrorKind::Refused) when the server sends us away.
    pub fn connect(host_port: &str) -> Result<Self> {
        let runtime = Runtime::new()?;
        let inner = runtime.block_on(aio::Connection::connect(host_port))?;
        Ok(Self { inner, runtime })
    }

    /// Connects as the options say; with [`Security`](super::Security) TLS begins after the
    /// greeting.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect); [`TlsUnavailable`](crate::ErrorKind::TlsUnavailable) when
    /// TLS is required and not to be had.
    pub fn connect_with(
        host_port: &str,
        options: Options,
        net: &NetOptions,
        timeouts: Timeouts,
    ) -> Result<Self> {
        let runtime = Runtime::new()?;
        let work = aio::Connection::connect_with(host_port, options, net, timeouts);
        let inner = runtime.block_on(work)?;
        Ok(Self { inner, runtime })
    }

    /// Connects to `host:port`, or to `host` at port 990, and begins TLS at once.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect), and when the certificate is not trusted.
    pub fn connect_tls(
        host_port: &str,
        options: Options,
        net: &NetOptions,
        timeouts: Timeouts,
    ) -> Result<Self> {
        let runtime = Runtime::new()?;
        let work = aio::Connection::connect_tls(host_port, options, net, timeouts);
        let inner = runtime.block_on(work)?;
        Ok(Self { inner, runtime })
    }

    /// What the server said when we came.
    pub fn greeting(&self) -> &Reply {
        self.inner.greeting()
    }

    /// The stream of the control connection.
    pub fn stream(&self) -> &Stream {
        self.inner.stream()
    }

    /// Asks what the server can do beyond RFC 959 (RFC 2389); once.
    ///
    /// # Errors
    /// When the server goes away. One that knows no `FEAT` has no features.
    pub fn features(&mut self) -> Result<&Features> {
        self.runtime.block_on(self.inner.features())
    }

    /// Takes leave (`QUIT`) and closes the connection.
    ///
    /// # Errors
    /// When the server is gone already.
    pub fn quit(self) -> Result<()> {
        self.runtime.block_on(self.inner.quit())
    }

    blocking! {
        /// Logs in, as `anonymous` without a login, and has data connections protected where the
        /// control connection is (RFC 959 section 5.4, RFC 4217 section 8).
        ///
        /// # Errors
        /// [`Login`](crate::ErrorKind::Login) when the server does not let us in.
        fn login(&mut self, login: Option<&Login>) -> Result<()>;

        /// Sends one command of any kind and gives the reply, whatever it says.
        ///
        /// # Errors
        /// [`Usage`](crate::ErrorKind::Usage) when the line holds CR, LF or NUL;
        /// [`Io`](crate::ErrorKind::Io) when the server goes away.
        fn command(&mut self, line: impl AsRef<[u8]> + Send) -> Result<Reply>;

        /// Tells the folder it stands in (`PWD`).
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused); [`Protocol`](crate::ErrorKind::Protocol) when
        /// the reply names none.
        fn pwd(&mut self) -> Result<String>;

        /// Goes to a folder (`CWD`).
        ///
        /// # Errors
        /// [`Denied`](crate::ErrorKind::Denied) when the server does not let us.
        fn cwd(&mut self, path: impl AsRef<[u8]> + Send) -> Result<()>;

        /// Goes to the folder above (`CDUP`).
        ///
        /// # Errors
        /// As for [`cwd`](Self::cwd).
        fn cdup(&mut self) -> Result<()>;

        /// Chooses how the transfers to come represent data (`TYPE`); says so only when it changes.
        ///
        /// # Errors
        /// [`Refused`](crate::ErrorKind::Refused).
        fn set_kind(&mut self, kind: TransferKind) -> Result<()>;

        /// Asks how many bytes a transfer of the file would have (`SIZE`, RFC 3659 section 4).
        ///
        /// # Errors
        /// [`NotFound`](crate::ErrorKind::NotFound), [`Refused`](crate::ErrorKind::Refused),
        /// [`Protocol`](crate::ErrorKind::Protocol).
        fn size(&mut self, path: impl AsRef<[u8]> + Send) -> Result<u64>;

        /// Asks when the file was last changed (`MDTM`, RFC 3659 section 3).
        ///
        /// # Errors
        /// As for [`size`](Self::size).
        fn modified(&mut self, path: impl AsRef<[u8]> + Send) -> Result<SystemTime>;

        /// Sets when the file was last changed (`MFMT`, draft-somers-ftp-mfxx).
        ///
        /// # Errors
        /// As for [`size`](Self::size); [`Usage`](crate::ErrorKind::Usage) for a date that no four
        /// digits name.
        fn set_modified(&mut self, path: impl AsRef<[u8]> + Send, time: SystemTime) -> Result<()>;

        /// Makes a folder (`MKD`).
        ///
        /// # Errors
        /// [`Denied`](crate::ErrorKind::Denied) when the server does not.
        fn mkdir(&mut self, path: impl AsRef<[u8]> + Send) -> Result<()>;

        /// Removes an empty folder (`RMD`).
        ///
        /// # Errors
        /// [`NotFound`](crate::ErrorKind::NotFound) or [`Refused`](crate::ErrorKind::Refused).
        fn rmdir(&mut self, path: impl AsRef<[u8]> + Send) -> Result<()>;

        /// Deletes a file (`DELE`).
        ///
        /// # Errors
        /// As for [`rmdir`](Self::rmdir).
        fn delete(&mut self, path: impl AsRef<[u8]> + Send) -> Result<()>;

        /// Gives a file or folder another name (`RNFR`, `RNTO`).
        ///
        /// # Errors
        /// As for [`rmdir`](Self::rmdir).
        fn rename(&mut self, from: impl AsRef<[u8]> + Send, to: impl AsRef<[u8]> + Send) -> Result<()>;

        /// Tells what the server knows of a file or folder (`MLST`, RFC 3659 section 7).
        ///
        /// # Errors
        /// As for [`size`](Self::size).
        fn facts(&mut self, path: impl AsRef<[u8]> + Send) -> Result<Entry>;

        /// Does nothing, and keeps the connection from falling asleep (`NOOP`).
        ///
        /// # Errors
        /// When the server goes away.
        fn noop(&mut self) -> Result<()>;
    }
}

/// Writes the methods that begin a transfer.
macro_rules! transfers {
    ($reader:ident: $($(#[$meta:meta])* fn $name:ident($($arg:ident: $type:ty),*);)*) => {
        impl Connection {
            $(
                $(#[$meta])*
                pub fn $name(&mut self, $($arg: $type),*) -> Result<$reader<'_>> {
                    let runtime = self.runtime.clone();
                    let inner = self.runtime.block_on(self.inner.$name($($arg),*))?;
                    Ok($reader { inner, runtime })
                }
            )*
        }
    };
}

transfers! { DataReader:
    /// Reads a file (`RETR`) from `offset` on (`REST`), in the kind that
    /// [`set_kind`](Self::set_kind) chose; that of RFC 959 is ASCII.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound), [`Refused`](crate::ErrorKind::Refused), or what
    /// keeps the data connection from coming about.
    fn retrieve(path: impl AsRef<[u8]> + Send, offset: u64);

    /// Lists a folder for people to read (`LIST`); the one it stands in without a path.
    ///
    /// # Errors
    /// As for [`retrieve`](Self::retrieve).
    fn list(path: impl AsRef<[u8]> + Send);

    /// Lists the names in a folder (`NLST`).
    ///
    /// # Errors
    /// As for [`retrieve`](Self::retrieve).
    fn names(path: impl AsRef<[u8]> + Send);

    /// Lists a folder for programs to read (`MLSD`, RFC 3659 section 7).
    ///
    /// # Errors
    /// As for [`retrieve`](Self::retrieve).
    fn machine_list(path: impl AsRef<[u8]> + Send);
}

transfers! { DataWriter:
    /// Writes a file (`STOR`), from `offset` of it on.
    ///
    /// # Errors
    /// [`Refused`](crate::ErrorKind::Refused), or what keeps the data connection from coming about.
    fn store(path: impl AsRef<[u8]> + Send, offset: u64);

    /// Writes behind the end of a file, or a new one (`APPE`).
    ///
    /// # Errors
    /// As for [`store`](Self::store).
    fn append(path: impl AsRef<[u8]> + Send);
}

/// Reads what the server sends over a data connection, and ends where the server has confirmed the
/// end. One that is dropped earlier breaks the transfer off; the connection stays usable.
#[derive(Debug)]
pub struct DataReader<'a> {
    inner: aio::DataReader<'a>,
    runtime: Runtime,
}

impl Read for DataReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, into)
    }
}

/// Sends to the server over a data connection; [`finish`](Self::finish) makes it count. One that
/// is dropped without breaks the transfer off; the connection stays usable.
#[derive(Debug)]
pub struct DataWriter<'a> {
    inner: aio::DataWriter<'a>,
    runtime: Runtime,
}

impl DataWriter<'_> {
    /// Ends the data and waits until the server has confirmed it.
    ///
    /// # Errors
    /// [`Refused`](crate::ErrorKind::Refused) when the server says that it could not keep it.
    pub fn finish(self) -> Result<()> {
        self.runtime.block_on(self.inner.finish())
    }
}

impl Write for DataWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.runtime.block_on(self.inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.runtime.block_on(self.inner.flush())
    }
}
