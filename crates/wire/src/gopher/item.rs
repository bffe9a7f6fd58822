//! One line of a menu.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::{ItemType, Selector};
use crate::target::{Location, default_port};

/// The port of an item that names none.
const DEFAULT_PORT: u16 = 70;

/// What stays as it is in a path: RFC 3986 `pchar` without the percent sign, and the slash.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/');

/// An item of a menu (RFC 1436 section 3.6).
///
/// All of it is the server's word as it came, control bytes included: [`escape`](crate::escape::escape)
/// what is shown. Only [`to_url`](Self::to_url) is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Item {
    /// What it is.
    pub item_type: ItemType,
    /// What is shown: UTF-8 or Latin-1, nothing says which.
    pub text: Vec<u8>,
    /// What to ask the server for.
    pub selector: Vec<u8>,
    /// The server's name or address; empty where the line lacks it.
    pub host: Vec<u8>,
    /// The server's port: 70 where the line lacks it, `None` where it is no number from 1 to 65535.
    pub port: Option<u16>,
    /// The fourth field: `+` and more where the server speaks Gopher+.
    pub plus: Option<Vec<u8>>,
}

impl Item {
    /// Reads a line without its end; `None` if it is empty.
    ///
    /// Missing fields are left empty: lines that lead nowhere often lack them.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let (&first, rest) = line.split_first()?;
        let mut fields = rest.splitn(5, |byte| *byte == b'\t').map(<[u8]>::to_vec);
        let text = fields.next().unwrap_or_default();
        let selector = fields.next().unwrap_or_default();
        let host = fields.next().unwrap_or_default();
        let port = fields.next().map_or(Some(DEFAULT_PORT), |field| read_port(&field));
        let plus = fields.next();
        Some(Self { item_type: ItemType::from_byte(first), text, selector, host, port, plus })
    }

    /// Gives the text to show; what is not UTF-8 is taken for Latin-1. It may hold control
    /// characters.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match std::str::from_utf8(&self.text) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(self.text.iter().map(|byte| char::from(*byte)).collect()),
        }
    }

    /// Tells whether the server says it speaks Gopher+ for this item.
    #[must_use]
    pub fn is_plus(&self) -> bool {
        self.plus.as_ref().is_some_and(|field| field.starts_with(b"+"))
    }

    /// Gives the URL of what the item leads to; `None` if it leads nowhere, or if its fields are not
    /// fit for a URL.
    ///
    /// It is ASCII without control characters, and what [`Selector::of`] makes of it is the item's
    /// own selector: never more than one line (FAULTS class A6). An item of type `h` whose selector
    /// begins with `URL:` gives what follows, under any scheme but `file`: where a menu leads is the
    /// server's word, and not to be opened unasked.
    #[must_use]
    pub fn to_url(&self) -> Option<String> {
        self.url_under("gopher")
    }

    /// As [`to_url`](Self::to_url), for an item of the menu at `menu`: one on the same server and
    /// port is reached through TLS if the menu was. Menus have no way to say that.
    #[must_use]
    pub fn to_url_from(&self, menu: &Location) -> Option<String> {
        let is_here =
            menu.host().is_some_and(|host| host.as_bytes().eq_ignore_ascii_case(&self.host))
                && menu.port() == self.port;
        self.url_under(if is_here && menu.scheme() == "gophers" { "gophers" } else { "gopher" })
    }

    fn url_under(&self, scheme: &str) -> Option<String> {
        match self.item_type {
            ItemType::Info | ItemType::Error => None,
            ItemType::Telnet => self.session_url("telnet"),
            ItemType::Tn3270 => self.session_url("tn3270"),
            ItemType::Html => match link(&self.selector) {
                Some(link) => link_url(link),
                None => self.gopher_url(scheme),
            },
            _ => self.gopher_url(scheme),
        }
    }

    fn gopher_url(&self, scheme: &str) -> Option<String> {
        let server = self.server(scheme)?;
        let path = [&[self.item_type.byte()], &self.selector[..]].concat();
        let mut path = percent_encode(&path, IN_PATH).to_string();
        if path.contains("/.") || path.starts_with('.') {
            // A reader of the URL would take `..` away, and a slash before it.
            path = path.replace('/', "%2F");
        }
        let location = Location::parse(&format!("{scheme}://{server}/{path}")).ok()?;
        let selector = Selector::of(&location).ok()?;
        // The type as it is, not percent-encoded: other readers would take the percent sign for it.
        let is_same = selector.as_bytes() == self.selector
            && location.path().as_bytes().get(1) == Some(&self.item_type.byte());
        (is_same && selector.is_one_line()).then(|| location.href())
    }

    /// The selector of a session is the name to log in with (RFC 1436 section 3.8).
    fn session_url(&self, scheme: &str) -> Option<String> {
        let server = self.server(scheme)?;
        if self.selector.iter().any(u8::is_ascii_control) {
            return None;
        }
        let user = percent_encode(&self.selector, NON_ALPHANUMERIC);
        let at = if self.selector.is_empty() { "" } else { "@" };
        Location::parse(&format!("{scheme}://{user}{at}{server}/")).ok().map(|url| url.href())
    }

    /// Host and port as they stand in a URL.
    fn server(&self, scheme: &str) -> Option<String> {
        let host = std::str::from_utf8(&self.host).ok()?;
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
        let host = match host.parse::<Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) if !host.is_empty() && host.chars().all(is_name) => host.to_owned(),
            Err(_) => return None,
        };
        let port = self.port?;
        Some(if default_port(scheme) == Some(port) { host } else { format!("{host}:{port}") })
    }
}

fn read_port(field: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(field).ok()?.trim_matches(' ');
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| is_number && *port != 0)
}

fn link(selector: &[u8]) -> Option<&[u8]> {
    let selector = selector.strip_prefix(b"/").unwrap_or(selector);
    let (mark, link) = selector.split_at_checked(4)?;
    mark.eq_ignore_ascii_case(b"URL:").then_some(link)
}

/// A link that a server wrote; one to a gopher asks for no more than one line.
fn link_url(link: &[u8]) -> Option<String> {
    let location = Location::parse(std::str::from_utf8(link).ok()?).ok()?;
    let is_fit = match location.scheme() {
        "file" => false,
        "gopher" | "gophers" => Selector::of(&location).is_ok_and(|asked| asked.is_one_line()),
        _ => true,
    };
    is_fit.then(|| location.href())
}
