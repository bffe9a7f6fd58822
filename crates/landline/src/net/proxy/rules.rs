//! Which proxy, for whom.

use landline_wire::no_proxy::NoProxy;

use super::{Proxy, unusable};
use crate::net::{Target, TlsOptions};
use crate::{Error, Result};

/// Which proxy a connection goes through, by the scheme and host of what is asked for.
///
/// The default is none. Part of [`NetOptions`](super::super::NetOptions), and so of what connections
/// must agree on to be used again.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ProxyRules {
    rules: Vec<Rule>,
    except: NoProxy,
    is_tunnel: bool,
    /// Whom to trust, and who to be, in TLS with `https` proxies: none of it is shared with the servers
    /// behind.
    pub tls: TlsOptions,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// `None`: any that no other rule names.
    scheme: Option<String>,
    way: Way,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    Through(Proxy),
    /// This variable does not say where, which is an error once it is needed.
    Unclear(String),
}

impl ProxyRules {
    /// Everything through one proxy.
    #[must_use]
    pub fn all(proxy: Proxy) -> Self {
        let rule = Rule { scheme: None, way: Way::Through(proxy) };
        Self { rules: vec![rule], ..Self::default() }
    }

    /// What the environment says: `http_proxy` (in lower case only), `https_proxy` and the like for
    /// every scheme, `all_proxy` for the rest, and `no_proxy` for what needs none; each in capitals
    /// too, where the lower-case one is not set.
    ///
    /// `HTTP_PROXY` is never looked at: in CGI programs it is what a stranger sent as the field `Proxy`
    /// (CVE-2016-5385). A variable that makes no sense is an error when its proxy is needed.
    #[must_use]
    pub fn from_env() -> Self {
        let all = std::env::vars_os();
        Self::from_vars(all.filter_map(|(name, value)| {
            // Values that are no text are kept, to be an error and not a way straight on.
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        }))
    }

    /// As [`from_env`](Self::from_env), from names and values.
    #[must_use]
    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut rules = Self::default();
        let mut vars: Vec<_> = vars.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        // Lower case stands behind capitals in ASCII, and goes first here.
        vars.sort_by(|one, other| other.0.cmp(&one.0));
        for (name, value) in vars {
            match scheme_of(&name) {
                Some("no") if rules.except.is_empty() => rules.except = NoProxy::parse(&value),
                Some("no") | None => {}
                Some(scheme) => rules.add(scheme, &name, &value),
            }
        }
        rules
    }

    fn add(&mut self, scheme: &str, name: &str, value: &str) {
        let scheme = Some(scheme.to_owned()).filter(|scheme| scheme != "all");
        if self.rules.iter().any(|rule| rule.scheme == scheme) {
            return;
        }
        let way = Proxy::parse(value).map_or_else(|_| Way::Unclear(name.to_owned()), Way::Through);
        self.rules.push(Rule { scheme, way });
    }

    /// Sends everything through this proxy, or through none. What is reached straight stays so.
    #[must_use]
    pub fn through(mut self, proxy: Option<Proxy>) -> Self {
        let rule = |proxy| Rule { scheme: None, way: Way::Through(proxy) };
        self.rules = proxy.map(rule).into_iter().collect();
        self
    }

    /// Goes through this proxy where no rule names one.
    #[must_use]
    pub fn otherwise(mut self, proxy: Proxy) -> Self {
        if self.rules.iter().all(|rule| rule.scheme.is_some()) {
            self.rules.push(Rule { scheme: None, way: Way::Through(proxy) });
        }
        self
    }

    /// Goes straight to these, in place of what was listed before: see
    /// [`wire::no_proxy`](crate::wire::no_proxy) for the forms.
    #[must_use]
    pub fn except(mut self, list: &str) -> Self {
        self.except = NoProxy::parse(list);
        self
    }

    /// Has HTTP proxies open a tunnel for plain `http` as well, and not forward it.
    #[must_use]
    pub fn tunnel(mut self, tunnel: bool) -> Self {
        self.is_tunnel = tunnel;
        self
    }

    /// Changes every proxy, say by giving it a login.
    ///
    /// # Errors
    /// The first of `change`.
    pub fn map(mut self, change: impl Fn(Proxy) -> Result<Proxy>) -> Result<Self> {
        for rule in &mut self.rules {
            if let Way::Through(proxy) = &mut rule.way {
                *proxy = change(proxy.clone())?;
            }
        }
        Ok(self)
    }

    /// The proxy on the way to a target, if there is one.
    pub(crate) fn find(&self, target: &Target) -> Result<Option<&Proxy>> {
        if self.rules.is_empty() || self.except.covers(&target.host, target.port) {
            return Ok(None);
        }
        let named = self.rules.iter().find(|rule| rule.scheme.as_deref() == Some(target.scheme()));
        let rule = named.or_else(|| self.rules.iter().find(|rule| rule.scheme.is_none()));
        match rule.map(|rule| &rule.way) {
            None => Ok(None),
            Some(Way::Through(proxy)) => Ok(Some(proxy)),
            Some(Way::Unclear(variable)) => Err(unclear(variable)),
        }
    }

    /// The proxy that takes a request for the target as it is and sends it on (RFC 9112 section 3.2.2).
    pub(crate) fn forwarder(&self, target: &Target) -> Result<Option<&Proxy>> {
        if self.is_tunnel || target.scheme() != "http" {
            return Ok(None);
        }
        Ok(self.find(target)?.filter(|proxy| proxy.kind().is_http()))
    }
}

