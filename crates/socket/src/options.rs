//! Socket options of all families (`SOL_SOCKET`): getsockopt(2) and setsockopt(2).

use std::io;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::failure::Operation;
use crate::socket::Socket;

/// The longest time that fits into the field of every system (16 bits on Windows): 18 hours.
const MAX_LINGER: Duration = Duration::from_secs(u16::MAX as u64);

/// Options of every socket.
///
/// Getters and setters fail with [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where
/// the family or kind has no such option; the error names the option by its constant.
impl Socket {
    /// Tells whether an address that was in use a moment ago may be bound (`SO_REUSEADDR`).
    pub fn reuse_address(&self) -> Result<bool> {
        self.got("SO_REUSEADDR", self.inner.reuse_address())
    }

    /// Allows or forbids binding an address that was in use a moment ago (`SO_REUSEADDR`).
    ///
    /// A server sets it so that it can start again at once. On Windows it allows more than that:
    /// to take over an address somebody is using.
    pub fn set_reuse_address(&self, reuse: bool) -> Result<()> {
        self.did_set("SO_REUSEADDR", self.inner.set_reuse_address(reuse))
    }

    /// Tells whether several sockets may share an address (`SO_REUSEPORT`).
    #[cfg(all(unix, not(any(target_os = "solaris", target_os = "illumos"))))]
    pub fn reuse_port(&self) -> Result<bool> {
        self.got("SO_REUSEPORT", self.inner.reuse_port())
    }

    /// Allows or forbids that several sockets share an address (`SO_REUSEPORT`); all of them must
    /// allow it before they bind.
    #[cfg(all(unix, not(any(target_os = "solaris", target_os = "illumos"))))]
    pub fn set_reuse_port(&self, reuse: bool) -> Result<()> {
        self.did_set("SO_REUSEPORT", self.inner.set_reuse_port(reuse))
    }

    /// Tells whether datagrams may go to a broadcast address (`SO_BROADCAST`).
    pub fn broadcast(&self) -> Result<bool> {
        self.got("SO_BROADCAST", self.inner.broadcast())
    }

    /// Allows or forbids sending datagrams to a broadcast address (`SO_BROADCAST`).
    pub fn set_broadcast(&self, broadcast: bool) -> Result<()> {
        self.did_set("SO_BROADCAST", self.inner.set_broadcast(broadcast))
    }

    /// Returns the size of the send buffer in bytes (`SO_SNDBUF`).
    pub fn send_buffer_size(&self) -> Result<usize> {
        self.got("SO_SNDBUF", self.inner.send_buffer_size())
    }

    /// Asks for a size of the send buffer in bytes (`SO_SNDBUF`). Linux takes twice that, within
    /// its limits.
    pub fn set_send_buffer_size(&self, bytes: usize) -> Result<()> {
        self.did_set("SO_SNDBUF", self.inner.set_send_buffer_size(bytes))
    }

    /// Returns the size of the receive buffer in bytes (`SO_RCVBUF`).
    pub fn receive_buffer_size(&self) -> Result<usize> {
        self.got("SO_RCVBUF", self.inner.recv_buffer_size())
    }

    /// Asks for a size of the receive buffer in bytes (`SO_RCVBUF`). Linux takes twice that,
    /// within its limits.
    pub fn set_receive_buffer_size(&self, bytes: usize) -> Result<()> {
        self.did_set("SO_RCVBUF", self.inner.set_recv_buffer_size(bytes))
    }

    /// Returns how long closing waits for data still to be sent (`SO_LINGER`).
    pub fn linger(&self) -> Result<Option<Duration>> {
        self.got("SO_LINGER", self.inner.linger())
    }

    /// Sets how long closing waits for data still to be sent (`SO_LINGER`), in whole seconds, a
    /// part of a second counting as one, up to 18 hours.
    ///
    /// `None` closes at once and lets the system send the rest. A time of zero throws the rest
    /// away and resets the connection.
    pub fn set_linger(&self, time: Option<Duration>) -> Result<()> {
        // socket2 rounds down, and so would turn half a second into "reset".
        let time = time.map(|time| whole_seconds(time).min(MAX_LINGER));
        self.did_set("SO_LINGER", self.inner.set_linger(time))
    }

    /// Returns how long a receiving call waits; `None` for without limit (`SO_RCVTIMEO`).
    pub fn read_timeout(&self) -> Result<Option<Duration>> {
        self.got("SO_RCVTIMEO", self.inner.read_timeout())
    }

    /// Sets how long each receiving call, and `accept`, waits (`SO_RCVTIMEO`).
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for zero, which the system would take as
    /// "without limit".
    pub fn set_read_timeout(&self, limit: Option<Duration>) -> Result<()> {
        let limit = self.checked_timeout("SO_RCVTIMEO", limit)?;
        self.did_set("SO_RCVTIMEO", self.inner.set_read_timeout(limit))
    }

