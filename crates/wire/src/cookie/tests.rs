use std::time::{Duration, SystemTime};

use super::*;
use crate::target::Location;

mod bounds;
mod domains;
mod files;
mod rules;

const LIST: &[u8] = b"// made up\ncom\nuk\nco.uk\njp\n*.kawasaki.jp\n!city.kawasaki.jp\n\
    github.io\n\xe9\xa6\x99\xe6\xb8\xaf // Hong Kong\n\xe5\x85\xac\xe5\x8f\xb8.hk\ntest\n";

/// 2026-01-01
const NOW_SECONDS: u64 = 1_767_225_600;

fn now() -> SystemTime {
    at(NOW_SECONDS)
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn set(url: &str, line: impl AsRef<[u8]>) -> Result<Cookie, CookieError> {
    let location = Location::parse(url).unwrap();
    let set = SetCookie::parse(line.as_ref())?;
    Cookie::received(set, &RequestUri::of(&location), now(), &SuffixList::new(LIST))
}

fn goes_to(cookie: &Cookie, url: &str) -> bool {
    cookie.is_for(&RequestUri::of(&Location::parse(url).unwrap()))
}
