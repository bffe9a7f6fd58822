//! The addresses of this machine, by network interface.

use std::net::IpAddr;

use crate::error::{Error, Result};
use crate::failure::{Cause, Operation};
use crate::sys;

/// Lists the addresses of a network interface such as `"eth0"`, in the system's order:
/// getifaddrs(3). Empty where there is no interface of this name, or none of its addresses is up.
///
/// # Errors
/// Hardly ever: when the system has no memory or no descriptor left.
pub fn interface_addresses(name: &str) -> Result<Vec<IpAddr>> {
    let all = sys::interface_addresses().map_err(|error| {
        Error::new(Operation::AskAddress, name.escape_debug().to_string(), Cause::Os(error))
    })?;
    let of_this = all.into_iter().filter(|(interface, _)| interface == name.as_bytes());
    Ok(of_this.map(|(_, address)| address).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_loopback_interface_has_its_address() {
        let addresses = interface_addresses("lo").expect("a list");
        assert!(addresses.contains(&IpAddr::from([127, 0, 0, 1])), "{addresses:?}");
        assert!(interface_addresses("no such").expect("a list").is_empty());
        assert!(interface_addresses("").expect("a list").is_empty());
    }
}
