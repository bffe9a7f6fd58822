//! `CONNECT` (RFC 9110 section 9.3.6).

use landline_wire::digest;
use landline_wire::head::{
    BodyLength, HeadLimits, HeadScanner, ResponseHead, Version, body_length, parse_response_head,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::Proxy;
use super::tunnel::broken;
use crate::error::FailedReply;
use crate::http::Leg;
use crate::net::{Stream, without_zone};
use crate::observe::{Event, Observer};
use crate::{Error, ErrorKind, Headers, Phase, Result};

pub(super) const LIMITS: HeadLimits =
    HeadLimits { total_bytes: 16 << 10, line_bytes: 16 << 10, count: 200 };

/// Interim answers that are waited through.
pub(super) const MAX_INTERIM: usize = 10;

/// What a refusal may say besides, for the connection to be used again.
const MAX_REFUSAL_BYTES: u64 = 64 << 10;

/// Has the proxy open a tunnel to `host`. False: it wants to know who asks, and is to be asked again
/// over another connection.
pub(super) async fn open(
    stream: &mut Stream,
    proxy: &Proxy,
    to: (&str, u16),
    leg: &mut Leg,
    observer: &Observer,
) -> Result<bool> {
    loop {
        let head = ask(stream, proxy, to, leg, observer).await?;
        match head.status {
            // Lengths in it mean nothing: the tunnel begins behind the head.
            200..300 => return Ok(true),
            407 if leg.learn(&head, &Leg::PROXY)? => {
                let Some(count) = refusal_to_skip(&head) else { return Ok(false) };
                let mut rest = (&mut *stream).take(count);
                let skipped = tokio::io::copy(&mut rest, &mut tokio::io::sink()).await;
                if !skipped.is_ok_and(|skipped| skipped == count) {
                    return Ok(false);
                }
            }
            _ => return Err(refused(proxy, head)),
        }
    }
}

/// How long the rest of a refusal is, where another request can follow it.
fn refusal_to_skip(head: &ResponseHead) -> Option<u64> {
    let names = ["Connection", "Proxy-Connection"];
    let tokens = || names.iter().flat_map(|name| head.headers.get_all(name));
    let has = |token: &[u8]| {
        let mut all = tokens().flat_map(|field| field.split(|&byte| byte == b','));
        all.any(|one| one.trim_ascii().eq_ignore_ascii_case(token))
    };
    let is_kept = !has(b"close") && (head.version == Version::Http11 || has(b"keep-alive"));
    match body_length("GET", head) {
        Ok(BodyLength::Exact(count @ ..=MAX_REFUSAL_BYTES)) if is_kept => Some(count),
        _ => None,
    }
}

/// One request and the answer to it.
async fn ask(
    stream: &mut Stream,
    proxy: &Proxy,
    (host, port): (&str, u16),
    leg: &mut Leg,
    observer: &Observer,
) -> Result<ResponseHead> {
    let target = authority(host, port);
    let own = digest::Request { method: "CONNECT", target: &target, body_hash: None };
    let proof = proxy.authorization().map(String::into_bytes).or_else(|| leg.proof(&own));
    let request = request(proxy, &target, proof.as_deref())?;
    if observer.is_watching() {
        let shown = &crate::http::masked_head(&request);
        observer.tell(&Event::HeadSent { shown, bytes: request.len() });
    }
    stream.write_all(&request).await.map_err(|error| broken(proxy, "CONNECT", error))?;
    let mut scanner = HeadScanner::new(LIMITS);
    for _ in 0..=MAX_INTERIM {
        let head = read_head(stream, proxy, &mut scanner).await?;
        observer.tell(&Event::ProxyReplied(&head));
        match head.status {
            100..200 => {}
            _ => return Ok(head),
        }
    }
    Err(error(format!("{proxy} answered CONNECT with interim replies only")))
}

/// The request in the words of HTTP/1.
fn request(proxy: &Proxy, authority: &str, proof: Option<&[u8]>) -> Result<Vec<u8>> {
    let version = if proxy.is_http10 { "HTTP/1.0" } else { "HTTP/1.1" };
    let mut request = format!("CONNECT {authority} {version}\r\n").into_bytes();
    fields(proxy, authority, proof)?.write_to(&mut request);
    request.extend_from_slice(b"\r\n");
    Ok(request)
}

/// The fields of the request, in curl's order.
pub(super) fn fields(proxy: &Proxy, authority: &str, proof: Option<&[u8]>) -> Result<Headers> {
    let mut fields = Headers::new();
    let own = [
        ("Host", Some(authority.as_bytes())),
        ("Proxy-Authorization", proof),
        ("User-Agent", proxy.user_agent.as_deref().map(str::as_bytes)),
        ("Proxy-Connection", Some(&b"Keep-Alive"[..])),
    ];
    let own = own.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let own = own.filter(|(name, _)| proxy.sends(name));
    let mut put = |name: &str, value: &[u8]| {
        let pushed = fields.push(name, value);
        pushed.map_err(|error| Error::usage("the proxy's field cannot be sent").because(error))
    };
    for (name, value) in own {
        put(name, value)?;
    }
    for (name, value) in proxy.fields.iter() {
        put(name, value)?;
    }
    Ok(fields)
}

pub(super) fn authority(host: &str, port: u16) -> String {
    let bare = without_zone(host);
    if bare.contains(':') { format!("[{bare}]:{port}") } else { format!("{bare}:{port}") }
}

/// Reads byte by byte: what stands behind the head is not the proxy's, and may be there already.
async fn read_head(
    stream: &mut Stream,
    proxy: &Proxy,
    scanner: &mut HeadScanner,
) -> Result<ResponseHead> {
    let weird = |cause| error(format!("{proxy} answered CONNECT with nonsense")).because(cause);
    let mut head = Vec::new();
    loop {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(cause) => return Err(broken(proxy, "CONNECT", cause)),
        }
        if scanner.find(&head).map_err(weird)?.is_some() {
            return parse_response_head(&head).map_err(weird);
        }
    }
}

