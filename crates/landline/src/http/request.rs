//! A request in the making.

use std::sync::Arc;
use std::time::Duration;

use landline_wire::sigv4::SigV4;
use landline_wire::target::Location;
use landline_wire::validator::Validator;

use super::auth::{AuthScheme, Credentials};
use super::client::Client;
use super::cookies::{CookieJar, RequestCookies};
use super::form::Form;
use super::incoming::Reading;
use super::parts::{Parts, Retrying, fit_for_referer};
use super::rehearsal::Rehearsal;
use super::reply::Reply;
use super::rest::Wanted;
use super::trip;
use super::version::HttpVersion;
use crate::netrc::{Netrc, TellsWho};
use crate::observe::Observer;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Login, Phase, Result, RetryPolicy, Timeouts};

/// A request that is being put together; [`send`](Self::send) sends it.
///
/// A mistake in any part is reported by `send`, before anything is sent.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    pub(super) client: Client,
    /// Boxed, because a request is moved about: from builder to builder, into what sends it.
    pub(super) parts: Box<Parts>,
    mistake: Option<Error>,
}

/// Whether redirects are followed, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RedirectPolicy {
    /// Follow redirects: yes.
    pub follow: bool,
    /// How many: `None` takes [`Limits::redirects`](crate::Limits::redirects).
    pub max: Option<usize>,
    /// Keep POST on 301, where the custom is to go on with GET: no.
    pub keep_post_301: bool,
    /// Keep POST on 302: no.
    pub keep_post_302: bool,
    /// Keep POST on 303: no.
    pub keep_post_303: bool,
    /// Keep the method's name whatever happens, as a custom one should: no.
    pub keep_method: bool,
    /// Send credentials and all fields to other origins too: no.
    pub trust_all: bool,
    /// Tell each next URL where it was found (Referer): no. Never from https to http.
    pub send_referer: bool,
    /// Refuse to follow a redirect to a URL with a user in it: no.
    pub refuse_users: bool,
    /// The schemes a redirect may lead to: http and https.
    pub schemes: Vec<String>,
}

impl Default for RedirectPolicy {
    fn default() -> Self {
        Self {
            follow: true,
            max: None,
            keep_post_301: false,
            keep_post_302: false,
            keep_post_303: false,
            keep_method: false,
            trust_all: false,
            send_referer: false,
            refuse_users: false,
            schemes: vec!["http".to_owned(), "https".to_owned()],
        }
    }
}

impl Request {
    pub(super) fn new(client: Client, method: &str, url: &str) -> Self {
        let (location, mistake) = match Location::parse(url) {
            Ok(location) => (Some(location), None),
            Err(error) => {
                let what = "the URL is malformed";
                let error = Error::new(ErrorKind::Url, Phase::Preparing, what).because(error);
                (None, Some(error))
            }
        };
        Self::with_location(client, method, location, mistake)
    }

    /// A request for a URL that is taken apart already.
    pub(crate) fn at(client: Client, method: &str, location: Location) -> Self {
        Self::with_location(client, method, Some(location), None)
    }

    fn with_location(
        client: Client,
        method: &str,
        location: Option<Location>,
        mistake: Option<Error>,
    ) -> Self {
        let settings = client.settings();
        let parts = Box::new(Parts {
            method: method.to_owned(),
            location,
            fields: Headers::new(),
            removed: Vec::new(),
            upload: None,
            content_type: None,
            credentials: None,
            auth: AuthScheme::default(),
            sigv4: None,
            proof: Headers::new(),
            withholds_body: false,
            cookies: RequestCookies::of(settings.cookies.clone()),
            remembered: settings.remembered.clone(),
            retry: Retrying { policy: settings.retry.map(Box::new), ..Retrying::default() },
            told_by: TellsWho::Caller,
            netrc: settings.netrc.clone(),
            user_agent: settings.user_agent.clone(),
            range: None,
            if_range: None,
            alt_used: None,
            rest: None,
            content_range: None,
            referer: None,
            target: None,
            version: HttpVersion::default(),
            upgrade: None,
            decode: false,
            reading: Reading::default(),
            expect_above: 1 << 20,
            no_expect: false,
            patience: Duration::from_secs(1),
            redirects: Arc::clone(&settings.redirects),
            timeouts: settings.timeouts,
            observer: settings.observer.clone(),
        });
        Self { client, parts, mistake }
    }

    fn fault(&mut self, error: Error) {
        self.mistake.get_or_insert(error);
    }

