//! Sending and receiving.

use std::io::{self, Read, Write};
use std::mem::MaybeUninit;

use crate::address::Address;
use crate::attempts::restarting;
use crate::constants::Flags;
use crate::error::{Error, Result};
use crate::failure::Operation;
use crate::socket::Socket;
use crate::sys;
use crate::to_address::ToAddress;

/// Sending.
impl Socket {
    /// Sends to the peer and returns how many bytes the system took: send(2).
    ///
    /// That may be fewer than given; [`send_all`](Socket::send_all) goes on until all are taken.
    /// On a datagram socket the whole buffer is one message. A vanished peer gives an error, never
    /// the signal `SIGPIPE`.
    ///
    /// # Errors
    /// [`PeerGone`](crate::ErrorKind::PeerGone), also after our own `shutdown(Write)`;
    /// [`NotConnected`](crate::ErrorKind::NotConnected),
    /// [`TimedOut`](crate::ErrorKind::TimedOut) when a write time-out is set. A datagram socket
    /// gives [`Refused`](crate::ErrorKind::Refused) when an earlier datagram found nobody.
    pub fn send(&self, data: &[u8]) -> Result<usize> {
        self.send_with(data, Flags::NONE)
    }

    /// Sends with flags: send(2). [`Flags::OUT_OF_BAND`] makes the last byte the urgent one.
    ///
    /// # Errors
    /// As [`send`](Socket::send).
    pub fn send_with(&self, data: &[u8], flags: Flags) -> Result<usize> {
        let bits = i32::from(flags) | sys::ALWAYS_SEND_WITH;
        restarting(|| self.inner.send_with_flags(data, bits))
            .map_err(|error| self.not_transferred(Operation::Send, flags, error))
    }

    /// Sends everything: send(2), as often as it takes.
    ///
    /// For streams. After an error it is not known how much has gone.
    ///
    /// # Errors
    /// As [`send`](Socket::send).
    pub fn send_all(&self, mut data: &[u8]) -> Result<()> {
        while !data.is_empty() {
            let sent = self.send(data)?;
            data = &data[sent..];
        }
        Ok(())
    }

    /// Sends one message to an address: sendto(2).
    ///
    /// Of a name, the first address in the socket's family is taken; the name is looked up every
    /// time, so look it up once and keep the [`Address`] where many messages go there.
    ///
    /// # Errors
    /// What the lookup gives, and as [`send`](Socket::send).
    pub fn send_to(&self, data: &[u8], address: impl ToAddress) -> Result<usize> {
        self.send_to_with(data, address, Flags::NONE)
    }

    /// Sends one message to an address, with flags: sendto(2).
    ///
    /// # Errors
    /// As [`send_to`](Socket::send_to).
    pub fn send_to_with(
        &self,
        data: &[u8],
        address: impl ToAddress,
        flags: Flags,
    ) -> Result<usize> {
        let flags = i32::from(flags) | sys::ALWAYS_SEND_WITH;
        let candidates = address.to_addresses(self.family, self.kind)?;
        let Some(target) = candidates.first() else {
            return Err(Error::misuse(
                Operation::Send,
                address.label(),
                "it stands for no address",
            ));
        };
        let send = |raw| restarting(|| self.inner.send_to_with_flags(data, &raw, flags));
        target
            .to_raw()
            .and_then(send)
            .map_err(|error| self.failed_at(Operation::Send, target.to_string(), error))
    }
}

/// Receiving.
impl Socket {
    /// Receives into a buffer and returns how many bytes came: recv(2).
    ///
    /// Waits for the first byte, then returns what is there. 0 means the end of the stream (or an
    /// empty datagram, or an empty buffer). What of a datagram doesn't fit into the buffer is lost.
    ///
    /// # Errors
    /// [`PeerGone`](crate::ErrorKind::PeerGone),
    /// [`NotConnected`](crate::ErrorKind::NotConnected),
    /// [`TimedOut`](crate::ErrorKind::TimedOut) when a read time-out is set,
    /// [`WouldBlock`](crate::ErrorKind::WouldBlock) when told not to wait.
    pub fn recv(&self, buffer: &mut [u8]) -> Result<usize> {
        self.recv_with(buffer, Flags::NONE)
    }

    /// Receives with flags: recv(2).
    ///
    /// # Errors
    /// As [`recv`](Socket::recv); [`InvalidInput`](crate::ErrorKind::InvalidInput) for
    /// [`Flags::OUT_OF_BAND`] when no urgent byte has come.
    pub fn recv_with(&self, buffer: &mut [u8], flags: Flags) -> Result<usize> {
        // SAFETY: the room goes to recv(2) alone.
        self.recv_uninit(unsafe { as_uninit(buffer) }, flags)
    }

