//! The blocking face of the client and its requests.

use std::io::{self, Read};
use std::time::Duration;

use landline_wire::sigv4::SigV4;
use landline_wire::target::Location;
use landline_wire::validator::Validator;

use super::Reply;
use crate::block::Runtime;
use crate::http::{
    AltSvcCache, AuthScheme, CookieJar, Form, HstsCache, HttpVersion, RedirectPolicy, Upload, aio,
};
use crate::net::NetOptions;
use crate::netrc::Netrc;
use crate::observe::Observer;
use crate::{Limits, Login, Result, RetryPolicy, Timeouts};

/// An HTTP client with its own pool of connections; cheap to clone, clones share the pool.
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

    /// A client that reaches servers as `options` say.
    ///
    /// # Errors
    /// When the system gives no event queue.
    pub fn with_options(options: NetOptions, timeouts: Timeouts, limits: Limits) -> Result<Self> {
        let inner = aio::Client::with_options(options, timeouts, limits);
        Ok(Self { inner, runtime: Runtime::new()? })
    }

    /// A client with other options and the same pool. A connection is used again only where all of
    /// [`NetOptions`] agree.
    #[must_use]
    pub fn sibling(&self, options: NetOptions, timeouts: Timeouts, limits: Limits) -> Self {
        let inner = self.inner.sibling(options, timeouts, limits);
        Self { inner, runtime: self.runtime.clone() }
    }

    /// A client with the same options and pool, all of whose requests share the cookies of `jar`.
    #[must_use]
    pub fn cookies(&self, jar: &CookieJar) -> Self {
        Self { inner: self.inner.cookies(jar), runtime: self.runtime.clone() }
    }

    /// A client with the same options and pool, that goes through TLS alone to the hosts in `cache`.
    #[must_use]
    pub fn hsts(&self, cache: &HstsCache) -> Self {
        Self { inner: self.inner.hsts(cache), runtime: self.runtime.clone() }
    }

    /// A client with the same options and pool, that reaches origins where `cache` says.
    #[must_use]
    pub fn alt_svc(&self, cache: &AltSvcCache) -> Self {
        Self { inner: self.inner.alt_svc(cache), runtime: self.runtime.clone() }
    }

    /// A client with the same options and pool, that follows redirects by these rules.
    #[must_use]
    pub fn redirects(&self, policy: RedirectPolicy) -> Self {
        Self { inner: self.inner.redirects(policy), runtime: self.runtime.clone() }
    }

    /// A client with the same options and pool, that says in `User-Agent` who it is; an empty name sends none.
    #[must_use]
    pub fn user_agent(&self, name: &str) -> Self {
        Self { inner: self.inner.user_agent(name), runtime: self.runtime.clone() }
    }

    /// A client with the same options and pool, that makes failed requests again by these rules.
    #[must_use]
    pub fn retry(&self, policy: RetryPolicy) -> Self {
        Self { inner: self.inner.retry(policy), runtime: self.runtime.clone() }
    }

    /// A client with the same options and pool, whose requests connect at once where no connection has
    /// room. Else they wait, up to a second, for one that is being made and may carry them too (HTTP/2).
    #[must_use]
    pub fn eager(&self) -> Self {
        Self { inner: self.inner.eager(), runtime: self.runtime.clone() }
    }

    /// A client that is the same, connections included, and looks users and passwords up in a
    /// netrc file, as [`Request::netrc`] does.
    #[must_use]
    pub fn netrc(&self, netrc: Netrc) -> Self {
        Self { inner: self.inner.netrc(netrc), runtime: self.runtime.clone() }
    }

    /// A request with any method (RFC 9110 section 9).
    pub fn request(&self, method: &str, url: &str) -> Request {
        Request { inner: self.inner.request(method, url), runtime: self.runtime.clone() }
    }

    /// A request for a URL that is taken apart already.
    pub fn request_at(&self, method: &str, location: Location) -> Request {
        let inner = self.inner.request_at(method, location);
        Request { inner, runtime: self.runtime.clone() }
    }

    /// A GET request.
    pub fn get(&self, url: &str) -> Request {
        self.request("GET", url)
    }

    /// A HEAD request.
    pub fn head(&self, url: &str) -> Request {
        self.request("HEAD", url)
    }

    /// A POST request; give it a body.
    pub fn post(&self, url: &str) -> Request {
        self.request("POST", url)
    }

    /// A PUT request; give it a body.
    pub fn put(&self, url: &str) -> Request {
        self.request("PUT", url)
    }

    /// A DELETE request.
    pub fn delete(&self, url: &str) -> Request {
        self.request("DELETE", url)
    }
}

