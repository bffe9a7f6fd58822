//! Constants and calls of the POSIX systems.

use std::io;
use std::os::fd::{AsRawFd, IntoRawFd};

use crate::constants::{Family, Protocol};
use crate::error::ErrorKind;
use crate::options_ip::Keepalive;

pub(crate) use libc::{
    AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, MSG_DONTWAIT, MSG_OOB, MSG_PEEK, MSG_WAITALL,
    SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM,
};

/// Flags that every send carries: a vanished peer gives an error, not a signal that kills.
/// Apple has no such flag; there socket2 sets `SO_NOSIGPIPE` on the socket instead.
#[cfg(not(target_vendor = "apple"))]
pub(crate) const ALWAYS_SEND_WITH: i32 = libc::MSG_NOSIGNAL;
#[cfg(target_vendor = "apple")]
pub(crate) const ALWAYS_SEND_WITH: i32 = 0;

/// What a caller can do about a raw socket that was refused.
#[cfg(target_os = "linux")]
pub(crate) const RAW_PRIVILEGE: &str = "raw sockets need root or the capability CAP_NET_RAW";
#[cfg(not(target_os = "linux"))]
pub(crate) const RAW_PRIVILEGE: &str = "raw sockets need root";

unsafe extern "C" {
    // Not in the libc crate; POSIX.1-2001, the same everywhere.
    fn sockatmark(descriptor: libc::c_int) -> libc::c_int;
}

/// Sorts the numbers that `io::ErrorKind` has no name for.
pub(crate) fn classify(errno: i32) -> ErrorKind {
    match errno {
        libc::EINPROGRESS | libc::EALREADY => ErrorKind::WouldBlock,
        libc::EDESTADDRREQ => ErrorKind::NotConnected,
        libc::EAFNOSUPPORT
        | libc::EOPNOTSUPP
        | libc::EPROTONOSUPPORT
        | libc::EPROTOTYPE
        | libc::ESOCKTNOSUPPORT
        | libc::ENOPROTOOPT => ErrorKind::Unsupported,
        libc::ENOTSOCK | libc::EBADF => ErrorKind::InvalidInput,
        _ => ErrorKind::Other,
    }
}

/// Tells whether a connection attempt goes on in the background.
pub(crate) fn is_in_progress(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EINPROGRESS | libc::EALREADY))
}

/// Tells whether the socket is connected already.
pub(crate) fn is_connected_already(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EISCONN)
}

/// Tells whether a flag makes the call return at once.
pub(crate) fn forbids_waiting(flags: i32) -> bool {
    flags & libc::MSG_DONTWAIT != 0
}

/// Tells whether calls on the socket wait; what they then call "would block" was a time limit.
pub(crate) fn is_waiting(socket: &socket2::Socket) -> bool {
    socket.nonblocking().is_ok_and(|nonblocking| !nonblocking)
}

/// The number that `Debug` prints.
pub(crate) fn descriptor(socket: &socket2::Socket) -> i32 {
    socket.as_raw_fd()
}

/// Tells whether the next byte to read is the urgent one: sockatmark(3).
pub(crate) fn at_mark(socket: &socket2::Socket) -> io::Result<bool> {
    // SAFETY: sockatmark takes any open descriptor, and `socket` keeps this one open.
    match unsafe { sockatmark(socket.as_raw_fd()) } {
        -1 => Err(io::Error::last_os_error()),
        answer => Ok(answer == 1),
    }
}

/// Lets the first bytes go along with the SYN: setsockopt(2), for which socket2 has no method.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn set_fast_open(socket: &socket2::Socket, fast_open: bool) -> io::Result<()> {
    let value = libc::c_int::from(fast_open);
    let (level, option) = (libc::IPPROTO_TCP, libc::TCP_FASTOPEN_CONNECT);
    let (place, len) = ((&raw const value).cast(), size_of::<libc::c_int>() as libc::socklen_t);
    // SAFETY: `place` is that of an int that outlives the call and `len` is its size; the
    // descriptor is open as long as `socket` is.
    match unsafe { libc::setsockopt(socket.as_raw_fd(), level, option, place, len) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Closes the socket and shows what close(2) says, which drop would swallow.
pub(crate) fn close(socket: socket2::Socket) -> io::Result<()> {
    let descriptor = socket.into_raw_fd();
    // SAFETY: close takes a descriptor that nobody uses afterwards; into_raw_fd gave it up.
    match unsafe { libc::close(descriptor) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// The protocols a std `TcpStream` may run over.
#[cfg(target_os = "linux")]
pub(crate) const TCP_LIKE: &[Protocol] = &[Protocol::DEFAULT, Protocol::TCP, Protocol::MPTCP];
#[cfg(not(target_os = "linux"))]
pub(crate) const TCP_LIKE: &[Protocol] = &[Protocol::DEFAULT, Protocol::TCP];

/// The family of a socket that others made (`SO_DOMAIN`).
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn family(socket: &socket2::Socket) -> io::Result<Family> {
    socket.domain().map(|domain| i32::from(domain).into())
}

/// The family of a socket that others made, told by its address.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn family(socket: &socket2::Socket) -> io::Result<Family> {
    socket.local_addr().map(|address| i32::from(address.domain()).into())
}

/// The protocol of a socket that others made (`SO_PROTOCOL`).
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
pub(crate) fn protocol(socket: &socket2::Socket) -> Protocol {
    let protocol = socket.protocol().ok().flatten();
    protocol.map_or(Protocol::DEFAULT, |protocol| i32::from(protocol).into())
}

/// The protocol of a socket that others made; this system doesn't tell.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
pub(crate) fn protocol(_socket: &socket2::Socket) -> Protocol {
    Protocol::DEFAULT
}

/// Tells whether the socket listens (`SO_ACCEPTCONN`); `None` where the system doesn't tell.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
pub(crate) fn is_listening(socket: &socket2::Socket) -> Option<bool> {
    socket.is_listener().ok()
}

/// Tells whether the socket listens; this system doesn't tell.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
pub(crate) fn is_listening(_socket: &socket2::Socket) -> Option<bool> {
    None
}

/// Reads the three values of keepalive.
pub(crate) fn keepalive(socket: &socket2::Socket) -> io::Result<Keepalive> {
    Ok(Keepalive {
        time: Some(socket.tcp_keepalive_time()?),
        interval: Some(socket.tcp_keepalive_interval()?),
        retries: Some(socket.tcp_keepalive_retries()?),
    })
}
