//! How HTTP/2 begins where a request has gone before in HTTP/1.1 (RFC 7540 section 3.2).
//!
//! That request is stream 1, and its reply comes there. The `h2` crate knows of no such request, so it
//! is given one to send in its place, and its HEADERS are taken out of what leaves. All their fields
//! stand in the static table of HPACK, so that the tables of both sides stay the same.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::io::AsyncWrite;

use super::link::settings;
use crate::Limits;
use crate::net::Stream;

const PREFACE_BYTES: usize = 24;
const HEAD_BYTES: usize = 9;
/// Preface, SETTINGS, WINDOW_UPDATE and the stand-in are far less.
const MAX_BYTES: usize = 4 << 10;
/// HEADERS of stream 1 that end it: `:method GET`, `:scheme http`, `:path /` (RFC 7541 appendix A).
const STAND_IN: [u8; 12] = [0, 0, 3, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84];

/// The value of `HTTP2-Settings`: what the SETTINGS frame will say (RFC 7540 section 3.2.1).
pub(in crate::http) fn settings_field(limits: &Limits) -> String {
    let mut payload = Vec::new();
    for (name, value) in settings(limits) {
        payload.extend_from_slice(&name.to_be_bytes());
        payload.extend_from_slice(&value.to_be_bytes());
    }
    URL_SAFE_NO_PAD.encode(payload)
}

/// The request that stands for the one which the server has.
pub(super) fn stand_in() -> http::Request<()> {
    let mut request = http::Request::new(());
    // With this version the URI needs no authority.
    *request.version_mut() = http::Version::HTTP_11;
    request
}

/// What leaves first, kept back until the stand-in is among it, and without that.
#[derive(Debug, Default)]
pub(super) struct Opening {
    bytes: Vec<u8>,
    sent: usize,
    /// The stand-in has come, and is gone.
    is_whole: bool,
}

impl Opening {
    pub(super) fn is_awaited(&self) -> bool {
        !self.is_whole
    }

    pub(super) fn gather(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(bytes);
        let mut at = PREFACE_BYTES;
        while let Some(&[a, b, c, kind, _, stream @ ..]) = self.head(at) {
            let len = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
            let end = at + HEAD_BYTES + len;
            if (kind, stream) == (STAND_IN[3], [0, 0, 0, 1]) {
                let Some(frame) = self.bytes.get(at..end) else { break };
                if frame != STAND_IN {
                    return Err(io::Error::other("the stand-in is not as it should be"));
                }
                self.bytes.drain(at..end);
                self.is_whole = true;
                return Ok(());
            }
            at = end;
        }
        match self.bytes.len() {
            ..=MAX_BYTES => Ok(()),
            _ => Err(io::Error::other("too much leaves before the stand-in")),
        }
    }

    fn head(&self, at: usize) -> Option<&[u8; HEAD_BYTES]> {
        self.bytes.get(at..)?.first_chunk()
    }

    /// Sends what may be sent.
    pub(super) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        stream: &mut Stream,
    ) -> Poll<io::Result<()>> {
        while self.is_whole && self.sent < self.bytes.len() {
            match ready!(Pin::new(&mut *stream).poll_write(cx, &self.bytes[self.sent..]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.sent += count,
            }
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::link::builder;
    use super::*;
    use tokio::io::AsyncReadExt;

    /// What `h2` writes when it is asked for the stand-in.
    async fn written() -> Vec<u8> {
        let (ours, mut theirs) = tokio::io::duplex(1 << 16);
        let begun = builder(&Limits::default()).handshake::<_, bytes::Bytes>(ours).await;
        let (mut send, connection) = begun.expect("a connection");
        let _response = send.send_request(stand_in(), true).expect("a stream");
        let mut out = vec![0; 1 << 10];
        tokio::select! {
            _ = connection => panic!("it waits for the server"),
            count = async {
                let mut had = 0;
                while !out[..had].ends_with(&STAND_IN) {
                    had += theirs.read(&mut out[had..]).await.expect("bytes");
                }
                had
            } => out.truncate(count),
        }
        out
    }

    #[tokio::test]
    async fn the_stand_in_alone_is_taken_out_and_the_field_says_what_settings_say() {
        let whole = written().await;
        let expected = &whole[..whole.len() - STAND_IN.len()];
        let settings = URL_SAFE_NO_PAD.decode(settings_field(&Limits::default())).expect("base64");
        let frame = &expected[PREFACE_BYTES..];
        assert_eq!(usize::from(frame[2]), settings.len());
        assert_eq!((frame[3], &frame[HEAD_BYTES..][..settings.len()]), (4, &settings[..]));
        for size in [1, 2, 9, 23, 24, 25, 1000] {
            let mut opening = Opening::default();
            for piece in whole.chunks(size) {
                assert!(opening.is_awaited());
                opening.gather(piece).expect("a stand-in");
            }
            assert!(!opening.is_awaited());
            assert_eq!(opening.bytes, expected);
        }
    }

    #[test]
    fn nothing_else_is_taken_for_it() {
        let mut other = vec![0; PREFACE_BYTES];
        other.extend_from_slice(&STAND_IN);
        *other.last_mut().expect("a byte") = 0x85;
        assert!(Opening::default().gather(&other).is_err());
        assert!(Opening::default().gather(&[0; MAX_BYTES + 1]).is_err());
    }
}