/// A request that is being put together; [`send`](Self::send) sends it.
///
/// A mistake in any part is reported by `send`, before anything is sent.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    inner: aio::Request,
    runtime: Runtime,
}

/// Hands builder steps on to the async request.
macro_rules! steps {
    ($($(#[$meta:meta])* fn $name:ident(self $(, $arg:ident: $type:ty)*);)*) => {
        $(
            $(#[$meta])*
            pub fn $name(mut self $(, $arg: $type)*) -> Self {
                self.inner = self.inner.$name($($arg),*);
                self
            }
        )*
    };
}

impl Request {
    /// Tells how many bytes the body has, where that is known; none is a body of none.
    #[must_use]
    pub fn body_len(&self) -> Option<u64> {
        self.inner.body_len()
    }

    steps! {
        /// Adds a field. One that the client would send by itself is replaced, and stands where
        /// added fields stand; `Host` stays first.
        fn header(self, name: &str, value: impl AsRef<[u8]>);

        /// Leaves out a field that the client would send by itself.
        fn without_header(self, name: &str);

        /// Sends this as the body.
        fn body(self, upload: Upload);

        /// Sends these bytes as the body.
        fn bytes(self, bytes: impl Into<Vec<u8>>);

        /// Sends this form as the body, and says its type (RFC 7578).
        fn form(self, form: Form);

        /// Says what type the body has.
        fn content_type(self, media_type: &str);

        /// Authenticates with user and password (Basic, RFC 7617), at this origin only.
        fn basic_auth(self, user: impl AsRef<[u8]>, password: impl AsRef<[u8]>);

        /// Authenticates with user and password (Digest, RFC 7616), at this origin only.
        fn digest_auth(self, user: impl AsRef<[u8]>, password: impl AsRef<[u8]>);

        /// Authenticates with user and password, at this origin only, as [`auth`](Self::auth) says.
        fn login(self, login: Login);

        /// Says how user and password are proven, those of the URL and of a netrc file as well: by
        /// Basic authentication, unless this is called.
        fn auth(self, scheme: AuthScheme);

        /// Signs the request and those that redirects at this origin lead to (AWS Signature Version
        /// 4): the user is the key, the password the secret. Neither is sent then, whatever
        /// [`auth`](Self::auth) says.
        fn aws_sigv4(self, scope: SigV4);

        /// Authenticates with a token (Bearer, RFC 6750), at this origin only.
        fn bearer_auth(self, token: &str);

        /// Sends the cookies of `jar` that belong to the URL, at each hop those of its own, and
        /// keeps there what the replies set. A `Cookie` field that was added stands behind them in
        /// the same field.
        fn cookies(self, jar: &CookieJar);

        /// Sends these cookies, `a=1; b=2`, behind those of the jar, at this origin only. A `Cookie`
        /// field that was added takes their place.
        fn cookie(self, pairs: impl AsRef<[u8]>);

        /// Looks users and passwords up in a netrc file, again at each redirect, where neither the
        /// caller nor the URL has them.
        fn netrc(self, netrc: Netrc);

        /// Replaces the User-Agent; an empty one leaves the field out.
        fn user_agent(self, name: &str);

        /// Asks for a part: `0-499`, `500-`, `-500` (RFC 9110 section 14.1.2).
        fn range(self, bytes: &str);

        /// Asks for the part only if the document is still the one that `known` is about, else for all of it
        /// (`If-Range`, RFC 9110 section 13.1.5). Without a strong tag or a settled date in it
        /// nothing is sent, and the caller has to look at the reply.
        fn if_range(self, known: &Validator);

        /// Asks for what follows the first `offset` bytes of the document that `known` is about. Any other
        /// document is an error of kind [`Range`](crate::ErrorKind::Range), not a reply: one with
        /// another length, tag or date, one from the beginning, one that is not the whole rest. Without a
        /// strong tag or a settled date in `known` a change can only be seen where the reply tells
        /// of it. A status of 400 and more is a reply; 416 with a `Content-Range` of `offset` bytes
        /// in all says that nothing is missing.
        fn resume(self, offset: u64, known: &Validator);

        /// Says which part of the document the body is: `bytes 100-199/200` (RFC 9110 section 14.5).
        fn content_range(self, range: &str);

        /// Says where the URL was found. User, password and fragment in it stay here.
        fn referer(self, url: &str);

        /// Sends this as the request target instead of path and query.
        fn request_target(self, target: &str);

        /// Offers `deflate`, `gzip`, `br` and `zstd` in `Accept-Encoding`, and decodes the body of
        /// the reply while it is read (RFC 9110 section 8.4). An `Accept-Encoding` added with
        /// [`header`](Self::header) replaces the offer. The reply's headers stay as received.
        fn decode(self, decode: bool);

        /// Offers `gzip` in `TE`, and undoes transfer codings other than `chunked` while the body is
        /// read (RFC 9112 sections 6.1 and 7.2), where a reply with one is refused otherwise. A
        /// `Connection` field that was added replaces the offer.
        fn transfer_codings(self, undo: bool);

        /// Gives the body as it came over the wire, chunks and their sizes included. Its end is
        /// known all the same.
        fn raw(self, raw: bool);

        /// Takes a reply without status line and fields (HTTP/0.9) for the document, up to the end
        /// of the connection, which tells nothing of one that was cut.
        fn allow_http09(self, allow: bool);

        /// Reads up to the end of the connection whatever `Content-Length` says, for servers that
        /// are wrong about it. A body that was cut is then not noticed.
        fn ignore_content_length(self, ignore: bool);

        /// Speaks this version of HTTP; [`HttpVersion::Any`] by default.
        fn version(self, version: HttpVersion);

        /// For bodies above `bytes` (1 MiB by default) waits up to `patience` (1 s) for the
        /// server's `100 Continue` before sending them (RFC 9110 section 10.1.1).
        fn expect_continue(self, bytes: u64, patience: Duration);

        /// Follows redirects or not.
        fn follow_redirects(self, follow: bool);

        /// Follows redirects by these rules.
        fn redirects(self, policy: RedirectPolicy);

        /// Makes the request again by these rules when it fails.
        fn retry(self, policy: RetryPolicy);

        /// Bounds the waits of this request.
        fn timeouts(self, timeouts: Timeouts);

        /// Has everything that happens told to `observer`.
        fn observe(self, observer: Observer);
    }

    /// Sends the request, follows redirects, and gives the reply as soon as its head is there.
    ///
    /// # Errors
    /// Whatever can go wrong on the way; a status that is not success is no error here.
    pub fn send(self) -> Result<Reply> {
        let Self { inner, runtime } = self;
        let inner = runtime.block_on(inner.send())?;
        Ok(Reply { inner, runtime })
    }

    /// Gives what [`send`](Self::send) would send to the first server, in HTTP/1, as a reader: head and
    /// body, secrets included. Nothing is connected. Mistakes are errors of the reader.
    pub fn rehearse(self) -> Rehearsal {
        Rehearsal { inner: self.inner.rehearse(), runtime: self.runtime }
    }
}

/// The bytes that a request would send, from its head to the end of its body.
///
/// ```
/// use std::io::Read;
///
/// let client = landline::http::Client::new()?;
/// let mut text = String::new();
/// client.post("http://a.test/b").bytes(*b"c").rehearse().read_to_string(&mut text)?;
/// assert!(text.starts_with("POST /b HTTP/1.1\r\nHost: a.test\r\n") && text.ends_with("\r\n\r\nc"));
/// # Ok::<(), landline::Error>(())
/// ```
#[derive(Debug)]
pub struct Rehearsal {
    inner: aio::Rehearsal,
    runtime: Runtime,
}

impl Read for Rehearsal {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, buf)
    }
}
