//! One try over FTP, and the way from the settings of a group to what the library is to do.

use std::net::IpAddr;

use landline::Location;
use landline::ftp::{ActiveAddress, DataMode, Options, Security};
use landline::socket::interface_addresses;

use super::attempt::Attempt;
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::high::Settings;
use crate::settings::{Active, IpFamily, StartTls};

pub(super) fn is_ftp(scheme: &str) -> bool {
    matches!(scheme, "ftp" | "ftps")
}

impl Attempt<'_> {
    /// One try over FTP, whose status replies are what `-D` and `-w` tell of.
    pub(super) async fn ftp(&mut self, location: Location) -> Result<(), Failure> {
        self.watch.keep_lines();
        let done = self.other(location).await;
        let dumped = self.dump_heads();
        let (lines, connects) = (self.watch.lines(), self.watch.connects());
        let facts = &mut self.outcome.facts;
        facts.http_code = lines.code;
        facts.size_header = lines.bytes;
        facts.ftp_entry_path = lines.entry_path;
        facts.num_connects = connects;
        done.and(dumped)
    }
}

/// All the options, with the address of `-P` looked up.
pub(super) async fn options(settings: &Settings, location: &Location) -> Result<Options, Failure> {
    let mut options = settings.ftp.options.clone();
    options.security = security(settings.start_tls);
    options.clear_data = settings.start_tls.control_only;
    options.list_command.clone_from(&settings.method);
    options.wants_time |= settings.output.remote_time;
    if let Some(active) = &settings.ftp.active {
        options.mode = DataMode::Active(address(active, settings, location).await?);
    }
    Ok(options)
}

fn security(asked: StartTls) -> Security {
    match asked {
        StartTls { required: true, .. } => Security::Required,
        StartTls { tried: true, .. } => Security::Tried,
        // Nobody who asks for the login to be protected means it where it happens to work.
        StartTls { control_only: true, .. } => Security::Required,
        _ => Security::Off,
    }
}

async fn address(
    active: &Active,
    settings: &Settings,
    location: &Location,
) -> Result<ActiveAddress, Failure> {
    let mut address = ActiveAddress::default();
    if let Some(host) = &active.host {
        address.address = Some(look_up(host, wants_ipv6(settings, location)).await?);
    }
    address.ports = active.ports;
    Ok(address)
}

/// The server is asked in the family of its own address, which is not known yet: IPv4, then,
/// unless something says otherwise.
fn wants_ipv6(settings: &Settings, location: &Location) -> bool {
    settings.connection.family == Some(IpFamily::V6)
        || location.host().is_some_and(|host| host.contains(':'))
}

/// An address, the name of an interface, or that of a host.
async fn look_up(name: &str, ipv6: bool) -> Result<IpAddr, Failure> {
    if let Ok(address) = name.parse() {
        return Ok(address);
    }
    let failed = |reason: &str| {
        let text = format!("-P '{name}' is no interface here, and no host: {reason}");
        Failure::new(Code::PORT, text)
    };
    let mut all = interface_addresses(name).map_err(|error| failed(&error.to_string()))?;
    if all.is_empty() {
        let found = tokio::net::lookup_host((name, 0)).await;
        let found = found.map_err(|error| failed(&os_reason(&error)))?;
        all = found.map(|address| address.ip()).collect();
    }
    let fitting = all.iter().find(|address| address.is_ipv6() == ipv6);
    fitting.or(all.first()).copied().ok_or_else(|| failed("it has no address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_wish_for_tls_counts() {
        let asked =
            |tried, required, control_only| security(StartTls { tried, required, control_only });
        assert_eq!(asked(false, false, false), Security::Off);
        assert_eq!(asked(true, false, false), Security::Tried);
        assert_eq!(asked(true, true, false), Security::Required);
        assert_eq!(asked(false, false, true), Security::Required);
    }
}
