//! Tables of URLs and what they mean.

use super::*;

mod hosts;
mod joins;
mod targets;

fn parse(typed: &str) -> Location {
    Location::parse(typed).unwrap_or_else(|error| panic!("{typed}: {error:?}"))
}

fn refusal(typed: &str) -> LocationError {
    Location::parse(typed).map(|location| panic!("{typed} was read as {location}")).unwrap_err()
}

/// Class I1: what is printed is what is dialled, and so is what `url` sees.
fn assert_one_host(location: &Location) {
    for again in [parse(&location.to_string()), parse(&location.href())] {
        assert_eq!(again.origin(), location.origin());
        assert_eq!(again.request_target(), location.request_target());
    }
    assert_eq!(parse(&location.href()), *location);
    let url = location.to_url().unwrap_or_else(|error| panic!("{location}: {error:?}"));
    let url_host = url.host_str().map(|host| host.trim_matches(['[', ']']));
    assert_eq!(url_host.filter(|host| !host.is_empty()), location.host());
}
