//! A request in the making, and its head in the order of the wire.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use landline_wire::target::Location;

use super::client::Client;
use super::decode::ACCEPTED;
use super::reply::Reply;
use super::trip;
use super::upload::Upload;
use crate::observe::Observer;
use crate::{Error, ErrorKind, Headers, Phase, Result, Timeouts};

/// A request that is being put together; [`send`](Self::send) sends it.
///
/// A mistake in any part is reported by `send`, before anything is sent.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    pub(super) client: Client,
    pub(super) parts: Parts,
    mistake: Option<Error>,
}

/// Everything about a request that a redirect may change or has to respect.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) method: String,
    pub(super) location: Option<Location>,
    pub(super) fields: Headers,
    pub(super) removed: Vec<String>,
    pub(super) upload: Option<Upload>,
    pub(super) content_type: Option<String>,
    pub(super) credentials: Option<Credentials>,
    pub(super) user_agent: Option<String>,
    pub(super) range: Option<String>,
    pub(super) referer: Option<String>,
    pub(super) target: Option<String>,
    pub(super) http10: bool,
    pub(super) decode: bool,
    pub(super) expect_above: u64,
    pub(super) no_expect: bool,
    pub(super) patience: Duration,
    pub(super) redirects: RedirectPolicy,
    pub(super) timeouts: Timeouts,
    pub(super) observer: Observer,
}

/// What proves to the origin who asks.
#[derive(Clone)]
pub(super) enum Credentials {
    Basic { user: Vec<u8>, password: Vec<u8> },
    Bearer(String),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials([masked])")
    }
}

impl Credentials {
    fn field(&self) -> String {
        match self {
            Credentials::Bearer(token) => format!("Bearer {token}"),
            Credentials::Basic { user, password } => {
                let pair = [user, &b":"[..], password].concat();
                format!("Basic {}", BASE64.encode(pair))
            }
        }
    }
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
    /// Tell each next URL where it was found (Referer): no.
    pub send_referer: bool,
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
        let parts = Parts {
            method: method.to_owned(),
            location,
            fields: Headers::new(),
            removed: Vec::new(),
            upload: None,
            content_type: None,
            credentials: None,
            user_agent: settings.user_agent.clone(),
            range: None,
            referer: None,
            target: None,
            http10: false,
            decode: false,
            expect_above: 1 << 20,
            no_expect: false,
            patience: Duration::from_secs(1),
            redirects: RedirectPolicy::default(),
            timeouts: settings.timeouts,
            observer: settings.observer.clone(),
        };
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

    /// Says what type the body has.
    pub fn content_type(mut self, media_type: &str) -> Self {
        self.parts.content_type = Some(media_type.to_owned());
        self
    }

    /// Authenticates with user and password (Basic, RFC 7617), at this origin only.
    pub fn basic_auth(mut self, user: impl AsRef<[u8]>, password: impl AsRef<[u8]>) -> Self {
        let (user, password) = (user.as_ref().to_vec(), password.as_ref().to_vec());
        self.parts.credentials = Some(Credentials::Basic { user, password });
        self
    }

    /// Authenticates with a token (Bearer, RFC 6750), at this origin only.
    pub fn bearer_auth(mut self, token: &str) -> Self {
        self.parts.credentials = Some(Credentials::Bearer(token.to_owned()));
        self
    }

    /// Replaces the User-Agent; an empty one leaves the field out.
    pub fn user_agent(mut self, name: &str) -> Self {
        self.parts.user_agent = Some(name.to_owned()).filter(|name| !name.is_empty());
        self
    }