fn unclear(variable: &str) -> Error {
    unusable(format!("the value of {variable} is no proxy: it would be [scheme://]host[:port]"))
}

/// What stands before `_proxy` or `_PROXY`, if that may be listened to, in lower case.
fn scheme_of(variable: &str) -> Option<&str> {
    const UPPER: [(&str, &str); 10] = [
        ("HTTPS", "https"),
        ("FTP", "ftp"),
        ("FTPS", "ftps"),
        ("GOPHER", "gopher"),
        ("GOPHERS", "gophers"),
        ("DICT", "dict"),
        ("GEMINI", "gemini"),
        ("TELNET", "telnet"),
        ("ALL", "all"),
        ("NO", "no"),
    ];
    if let Some(lower) = variable.strip_suffix("_proxy") {
        let is_scheme = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        return (!lower.is_empty() && lower.bytes().all(is_scheme)).then_some(lower);
    }
    let upper = variable.strip_suffix("_PROXY")?;
    UPPER.iter().find(|(name, _)| *name == upper).map(|(_, scheme)| *scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(vars: &[(&str, &str)]) -> ProxyRules {
        ProxyRules::from_vars(vars.iter().map(|(name, value)| {
            let (name, value) = (*name, *value);
            (name.to_owned(), value.to_owned())
        }))
    }

    /// The host of the proxy for a URL.
    fn way(rules: &ProxyRules, url: &str) -> Option<String> {
        let location = crate::Location::parse(url).unwrap();
        let target = Target::of(&location, 1, false).unwrap();
        rules.find(&target).unwrap().map(|proxy| proxy.host.clone())
    }

    #[test]
    fn each_scheme_has_its_variable_and_all_has_the_rest() {
        let rules = rules(&[("http_proxy", "h"), ("https_proxy", "s"), ("ALL_PROXY", "a")]);
        for (url, host) in [("http://x/", "h"), ("https://x/", "s"), ("ftp://x/", "a")] {
            assert_eq!(way(&rules, url).as_deref(), Some(host), "{url}");
        }
    }

    #[test]
    fn lower_case_beats_capitals_and_empty_is_unset() {
        let both = rules(&[("HTTPS_PROXY", "upper"), ("https_proxy", "lower")]);
        assert_eq!(way(&both, "https://x/").as_deref(), Some("lower"));
        let empty = rules(&[("HTTPS_PROXY", "upper"), ("https_proxy", "")]);
        assert_eq!(way(&empty, "https://x/").as_deref(), Some("upper"));
        let no = rules(&[("all_proxy", "a"), ("NO_PROXY", "x"), ("no_proxy", "y")]);
        assert_eq!(way(&no, "http://x/").as_deref(), Some("a"));
        assert_eq!(way(&no, "http://y/"), None);
    }

    /// HTTPoxy, CVE-2016-5385: a stranger can set this variable in CGI programs.
    #[test]
    fn class_i4_http_proxy_in_capitals_is_not_listened_to() {
        assert_eq!(rules(&[("HTTP_PROXY", "evil"), ("Http_Proxy", "evil")]), ProxyRules::default());
        assert_eq!(way(&rules(&[("HTTP_PROXY", "evil")]), "http://x/"), None);
    }

    #[test]
    fn a_variable_without_sense_is_an_error_where_it_is_needed_only() {
        let rules = rules(&[("ftp_proxy", "foo://secret@x"), ("http_proxy", "h")]);
        assert_eq!(way(&rules, "http://x/").as_deref(), Some("h"));
        let location = crate::Location::parse("ftp://x/").unwrap();
        let error = rules.find(&Target::of(&location, 21, false).unwrap()).unwrap_err();
        assert!(error.to_string().contains("ftp_proxy"), "{error}");
        assert!(!format!("{error:?}{rules:?}").contains("secret"));
    }

    #[test]
    fn only_plain_http_is_forwarded_and_only_by_http_proxies() {
        let target = |url| {
            let location = crate::Location::parse(url).unwrap();
            Target::of(&location, 1, false).unwrap()
        };
        let http = ProxyRules::all(Proxy::parse("h").unwrap());
        assert!(http.forwarder(&target("http://x/")).unwrap().is_some());
        assert!(http.forwarder(&target("https://x/")).unwrap().is_none());
        assert!(http.forwarder(&target("ftp://x/")).unwrap().is_none());
        assert!(http.clone().tunnel(true).forwarder(&target("http://x/")).unwrap().is_none());
        assert!(http.except("x").forwarder(&target("http://x/")).unwrap().is_none());
        let socks = ProxyRules::all(Proxy::parse("socks5h://h").unwrap());
        assert!(socks.forwarder(&target("http://x/")).unwrap().is_none());
    }
}
