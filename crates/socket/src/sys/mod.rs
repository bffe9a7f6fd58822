//! What differs from system to system: constants, name lookup and the few calls that socket2 has
//! not. Each system's file offers the same names.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
mod unix_interfaces;
#[cfg(unix)]
mod unix_lookup;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
mod windows_interfaces;
#[cfg(windows)]
mod windows_lookup;

#[cfg(unix)]
pub(crate) use self::{unix::*, unix_interfaces::*, unix_lookup::*};
#[cfg(windows)]
pub(crate) use self::{windows::*, windows_interfaces::*, windows_lookup::*};
