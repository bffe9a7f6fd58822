//! What every call shares: trying one address after the other, and wording what failed.

use std::borrow::Cow;
use std::io;

use crate::address::Address;
use crate::error::{Attempt, Error, Result};
use crate::failure::{Cause, Operation};
use crate::socket::{Socket, transport};
use crate::sys;
use crate::to_address::ToAddress;

impl Socket {
    /// Makes the call on each address in order until one succeeds; returns that one.
    pub(crate) fn try_each(
        &self,
        operation: Operation,
        address: &dyn ToAddress,
        call: impl Fn(&socket2::SockAddr) -> io::Result<()>,
    ) -> Result<Address> {
        let mut attempts = Vec::new();
        for candidate in address.to_addresses(self.family, self.kind)? {
            match candidate.to_raw().and_then(|raw| call(&raw)) {
                Ok(()) => return Ok(candidate),
                // The socket is busy with this address and can't take up the next.
                Err(error) if is_unfinished(&error) => {
                    self.remember_peer(Some(candidate.clone()));
                    return Err(self.failed_at(operation, candidate.to_string(), error));
                }
                Err(error) => attempts.push(Attempt::new(candidate, error)),
            }
        }
        Err(self.all_failed(operation, address.label(), attempts))
    }

    /// Puts the failures together; one that only repeats the address asked for stands alone.
    fn all_failed(
        &self,
        operation: Operation,
        label: Cow<'_, str>,
        mut attempts: Vec<Attempt>,
    ) -> Error {
        let is_plain = attempts.len() == 1 && attempts[0].address().to_string() == label;
        if is_plain && let Some(attempt) = attempts.pop() {
            return self.failed_at(operation, label, attempt.into_error());
        }
        Error::new(operation, label, Cause::Attempts(attempts)).over(self.transport())
    }

    /// Words a failure about the peer.
    pub(crate) fn failed(&self, operation: Operation, error: io::Error) -> Error {
        self.failed_at(operation, self.peer_label(), error)
    }

    /// Words a failure about the peer as the system gave it, whatever the socket's time limits.
    pub(crate) fn failed_plainly(&self, operation: Operation, error: io::Error) -> Error {
        Error::new(operation, self.peer_label(), Cause::Os(error)).over(self.transport())
    }

    /// Words a failure about this end.
    pub(crate) fn failed_here(&self, operation: Operation, error: io::Error) -> Error {
        let local = self.inner.local_addr().map(|raw| Address::from_raw(&raw).to_string());
        self.failed_at(operation, local.unwrap_or_default(), error)
    }

    /// Words a failure about an address.
    pub(crate) fn failed_at(
        &self,
        operation: Operation,
        address: impl Into<String>,
        error: io::Error,
    ) -> Error {
        let has_time_limit = is_unfinished(&error) && sys::is_waiting(&self.inner);
        let cause = if has_time_limit { Cause::TimedOut(error) } else { Cause::Os(error) };
        Error::new(operation, address, cause).over(self.transport())
    }

    pub(crate) fn transport(&self) -> Cow<'static, str> {
        transport(self.family, self.kind, self.protocol)
    }

    fn peer_label(&self) -> String {
        self.known_peer().map(|peer| peer.to_string()).unwrap_or_default()
    }

    /// The peer as the system knows it, or as we remember it.
    pub(crate) fn known_peer(&self) -> Option<Address> {
        match self.inner.peer_addr() {
            Ok(raw) => Some(Address::from_raw(&raw)),
            Err(_) => self.peer.lock().ok().and_then(|peer| peer.clone()),
        }
    }

    pub(crate) fn remember_peer(&self, address: Option<Address>) {
        if let Ok(mut peer) = self.peer.lock() {
            *peer = address;
        }
    }
}

/// Makes a call again for as long as signals interrupt it.
pub(crate) fn restarting<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Tells whether the call stopped without having failed: told not to wait, or at a time limit.
fn is_unfinished(error: &io::Error) -> bool {
    // The limit of connect_timeout; ETIMEDOUT, the network's own verdict, has a number.
    let is_limit = error.kind() == io::ErrorKind::TimedOut && error.raw_os_error().is_none();
    is_limit || error.kind() == io::ErrorKind::WouldBlock || sys::is_in_progress(error)
}
