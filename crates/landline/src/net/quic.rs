//! QUIC connections: the addresses of a host raced, each with a socket of its own.
//!
//! Specifications: RFC 9000 (QUIC), RFC 9001 (its TLS). 0-RTT, which can be replayed, is not used.
//!
//! What drives a connection are two tasks on the runtime at hand. Under the blocking face they get on while
//! somebody waits for anything of the same value; a connection that ran out of time meanwhile is replaced.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use quinn::{
    ClientConfig, ConnectError, Connection, ConnectionError, Endpoint, EndpointConfig, IdleTimeout,
    TransportConfig, VarInt,
};
use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::pace::Deadline;
use super::tls::{QuicTls, TlsFacts};
use super::{
    Call, DialTimes, Dialer, NetOptions, Peer, Target, TlsVersion, datagram, happy, listed, refused,
};
use crate::observe::Event;
use crate::{Error, ErrorKind, Phase, Result};

/// What one stream may have on the way before any of it is read.
const STREAM_WINDOW_BYTES: u32 = 1 << 20;
/// What all streams may: those which nobody reads, be they ever so many, do not stop the others.
const CONNECTION_WINDOW_BYTES: u32 = 100 * STREAM_WINDOW_BYTES;
/// What is taken of uploads before the peer has acknowledged it.
const SEND_WINDOW_BYTES: u64 = 1 << 20;
/// Streams in one direction that the peer may have open: three are needed (RFC 9114 section 6.2).
const PEER_STREAMS: u32 = 8;
/// A peer that says nothing for so long is gone; so is one of which nothing was read, under the blocking face.
const SILENCE: Duration = Duration::from_secs(120);
/// So often it is asked whether it is there, while a reply is long in coming.
const PROBES: Duration = Duration::from_secs(10);
/// How long another place may take: the host itself is there too.
const ELSEWHERE_PATIENCE: Duration = Duration::from_secs(2);

/// A connection that stands.
pub(crate) struct Quic {
    pub(crate) connection: Connection,
    pub(crate) peer: Peer,
    pub(crate) local: Option<SocketAddr>,
    pub(crate) tls: Arc<TlsFacts>,
}

/// What an address that answered has led to.
type Answer = Result<(Connection, Option<SocketAddr>), ConnectionError>;

impl Dialer {
    /// Connects to the target over UDP and shakes hands, within the connect deadline.
    pub(crate) async fn dial_quic(
        &self,
        target: &Target,
        alpn: &[u8],
        call: &Call<'_>,
    ) -> Result<(Quic, DialTimes)> {
        self.check_quic(target)?;
        let hurry = target.elsewhere.as_ref().map(|_| Deadline::after(ELSEWHERE_PATIENCE));
        let limit = Deadline::first(call.connect_limit(), hurry);
        let tls = self.inner.tls.quic(&target.host, &self.options().tls, alpn)?;
        let mut times = DialTimes::default();
        let (host, port, addresses) = self.look_up(target, limit, call, &mut times).await?;
        let limit = Deadline::first(limit, call.timeouts.tls.map(Deadline::after));
        let who = format!("{host} port {port} over QUIC, {}", listed(&addresses));
        let race = self.race_quic(&tls, addresses, call);
        let race = async { race.await.map_err(|failed| refused(&host, port, failed)) };
        let (answer, address) = Deadline::bound(limit, Phase::Connecting, &who, race).await?;
        let peer = Peer::Ip(address);
        let (connection, local) =
            answer.map_err(|error| tls.explain(&error, &target.host, &peer))?;
        let facts = TlsFacts::of_connection(&connection);
        call.observer.tell(&Event::Connected { host: &target.host, peer: &peer, local });
        call.observer.tell(&Event::Secured(&facts));
        (times.connect, times.tls) = (Some(call.started.elapsed()), Some(call.started.elapsed()));
        Ok((Quic { connection, peer, local, tls: Arc::new(facts) }, times))
    }

