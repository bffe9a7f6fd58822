//! Name lookup by getaddrinfo(3).

use std::ffi::CStr;
use std::net::SocketAddr;
use std::{io, iter, mem, ptr};

use crate::constants::{Family, Kind};
use crate::error::ErrorKind;
use crate::failure::Cause;

// POSIX dropped these two; the C libraries still answer with them.
#[cfg(any(target_os = "linux", target_os = "android"))]
const EAI_GONE_FROM_POSIX: [i32; 2] = [-5, -9];
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const EAI_GONE_FROM_POSIX: [i32; 2] = [7, 1];

/// The list getaddrinfo allocates; given back when dropped.
struct AddressList(*mut libc::addrinfo);

impl Drop for AddressList {
    fn drop(&mut self) {
        // SAFETY: freeaddrinfo(3) takes a list that getaddrinfo(3) made, once; only `look_up`
        // makes an AddressList, and only after getaddrinfo succeeded.
        unsafe { libc::freeaddrinfo(self.0) };
    }
}

impl AddressList {
    fn entries(&self) -> impl Iterator<Item = &libc::addrinfo> {
        // SAFETY: getaddrinfo(3) returns a list linked by `ai_next` and ended by null; it lives
        // as long as `self`.
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
    // SAFETY: POSIX lets the hints be zero but for the fields that are set.
    let mut hints: libc::addrinfo = unsafe { mem::zeroed() };
    hints.ai_family = family.into();
    hints.ai_socktype = kind.map_or(0, i32::from);
    let text = |text: Option<&CStr>| text.map_or(ptr::null(), CStr::as_ptr);
    let mut list = ptr::null_mut();
    // SAFETY: getaddrinfo(3) takes two C strings or null, hints, and a place for its answer;
    // all of them outlive the call.
    let code =
        unsafe { libc::getaddrinfo(text(host), text(service), &raw const hints, &raw mut list) };
    match code {
        0 => Ok(AddressList(list).entries().filter_map(socket_address).collect()),
        libc::EAI_SYSTEM => Err(Cause::Os(io::Error::last_os_error())),
        code => Err(Cause::Lookup(lookup_kind(code), lookup_text(code))),
    }
}

/// Copies the address of one entry; `None` for families other than INET and INET6.
fn socket_address(entry: &libc::addrinfo) -> Option<SocketAddr> {
    // SAFETY: `ai_addr` points to `ai_addrlen` bytes (POSIX), and a sockaddr_storage holds any
    // address of the system; the length is set to what was copied.
    let (_, address) = unsafe {
        socket2::SockAddr::try_init(|storage, length| {
            *length = entry.ai_addrlen.min(*length);
            let (from, to) = (entry.ai_addr.cast::<u8>(), storage.cast::<u8>());
            ptr::copy_nonoverlapping(from, to, *length as usize);
            Ok(())
        })
    }
    .ok()?;
    address.as_socket()
}

fn lookup_kind(code: i32) -> ErrorKind {
    match code {
        libc::EAI_NONAME => ErrorKind::UnknownHost,
        code if EAI_GONE_FROM_POSIX.contains(&code) => ErrorKind::UnknownHost,
        libc::EAI_SERVICE => ErrorKind::UnknownService,
        libc::EAI_FAMILY | libc::EAI_SOCKTYPE => ErrorKind::Unsupported,
        _ => ErrorKind::LookupFailed,
    }
}

/// What the C library calls the failure.
fn lookup_text(code: i32) -> String {
    // SAFETY: gai_strerror(3) returns a C string that stands in the library's own memory.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) };
    text.to_string_lossy().to_lowercase()
}

/// The text for a host that is known not to exist without asking.
pub(crate) fn no_such_host() -> Cause {
    Cause::Lookup(ErrorKind::UnknownHost, lookup_text(libc::EAI_NONAME))
}
