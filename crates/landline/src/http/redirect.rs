//! Where a redirect leads and what becomes of the request (RFC 9110 section 15.4).

use landline_wire::head::ResponseHead;
use landline_wire::target::Location;

use super::parts::Parts;
use crate::{Error, ErrorKind, Phase, Result};

/// The next request, as a redirect wants it.
#[derive(Debug, PartialEq)]
pub(super) struct Step {
    pub(super) location: Location,
    pub(super) method: String,
    pub(super) keeps_body: bool,
}

/// The next step, or `None` when this reply is the one to give.
pub(super) fn next(
    parts: &Parts,
    from: &Location,
    head: &ResponseHead,
    followed: usize,
    max: usize,
) -> Result<Option<Step>> {
    let policy = &parts.redirects;
    let is_redirect = matches!(head.status, 301 | 302 | 303 | 307 | 308);
    // An empty reference leads back to the same URL: no redirect, as curl sees it.
    let reference = head.headers.get_bytes("Location").filter(|bytes| !bytes.is_empty());
    let Some(reference) = reference else { return Ok(None) };
    if !is_redirect || !policy.follow {
        return Ok(None);
    }
    let max = policy.max.unwrap_or(max);
    if followed >= max {
        let shown = super::redact::url(from);
        let what = format!("more than {max} redirects, the last one from {shown}");
        return Err(Error::new(ErrorKind::Redirects, Phase::AwaitingReply, what).at(shown));
    }
    let location = from.join_bytes(reference).map_err(|error| {
        let what = "the redirect leads to a malformed URL";
        Error::new(ErrorKind::Url, Phase::AwaitingReply, what).because(error)
    })?;
    let location = parts.remembered.upgraded(location, &parts.observer);
    allow(&location, &policy.schemes)?;
    if policy.refuse_users && location.username().is_some() {
        let what = "the redirect leads to a URL with a user in it, which is not followed";
        return Err(Error::new(ErrorKind::Login, Phase::AwaitingReply, what));
    }
    let (method, keeps_body) = method(parts, head.status);
    Ok(Some(Step { location, method, keeps_body }))
}

fn allow(location: &Location, schemes: &[String]) -> Result<()> {
    if schemes.iter().any(|scheme| scheme == location.scheme()) {
        return Ok(());
    }
    let scheme = landline_wire::escape::excerpt(location.scheme().as_bytes(), 40);
    let what = format!("a redirect to the scheme {scheme} is not followed");
    Err(Error::new(ErrorKind::Scheme, Phase::AwaitingReply, what))
}

/// curl's rules: 301 and 302 make GET out of POST, 303 out of everything but HEAD.
fn method(parts: &Parts, status: u16) -> (String, bool) {
    let policy = &parts.redirects;
    let is_post = parts.method == "POST";
    let becomes_get = match status {
        301 => is_post && !policy.keep_post_301,
        302 => is_post && !policy.keep_post_302,
        303 if is_post => !policy.keep_post_303,
        303 => !matches!(parts.method.as_str(), "GET" | "HEAD"),
        _ => false,
    };
    match (becomes_get, policy.keep_method) {
        (true, false) => ("GET".to_owned(), false),
        (gets, _) => (parts.method.clone(), !gets),
    }
}
