//! Domains in which strangers have names, such as `co.uk`: no cookie may be for all of them.

use std::borrow::Cow;

use memchr::memmem;

/// What stands below a country's domain in the place of `com`, `org` and so on, as far as it is usual:
/// for where no list is.
const USUAL: [&str; 14] =
    ["ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "mil", "ne", "net", "nom", "or", "org"];

/// The list of public suffixes, in the text form of publicsuffix.org.
///
/// The text is searched as it is, which takes some microseconds a question and nothing before the
/// first. Without a list, single labels are public, and the usual ones below a country's: `com.au`.
#[derive(Clone, Debug, Default)]
pub struct SuffixList {
    text: Cow<'static, [u8]>,
}

impl SuffixList {
    /// Takes the text of a list.
    #[must_use]
    pub fn new(text: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { text: text.into() }
    }

    /// Tells whether a canonical domain is a public suffix, by the algorithm of publicsuffix.org.
    #[must_use]
    pub fn is_public_suffix(&self, domain: &str) -> bool {
        let Some((first, rest)) = domain.split_once('.') else { return true };
        if self.text.is_empty() {
            return rest.len() == 2 && USUAL.contains(&first);
        }
        if !domain.contains("xn--") {
            return self.is_listed(first, rest);
        }
        // The list is written in the letters of each language.
        let (written, _) = idna::domain_to_unicode(domain);
        written.split_once('.').is_some_and(|(first, rest)| self.is_listed(first, rest))
    }

    /// Whether a rule fits the whole of `first.rest`, and none makes an exception of it.
    fn is_listed(&self, first: &str, rest: &str) -> bool {
        let is_exception = || self.has_rule(&["!", first, ".", rest]);
        let is_listed = self.has_rule(&[first, ".", rest]) || self.has_rule(&["*.", rest]);
        is_listed && !is_exception()
    }

    /// Whether there is a line that begins with this rule and a blank or nothing behind it.
    fn has_rule(&self, parts: &[&str]) -> bool {
        let rule = parts.concat();
        memmem::find_iter(&self.text, rule.as_bytes()).any(|at| {
            let before = at.checked_sub(1).map(|at| self.text[at]);
            let behind = self.text.get(at + rule.len());
            before.is_none_or(|byte| byte == b'\n') && behind.is_none_or(u8::is_ascii_whitespace)
        })
    }
}
