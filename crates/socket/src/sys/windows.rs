//! Constants and calls of WinSock.

use std::io;
use std::os::windows::io::{AsRawSocket, IntoRawSocket, RawSocket};

use windows_sys::Win32::Networking::WinSock;

use crate::constants::{Family, Protocol};
use crate::error::ErrorKind;
use crate::options_ip::Keepalive;

pub(crate) const AF_UNSPEC: i32 = WinSock::AF_UNSPEC as i32;
pub(crate) const AF_INET: i32 = WinSock::AF_INET as i32;
pub(crate) const AF_INET6: i32 = WinSock::AF_INET6 as i32;
pub(crate) use WinSock::{
    MSG_OOB, MSG_PEEK, MSG_WAITALL, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM,
};

/// Flags that every send carries; Windows knows no `SIGPIPE`.
pub(crate) const ALWAYS_SEND_WITH: i32 = 0;

/// What a caller can do about a raw socket that was refused.
pub(crate) const RAW_PRIVILEGE: &str = "raw sockets need an administrator";

/// Sorts the numbers that `io::ErrorKind` has no name for.
pub(crate) fn classify(code: i32) -> ErrorKind {
    match code {
        WinSock::WSAEINPROGRESS | WinSock::WSAEALREADY => ErrorKind::WouldBlock,
        WinSock::WSAEDESTADDRREQ => ErrorKind::NotConnected,
        WinSock::WSAEAFNOSUPPORT
        | WinSock::WSAEOPNOTSUPP
        | WinSock::WSAEPROTONOSUPPORT
        | WinSock::WSAEPROTOTYPE
        | WinSock::WSAESOCKTNOSUPPORT
        | WinSock::WSAENOPROTOOPT => ErrorKind::Unsupported,
        WinSock::WSAENOTSOCK | WinSock::WSAEBADF => ErrorKind::InvalidInput,
        _ => ErrorKind::Other,
    }
}

/// Tells whether a connection attempt goes on in the background.
pub(crate) fn is_in_progress(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(WinSock::WSAEINPROGRESS | WinSock::WSAEALREADY))
}

/// Tells whether the socket is connected already.
pub(crate) fn is_connected_already(error: &io::Error) -> bool {
    error.raw_os_error() == Some(WinSock::WSAEISCONN)
}

/// Tells whether a flag makes the call return at once; Windows has none.
pub(crate) fn forbids_waiting(_flags: i32) -> bool {
    false
}

/// Tells whether "would block" was a time limit; Windows says `WSAETIMEDOUT` for that.
pub(crate) fn is_waiting(_socket: &socket2::Socket) -> bool {
    false
}

/// The number that `Debug` prints.
pub(crate) fn descriptor(socket: &socket2::Socket) -> RawSocket {
    socket.as_raw_socket()
}

/// Tells whether the next byte to read is the urgent one: ioctlsocket with `SIOCATMARK`.
pub(crate) fn at_mark(socket: &socket2::Socket) -> io::Result<bool> {
    let mut no_data_before_mark = 0;
    let handle = socket.as_raw_socket() as WinSock::SOCKET;
    // SAFETY: ioctlsocket takes an open socket, which `socket` is, and a place for its answer.
    match unsafe { WinSock::ioctlsocket(handle, WinSock::SIOCATMARK, &mut no_data_before_mark) } {
        0 => Ok(no_data_before_mark != 0),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Closes the socket and shows what closesocket says, which drop would swallow.
pub(crate) fn close(socket: socket2::Socket) -> io::Result<()> {
    let handle = socket.into_raw_socket() as WinSock::SOCKET;
    // SAFETY: closesocket takes a handle that nobody uses afterwards; into_raw_socket gave it up.
    match unsafe { WinSock::closesocket(handle) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The protocols a std `TcpStream` may run over.
pub(crate) const TCP_LIKE: &[Protocol] = &[Protocol::DEFAULT, Protocol::TCP];

/// The family of a socket that others made, told by its address.
pub(crate) fn family(socket: &socket2::Socket) -> io::Result<Family> {
    socket.local_addr().map(|address| i32::from(address.domain()).into())
}

/// The protocol of a socket that others made (`SO_PROTOCOL_INFO`).
pub(crate) fn protocol(socket: &socket2::Socket) -> Protocol {
    let protocol = socket.protocol().ok().flatten();
    protocol.map_or(Protocol::DEFAULT, |protocol| i32::from(protocol).into())
}

/// Tells whether the socket listens; not asked on Windows.
pub(crate) fn is_listening(_socket: &socket2::Socket) -> Option<bool> {
    None
}

/// Windows doesn't tell the values of keepalive.
pub(crate) fn keepalive(_socket: &socket2::Socket) -> io::Result<Keepalive> {
    Ok(Keepalive::default())
}