    /// Whether the target can be reached over UDP at all.
    pub(crate) fn check_quic(&self, target: &Target) -> Result<()> {
        let options = self.options();
        if options.unix_socket.is_some() || options.proxy_line.is_some() {
            let what = "HTTP/3 goes neither through a Unix socket nor behind a PROXY line";
            return Err(Error::usage(what));
        }
        if options.tls.max_version == Some(TlsVersion::V1_2) {
            return Err(Error::usage("HTTP/3 needs TLS 1.3, which the options do not allow"));
        }
        let what = match self.proxy_for(target)? {
            _ if !target.tls => "HTTP/3 is for https URLs only".into(),
            Some(proxy) => {
                format!("HTTP/3 does not go through a proxy, and {proxy} is set for this URL")
            }
            None => return Ok(()),
        };
        Err(Error::new(ErrorKind::Url, Phase::Preparing, what))
    }

    fn race_quic<'a>(
        &'a self,
        tls: &QuicTls,
        addresses: Vec<SocketAddr>,
        call: &'a Call<'_>,
    ) -> impl Future<Output = Result<(Answer, SocketAddr), Vec<(SocketAddr, io::Error)>>> + 'a {
        let options = self.options();
        let delay = options.happy_eyeballs_delay.unwrap_or(happy::DELAY);
        let mut config = ClientConfig::new(tls.config.clone());
        config.transport_config(Arc::new(transport()));
        let name = tls.name();
        happy::connect(addresses, delay, call.observer, move |one| {
            shake_hands(one, options.clone(), config.clone(), name.clone())
        })
    }
}

/// Connects to one address. An error is one of an address at which nobody has answered.
async fn shake_hands(
    address: SocketAddr,
    options: Arc<NetOptions>,
    config: ClientConfig,
    name: String,
) -> io::Result<Answer> {
    let socket = datagram::unconnected(address, &options)?;
    // Elsewhere a connected socket may not be told where to send to, as `quinn` does.
    if cfg!(any(target_os = "linux", target_os = "android")) {
        socket.connect(&address.into())?;
    }
    let watched = UdpSocket::from_std(socket.try_clone()?.into())?;
    let local = watched.local_addr().ok();
    let runtime = Arc::new(quinn::TokioRuntime);
    let endpoint = Endpoint::new(EndpointConfig::default(), None, socket.into(), runtime)?;
    let mut connecting = pin!(endpoint.connect_with(config, address, &name).map_err(unusable)?);
    let mut refused = pin!(refusal(&watched));
    let connected = poll_fn(|cx| match connecting.as_mut().poll(cx) {
        Poll::Ready(connected) => Poll::Ready(Ok(connected)),
        Poll::Pending => refused.as_mut().poll(cx).map(Err),
    });
    match connected.await? {
        Err(ConnectionError::TimedOut) => Err(io::ErrorKind::TimedOut.into()),
        connected => Ok(connected.map(|connection| (connection, local))),
    }
}

/// Waits for word that nobody is there. QUIC takes no notice of what ICMP tells, since anybody can forge it (RFC
/// 9000 section 14.2.1); until somebody has answered it saves all of the deadline.
async fn refusal(socket: &UdpSocket) -> io::Error {
    let look = || SockRef::from(socket).take_error()?.ok_or(io::ErrorKind::WouldBlock.into());
    loop {
        if let Err(error) = socket.ready(Interest::ERROR).await {
            return error;
        }
        match socket.try_io(Interest::ERROR, look) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok(error) | Err(error) => return error,
        }
    }
}

fn unusable(error: ConnectError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}

fn transport() -> TransportConfig {
    let mut transport = TransportConfig::default();
    transport
        .max_concurrent_bidi_streams(VarInt::from_u32(0))
        .max_concurrent_uni_streams(VarInt::from_u32(PEER_STREAMS))
        .stream_receive_window(VarInt::from_u32(STREAM_WINDOW_BYTES))
        .receive_window(VarInt::from_u32(CONNECTION_WINDOW_BYTES))
        .send_window(SEND_WINDOW_BYTES)
        .datagram_receive_buffer_size(None)
        .keep_alive_interval(Some(PROBES))
        .max_idle_timeout(IdleTimeout::try_from(SILENCE).ok());
    transport
}
