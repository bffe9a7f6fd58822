//! From the settings of a group to the library's options.

use std::time::Duration;

use landline::Timeouts;
use landline::http::RedirectPolicy;
use landline::net::{AddressFamily, ConnectRule, NetOptions, ResolveRule, UnixName};

use crate::exit::Failure;
use crate::high::Settings;
use crate::settings::{self, IpFamily, MaxRedirects, UnixSocket};

/// curl's own patience with a connection that does not come about.
const CONNECT: Duration = Duration::from_secs(300);

pub(super) fn net_options(settings: &Settings) -> Result<NetOptions, Failure> {
    let connection = &settings.connection;
    let mut net = NetOptions::default();
    net.family = match connection.family {
        None => AddressFamily::Any,
        Some(IpFamily::V4) => AddressFamily::V4,
        Some(IpFamily::V6) => AddressFamily::V6,
    };
    net.unix_socket = connection.unix.as_ref().map(|unix| match unix {
        UnixSocket::Path(path) => UnixName::Path(path.clone()),
        UnixSocket::Abstract(name) => UnixName::Abstract(name.to_string_lossy().into_owned()),
    });
    net.socket = super::local::options(settings)?;
    net.dns = connection.dns.clone();
    net.happy_eyeballs_delay = settings.timeouts.happy_eyeballs;
    net.resolve = settings.resolve.iter().map(resolve_rule).collect();
    net.connect_to = settings.connect_to.iter().map(connect_rule).collect();
    net.proxy = super::proxy::rules(settings)?;
    net.tls = super::tls::options(&settings.tls)?;
    net.proxy_line = super::proxy::line(&settings.proxies);
    Ok(net)
}

fn resolve_rule(rule: &crate::high::Resolve) -> ResolveRule {
    let (host, port, addresses) = (rule.host.clone(), rule.port, rule.addresses.clone());
    ResolveRule { host, port, addresses }
}

fn connect_rule(rule: &crate::high::ConnectTo) -> ConnectRule {
    ConnectRule {
        from_host: rule.from_host.clone(),
        from_port: rule.from_port,
        to_host: rule.to_host.clone(),
        to_port: rule.to_port,
    }
}

pub(super) fn timeouts(settings: &settings::Timeouts) -> Timeouts {
    let mut timeouts = Timeouts::default();
    timeouts.connect = Some(settings.connect.unwrap_or(CONNECT));
    // With --parallel-max-host others may take as long as they like.
    timeouts.free_connection = None;
    timeouts.total = settings.total;
    (timeouts.receive_rate, timeouts.send_rate) = (settings.rate, settings.rate);
    timeouts.low_speed = settings.low_speed_rule();
    timeouts
}

/// curl follows nothing unless asked, and then to http and https only.
pub(super) fn redirects(settings: &Settings) -> RedirectPolicy {
    let rules = &settings.redirects;
    let mut policy = RedirectPolicy::default();
    policy.follow = rules.follow;
    policy.max = Some(match rules.max {
        MaxRedirects::At(count) => count as usize,
        MaxRedirects::Unlimited => usize::MAX,
    });
    policy.keep_post_301 = rules.keep_post_on_301;
    policy.keep_post_302 = rules.keep_post_on_302;
    policy.keep_post_303 = rules.keep_post_on_303;
    policy.keep_method = settings.method.is_some() && !rules.as_specified;
    policy.trust_all = rules.trusted;
    policy.send_referer = settings.auto_referer;
    policy.refuse_users = settings.auth.no_user_in_url;
    // What --proto forbids, no redirect brings back.
    let lists = [&settings.protocols, &settings.redirect_protocols];
    let allowed = |scheme: &str| lists.into_iter().flatten().all(|list| list.allows(scheme, true));
    policy.schemes.retain(|scheme| allowed(scheme));
    policy
}