    /// Asks for a part: `0-499`, `500-`, `-500` (RFC 9110 section 14.1.2).
    pub fn range(mut self, bytes: &str) -> Self {
        self.parts.range = Some(format!("bytes={bytes}"));
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

    /// Speaks HTTP/1.0 (RFC 1945): one request per connection, no chunks.
    pub fn http10(mut self) -> Self {
        self.parts.http10 = true;
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
        self.parts.redirects.follow = follow;
        self
    }

    /// Follows redirects by these rules.
    pub fn redirects(mut self, policy: RedirectPolicy) -> Self {
        self.parts.redirects = policy;
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
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        trip::run(self.client, self.parts).await
    }
}

/// The wire's order of what the client sends by itself, before the added fields.
const BEFORE: [&str; 7] = [
    "Authorization",
    "Range",
    "User-Agent",
    "Accept",
    "Accept-Encoding",
    "Referer",
    "Transfer-Encoding",
];

impl Parts {
    /// The fields of the head, in the order of the wire.
    pub(super) fn head(&self, host: &str) -> Result<Headers> {
        let mut head = Headers::with_capacity(8, 256);
        match self.fields.get_bytes("Host") {
            Some(host) => put(&mut head, "Host", host)?,
            None if self.is_removed("Host") => {}
            None => put(&mut head, "Host", host.as_bytes())?,
        }
        for name in BEFORE {
            self.put_own(&mut head, name)?;
        }
        for (name, value) in self.fields.iter() {
            if !name.eq_ignore_ascii_case("host") {
                put(&mut head, name, value)?;
            }
        }
        for name in ["Content-Length", "Content-Type", "Expect", "Connection"] {
            self.put_own(&mut head, name)?;
        }
        Ok(head)
    }

    fn put_own(&self, head: &mut Headers, name: &str) -> Result<()> {
        let is_replaced = self.fields.contains(name);
        if is_replaced || self.is_removed(name) || head.contains(name) {
            return Ok(());
        }
        match self.own(name) {
            Some(value) => put(head, name, value.as_bytes()),
            None => Ok(()),
        }
    }

    /// What the client says in this field by itself.
    fn own(&self, name: &str) -> Option<String> {
        let known = self.upload.as_ref().map(Upload::len);
        match name {
            "Authorization" => self.credentials.as_ref().map(Credentials::field),
            "Range" => self.range.clone(),
            "User-Agent" => self.user_agent.clone(),
            "Accept" => Some("*/*".to_owned()),
            "Accept-Encoding" => self.decode.then(|| ACCEPTED.to_owned()),
            "Referer" => self.referer.clone(),
            "Transfer-Encoding" => (known == Some(None)).then(|| "chunked".to_owned()),
            "Expect" => self.expects().then(|| "100-continue".to_owned()),
            "Content-Length" => match known {
                Some(Some(len)) => Some(len.to_string()),
                _ => None,
            },
            "Content-Type" => self.upload.as_ref().and(self.content_type.clone()),
            _ => None,
        }
    }

    pub(super) fn expects(&self) -> bool {
        let big = |upload: &Upload| upload.len().is_none_or(|len| len > self.expect_above);
        !self.http10 && !self.no_expect && self.upload.as_ref().is_some_and(big)
    }

    pub(super) fn is_removed(&self, name: &str) -> bool {
        self.removed.iter().any(|gone| gone.eq_ignore_ascii_case(name))
    }

    /// Becomes the request that a redirect leads to. What was meant for one origin is dropped for
    /// good when the next is another.
    pub(super) fn adapt(&mut self, method: String, keeps_body: bool, same_origin: bool) {
        self.method = method;
        if !keeps_body {
            self.upload = None;
            self.content_type = None;
            for name in ["Content-Length", "Content-Type", "Transfer-Encoding", "Expect"] {
                self.fields.remove(name);
            }
        }
        if !same_origin && !self.redirects.trust_all {
            self.credentials = None;
            self.target = None;
            self.fields = self.fields.iter().filter(|(name, _)| is_harmless(name)).fold(
                Headers::new(),
                |mut kept, (name, value)| {
                    // Pushed before, so it can be pushed again.
                    let _ = kept.push(name, value);
                    kept
                },
            );
        }
    }
}

/// Fields that say what is wanted, and never who wants it: they may go to another origin.
fn is_harmless(name: &str) -> bool {
    const HARMLESS: [&str; 8] = [
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "content-type",
        "pragma",
        "range",
        "user-agent",
    ];
    HARMLESS.iter().any(|harmless| name.eq_ignore_ascii_case(harmless))
}

/// A URL as a Referer may show it: no user, no password, no fragment (RFC 9110 section 10.1.3).
pub(super) fn fit_for_referer(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '\\']).map_or(url.len(), |at| start + at);
    match url[start..end].rfind('@') {
        Some(at) if start > 0 => [&url[..start], &url[start + at + 1..]].concat(),
        _ => url.to_owned(),
    }
}

fn put(head: &mut Headers, name: &str, value: &[u8]) -> Result<()> {
    let pushed = head.push(name, value);
    pushed.map_err(|error| Error::usage("the header field cannot be sent").because(error))
}
