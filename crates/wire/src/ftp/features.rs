//! What a server says that it can do, beyond RFC 959.

/// The features of a server (RFC 2389 section 3.2).
///
/// Names are compared without regard to case. Nothing is known of a server that refuses FEAT: it may have
/// every feature or none.
///
/// ```
/// use landline_wire::ftp::Features;
///
/// let features = Features::from_lines(&["Features:", " MLST size*;modify*;perm;", " UTF8", "End"]);
/// assert!(features.has("utf8") && features.has_machine_lists());
/// assert_eq!(features.mlst_facts().filter(|fact| fact.is_enabled).count(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Features {
    lines: Vec<String>,
}

/// A fact that the server can tell about a file (RFC 3659 section 7.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MlstFact<'a> {
    /// Its name, as the server writes it.
    pub name: &'a str,
    /// Whether the server gives it unless told otherwise.
    pub is_enabled: bool,
}

impl Features {
    /// Takes the lines of a 211 reply; the first and the last one are no features.
    #[must_use]
    pub fn from_lines<L: AsRef<str>>(lines: &[L]) -> Self {
        let [_, features @ .., _] = lines else {
            return Self::default();
        };
        let trimmed = features.iter().map(|line| line.as_ref().trim());
        Self { lines: trimmed.filter(|line| !line.is_empty()).map(str::to_owned).collect() }
    }

    /// Tells whether a feature of this name is there, whatever its parameters.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.parameters(name).next().is_some()
    }

    /// Gives what follows the name, once for every line with this name; empty where nothing does.
    pub fn parameters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = move |(found, parameters): (&str, &'a str)| {
            found.eq_ignore_ascii_case(name).then_some(parameters)
        };
        self.lines.iter().filter_map(move |line| named(split_name(line)))
    }

    /// Tells whether MLSD and MLST may be used; RFC 3659 knows no feature MLSD, some servers do.
    #[must_use]
    pub fn has_machine_lists(&self) -> bool {
        self.has("MLST") || self.has("MLSD")
    }

    /// Gives the facts that MLSD and MLST can tell.
    pub fn mlst_facts(&self) -> impl Iterator<Item = MlstFact<'_>> {
        let facts = self.parameters("MLST").flat_map(|facts| facts.split(';')).map(str::trim);
        facts.filter(|fact| !fact.is_empty()).map(|fact| match fact.strip_suffix('*') {
            Some(name) => MlstFact { name, is_enabled: true },
            None => MlstFact { name: fact, is_enabled: false },
        })
    }

    /// Tells whether AUTH takes this mechanism, such as `TLS`; servers write one or several in a line.
    #[must_use]
    pub fn has_auth(&self, mechanism: &str) -> bool {
        self.auth_mechanisms().any(|found| found.eq_ignore_ascii_case(mechanism))
    }

    /// Gives the mechanisms that AUTH takes (RFC 4217 section 6).
    pub fn auth_mechanisms(&self) -> impl Iterator<Item = &str> {
        let words = self.parameters("AUTH").flat_map(|words| words.split([';', ',', ' ']));
        words.filter(|word| !word.is_empty())
    }

    /// Tells whether a transfer in stream mode may start in the middle: `REST STREAM` (RFC 3659 section 5).
    #[must_use]
    pub fn can_restart(&self) -> bool {
        self.parameters("REST").any(|mode| mode.eq_ignore_ascii_case("STREAM"))
    }

    /// Gives the lines as the server wrote them, blanks around them left out; escape them before showing.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

fn split_name(line: &str) -> (&str, &str) {
    match line.split_once(' ') {
        Some((name, parameters)) => (name, parameters.trim()),
        None => (line, ""),
    }
}
