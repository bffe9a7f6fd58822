//! Name lookup by WinSock's getaddrinfo.

use std::ffi::CStr;
use std::net::SocketAddr;
use std::{io, iter, mem, ptr};

use windows_sys::Win32::Networking::WinSock;

use crate::constants::{Family, Kind};
use crate::error::ErrorKind;
use crate::failure::Cause;

/// The list getaddrinfo allocates; given back when dropped.
struct AddressList(*mut WinSock::ADDRINFOA);

impl Drop for AddressList {
    fn drop(&mut self) {
        // SAFETY: freeaddrinfo takes a list that getaddrinfo made, once; only `look_up` makes an
        // AddressList, and only after getaddrinfo succeeded.
        unsafe { WinSock::freeaddrinfo(self.0) };
    }
}

impl AddressList {
    fn entries(&self) -> impl Iterator<Item = &WinSock::ADDRINFOA> {
        // SAFETY: getaddrinfo returns a list linked by `ai_next` and ended by null; it lives as
        // long as `self`.
        let first = unsafe { self.0.as_ref() };
        // SAFETY: as above.
        iter::successors(first, |entry| unsafe { entry.ai_next.as_ref() })
    }
}

/// Asks getaddrinfo for a host, a service or both; `None` stands for the null pointer.
pub(crate) fn look_up(
    host: Option<&CStr>,
    service: Option<&CStr>,
    family: Family,
    kind: Option<Kind>,
) -> Result<Vec<SocketAddr>, Cause> {
    start_winsock().map_err(Cause::Os)?;
    // SAFETY: WinSock lets the hints be zero but for the fields that are set.
    let mut hints: WinSock::ADDRINFOA = unsafe { mem::zeroed() };
    hints.ai_family = family.into();
    hints.ai_socktype = kind.map_or(0, i32::from);
    let text = |text: Option<&CStr>| text.map_or(ptr::null(), |text| text.as_ptr().cast());
    let mut list = ptr::null_mut();
    // SAFETY: getaddrinfo takes two C strings or null, hints, and a place for its answer; all of
    // them outlive the call.
    let code =
        unsafe { WinSock::getaddrinfo(text(host), text(service), &raw const hints, &raw mut list) };
    match code {
        0 => Ok(AddressList(list).entries().filter_map(socket_address).collect()),
        code => Err(Cause::Lookup(lookup_kind(code), lookup_text(code))),
    }
}

/// WSAStartup, by way of std, which does it for its own first socket.
fn start_winsock() -> io::Result<()> {
    std::net::UdpSocket::bind("127.0.0.1:0").map(drop)
}

/// Copies the address of one entry; `None` for families other than INET and INET6.
fn socket_address(entry: &WinSock::ADDRINFOA) -> Option<SocketAddr> {
    // SAFETY: `ai_addr` points to `ai_addrlen` bytes, and a SOCKADDR_STORAGE holds any address of
    // the system; the length is set to what was copied.
    let (_, address) = unsafe {
        socket2::SockAddr::try_init(|storage, length| {
            let count = entry.ai_addrlen.min(*length as usize);
            ptr::copy_nonoverlapping(entry.ai_addr.cast::<u8>(), storage.cast::<u8>(), count);
            *length = count as i32;
            Ok(())
        })
    }
    .ok()?;
    address.as_socket()
}

fn lookup_kind(code: i32) -> ErrorKind {
    match code {
        WinSock::WSAHOST_NOT_FOUND | WinSock::WSANO_DATA => ErrorKind::UnknownHost,
        WinSock::WSATYPE_NOT_FOUND => ErrorKind::UnknownService,
        WinSock::WSAEAFNOSUPPORT | WinSock::WSAESOCKTNOSUPPORT => ErrorKind::Unsupported,
        _ => ErrorKind::LookupFailed,
    }
}

/// What the system calls the failure.
fn lookup_text(code: i32) -> String {
    let text = io::Error::from_raw_os_error(code).to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// The text for a host that is known not to exist without asking.
pub(crate) fn no_such_host() -> Cause {
    Cause::Lookup(ErrorKind::UnknownHost, lookup_text(WinSock::WSAHOST_NOT_FOUND))
}
