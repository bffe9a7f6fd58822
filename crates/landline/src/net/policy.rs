//! Which addresses may be connected to: for programs that fetch what strangers ask for.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use landline_wire::ip::{Block, inside, is_public};

use crate::{Error, Result};

type Judge = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// Which addresses may be connected to; any, unless told.
///
/// It is asked right before a connection is made, about the address itself: after every lookup, at
/// every redirect, for data connections of FTP, datagrams, and proxies. So a name that is public when it is
/// checked and leads here when it is used leads nowhere. IPv4 addresses within IPv6 ones (mapped, NAT64,
/// 6to4, Teredo) count as what they stand for.
///
/// Where a proxy connects for us, the proxy's own address is judged, and the host of the URL if it is an
/// address: what a name leads to there, the proxy alone knows. Unix sockets are not judged; no URL
/// leads to one.
///
/// ```
/// use landline::net::{AddressPolicy, NetOptions};
/// # use landline::{ErrorKind, Opener};
///
/// let mut net = NetOptions::default();
/// net.policy = AddressPolicy::public().allow("192.0.2.80")?;
/// assert!(net.policy.permits("192.0.2.80".parse()?));
/// let error = Opener::new()?.net(net).open("http://localhost:8080/admin").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Forbidden);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Two policies are equal when their lists are and they share the function of
/// [`only_if`](Self::only_if): a kept connection is not used under another.
#[derive(Clone, Default)]
pub struct AddressPolicy {
    public_only: bool,
    allowed: Vec<Block>,
    denied: Vec<Block>,
    judge: Option<Judge>,
}

impl AddressPolicy {
    /// Addresses of the public Internet only: none of this machine, of private networks, of the link (where
    /// clouds answer at 169.254.169.254), multicast, or of other special purposes (RFC 6890).
    #[must_use]
    pub fn public() -> Self {
        Self { public_only: true, ..Self::default() }
    }

    /// Allows a block such as `10.1.0.0/16`, or one address, in spite of [`public`](Self::public).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what is no block.
    pub fn allow(mut self, block: &str) -> Result<Self> {
        self.allowed.push(read(block)?);
        Ok(self)
    }

    /// Denies a block or one address, whatever else is allowed.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what is no block.
    pub fn deny(mut self, block: &str) -> Result<Self> {
        self.denied.push(read(block)?);
        Ok(self)
    }

    /// Asks this function as well, about addresses that everything else permits. It is called while
    /// connections are made, and must not wait.
    #[must_use]
    pub fn only_if(mut self, judge: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        self.judge = Some(Arc::new(judge));
        self
    }

    /// Whether an address may be connected to.
    pub fn permits(&self, address: IpAddr) -> bool {
        let among = |blocks: &[Block], one: IpAddr| blocks.iter().any(|block| block.holds(one));
        let is_denied = [Some(address), inside(address).map(IpAddr::from)]
            .into_iter()
            .flatten()
            .any(|form| among(&self.denied, form));
        let is_allowed = !self.public_only || among(&self.allowed, address) || is_public(address);
        !is_denied && is_allowed && self.judge.as_ref().is_none_or(|judge| judge(address))
    }

    /// Refuses what is not permitted.
    pub(super) fn check(&self, address: IpAddr) -> io::Result<()> {
        match self.permits(address) {
            true => Ok(()),
            false => Err(io::Error::new(io::ErrorKind::PermissionDenied, Forbidden)),
        }
    }
}

fn read(block: &str) -> Result<Block> {
    Block::parse(block).ok_or_else(|| {
        let shown = landline_wire::escape::excerpt(block.as_bytes(), 60);
        Error::usage(format!("{shown} is no address and no block of them"))
    })
}

impl PartialEq for AddressPolicy {
    fn eq(&self, other: &Self) -> bool {
        let judges = match (&self.judge, &other.judge) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        judges
            && self.public_only == other.public_only
            && self.allowed == other.allowed
            && self.denied == other.denied
    }
}

impl Eq for AddressPolicy {}

impl fmt::Debug for AddressPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("AddressPolicy");
        out.field("public_only", &self.public_only);
        out.field("allowed", &self.allowed).field("denied", &self.denied);
        out.field("has_judge", &self.judge.is_some()).finish()
    }
}

/// The policy does not permit an address.
#[derive(Debug)]
pub(super) struct Forbidden;

impl Forbidden {
    /// Whether this is what an error is about.
    pub(super) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Self>)
    }
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address policy forbids this address")
    }
}

impl std::error::Error for Forbidden {}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(policy: &AddressPolicy, address: &str) -> bool {
        policy.permits(address.parse().unwrap())
    }

    #[test]
    fn any_address_unless_told() {
        let any = AddressPolicy::default();
        assert!(permits(&any, "127.0.0.1") && permits(&any, "::") && permits(&any, "1.1.1.1"));
    }

    #[test]
    fn denied_goes_before_allowed_and_allowed_before_public() {
        let policy = AddressPolicy::public().allow("10.0.0.0/8").unwrap();
        let policy = policy.deny("10.1.0.0/16").unwrap().deny("1.1.1.1").unwrap();
        assert!(permits(&policy, "10.2.3.4") && permits(&policy, "::ffff:10.2.3.4"));
        assert!(!permits(&policy, "10.1.3.4") && !permits(&policy, "::ffff:10.1.3.4"));
        assert!(!permits(&policy, "1.1.1.1") && !permits(&policy, "64:ff9b::1.1.1.1"));
        assert!(permits(&policy, "1.1.1.2") && !permits(&policy, "192.168.0.1"));
        assert!(AddressPolicy::default().deny("x").is_err());
    }

    #[test]
    fn a_function_has_the_last_word_and_only_it() {
        let policy = AddressPolicy::public().only_if(|address| address.is_ipv4());
        assert!(permits(&policy, "1.1.1.1") && !permits(&policy, "2606:4700::1"));
        assert!(!permits(&policy, "127.0.0.1"));
    }

    #[test]
    fn policies_are_equal_when_they_share_their_function() {
        let one = AddressPolicy::public().only_if(|_| true);
        assert_eq!(one, one.clone());
        assert_ne!(one, AddressPolicy::public().only_if(|_| true));
        assert_ne!(one, AddressPolicy::public());
        assert_ne!(AddressPolicy::public(), AddressPolicy::default());
    }
}
