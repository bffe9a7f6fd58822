//! The numbers of the socket interface as types: family, kind, protocol, flags, direction.
//!
//! Each is a newtype with named constants, so that a number this crate doesn't name can be used
//! all the same: `Family::from(44)`.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

use crate::sys;

/// Declares a newtype over a C `int` whose `Debug` prints the constant's name.
macro_rules! named_constants {
    (
        $(#[$type_doc:meta])*
        $name:ident {
            $($(#[$doc:meta])* $constant:ident = $value:expr;)*
        }
    ) => {
        $(#[$type_doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(i32);

        impl $name {
            $($(#[$doc])* pub const $constant: Self = Self($value);)*

            /// The name of the constant, where the number has one.
            // The attributes are there for the `cfg` among them.
            #[allow(unused_doc_comments)]
            fn name(self) -> Option<&'static str> {
                $($(#[$doc])* if self == Self::$constant { return Some(stringify!($constant)); })*
                None
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, concat!(stringify!($name), "({})"), self.0),
                }
            }
        }

        impl From<i32> for $name {
            fn from(number: i32) -> Self {
                Self(number)
            }
        }

        impl From<$name> for i32 {
            fn from(constant: $name) -> Self {
                constant.0
            }
        }
    };
}

named_constants! {
    /// The address family: what an address of the socket looks like (`AF_…`).
    Family {
        /// No particular family (`AF_UNSPEC`).
        UNSPECIFIED = sys::AF_UNSPEC;
        /// Internet, version 4 (`AF_INET`).
        INET = sys::AF_INET;
        /// Internet, version 6 (`AF_INET6`).
        INET6 = sys::AF_INET6;
        /// Between processes of one machine, by path or abstract name (`AF_UNIX`).
        #[cfg(unix)]
        UNIX = sys::AF_UNIX;
    }
}

named_constants! {
    /// The kind of conversation: a stream, single datagrams, or raw packets (`SOCK_…`).
    Kind {
        /// A stream of bytes in both directions, in order and complete (`SOCK_STREAM`): TCP.
        STREAM = sys::SOCK_STREAM;
        /// Single messages, which may be lost or overtake each other (`SOCK_DGRAM`): UDP.
        DGRAM = sys::SOCK_DGRAM;
        /// Packets of the network layer (`SOCK_RAW`); needs a privilege on most systems.
        RAW = sys::SOCK_RAW;
        /// Single messages, in order and complete (`SOCK_SEQPACKET`).
        SEQPACKET = sys::SOCK_SEQPACKET;
    }
}

named_constants! {
    /// The protocol, where family and kind leave a choice (`IPPROTO_…`).
    Protocol {
        /// The only or usual one for the family and kind.
        DEFAULT = 0;
        /// Control messages of IPv4 (RFC 792).
        ICMP = 1;
        /// Transmission Control Protocol (RFC 9293).
        TCP = 6;
        /// User Datagram Protocol (RFC 768).
        UDP = 17;
        /// Control messages of IPv6 (RFC 4443).
        ICMPV6 = 58;
        /// Several TCP paths under one stream (RFC 8684).
        #[cfg(target_os = "linux")]
        MPTCP = 262;
    }
}

/// Flags for one send or receive call (`MSG_…`); put together with `|`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(i32);

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// Receive without taking the data out of the queue (`MSG_PEEK`).
    pub const PEEK: Self = Self(sys::MSG_PEEK);
    /// Send or receive the one urgent byte that TCP carries beside the stream (`MSG_OOB`,
    /// RFC 6093).
    pub const OUT_OF_BAND: Self = Self(sys::MSG_OOB);
    /// Wait until the whole buffer is full, the stream ends or an error comes (`MSG_WAITALL`).
    pub const WAIT_ALL: Self = Self(sys::MSG_WAITALL);
    /// Fail with [`ErrorKind::WouldBlock`](crate::ErrorKind::WouldBlock) instead of waiting, this
    /// one time (`MSG_DONTWAIT`).
    #[cfg(unix)]
    pub const DONT_WAIT: Self = Self(sys::MSG_DONTWAIT);

    /// Tells whether every flag of `other` is set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl From<i32> for Flags {
    fn from(bits: i32) -> Self {
        Self(bits)
    }
}

impl From<Flags> for i32 {
    fn from(flags: Flags) -> Self {
        flags.0
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// The names of the flags, for `Debug`.
const FLAG_NAMES: &[(Flags, &str)] = &[
    (Flags::PEEK, "PEEK"),
    (Flags::OUT_OF_BAND, "OUT_OF_BAND"),
    (Flags::WAIT_ALL, "WAIT_ALL"),
    #[cfg(unix)]
    (Flags::DONT_WAIT, "DONT_WAIT"),
];

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut unnamed = self.0;
        let mut separator = "";
        for (flag, name) in FLAG_NAMES.iter().filter(|(flag, _)| self.contains(*flag)) {
            write!(f, "{separator}{name}")?;
            separator = " | ";
            unnamed &= !flag.0;
        }
        match (unnamed, *self) {
            (_, Self::NONE) => f.write_str("NONE"),
            (0, _) => Ok(()),
            (bits, _) => write!(f, "{separator}{bits:#x}"),
        }
    }
}

/// The direction of a conversation that [`Socket::shutdown`](crate::Socket::shutdown) ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Receive no more (`SHUT_RD`).
    Read,
    /// Send no more: the peer reads to the end of the stream (`SHUT_WR`).
    Write,
    /// Neither (`SHUT_RDWR`).
    Both,
}

impl From<Direction> for std::net::Shutdown {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Read => Self::Read,
            Direction::Write => Self::Write,
            Direction::Both => Self::Both,
        }
    }
}

impl From<Family> for socket2::Domain {
    fn from(family: Family) -> Self {
        Self::from(family.0)
    }
}

impl From<Kind> for socket2::Type {
    fn from(kind: Kind) -> Self {
        Self::from(kind.0)
    }
}

impl From<Protocol> for socket2::Protocol {
    fn from(protocol: Protocol) -> Self {
        Self::from(protocol.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Family, Flags, Kind, Protocol};

    #[test]
    fn debug_prints_the_name_of_the_constant() {
        assert_eq!(
            format!("{:?} {:?} {:?}", Family::INET6, Kind::RAW, Protocol::UDP),
            "INET6 RAW UDP"
        );
        assert_eq!(format!("{:?} {:?}", Family::from(999), Kind::from(77)), "Family(999) Kind(77)");
    }

    #[test]
    fn flags_join_and_print() {
        let both = Flags::PEEK | Flags::WAIT_ALL;
        assert!(both.contains(Flags::PEEK) && !both.contains(Flags::OUT_OF_BAND));
        assert_eq!(format!("{both:?}"), "PEEK | WAIT_ALL");
        assert_eq!(format!("{:?}", Flags::NONE), "NONE");
        assert_eq!(format!("{:?}", Flags::PEEK | Flags::from(1 << 30)), "PEEK | 0x40000000");
    }
}
