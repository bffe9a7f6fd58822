//! The interfaces of the machine, by getifaddrs(3).

use std::ffi::CStr;
use std::net::IpAddr;
use std::{io, iter, mem, ptr};

/// The list getifaddrs allocates; given back when dropped.
struct InterfaceList(*mut libc::ifaddrs);

impl Drop for InterfaceList {
    fn drop(&mut self) {
        // SAFETY: freeifaddrs(3) takes a list that getifaddrs(3) made, once; only
        // `interface_addresses` makes an InterfaceList, and only after getifaddrs succeeded.
        unsafe { libc::freeifaddrs(self.0) };
    }
}

impl InterfaceList {
    fn entries(&self) -> impl Iterator<Item = &libc::ifaddrs> {
        // SAFETY: getifaddrs(3) returns a list linked by `ifa_next` and ended by null; it lives
        // as long as `self`.
        let first = unsafe { self.0.as_ref() };
        // SAFETY: as above.
        iter::successors(first, |entry| unsafe { entry.ifa_next.as_ref() })
    }
}

/// Lists the IP addresses of all interfaces, each with the name of its interface.
pub(crate) fn interface_addresses() -> io::Result<Vec<(Vec<u8>, IpAddr)>> {
    let mut list = ptr::null_mut();
    // SAFETY: getifaddrs(3) takes a place for its answer.
    if unsafe { libc::getifaddrs(&raw mut list) } != 0 {
        return Err(io::Error::last_os_error());
    }
    let named = |entry: &libc::ifaddrs| Some((name(entry), ip_address(entry)?));
    Ok(InterfaceList(list).entries().filter_map(named).collect())
}

fn name(entry: &libc::ifaddrs) -> Vec<u8> {
    // SAFETY: `ifa_name` is a C string that lives as long as the list (getifaddrs(3)).
    unsafe { CStr::from_ptr(entry.ifa_name) }.to_bytes().to_vec()
}

/// Copies the address of one entry; `None` where it has none or one of another family.
fn ip_address(entry: &libc::ifaddrs) -> Option<IpAddr> {
    // SAFETY: `ifa_addr` is null or points to an address that lives as long as the list.
    let family = unsafe { entry.ifa_addr.as_ref() }?.sa_family;
    let len = match i32::from(family) {
        libc::AF_INET => mem::size_of::<libc::sockaddr_in>(),
        libc::AF_INET6 => mem::size_of::<libc::sockaddr_in6>(),
        _ => return None,
    };
    // SAFETY: an address of this family has `len` bytes, and a sockaddr_storage holds any address
    // of the system; the length is set to what was copied.
    let (_, address) = unsafe {
        socket2::SockAddr::try_init(|storage, length| {
            ptr::copy_nonoverlapping(entry.ifa_addr.cast::<u8>(), storage.cast::<u8>(), len);
            *length = len as libc::socklen_t;
            Ok(())
        })
    }
    .ok()?;
    address.as_socket().map(|address| address.ip())
}
