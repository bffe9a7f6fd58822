//! Names asked of DNS servers by ourselves, in place of the system.

pub(super) mod https;
mod server;

use std::future::{Future, poll_fn};
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use landline_wire::dns::{Question, RecordType, Reply};

use super::options::AddressFamily;
use super::{Dialer, SocketOptions};
use crate::{Error, ErrorKind, Phase, Result};

/// Whom to ask for addresses; the system, unless told.
///
/// What is set here bypasses the system's lookup, and with it the hosts file, caches and other
/// sources of names. The whole lookup is bounded by [`Timeouts::connect`](crate::Timeouts). Names and
/// answers are checked: RFC 5452 section 9.1 says which answer belongs to a question; chains of names end
/// after 16.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DnsOptions {
    /// Ask these servers, in this order: over UDP, and over TCP where an answer is too long for that. Each
    /// has 2 s, and is asked twice.
    pub servers: Vec<SocketAddr>,
    /// Ask from the first of these addresses that is of the server's family. Without `servers`, those of
    /// `/etc/resolv.conf` are asked.
    pub addresses: Vec<IpAddr>,
    /// Ask through this network interface; as for `addresses`.
    pub interface: Option<String>,
    /// Ask the server at this `https` URL, in place of all others (RFC 8484). Its own name is looked up by the
    /// system; proxies and TLS are those for everything else.
    pub https: Option<String>,
    /// Accept any certificate of that server.
    pub https_insecure: bool,
    /// That server must prove that its certificate is not revoked, as by
    /// [`TlsOptions::require_staple`](crate::net::TlsOptions::require_staple).
    pub https_require_staple: bool,
}

impl DnsOptions {
    /// Whether it is not the system that is asked.
    pub(super) fn is_own(&self) -> bool {
        self.https.is_some() || *self != Self { https: None, ..Self::default() }
    }

    fn sockets(&self) -> SocketOptions {
        let (addresses, interface) = (self.addresses.clone(), self.interface.clone());
        SocketOptions { addresses, interface, ..SocketOptions::default() }
    }
}

/// How often all servers are asked.
const ROUNDS: usize = 2;
/// How long one of them may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the addresses of one family wait for those of the other (RFC 8305 section 3).
const RESOLUTION_DELAY: Duration = Duration::from_millis(50);

/// All addresses of `host`, those of IPv6 first.
pub(super) async fn look_up(dialer: &Dialer, host: &str, port: u16) -> Result<Vec<SocketAddr>> {
    let found = match dialer.options().family {
        AddressFamily::V4 => ask(dialer, host, RecordType::A).await,
        AddressFamily::V6 => ask(dialer, host, RecordType::Aaaa).await,
        AddressFamily::Any => {
            let v6 = ask(dialer, host, RecordType::Aaaa);
            match both(v6, ask(dialer, host, RecordType::A)).await {
                (Ok(v6), Ok(v4)) => Ok([v6, v4].concat()),
                // One family is enough to go on with.
                (Ok(one), Err(_)) | (Err(_), Ok(one)) if !one.is_empty() => Ok(one),
                (Err(error), _) | (_, Err(error)) => Err(error),
            }
        }
    };
    let found = found.map_err(|cause| {
        let what = format!("could not resolve host {host}");
        Error::new(ErrorKind::Resolve, Phase::Resolving, what).because(cause)
    })?;
    Ok(found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect())
}

/// Both answers; once one has addresses, the other is waited for a moment longer.
async fn both(
    v6: impl Future<Output = Result<Vec<IpAddr>>>,
    v4: impl Future<Output = Result<Vec<IpAddr>>>,
) -> (Result<Vec<IpAddr>>, Result<Vec<IpAddr>>) {
    let (mut v6, mut v4, mut delay) =
        (pin!(v6), pin!(v4), pin!(tokio::time::sleep(RESOLUTION_DELAY)));
    let (mut six, mut four, mut is_late) = (None, None, false);
    poll_fn(|cx| {
        if six.is_none() && let Poll::Ready(done) = v6.as_mut().poll(cx) {
            six = Some(done);
        }
        if four.is_none() && let Poll::Ready(done) = v4.as_mut().poll(cx) {
            four = Some(done);
        }
        let has_some = |one: &Option<Result<Vec<IpAddr>>>| {
            matches!(one, Some(Ok(addresses)) if !addresses.is_empty())
        };
        if (has_some(&six) || has_some(&four)) && !std::mem::replace(&mut is_late, true) {
            delay.as_mut().reset(tokio::time::Instant::now() + RESOLUTION_DELAY);
        }
        let is_over = six.is_some() && four.is_some() || is_late && delay.as_mut().poll(cx).is_ready();
        // What did not come in time is none.
        let taken = |one: &mut Option<Result<_>>| one.take().unwrap_or(Ok(Vec::new()));
        if is_over { Poll::Ready((taken(&mut six), taken(&mut four))) } else { Poll::Pending }
    })
    .await
}

/// Asks for the addresses of one family; none where the name has none of it.
async fn ask(dialer: &Dialer, host: &str, kind: RecordType) -> Result<Vec<IpAddr>> {
    let question =
        Question::new(host, kind).map_err(|error| failed("it was not asked for").because(error))?;
    if let Some(url) = &dialer.options().dns.https {
        return read(url, https::ask(dialer, url, &question).await?);
    }
    ask_servers(&dialer.options().dns, &question).await
}

async fn ask_servers(dns: &DnsOptions, question: &Question) -> Result<Vec<IpAddr>> {
    let servers = match dns.servers.is_empty() {
        true => server::of_system(),
        false => dns.servers.clone(),
    };
    let sockets = dns.sockets();
    let mut last = failed("there is no DNS server to ask");
    for server in servers.iter().cycle().take(servers.len() * ROUNDS) {
        let asked = server::ask(*server, question, &sockets);
        last = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(Reply::Failed(code))) => {
                failed(format!("the DNS server {server} answers with the error {code}"))
            }
            Ok(Ok(reply)) => return read(&format!("the DNS server {server}"), reply),
            Ok(Err(error)) => {
                failed(format!("the DNS server {server} was asked in vain")).because(error)
            }
            Err(_) => failed(format!("the DNS server {server} does not answer")),
        };
    }
    Err(last)
}

fn read(server: &str, reply: Reply) -> Result<Vec<IpAddr>> {
    match reply {
        Reply::Addresses(addresses) => Ok(addresses),
        Reply::NoSuchName => Err(failed(format!("{server} says that there is no such name"))),
        Reply::Failed(code) => Err(failed(format!("{server} answers with the error {code}"))),
        Reply::Truncated => Err(failed(format!("{server} sends half an answer"))),
    }
}

fn failed(what: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Resolve, Phase::Resolving, what)
}
