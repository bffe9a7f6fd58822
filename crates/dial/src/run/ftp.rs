//! One try over FTP, and the way from the settings of a group to what the library is to do.

use std::net::IpAddr;

use landline::Location;
use landline::aio::{Document, Opener};
use landline::ftp::{ActiveAddress, DataMode, Options, Security};
use landline::socket::interface_addresses;

use super::attempt::Attempt;
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::high::Settings;
use crate::settings::{Active, Format, IpFamily, StartTls};

pub(super) fn is_ftp(scheme: &str) -> bool {
    matches!(scheme, "ftp" | "ftps")
}

/// The one command whose listings are made for programs (RFC 3659 section 7).
const MLSD: &str = "MLSD";

fn wants_rows(settings: &Settings) -> bool {
    matches!(settings.format, Some(Format::Json | Format::Table))
}

impl Attempt<'_> {
    /// Opens a document. Where rows were asked for and the server does not know `MLSD`, they are
    /// made of what `LIST` gives.
    pub(super) async fn open(
        &mut self,
        opener: Opener,
        location: Location,
    ) -> Result<landline::Result<Document>, Failure> {
        let settings = &*self.transfer.settings;
        let opened = self.interrupt.guard(opener.open_location(location.clone())).await?;
        let is_unknown = |error: &landline::Error| {
            let is_syntax = matches!(error.status(), Some(500..=504));
            error.command() == Some(MLSD) && is_syntax && settings.method.is_none()
        };
        if !opened.as_ref().is_err_and(is_unknown) {
            return Ok(opened);
        }
        let mut options = self.interrupt.guard(options(settings, &location)).await??;
        options.list_command = None;
        self.interrupt.guard(opener.ftp(options).open_location(location)).await
    }

    /// One try over FTP, whose status replies are what `-D` and `-w` tell of.
    pub(super) async fn ftp(&mut self, location: Location) -> Result<(), Failure> {
        self.watch.keep_lines();
        let done = self.other(location).await;
        let dumped = self.dump_heads();
        let lines = self.watch.lines();
        let facts = &mut self.outcome.facts;
        facts.size_header = lines.bytes;
        facts.ftp_entry_path = lines.entry_path;
        done.and(dumped)
    }
}

/// All the options, with the address of `-P` looked up.
pub(super) async fn options(settings: &Settings, location: &Location) -> Result<Options, Failure> {
    let mut options = settings.ftp.options.clone();
    options.security = security(settings.start_tls);
    options.clear_data = settings.start_tls.control_only;
    options.list_command.clone_from(&settings.method);
    if wants_rows(settings) {
        options.names_only = false;
        options.list_command.get_or_insert_with(|| MLSD.to_owned());
    }
    options.ignore_size = settings.reading.ignore_length;
    options.wants_time |= settings.output.remote_time;
    if let Some(active) = &settings.ftp.active {
        options.mode = DataMode::Active(address(active, settings, location).await?);
    }
    Ok(options)
}

pub(super) fn security(asked: StartTls) -> Security {
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
