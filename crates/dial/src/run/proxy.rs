//! From the flags and the environment to the proxies to go through.

use landline::Login;
use landline::net::{Proxy, ProxyLine, ProxyRules};

use super::failure;
use crate::exit::Failure;
use crate::high::{HeaderValue, Settings};
use crate::settings::Proxies;

pub(super) fn rules(settings: &Settings) -> Result<ProxyRules, Failure> {
    let proxies = &settings.proxies;
    let mut rules = ProxyRules::from_env();
    if let Some(url) = proxies.url.as_ref().map(|url| url.0.reveal()) {
        let proxy = (!url.is_empty()).then(|| Proxy::parse(url)).transpose();
        rules = rules.through(proxy.map_err(|error| failure::of(&error))?);
    }
    if let Some(hosts) = &proxies.except {
        rules = rules.except(hosts);
    }
    let rules = rules.tunnel(proxies.tunnel).map(|proxy| dress(proxy, settings));
    let rules = rules.and_then(|rules| put_first(rules, proxies));
    let mut rules = rules.map_err(|error| failure::of(&error))?;
    rules.tls = super::tls::options(&proxies.tls)?;
    Ok(rules)
}

/// Puts `--preproxy` before every proxy, and in the place of none.
fn put_first(rules: ProxyRules, proxies: &Proxies) -> landline::Result<ProxyRules> {
    let Some(url) = proxies.first.as_ref().map(|url| url.0.reveal()).filter(|url| !url.is_empty())
    else {
        return Ok(rules);
    };
    let first = Proxy::parse(url)?;
    let rules = rules.map(|proxy| proxy.behind(first.clone()))?;
    Ok(rules.otherwise(first))
}

/// The `PROXY` line to begin connections with.
pub(super) fn line(proxies: &Proxies) -> Option<ProxyLine> {
    let own = proxies.line.then_some(ProxyLine::Own);
    proxies.line_client.map(ProxyLine::Of).or(own)
}

/// What the command line says of every proxy, wherever it comes from.
fn dress(proxy: Proxy, settings: &Settings) -> landline::Result<Proxy> {
    let mut proxy = proxy
        .with_user_agent(settings.user_agent.as_deref())
        .with_http10(settings.proxies.http10)
        .with_http2(settings.proxies.http2);
    if let Some(user) = &settings.proxy_user {
        proxy = proxy.with_login(Login::new(user.user.as_str(), user.password.reveal()));
    }
    proxy = proxy.with_auth(settings.proxies.auth());
    for line in &settings.proxy_headers {
        proxy = match &line.value {
            HeaderValue::Set(value) => proxy.with_header(&line.name, value)?,
            HeaderValue::Empty => proxy.with_header(&line.name, "")?,
            HeaderValue::Remove => proxy.without_header(&line.name),
        };
    }
    Ok(proxy)
}
