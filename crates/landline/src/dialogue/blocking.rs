//! What the blocking faces of all sessions have alike.

/// Writes a session that blocks: the type, how it comes about, what is underneath, and commands of the
/// caller's own. `$port` and `$urls` go into sentences.
macro_rules! session {
    ($(#[$meta:meta])* $port:literal, $urls:literal, $reply:ty) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct Connection {
            inner: aio::Connection,
            runtime: Runtime,
        }

        impl Connection {
            #[doc = concat!("Connects to `host:port`, or to `host` at ", $port, ".")]
            ///
            /// # Errors
            /// As for any connection; [`Refused`](crate::ErrorKind::Refused) when the server sends us
            /// away.
            pub fn connect(host_port: &str) -> Result<Self> {
                let runtime = Runtime::new()?;
                let inner = runtime.block_on(aio::Connection::connect(host_port))?;
                Ok(Self { inner, runtime })
            }

            #[doc = concat!("Connects to the server of ", $urls, " URL as `opener` does, and logs in ")]
            /// where either knows who.
            ///
            /// # Errors
            /// As for [`connect`](Self::connect) and [`login_by`](Self::login_by);
            /// [`TlsUnavailable`](crate::ErrorKind::TlsUnavailable) when TLS is required and not to be
            /// had.
            pub fn with(opener: &crate::Opener, url: &str) -> Result<Self> {
                let (opener, runtime) = opener.clone().into_parts();
                let inner = runtime.block_on(aio::Connection::with(&opener, url))?;
                Ok(Self { inner, runtime })
            }

            /// The stream underneath.
            pub fn stream(&self) -> &crate::net::Stream {
                self.inner.stream()
            }

            /// Sends one command and gives what is said to it, whatever that is. No text may follow.
            ///
            /// # Errors
            /// [`Usage`](crate::ErrorKind::Usage) when the line holds CR, LF or NUL;
            /// [`Io`](crate::ErrorKind::Io) when the server goes away;
            /// [`Limit`](crate::ErrorKind::Limit) when it says too much.
            pub fn command(&mut self, line: impl AsRef<[u8]>) -> Result<$reply> {
                self.runtime.block_on(self.inner.command(line.as_ref()))
            }
        }
    };
}

/// Writes the blocking twin of methods that give something to read from, which borrows the session.
macro_rules! reading {
    ($($(#[$meta:meta])*
    fn $name:ident(&mut self $(, $arg:ident: $type:ty)*) -> Result<$reader:ident<'_ $(, $item:ty)?>>;)*) => {
        $(
            $(#[$meta])*
            pub fn $name(&mut self $(, $arg: $type)*) -> Result<$reader<'_ $(, $item)?>> {
                let inner = self.runtime.block_on(self.inner.$name($($arg),*))?;
                Ok($reader::new(inner, &self.runtime))
            }
        )*
    };
}

pub(crate) use {reading, session};
