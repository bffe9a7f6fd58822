//! What a server wants to know before it answers: `WWW-Authenticate` and `Proxy-Authenticate`.
//!
//! Out of scope: the answers; those of Digest are made by [`digest`](mod@crate::digest).
//!
//! Specification: RFC 9110 section 11.
//!
//! ```
//! use landline_wire::challenge::challenges;
//!
//! let field = br#"Basic realm="a, b", Digest realm="c\"d", nonce=xyz, Negotiate dG9rZW4="#;
//! let all: Vec<_> = challenges(field).collect();
//! assert_eq!(all.len(), 3);
//! assert_eq!(all[0].get("Realm"), Some(&b"a, b"[..]));
//! assert!(all[1].is("digest") && all[1].get("realm") == Some(b"c\"d"));
//! assert_eq!(all[2].token(), Some(&b"dG9rZW4="[..]));
//! ```
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_PARAMETERS`] | 32 | parameters of a challenge; what follows is passed over |
//!
//! A field may hold several challenges, and there may be several fields: each is read by itself.
//! What cannot be read ends the field: the challenges before it stand, and the one it is part of
//! does not, for half of a challenge may ask for something else than the whole.
//!
//! Deviations: blanks may stand around a parameter's `=`, a value that is no token goes as far as the
//! next comma or blank, and a comma more than there should be is passed over.

/// How many parameters of a challenge are kept.
pub const MAX_PARAMETERS: usize = 32;

/// One challenge: a scheme with a token, with parameters, or alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    scheme: String,
    token: Option<Vec<u8>>,
    parameters: Vec<(String, Vec<u8>)>,
}

impl Challenge {
    /// Tells whether this is the scheme, whatever its case.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// Gives the scheme as the server writes it.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Gives what stands behind the scheme in place of parameters (`token68`).
    #[must_use]
    pub fn token(&self) -> Option<&[u8]> {
        self.token.as_deref()
    }

    /// Gives the first parameter of this name, whatever its case, with quotes and escapes undone.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let found = self.parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_slice())
    }

    /// Tells whether a parameter stands there more than once: which of them counts is not said.
    #[must_use]
    pub fn repeats(&self, name: &str) -> bool {
        let same = self.parameters.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        same.count() > 1
    }
}

/// Reads the challenges of one field's value.
pub fn challenges(field: &[u8]) -> impl Iterator<Item = Challenge> + '_ {
    let mut rest = field;
    std::iter::from_fn(move || {
        let (challenge, behind) = one(skip(rest, |byte| is_blank(byte) || byte == b','))?;
        rest = behind;
        Some(challenge)
    })
}

/// The challenge that begins here, and what follows it.
fn one(field: &[u8]) -> Option<(Challenge, &[u8])> {
    let (scheme, mut rest) = token(field)?;
    let mut challenge = Challenge { scheme: text(scheme), token: None, parameters: Vec::new() };
    if !rest.first().is_none_or(|&byte| is_blank(byte) || byte == b',') {
        return None;
    }
    rest = skip(rest, is_blank);
    if let Some((token, behind)) = token68(rest) {
        challenge.token = Some(token.to_vec());
        return Some((challenge, behind));
    }
    loop {
        rest = skip(rest, |byte| is_blank(byte) || byte == b',');
        let Some((name, behind)) = parameter_name(rest) else { break };
        let (value, behind) = value(behind)?;
        if challenge.parameters.len() < MAX_PARAMETERS {
            challenge.parameters.push((text(name), value));
        }
        rest = behind;
    }
    Some((challenge, rest))
}

/// A name with a `=` behind it; anything else begins the next challenge.
fn parameter_name(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, rest) = token(text)?;
    let rest = skip(rest, is_blank).strip_prefix(b"=")?;
    Some((name, skip(rest, is_blank)))
}

fn value(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (value, rest) = match text.strip_prefix(b"\"") {
        Some(inside) => quoted(inside)?,
        None => {
            let end = text.iter().position(|&byte| is_blank(byte) || byte == b',');
            let (value, rest) = text.split_at(end.unwrap_or(text.len()));
            (value.to_vec(), rest)
        }
    };
    // The next parameter, or challenge, stands behind a comma; a blank is let pass.
    rest.first().is_none_or(|&byte| is_blank(byte) || byte == b',').then_some((value, rest))
}

/// The inside of a `quoted-string` up to its end (RFC 9110 section 5.6.4).
fn quoted(inside: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut value = Vec::new();
    let mut bytes = inside.iter().enumerate();
    while let Some((at, &byte)) = bytes.next() {
        match byte {
            b'"' => return Some((value, &inside[at + 1..])),
            b'\\' => value.push(*bytes.next()?.1),
            other => value.push(other),
        }
    }
    None
}

/// A lone `token68` (RFC 9110 section 11.2): nothing but the next challenge may follow it.
fn token68(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    let padded = skip(text, is_inner);
    let rest = skip(padded, |byte| byte == b'=');
    let end = text.len() - rest.len();
    let ends = skip(rest, is_blank).first().is_none_or(|&byte| byte == b',');
    (padded.len() < text.len() && ends).then(|| text.split_at(end))
}

fn token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let rest = skip(text, is_token);
    let end = text.len() - rest.len();
    (end > 0).then(|| text.split_at(end))
}

fn skip(text: &[u8], what: impl Fn(u8) -> bool) -> &[u8] {
    let start = text.iter().position(|&byte| !what(byte)).unwrap_or(text.len());
    &text[start..]
}

/// Of a token, which is ASCII.
fn text(token: &[u8]) -> String {
    token.iter().map(|&byte| char::from(byte)).collect()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scheme token|name=value;…` of each.
    fn read(field: &str) -> String {
        let shown = |bytes: &[u8]| bytes.escape_ascii().to_string();
        let one = |challenge: Challenge| {
            let parameters = challenge.parameters.iter();
            let all = parameters.map(|(name, value)| format!("{name}={};", shown(value)));
            let token = challenge.token.as_deref().map(shown).unwrap_or_default();
            format!("{} {token}{}", challenge.scheme, all.collect::<String>())
        };
        challenges(field.as_bytes()).map(one).collect::<Vec<_>>().join(" / ")
    }

    #[test]
    fn challenges_of_one_field_are_told_apart() {
        for (field, expected) in [
            ("Basic realm=\"a\"", "Basic realm=a;"),
            ("Basic", "Basic "),
            ("Basic, Digest nonce=1, x=\"y\"", "Basic  / Digest nonce=1;x=y;"),
            ("Negotiate, NTLM", "Negotiate  / NTLM "),
            ("Negotiate YII=, NTLM a", "Negotiate YII= / NTLM a"),
            ("NTLM TlRM==", "NTLM TlRM=="),
            ("Digest a = 1 , b=\"2\" ,,c=3", "Digest a=1;b=2;c=3;"),
            (
                "Digest qop=\"auth,auth-int\", Basic realm=x",
                "Digest qop=auth,auth-int; / Basic realm=x;",
            ),
            (
                "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"",
                "Newauth realm=apps;type=1;title=Login to \\\"apps\\\"; / Basic realm=simple;",
            ),
            (", ,\tBasic\trealm=a ,", "Basic realm=a;"),
            ("Digest realm=\"\"", "Digest realm=;"),
            ("Digest nonce=a/b+c==, algorithm=MD5", "Digest nonce=a/b+c==;algorithm=MD5;"),
            ("Digest a=1 b=2", "Digest a=1;b=2;"),
            ("", ""),
            (" ,, ", ""),
        ] {
            assert_eq!(read(field), expected, "{field}");
        }
    }

    #[test]
    fn what_cannot_be_read_ends_the_field_and_is_no_half_a_challenge() {
        for (field, expected) in [
            ("Basic realm=a, Digest nonce=\"open", "Basic realm=a;"),
            ("Digest realm=a, nonce=\"open\\", ""),
            ("Digest realm=\"a\"b", ""),
            ("Basic realm=a, \"quoted\"", "Basic realm=a;"),
            ("Basic realm=a, =b", "Basic realm=a;"),
            ("Bas\u{e9}c realm=a", ""),
            ("\u{0}", ""),
        ] {
            assert_eq!(read(field), expected, "{field}");
        }
    }

    #[test]
    fn names_have_no_case_and_are_looked_up_once() {
        let field = b"dIgEsT Realm=a, realm=b, NONCE=c";
        let challenge = challenges(field).next().unwrap();
        assert!(challenge.is("Digest") && challenge.scheme() == "dIgEsT");
        assert_eq!(challenge.get("REALM"), Some(&b"a"[..]));
        assert!(challenge.repeats("realm") && !challenge.repeats("nonce"));
        assert_eq!((challenge.get("qop"), challenge.token()), (None, None));
    }

    #[test]
    fn the_32nd_parameter_is_the_last() {
        let many: Vec<_> = (0..100).map(|n| format!("p{n}=1")).collect();
        let field = format!("Digest {}, Basic realm=x", many.join(", "));
        let all: Vec<_> = challenges(field.as_bytes()).collect();
        assert_eq!((all.len(), all[0].parameters.len()), (2, MAX_PARAMETERS));
    }
}