    /// Returns how long a sending call waits; `None` for without limit (`SO_SNDTIMEO`).
    pub fn write_timeout(&self) -> Result<Option<Duration>> {
        self.got("SO_SNDTIMEO", self.inner.write_timeout())
    }

    /// Sets how long each sending call waits (`SO_SNDTIMEO`); on Linux `connect` too.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for zero, which the system would take as
    /// "without limit".
    pub fn set_write_timeout(&self, limit: Option<Duration>) -> Result<()> {
        let limit = self.checked_timeout("SO_SNDTIMEO", limit)?;
        self.did_set("SO_SNDTIMEO", self.inner.set_write_timeout(limit))
    }

    /// Tells whether the urgent byte comes within the stream (`SO_OOBINLINE`).
    pub fn out_of_band_inline(&self) -> Result<bool> {
        self.got("SO_OOBINLINE", self.inner.out_of_band_inline())
    }

    /// Lets the urgent byte come within the stream (`SO_OOBINLINE`), as RFC 6093 advises, instead
    /// of beside it.
    pub fn set_out_of_band_inline(&self, inline: bool) -> Result<()> {
        self.did_set("SO_OOBINLINE", self.inner.set_out_of_band_inline(inline))
    }

    /// Tells whether calls fail instead of waiting (`O_NONBLOCK`, fcntl(2)).
    #[cfg(unix)]
    pub fn nonblocking(&self) -> Result<bool> {
        self.got("O_NONBLOCK", self.inner.nonblocking())
    }

    /// Makes calls fail with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of waiting, or
    /// wait again (`O_NONBLOCK`, fcntl(2)); on every clone of the socket too.
    pub fn set_nonblocking(&self, nonblocking: bool) -> Result<()> {
        self.did_set("O_NONBLOCK", self.inner.set_nonblocking(nonblocking))
    }

    /// Returns the network device the socket is bound to (`SO_BINDTODEVICE`).
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn device(&self) -> Result<Option<String>> {
        let name = self.got("SO_BINDTODEVICE", self.inner.device())?;
        Ok(name.map(|name| String::from_utf8_lossy(&name).into_owned()))
    }

    /// Binds the socket to one network device such as `"eth0"`, or to none
    /// (`SO_BINDTODEVICE`). Changing it needs root or `CAP_NET_RAW`.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn bind_device(&self, name: Option<&str>) -> Result<()> {
        self.did_set("SO_BINDTODEVICE", self.inner.bind_device(name.map(str::as_bytes)))
    }

    /// Takes the error that is pending on the socket, if there is one (`SO_ERROR`): how a
    /// nonblocking connect ended, or a datagram that found nobody.
    pub fn take_error(&self) -> Result<Option<Error>> {
        let pending = self.got("SO_ERROR", self.inner.take_error())?;
        Ok(pending.map(|error| self.failed_plainly(Operation::Talk, error)))
    }
}

impl Socket {
    pub(crate) fn got<T>(&self, option: &'static str, result: io::Result<T>) -> Result<T> {
        result.map_err(|error| self.option_failed(Operation::Get(option), error))
    }

    pub(crate) fn did_set(&self, option: &'static str, result: io::Result<()>) -> Result<()> {
        result.map_err(|error| self.option_failed(Operation::Set(option), error))
    }

    fn option_failed(&self, operation: Operation, error: io::Error) -> Error {
        Error::from_system(operation, "", error).over(self.transport())
    }

    /// Refuses zero and keeps less than a microsecond from becoming zero.
    fn checked_timeout(
        &self,
        option: &'static str,
        limit: Option<Duration>,
    ) -> Result<Option<Duration>> {
        if limit == Some(Duration::ZERO) {
            let why = "a time-out of zero would mean none";
            let error = Error::misuse(Operation::Set(option), "", why);
            return Err(error.over(self.transport()));
        }
        Ok(limit.map(|limit| limit.max(Duration::from_micros(1))))
    }
}

/// Rounds up to whole seconds, which is all that some options can say.
pub(crate) fn whole_seconds(time: Duration) -> Duration {
    let more = u64::from(time.subsec_nanos() > 0);
    Duration::from_secs(time.as_secs().saturating_add(more))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::whole_seconds;

    #[test]
    fn seconds_are_rounded_up() {
        assert_eq!(whole_seconds(Duration::ZERO), Duration::ZERO);
        assert_eq!(whole_seconds(Duration::from_millis(1)), Duration::from_secs(1));
        assert_eq!(whole_seconds(Duration::from_secs(3)), Duration::from_secs(3));
        assert_eq!(whole_seconds(Duration::MAX).as_secs(), u64::MAX);
    }
}