pub(super) fn refused(proxy: &Proxy, head: ResponseHead) -> Error {
    let reason = landline_wire::escape::excerpt(head.reason.trim().as_bytes(), 200);
    let space = if reason.is_empty() { "" } else { " " };
    let mut what = format!("{proxy} refused CONNECT: {}{space}{reason}", head.status);
    if head.status == 407 {
        what += match proxy.login {
            Some(_) => " (user and password are not accepted)",
            None => " (it wants a user and a password)",
        };
    }
    let (status, headers) = (head.status, head.headers);
    error(what).with_reply(FailedReply { status, headers, body: Vec::new(), complete: false })
}

fn error(what: String) -> Error {
    Error::new(ErrorKind::Proxy, Phase::Connecting, what).on("CONNECT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(proxy: &Proxy, host: &str) -> String {
        let proof = proxy.authorization().map(String::into_bytes);
        let request = request(proxy, &authority(host, 443), proof.as_deref()).unwrap();
        String::from_utf8(request).unwrap()
    }

    #[test]
    fn the_request_in_curls_order() {
        let proxy = Proxy::parse("u:p@h").unwrap().with_user_agent(Some("x/1"));
        let expected = "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\
            Proxy-Authorization: Basic dTpw\r\nUser-Agent: x/1\r\nProxy-Connection: Keep-Alive\r\n";
        assert_eq!(text(&proxy, "a.test"), format!("{expected}\r\n"));
        let proxy = proxy.with_header("X", "y").unwrap();
        assert_eq!(text(&proxy, "a.test"), format!("{expected}X: y\r\n\r\n"));
        let own = proxy.with_header("proxy-authorization", "z").unwrap().with_http10(true);
        assert!(text(&own, "::1").starts_with("CONNECT [::1]:443 HTTP/1.0\r\n"));
        assert!(!text(&own, "a").contains("Basic"));
        let bare = own.without_header("user-agent").without_header("Proxy-Connection");
        let expected =
            "CONNECT a:443 HTTP/1.0\r\nHost: a:443\r\nX: y\r\nproxy-authorization: z\r\n\r\n";
        assert_eq!(text(&bare, "a"), expected);
    }

    #[test]
    fn a_zone_stays_here() {
        let proxy = Proxy::parse("h").unwrap();
        assert!(text(&proxy, "fe80::1%eth0").starts_with("CONNECT [fe80::1]:443 "));
    }
}
