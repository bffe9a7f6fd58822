//! Name lookup by WinSock's getaddrinfo.

use std::ffi::{CStr, CString};
use std::net::SocketAddr;
use std::{io, iter, mem, ptr};

use windows_sys::Win32::Networking::WinSock::{
    self, ADDRINFOA, WSAAFNOSUPPORT, WSAESOCKTNOSUPPORT, WSAHOST_NOT_FOUND, WSANO_DATA,
    WSATYPE_NOT_FOUND,
};

use crate::constants::{Family, Kind};
use crate::error::{Cause, ErrorKind};
