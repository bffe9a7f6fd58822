//! The deadlines and ceilings of a transfer.

use std::time::Duration;

use landline_wire::chunked::ChunkLimits;
use landline_wire::head::HeadLimits;

/// How long each wait may last; `None` is without end.
///
/// | field | default | what it bounds |
/// |---|---|---|
/// | `connect` | 60 s | name lookup, connection and TLS handshake together; where a protocol has them, greeting and login too |
/// | `tls` | none | the TLS handshake alone |
/// | `free_connection` | 60 s | a wait for one of the connections that [`Limits`] allow |
/// | `first_byte` | 300 s | from the end of the request to the first byte of the reply |
/// | `idle_read` | 300 s | a wait for more of the reply |
/// | `idle_write` | 300 s | a wait for the peer to take more of the request |
/// | `total` | none | the whole of it, redirects and body included |
/// | `receive_rate` | none | bytes per second of a body that comes |
/// | `send_rate` | none | bytes per second of what is sent |
/// | `low_speed` | none | how long a transfer may be how slow |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Name lookup, connection and TLS handshake together, up to the end of the login where FTP, mail
    /// and news have one.
    pub connect: Option<Duration>,
    /// The TLS handshake alone, inside what `connect` leaves.
    pub tls: Option<Duration>,
    /// A wait in which all connections that [`Limits`] allow are in use.
    pub free_connection: Option<Duration>,
    /// From the end of the request to the first byte of the reply.
    pub first_byte: Option<Duration>,
    /// A wait in which nothing is received.
    pub idle_read: Option<Duration>,
    /// A wait in which nothing can be sent.
    pub idle_write: Option<Duration>,
    /// The whole transfer, body included.
    pub total: Option<Duration>,
    /// How fast a body may come, in bytes per second: more is left with the peer. Each transfer has
    /// its own, whatever it shares its connection with. Files and datagrams have none.
    pub receive_rate: Option<u64>,
    /// How fast may be sent, in bytes per second.
    pub send_rate: Option<u64>,
    /// The least speed, of what is sent and received together.
    pub low_speed: Option<LowSpeed>,
}

/// A transfer is given up ([`ErrorKind::Timeout`](crate::ErrorKind::Timeout)) when it has been slower
/// than this for this long.
///
/// Counted is time in which the peer is waited for, from the request on, in samples of a second: one
/// that is fast enough begins the time anew, and so does every phase. Of a server of commands each
/// reply is one. Files have no such rule, and 0 of either is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LowSpeed {
    /// The least that may move in a second.
    pub bytes_per_second: u64,
    /// For how long less may.
    pub time: Duration,
}

impl Timeouts {
    /// No wait is bounded.
    pub(crate) const fn none() -> Self {
        Self {
            connect: None,
            tls: None,
            free_connection: None,
            first_byte: None,
            idle_read: None,
            idle_write: None,
            total: None,
            receive_rate: None,
            send_rate: None,
            low_speed: None,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        let minutes_5 = Some(Duration::from_secs(300));
        Self {
            connect: Some(Duration::from_secs(60)),
            tls: None,
            free_connection: Some(Duration::from_secs(60)),
            first_byte: minutes_5,
            idle_read: minutes_5,
            idle_write: minutes_5,
            total: None,
            receive_rate: None,
            send_rate: None,
            low_speed: None,
        }
    }
}

/// How much of anything a peer may make us hold or follow.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Response heads: 300 KiB and 5,000 fields in all, 100 KiB a line, 1xx and trailers included.
    pub head: HeadLimits,
    /// Interim (1xx) responses before the final one: 100.
    pub interim_replies: usize,
    /// Chunk extensions and trailers.
    pub chunks: ChunkLimits,
    /// Redirects followed: 50.
    pub redirects: usize,
    /// How much of the body of a failed reply is kept in its error: 64 KiB.
    pub error_body_bytes: usize,
    /// What [`Document::read_to_vec`](crate::Document::read_to_vec) and `text` take at most: 64 MiB.
    pub document_bytes: usize,
    /// Idle connections kept for later: 64.
    pub idle_connections: usize,
    /// How long an idle connection is kept: 90 s.
    pub idle_connection_age: Duration,
    /// Connections of an HTTP client that stand at once, idle ones included: any number. A request that
    /// would need one more closes an idle one, or waits for [`Timeouts::free_connection`]; one over
    /// HTTP/2 counts once, however many requests share it. At least 1.
    pub connections: Option<usize>,
    /// The same, of those to one host and port or through one forwarding proxy: any number.
    pub connections_per_host: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: HeadLimits::default(),
            interim_replies: 100,
            chunks: ChunkLimits::default(),
            redirects: 50,
            error_body_bytes: 64 << 10,
            document_bytes: 64 << 20,
            idle_connections: 64,
            idle_connection_age: Duration::from_secs(90),
            connections: None,
            connections_per_host: None,
        }
    }
}
