//! Ways to connect that are no protocols: `tcp`, `tls`, `unix`, and `telnet`, which nearly is none.
//!
//! | URL | what it connects to |
//! |---|---|
//! | `tcp://host:port` | that port |
//! | `tls://host:port` | the same, TLS from the first byte |
//! | `unix:/path`, `unix:///path` | a Unix socket, its path percent-decoded |
//! | `unix:@name` | a name in Linux's abstract namespace |
//! | `telnet://host:port` | that port or 23, [`telnet`] spoken |

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};

use landline_wire::target::Location;
use tokio::io::{AsyncRead, ReadBuf};

use super::document::Parts;
use super::scheme::Visit;
use crate::net::{Stream, UnixName};
use crate::telnet::{self, Connection};
use crate::{Error, ErrorKind, Headers, Phase, Result};

/// Connects to where both sides speak as they like.
pub(super) async fn connect(visit: &Visit, options: telnet::Options) -> Result<Stream> {
    let mut stream = match visit.scheme() {
        "unix" => visit.dial_unix(&unix_name(visit.location())?).await?,
        "telnet" => {
            let stream = visit.dial_stream(telnet::PORT, false).await?;
            Connection::over(stream, options).into()
        }
        scheme => visit.dial_stream(port(visit.location())?, scheme == "tls").await?,
    };
    stream.enter(Phase::ReadingBody);
    Ok(stream)
}

/// Connects, and reads to the end without saying anything.
pub(super) async fn open(visit: &Visit, options: telnet::Options) -> Result<Parts> {
    let stream = connect(visit, options).await?;
    Ok(Parts::stream(visit.location().clone(), Headers::new(), Receiving(stream)))
}

/// The port, which has to be there: no other scheme has none of its own.
fn port(location: &Location) -> Result<u16> {
    let scheme = location.scheme();
    if !matches!(location.request_target(), "" | "/") {
        return Err(malformed(format!("a {scheme} URL has nothing behind its port")));
    }
    let form = || malformed(format!("a {scheme} URL needs a port: {scheme}://host:port"));
    location.port().filter(|port| *port > 0).ok_or_else(form)
}

fn unix_name(location: &Location) -> Result<UnixName> {
    if location.host().is_some_and(|host| !host.is_empty() && host != "localhost") {
        let what = "a unix URL has no host: unix:/path, or unix:///path with its three slashes";
        return Err(malformed(what.to_owned()));
    }
    let path = location.decoded_path();
    let path = path.map_err(|error| malformed("the path is not fit".to_owned()).because(error))?;
    match path.strip_prefix(b"@") {
        Some([]) => Err(malformed("the name behind the @ is missing".to_owned())),
        Some(name) => text(name).map(UnixName::Abstract),
        None if matches!(&path[..], b"" | b"/") => {
            Err(malformed("a unix URL needs a path: unix:/path".to_owned()))
        }
        None => path_of(path).map(UnixName::Path),
    }
}

fn text(bytes: &[u8]) -> Result<String> {
    let text = String::from_utf8(bytes.to_vec());
    text.map_err(|error| malformed("the name is not UTF-8".to_owned()).because(error))
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Ok(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> Result<PathBuf> {
    text(&bytes).map(PathBuf::from)
}

fn malformed(what: String) -> Error {
    Error::new(ErrorKind::Url, Phase::Preparing, what)
}

/// The receiving half, its errors in our words.
struct Receiving(Stream);

impl AsyncRead for Receiving {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let read = Pin::new(&mut this.0).poll_read(cx, buf);
        read.map_err(|error| this.0.error(error).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(url: &str) -> Result<UnixName> {
        unix_name(&Location::parse(url).unwrap())
    }

    #[test]
    fn unix_sockets_have_paths_or_names() {
        let path = |path: &str| UnixName::Path(path.into());
        for url in ["unix:/tmp/a%20b", "unix:///tmp/a%20b", "unix://localhost/tmp/a%20b"] {
            assert_eq!(named(url).unwrap(), path("/tmp/a b"), "{url}");
        }
        assert_eq!(named("unix:@name").unwrap(), UnixName::Abstract("name".into()));
        assert_eq!(named("unix:a/b").unwrap(), path("a/b"));
        for bad in ["unix:", "unix:/", "unix://", "unix:@", "unix://host/a", "unix:/a%00b"] {
            let refused = Location::parse(bad).is_err() || named(bad).is_err();
            assert!(refused, "{bad}");
        }
    }

    #[test]
    fn ports_are_asked_for() {
        let found = |url: &str| port(&Location::parse(url).unwrap());
        assert_eq!(found("tcp://host:7").unwrap(), 7);
        assert_eq!(found("tls://[::1]:7/").unwrap(), 7);
        let error = found("tcp://host").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Url);
        assert!(error.to_string().contains("tcp://host:port"), "{error}");
        for bad in ["tcp://host:0", "tcp://host:7/path", "tcp://host:7?q"] {
            assert!(found(bad).is_err(), "{bad}");
        }
    }
}