    /// Receives without taking the data out of the queue: recv(2) with [`Flags::PEEK`].
    ///
    /// # Errors
    /// As [`recv`](Socket::recv).
    pub fn peek(&self, buffer: &mut [u8]) -> Result<usize> {
        self.recv_with(buffer, Flags::PEEK)
    }

    /// Receives up to `limit_bytes` into a new vector: recv(2). Empty means as much as 0 does for
    /// [`recv`](Socket::recv).
    ///
    /// # Errors
    /// As [`recv_with`](Socket::recv_with).
    pub fn recv_vec(&self, limit_bytes: usize, flags: Flags) -> Result<Vec<u8>> {
        let mut data = Vec::with_capacity(limit_bytes);
        let room = &mut data.spare_capacity_mut()[..limit_bytes];
        // Told to (MSG_TRUNC), the system gives the length of a datagram that had no room.
        let count = self.recv_uninit(room, flags)?.min(limit_bytes);
        // SAFETY: recv(2) has written the first `count` bytes of the room, which is the vector's
        // own memory from its start on and `limit_bytes` long.
        unsafe { data.set_len(count) };
        Ok(data)
    }

    /// Receives one message and its sender: recvfrom(2).
    ///
    /// On a connected stream the address is [`Address::Unnamed`] on most systems.
    ///
    /// # Errors
    /// As [`recv`](Socket::recv).
    pub fn recv_from(&self, buffer: &mut [u8]) -> Result<(usize, Address)> {
        self.recv_from_with(buffer, Flags::NONE)
    }

    /// Receives one message and its sender, with flags: recvfrom(2).
    ///
    /// # Errors
    /// As [`recv`](Socket::recv).
    pub fn recv_from_with(&self, buffer: &mut [u8], flags: Flags) -> Result<(usize, Address)> {
        // SAFETY: the room goes to recvfrom(2) alone.
        let room = unsafe { as_uninit(buffer) };
        restarting(|| self.inner.recv_from_with_flags(room, flags.into()))
            .map(|(count, raw)| (count, Address::from_raw(&raw)))
            .map_err(|error| self.not_transferred(Operation::Receive, flags, error))
    }

    /// Tells whether the next byte to read is the urgent one: sockatmark(3).
    ///
    /// Meant for sockets that get the urgent byte within the stream
    /// ([`set_out_of_band_inline`](Socket::set_out_of_band_inline)); without it, the mark stands
    /// where the byte was taken out.
    ///
    /// # Errors
    /// Where the kind of socket has no urgent data.
    pub fn at_mark(&self) -> Result<bool> {
        sys::at_mark(&self.inner).map_err(|error| self.failed(Operation::AtMark, error))
    }

    fn recv_uninit(&self, room: &mut [MaybeUninit<u8>], flags: Flags) -> Result<usize> {
        restarting(|| self.inner.recv_with_flags(room, flags.into()))
            .map_err(|error| self.not_transferred(Operation::Receive, flags, error))
    }

    /// Words a failure; "would block" is a time limit only where the call was free to wait.
    fn not_transferred(&self, operation: Operation, flags: Flags, error: io::Error) -> Error {
        let was_free_to_wait =
            || !sys::forbids_waiting(flags.into()) && sys::is_waiting(&self.inner);
        if error.kind() == io::ErrorKind::WouldBlock && !was_free_to_wait() {
            // Comes often and is no news: not worth asking the system for the peer.
            return Error::from_system(operation, "", error).over(self.transport());
        }
        self.failed(operation, error)
    }
}

/// Gives a buffer the type that receiving calls take.
///
/// # Safety
/// The bytes must go to code that writes none but initialised ones. socket2 promises that for
/// its receiving methods: "this implementation promises to not write uninitialised bytes".
unsafe fn as_uninit(buffer: &mut [u8]) -> &mut [MaybeUninit<u8>] {
    // SAFETY: `u8` and `MaybeUninit<u8>` have the same layout; the caller keeps the contract.
    unsafe { &mut *(std::ptr::from_mut(buffer) as *mut [MaybeUninit<u8>]) }
}

impl Read for &Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.recv(buffer).map_err(io::Error::from)
    }
}

impl Write for &Socket {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.send(data).map_err(io::Error::from)
    }

    /// Does nothing: a socket keeps nothing back.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self).read(buffer)
    }
}

impl Write for Socket {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        (&*self).write(data)
    }

    /// Does nothing: a socket keeps nothing back.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
