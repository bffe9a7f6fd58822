//! The end of connections on this machine: `--interface`, `--local-port` and what sockets are told.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use landline::net::SocketOptions;
use landline::socket::{Keepalive, interface_addresses, resolve};

use crate::exit::{Code, Failure};
use crate::high::Settings;
use crate::settings::{Connection, LocalEnd};

/// What `--keepalive-time` and `--keepalive-cnt` are without them, as with curl.
const KEEPALIVE: Duration = Duration::from_secs(60);
const PROBES: u32 = 9;

/// How long a name behind `--interface` may take without `--connect-timeout`.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn options(settings: &Settings) -> Result<SocketOptions, Failure> {
    let connection = &settings.connection;
    let mut options = SocketOptions::default();
    options.ports = connection.local_ports;
    options.keepalive = keepalive(connection);
    options.nagle = connection.no_nodelay;
    options.fast_open = connection.fast_open;
    options.multipath = connection.multipath;
    options.traffic_class = connection.traffic_class;
    options.priority = connection.priority;
    if let Some(end) = &connection.local_end {
        let patience = settings.timeouts.connect.unwrap_or(PATIENCE);
        apply(end, patience, &mut options)?;
    }
    Ok(options)
}

fn keepalive(connection: &Connection) -> Option<Keepalive> {
    let time = connection.keepalive_time.unwrap_or(KEEPALIVE);
    let retries = connection.keepalive_probes.unwrap_or(PROBES);
    let probes = Keepalive { time: Some(time), interval: Some(time), retries: Some(retries) };
    (!connection.no_keepalive).then_some(probes)
}

fn apply(end: &LocalEnd, patience: Duration, options: &mut SocketOptions) -> Result<(), Failure> {
    let (interface, host) = match end {
        LocalEnd::Either(name) if is_interface(name) => (Some(name), None),
        LocalEnd::Either(name) | LocalEnd::Host(name) => (None, Some(name)),
        LocalEnd::Interface(name) => (Some(name), None),
        LocalEnd::Both { interface, host } => (Some(interface), Some(host)),
    };
    if let Some(name) = interface.filter(|name| !is_interface(name)) {
        return Err(failed(name, "there is no such interface"));
    }
    options.interface = interface.cloned();
    if let Some(host) = host {
        options.addresses = addresses(host, patience)?;
    }
    Ok(())
}

/// Whether the system has an interface of this name; it may be one without an address.
fn is_interface(name: &str) -> bool {
    let is_listed = || {
        let is_name = !name.contains('/') && !matches!(name, "." | "..");
        is_name && std::path::Path::new("/sys/class/net").join(name).exists()
    };
    interface_addresses(name).is_ok_and(|all| !all.is_empty()) || is_listed()
}

fn addresses(host: &str, patience: Duration) -> Result<Vec<IpAddr>, Failure> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse() {
        return Ok(vec![address]);
    }
    // On a thread, because the system's lookup knows no deadline.
    let (tell, told) = std::sync::mpsc::channel();
    let name = bare.to_owned();
    std::thread::spawn(move || tell.send(resolve(&name, 0)));
    match told.recv_timeout(patience) {
        Ok(Ok(found)) => Ok(found.iter().map(SocketAddr::ip).collect()),
        Ok(Err(_)) => Err(failed(host, "it is no interface, no address, and no name of one")),
        Err(_) => Err(failed(host, "it is no interface, and its lookup takes too long")),
    }
}

fn failed(name: &str, why: &str) -> Failure {
    Failure::new(Code::INTERFACE, format!("could not bind to '{name}': {why}"))
}
