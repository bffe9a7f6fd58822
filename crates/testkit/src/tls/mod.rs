//! Certificates made at run time, and TLS server configurations.
//!
//! Nothing is stored in the repository, so nothing in it ever expires. An [`Authority`] issues
//! [`Identity`]s; what is out of the ordinary is described with a [`Leaf`].
//!
//! ```
//! use landline_testkit::tls::{Authority, Identity, Leaf};
//!
//! let authority = Authority::new();
//! let good = authority.issue(&["localhost", "127.0.0.1", "a.test"]);
//! let stale = authority.expired(&["localhost"]);
//! let common_name_only = authority.sign(&Leaf::new(&[]).common_name("localhost"));
//! let as_openssl_makes_it = Identity::self_signed_ca(&["localhost"]);
//! assert!(authority.ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
//! # let _ = (good, stale, common_name_only, as_openssl_makes_it);
//! ```

mod authority;
mod identity;
mod leaf;
mod setup;
#[cfg(test)]
mod tests;

pub use self::authority::Authority;
pub use self::identity::{Identity, IdentityFiles};
pub use self::leaf::Leaf;
pub use self::setup::{ServerSetup, provider};
