//! Heads of HTTP/2, and requests of HTTP/3, from and to the lists of fields that HTTP/1 has.

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Uri};
use landline_wire::head::{ResponseHead, Version};

use crate::{Error, Headers, Result};

/// A request whose body has been told apart.
pub(in crate::http) struct RequestHead {
    pub(in crate::http) request: http::Request<()>,
    /// The fields in their order, in lower case.
    #[cfg_attr(not(feature = "http3"), allow(dead_code))]
    pub(in crate::http) fields: Headers,
    /// What it looks like in HTTP/1's form, for those who watch.
    pub(in crate::http) shown: Vec<u8>,
    pub(in crate::http) expects: bool,
}

impl RequestHead {
    /// `Host` becomes the authority; what speaks of one HTTP/1 connection is left out (RFC 9113
    /// sections 8.2.2 and 8.3.1, RFC 9114 sections 4.2 and 4.3.1).
    pub(in crate::http) fn new(
        version: Version,
        method: &str,
        scheme: &str,
        host: &str,
        target: &str,
        fields: &Headers,
    ) -> Result<Self> {
        let host = fields.get_bytes("Host").unwrap_or(host.as_bytes());
        Self::with(version, method, uri(scheme, host, target)?, (host, target), fields)
    }

    /// A request for a tunnel (RFC 9113 section 8.5): the authority, and neither scheme nor path.
    pub(super) fn connect(authority: &str, fields: &Headers) -> Result<Self> {
        let uri = Uri::builder().authority(authority).build();
        let uri = uri.map_err(|error| unfit("host", error))?;
        Self::with(Version::Http2, "CONNECT", uri, (authority.as_bytes(), authority), fields)
    }

    fn with(
        version: Version,
        method: &str,
        uri: Uri,
        (host, target): (&[u8], &str),
        fields: &Headers,
    ) -> Result<Self> {
        let mut kept = Headers::new();
        let mut shown = format!("{method} {target} {version}\r\nHost: ").into_bytes();
        shown.extend_from_slice(host);
        shown.extend_from_slice(b"\r\n");
        for (name, value) in fields {
            if is_sent(name, value) {
                kept.push(&name.to_ascii_lowercase(), value)
                    .map_err(|error| unfit("field", error))?;
            }
        }
        kept.write_to(&mut shown);
        shown.extend_from_slice(b"\r\n");
        let mut request = http::Request::new(());
        *request.method_mut() = method.parse().map_err(|error| unfit("method", error))?;
        *request.uri_mut() = uri;
        *request.headers_mut() = (&kept).try_into().map_err(|error| unfit("field", error))?;
        let expects = kept.get("expect").is_some_and(|it| it.eq_ignore_ascii_case("100-continue"));
        Ok(Self { request, fields: kept, shown, expects })
    }
}

fn uri(scheme: &str, host: &[u8], target: &str) -> Result<Uri> {
    let authority = Authority::try_from(host).map_err(|error| unfit("host", error))?;
    let path = Bytes::copy_from_slice(target.as_bytes());
    let path =
        PathAndQuery::from_maybe_shared(path).map_err(|error| unfit("request target", error))?;
    let uri = Uri::builder().scheme(scheme).authority(authority).path_and_query(path);
    uri.build().map_err(|error| unfit("request target", error))
}

fn unfit(what: &str, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::usage(format!("the {what} cannot be sent in frames")).because(error)
}

/// Whether a field has a meaning in HTTP/2 and HTTP/3.
fn is_sent(name: &str, value: &[u8]) -> bool {
    const OF_ONE_CONNECTION: [&str; 6] =
        ["connection", "host", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];
    match name.eq_ignore_ascii_case("te") {
        true => value.eq_ignore_ascii_case(b"trailers"),
        false => !OF_ONE_CONNECTION.iter().any(|other| name.eq_ignore_ascii_case(other)),
    }
}

/// The head of a reply, interim or final.
pub(super) fn response(parts: &http::Response<impl Sized>) -> ResponseHead {
    ResponseHead::framed(Version::Http2, parts.status().as_u16(), parts.headers().into())
}
