//! What the command does to URLs before the library parses them, as text, so that the rest
//! of what the user typed reaches the wire unchanged.

use std::path::Path;

use crate::data::percent_encode;

/// Appends to the query, before any fragment.
pub(crate) fn add_query(url: &str, query: &str) -> String {
    let (head, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let joint = match head.split_once('?') {
        None if query.is_empty() => "",
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{head}{joint}{query}{fragment}")
}

/// The bounds of the path in a URL with scheme and authority.
fn path_bounds(url: &str) -> (usize, usize) {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let authority = url[..end].find("://").map_or(0, |at| at + 3);
    let start = url[authority..end].find('/').map_or(end, |at| authority + at);
    (start, end)
}

/// The name `-O` gives: the last part of the path as typed, still percent-encoded.
///
/// Comes from the user's own URL only. `.` and `..` are no names of files.
pub(crate) fn remote_name(url: &str) -> Option<&str> {
    let (start, end) = path_bounds(url);
    let name = url[start..end].rsplit(['/', '\\']).next()?;
    (!matches!(name, "" | "." | "..")).then_some(name)
}

/// `-T file` to a URL that ends with a slash, or has no path: the file's name goes there.
pub(crate) fn with_upload_name(url: &str, file: &Path) -> String {
    let (start, end) = path_bounds(url);
    let asks = url[end..].is_empty() || url[end..].starts_with('#');
    let (path, Some(name)) = (&url[start..end], file.file_name()) else {
        return url.to_owned();
    };
    if !asks || !(path.is_empty() || path.ends_with('/')) {
        return url.to_owned();
    }
    let name = percent_encode(name.as_encoded_bytes(), b"%20");
    let slash = if path.is_empty() { "/" } else { "" };
    format!("{}{slash}{}{}", &url[..end], String::from_utf8_lossy(&name), &url[end..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use landline::wire::target::with_scheme;

    #[test]
    fn bare_hosts_get_a_scheme() {
        assert_eq!(with_scheme("example.com/a", None), "http://example.com/a");
        assert_eq!(with_scheme("localhost:80/a", None), "http://localhost:80/a");
        assert_eq!(with_scheme("me@FTP.a.test/x", None), "ftp://me@FTP.a.test/x");
        assert_eq!(with_scheme("ftpserver/x", None), "http://ftpserver/x");
        assert_eq!(with_scheme("a.test", Some("https")), "https://a.test");
        assert_eq!(with_scheme("a.test/?u=http://b/", None), "http://a.test/?u=http://b/");
        assert_eq!(with_scheme("[::1]:80/", None), "http://[::1]:80/");
        assert_eq!(with_scheme("http:80/a", None), "http://http:80/a");
        for whole in [
            "HTTPS://a/",
            "file:///etc/x",
            "file:/etc/x",
            "data:,x",
            "unix:/run/x",
            "unix:@x",
            "a+b://c",
            "http:/a/",
            "http:a:1",
        ] {
            assert_eq!(with_scheme(whole, Some("ftp")), whole);
        }
    }

    #[test]
    fn queries_are_appended_before_the_fragment() {
        assert_eq!(add_query("http://a/p", "x"), "http://a/p?x");
        assert_eq!(add_query("http://a/p?z", "x"), "http://a/p?z&x");
        assert_eq!(add_query("http://a/p?", "x"), "http://a/p?x");
        assert_eq!(add_query("http://a/p#f?", "x"), "http://a/p?x#f?");
        assert_eq!(add_query("http://a", "x"), "http://a?x");
    }

    #[test]
    fn the_remote_name_is_the_last_part_of_the_path() {
        let name = |url| remote_name(url);
        assert_eq!(name("http://a/b/c.txt"), Some("c.txt"));
        assert_eq!(name("http://a/c%2Fd?q=/x#/y"), Some("c%2Fd"));
        assert_eq!(name("http://a/b\\c"), Some("c"));
        assert_eq!(name("a.test/c"), Some("c"));
        for none in ["http://a", "http://a/", "http://a/b/", "http://a/..", "http://a?x/y"] {
            assert_eq!(name(none), None, "{none}");
        }
    }

    #[test]
    fn uploads_name_the_file_where_the_url_asks() {
        let named = |url| with_upload_name(url, Path::new("/tmp/a b.txt"));
        assert_eq!(named("http://a/d/"), "http://a/d/a%20b.txt");
        assert_eq!(named("http://a"), "http://a/a%20b.txt");
        assert_eq!(named("http://a/d/#f"), "http://a/d/a%20b.txt#f");
        for kept in ["http://a/d", "http://a/d/?q", "http://a/?"] {
            assert_eq!(named(kept), kept);
        }
    }
}
