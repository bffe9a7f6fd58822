//! A server asked over HTTPS (RFC 8484).

use std::pin::Pin;

use landline_wire::dns::{Question, Reply};
use tokio::io::AsyncReadExt;

use super::super::{AddressPolicy, Dialer, NetOptions};
use super::{DnsOptions, failed};
use crate::http::aio::Client;
use crate::{Error, Limits, Result, Timeouts};

const MEDIA_TYPE: &str = "application/dns-message";
/// A message of DNS is no longer.
const MAX_ANSWER_BYTES: u64 = 65_535;

/// What the server says. Boxed, because to ask it is a request like those that wait for the answer.
pub(super) fn ask<'a>(
    dialer: &'a Dialer,
    url: &'a str,
    question: &'a Question,
) -> Pin<Box<dyn Future<Output = Result<Reply>> + Send + 'a>> {
    Box::pin(async move {
        if !url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://")) {
            return Err(Error::usage("names are asked for over https only"));
        }
        // The ID is zero so that answers can be cached (section 4.1).
        let request = dialer.dns_client().post(url).content_type(MEDIA_TYPE);
        let request = request.header("Accept", MEDIA_TYPE).bytes(question.message(0));
        let mut reply = request.follow_redirects(false).send().await?;
        let is_dns = reply.headers().get("Content-Type").is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default();
            kind.trim().eq_ignore_ascii_case(MEDIA_TYPE)
        });
        if reply.status() != 200 || !is_dns {
            let what =
                format!("the DNS server at {} answers with no DNS", reply.location().host_header());
            return Err(failed(format!("{what} (status {})", reply.status())));
        }
        let mut answer = Vec::new();
        let read = (&mut reply).take(MAX_ANSWER_BYTES).read_to_end(&mut answer).await;
        read.map_err(|error| failed("the answer over https broke off").because(error))?;
        question
            .reply(0, &answer)
            .map_err(|error| failed("the answer over https is unusable").because(error))
    })
}

/// The client that asks: as everything else, but for what is meant for the servers behind the names, and its own
/// name is looked up by the system.
pub(in crate::net) fn client(options: &NetOptions) -> Client {
    let mut net = options.clone();
    net.tls.insecure = options.dns.https_insecure;
    net.tls.require_staple = options.dns.https_require_staple;
    (net.tls.identity, net.tls.first_use) = (None, None);
    net.tls.pinned_keys.clear();
    net.dns = DnsOptions::default();
    net.policy = AddressPolicy::default();
    (net.unix_socket, net.proxy_line) = (None, None);
    net.connect_to.clear();
    Client::with_options(net, Timeouts::default(), Limits::default())
}