    /// Adds a field. One that the client would send by itself is replaced, and stands where added
    /// fields stand; `Host` stays first.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        if let Err(error) = self.parts.fields.push(name, value) {
            self.fault(Error::usage("the header field cannot be sent").because(error));
        }
        self
    }

    /// Leaves out a field that the client would send by itself.
    pub fn without_header(mut self, name: &str) -> Self {
        self.parts.removed.push(name.to_owned());
        self
    }

    /// Sends this as the body.
    pub fn body(mut self, upload: Upload) -> Self {
        self.parts.upload = Some(upload);
        self
    }

    /// Sends these bytes as the body.
    pub fn bytes(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body(Upload::bytes(bytes.into()))
    }

    /// Sends this form as the body, and says its type (RFC 7578).
    pub fn form(mut self, form: Form) -> Self {
        match form.into_body() {
            Ok((media_type, upload)) => self.content_type(&media_type).body(upload),
            Err(error) => {
                self.fault(error);
                self
            }
        }
    }

    /// Tells how many bytes the body has, where that is known; none is a body of none.
    #[must_use]
    pub fn body_len(&self) -> Option<u64> {
        self.parts.upload.as_ref().map_or(Some(0), Upload::len)
    }

    /// Says what type the body has.
    pub fn content_type(mut self, media_type: &str) -> Self {
        self.parts.content_type = Some(media_type.to_owned());
        self
    }

    /// Authenticates with user and password (Basic, RFC 7617), at this origin only.
    pub fn basic_auth(self, user: impl AsRef<[u8]>, password: impl AsRef<[u8]>) -> Self {
        self.login(Login::new(user.as_ref(), password.as_ref())).auth(AuthScheme::Basic)
    }

    /// Authenticates with user and password (Digest, RFC 7616), at this origin only.
    pub fn digest_auth(self, user: impl AsRef<[u8]>, password: impl AsRef<[u8]>) -> Self {
        self.login(Login::new(user.as_ref(), password.as_ref())).auth(AuthScheme::Digest)
    }

    /// Authenticates with user and password, at this origin only, as [`auth`](Self::auth) says.
    pub fn login(self, login: Login) -> Self {
        self.tell(Credentials::Login(login))
    }

    /// Says how user and password are proven, those of the URL and of a netrc file as well: by Basic
    /// authentication, unless this is called.
    pub fn auth(mut self, scheme: AuthScheme) -> Self {
        self.parts.auth = scheme;
        self
    }

    /// Authenticates with a token (Bearer, RFC 6750), at this origin only.
    pub fn bearer_auth(self, token: &str) -> Self {
        self.tell(Credentials::Bearer(token.to_owned()))
    }

    /// Signs the request and those that redirects at this origin lead to (AWS Signature Version 4): the
    /// user is the key, the password the secret. Neither is sent then, whatever [`auth`](Self::auth)
    /// says.
    pub fn aws_sigv4(mut self, scope: SigV4) -> Self {
        self.parts.sigv4 = Some(Box::new(scope));
        self
    }

    fn tell(mut self, credentials: Credentials) -> Self {
        (self.parts.credentials, self.parts.told_by) = (Some(credentials), TellsWho::Caller);
        self
    }

    /// Looks users and passwords up in a netrc file, again at each redirect, where neither the
    /// caller nor the URL has them.
    pub fn netrc(mut self, netrc: Netrc) -> Self {
        self.parts.netrc = Some(netrc);
        self
    }

    /// Sends the cookies of `jar` that belong to the URL, at each hop those of its own, and keeps there
    /// what the replies set. A `Cookie` field that was added stands behind them in the same field.
    pub fn cookies(mut self, jar: &CookieJar) -> Self {
        self.parts.cookies.jar = Some(jar.clone());
        self
    }

    /// Sends these cookies, `a=1; b=2`, behind those of the jar, at this origin only. A `Cookie` field
    /// that was added takes their place.
    pub fn cookie(mut self, pairs: impl AsRef<[u8]>) -> Self {
        self.parts.cookies.given = Some(pairs.as_ref().to_vec()).filter(|pairs| !pairs.is_empty());
        self
    }

    /// Replaces the User-Agent; an empty one leaves the field out.
    pub fn user_agent(mut self, name: &str) -> Self {
        self.parts.user_agent = Some(name.into()).filter(|_| !name.is_empty());
        self
    }

    /// Asks for a part: `0-499`, `500-`, `-500` (RFC 9110 section 14.1.2).
    pub fn range(mut self, bytes: &str) -> Self {
        self.parts.range = Some(format!("bytes={bytes}"));
        self
    }

    /// Asks for the part only if the document is still the one that `known` is about, else for all of it
    /// (`If-Range`, RFC 9110 section 13.1.5). Without a strong tag or a settled date in it nothing
    /// is sent, and the caller has to look at the reply.
    pub fn if_range(mut self, known: &Validator) -> Self {
        self.parts.if_range = known.if_range().map(str::to_owned);
        self
    }

    /// Asks for what follows the first `offset` bytes of the document that `known` is about. Any other
    /// document is an error, not a reply: one with another length, tag or date, one from the beginning,
    /// one that is not the whole rest. Without a strong tag or a settled date in `known` a change can
    /// only be seen where the reply tells of it.
    ///
    /// # Errors
    /// [`send`](Self::send) gives [`ErrorKind::Range`] then. A status of 400 and more is a reply; 416 with
    /// a `Content-Range` of `offset` bytes in all says that nothing is missing.
    pub fn resume(mut self, offset: u64, known: &Validator) -> Self {
        self.parts.want(Wanted { offset, known: known.clone() });
        self
    }

    /// Says which part of the document the body is: `bytes 100-199/200` (RFC 9110 section 14.5).
    pub fn content_range(mut self, range: &str) -> Self {
        self.parts.content_range = Some(range.to_owned());
        self
    }

    /// Says where the URL was found. User, password and fragment in it stay here (RFC 9110 section
    /// 10.1.3).
    pub fn referer(mut self, url: &str) -> Self {
        self.parts.referer = Some(fit_for_referer(url));
        self
    }

    /// Sends this as the request target instead of path and query.
    pub fn request_target(mut self, target: &str) -> Self {
        self.parts.target = Some(target.to_owned());
        self
    }

    /// Offers `deflate`, `gzip`, `br` and `zstd` in `Accept-Encoding`, and decodes the body of the
    /// reply while it is read (RFC 9110 section 8.4). An `Accept-Encoding` added with
    /// [`header`](Self::header) replaces the offer. The reply's headers stay as received.
    pub fn decode(mut self, decode: bool) -> Self {
        self.parts.decode = decode;
        self
    }

    /// Offers `gzip` in `TE`, and undoes transfer codings other than `chunked` while the body is
    /// read (RFC 9112 sections 6.1 and 7.2), where a reply with one is refused otherwise. A
    /// `Connection` field that was added replaces the offer.
    pub fn transfer_codings(mut self, undo: bool) -> Self {
        self.parts.reading.undoes_transfer_codings = undo;
        self
    }

    /// Gives the body as it came over the wire, chunks and their sizes included. Its end is known
    /// all the same.
    pub fn raw(mut self, raw: bool) -> Self {
        self.parts.reading.raw = raw;
        self
    }

    /// Takes a reply without status line and fields (HTTP/0.9) for the document, up to the end of
    /// the connection, which tells nothing of one that was cut.
    pub fn allow_http09(mut self, allow: bool) -> Self {
        self.parts.reading.http09 = allow;
        self
    }

    /// Reads up to the end of the connection whatever `Content-Length` says, for servers that are
    /// wrong about it. A body that was cut is then not noticed.
    pub fn ignore_content_length(mut self, ignore: bool) -> Self {
        self.parts.reading.ignores_length = ignore;
        self
    }

    /// Speaks this version of HTTP; [`HttpVersion::Any`] by default.
    pub fn version(mut self, version: HttpVersion) -> Self {
        self.parts.version = version;
        self
    }

    /// For bodies above `bytes` (1 MiB by default) waits up to `patience` (1 s) for the server's
    /// `100 Continue` before sending them (RFC 9110 section 10.1.1).
    pub fn expect_continue(mut self, bytes: u64, patience: Duration) -> Self {
        (self.parts.expect_above, self.parts.patience) = (bytes, patience);
        self
    }

    /// Follows redirects or not.
    pub fn follow_redirects(mut self, follow: bool) -> Self {
        Arc::make_mut(&mut self.parts.redirects).follow = follow;
        self
    }

    /// Follows redirects by these rules.
    pub fn redirects(mut self, policy: RedirectPolicy) -> Self {
        self.parts.redirects = Arc::new(policy);
        self
    }

    /// Makes the request again by these rules when it fails.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.parts.retry.policy = Some(Box::new(policy));
        self
    }

    /// Bounds the waits of this request.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.parts.timeouts = timeouts;
        self
    }

    /// Has everything that happens told to `observer`.
    pub fn observe(mut self, observer: Observer) -> Self {
        self.parts.observer = observer;
        self
    }

    /// Sends the request, follows redirects, and gives the reply as soon as its head is there.
    ///
    /// # Errors
    /// Whatever can go wrong on the way; a status that is not success is no error here.
    pub async fn send(self) -> Result<Reply> {
        let (client, parts) = self.prepared()?;
        trip::run(client, parts).await
    }

    /// Gives what [`send`](Self::send) would send to the first server, in HTTP/1, as a reader: head and
    /// body, secrets included. Nothing is connected. Mistakes are errors of the reader.
    pub fn rehearse(self) -> Rehearsal {
        Rehearsal::of(self.prepared())
    }

    fn prepared(self) -> Result<(Client, Box<Parts>)> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        let mut parts = self.parts;
        if parts.fields.contains("Transfer-Encoding") {
            // Never with a length beside it: the two ends of a proxy would disagree.
            parts.upload = parts.upload.map(Upload::without_len);
        }
        parts.check_framing()?;
        Ok((self.client, parts))
    }
}
