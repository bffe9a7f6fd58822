//! The value of a `Cookie` field (rfc6265bis section 5.8.3).

use std::cmp::Reverse;

use super::{Cookie, MAX_HEADER_BYTES, MAX_SENT};

const NAME_BYTES: usize = "Cookie: ".len();

/// Gives the value of the `Cookie` field for cookies in the order of their age, the newest first; `None`
/// for none.
///
/// Longer paths go first, then longer domains, longer names, and newer cookies: curl's order. At most
/// [`MAX_SENT`] are sent, and as many as fit into [`MAX_HEADER_BYTES`].
#[must_use]
pub fn header<'a>(cookies: impl IntoIterator<Item = &'a Cookie>) -> Option<Vec<u8>> {
    let mut cookies: Vec<_> = cookies.into_iter().collect();
    cookies
        .sort_by_key(|cookie| Reverse((cookie.path.len(), cookie.domain.len(), cookie.name.len())));
    let mut value = Vec::new();
    for cookie in cookies.into_iter().take(MAX_SENT) {
        let separator: &[u8] = if value.is_empty() { b"" } else { b"; " };
        let piece = [separator, &cookie.name, b"=", &cookie.value].concat();
        if NAME_BYTES + value.len() + piece.len() > MAX_HEADER_BYTES {
            break;
        }
        value.extend_from_slice(&piece);
    }
    Some(value).filter(|value| !value.is_empty())
}
