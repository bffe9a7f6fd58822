//! Who logs in, for every protocol that asks.

use std::fmt;

use landline_wire::target::Location;

/// A user and a password. The password is in no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub(crate) user: Vec<u8>,
    pub(crate) password: Vec<u8>,
}

impl Login {
    /// This user with this password; bytes, since neither has to be text.
    pub fn new(user: impl Into<Vec<u8>>, password: impl Into<Vec<u8>>) -> Self {
        Self { user: user.into(), password: password.into() }
    }

    /// The user and password that stand in a URL.
    pub fn of(location: &Location) -> Option<Self> {
        let user = location.username()?;
        Some(Self::new(user, location.password().unwrap_or_default()))
    }

    /// The user.
    pub fn user(&self) -> &[u8] {
        &self.user
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, password hidden)", self.user.escape_ascii())
    }
}
