//! `--proto`, `--proto-redir` and `--proto-default`: which URL schemes may be used.

/// Scheme names that curl knows, and ours; others are warned about, as they are likely typing errors.
const KNOWN: [&str; 38] = [
    "all", "data", "dict", "file", "finger", "ftp", "ftps", "gemini", "gopher", "gophers", "http",
    "https", "imap", "imaps", "ldap", "ldaps", "lmtp", "mqtt", "news", "nntp", "nntps", "pop3",
    "pop3s", "rtmp", "rtsp", "scp", "sftp", "smb", "smbs", "smtp", "smtps", "tcp", "telnet",
    "tftp", "tls", "unix", "ws", "wss",
];

/// A list like `=https,+http,-ftp`, applied from left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Protocols {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    Allow(String),
    Deny(String),
    /// `=name`: this one and what follows, nothing from before.
    Only(String),
}

impl Protocols {
    /// Reads the list; the second value names the schemes nobody knows. `None` when a name
    /// is missing.
    pub(crate) fn parse(list: &str) -> Option<(Protocols, Vec<String>)> {
        let (mut rules, mut unknown) = (Vec::new(), Vec::new());
        for token in list.split(',').filter(|token| !token.is_empty()) {
            let name = token.trim_start_matches(['=', '+', '-']);
            if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                return None;
            }
            // Of several modifiers the last one counts, as with curl.
            let modifier = token[..token.len() - name.len()].chars().last();
            let name = name.to_ascii_lowercase();
            if !KNOWN.contains(&name.as_str()) {
                unknown.push(name.clone());
            }
            rules.push(match modifier {
                Some('=') => Rule::Only(name),
                Some('-') => Rule::Deny(name),
                _ => Rule::Allow(name),
            });
        }
        Some((Protocols { rules }, unknown))
    }

    /// Whether `scheme` may be used, given whether it may without this list.
    pub(crate) fn allows(&self, scheme: &str, by_default: bool) -> bool {
        let names = |name: &str| name == "all" || name.eq_ignore_ascii_case(scheme);
        self.rules.iter().fold(by_default, |allowed, rule| match rule {
            Rule::Allow(name) => allowed || names(name),
            Rule::Deny(name) => allowed && !names(name),
            Rule::Only(name) => names(name),
        })
    }
}

/// Whether `--proto-default` can take this name.
pub(crate) fn is_known(scheme: &str) -> bool {
    let scheme = scheme.to_ascii_lowercase();
    scheme != "all" && KNOWN.contains(&scheme.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(list: &str, scheme: &str) -> bool {
        Protocols::parse(list).expect("a good list").0.allows(scheme, true)
    }

    #[test]
    fn the_list_is_applied_in_order() {
        assert!(allowed("=https", "https") && !allowed("=https", "http"));
        assert!(allowed("=https", "HTTPS"));
        assert!(allowed("=http,https", "https"));
        assert!(!allowed("-ftp", "ftp") && allowed("-ftp", "http"));
        assert!(allowed("-all,https", "https") && !allowed("-all,https", "http"));
        assert!(allowed("=https,+http", "http") && !allowed("http,=https", "http"));
        assert!(allowed("-=https", "https") && !allowed("-=https", "http"));
    }

    #[test]
    fn an_unknown_name_is_reported_and_allows_nothing() {
        let (list, unknown) = Protocols::parse("=htps").expect("names");
        assert_eq!(unknown, ["htps"]);
        assert!(!list.allows("https", true));
        assert_eq!(Protocols::parse("="), None);
        assert_eq!(Protocols::parse("-?x"), None);
    }
}
