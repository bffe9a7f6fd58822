//! What the transcripts of mail and news share.
//!
//! | line | meaning |
//! |---|---|
//! | `open: PATH`, `info: PATH`, `store: PATH` | the URL is read, asked about, or written; in this order, all over one opener |
//! | `do: STEP` | without these: a step of a session, by the name of the method |
//! | `login: USER PASSWORD`, `login: USER`, `bearer: USER TOKEN`, `act-as: WHO` | who logs in |
//! | `certificate: yes` | we have one |
//! | `only: MECHANISMS`, `initial: yes` | how |
//! | `tls: yes`, `security: tried` or `required` | over TLS, from the start or after the greeting |
//! | `=> body TEXT` | what was read, before the error if there is one |
//! | `=> did TEXT` | what the next step told |
//! | `=> subject TEXT` | that field, in the document's facts |
//! | `=> enhanced N.N.N`, `status N` | of the last delivery or of the error |
//! | `=> unknown true` | whether what was sent was taken |
//! | `=> error KIND PHASE`, `command VERB`, `says TEXT` | instead of success |

use landline::net::{Identity, NetOptions};
use landline::sasl::{self, Mechanisms};
use landline::smtp::enhanced_code;
use landline::{Error, Headers, Login, Security, StoreMode, Upload};
use landline_testkit::Server;
use landline_testkit::tls::Authority;
use landline_testkit::transcript::{Delivery, Expectation, Script, ScriptServer, escape, unescape};

use super::transcripts::{judge, or_none};
use super::{faces, ms, timeouts, trusting};

/// What came of a dialogue, whichever face held it.
#[derive(Default)]
pub struct Came {
    pub body: Vec<u8>,
    pub subject: Option<String>,
    pub did: Vec<String>,
    pub enhanced: Option<String>,
    pub error: Option<Error>,
}

impl Came {
    pub fn note_facts(&mut self, info: &Headers) {
        self.subject = info.get("Subject").map(str::to_owned);
    }

    fn judge(&self, expectations: &[Expectation]) -> Result<(), String> {
        let mut did = self.did.iter();
        let error = self.error.as_ref();
        let of_error = || error.and_then(enhanced_code).map(|code| code.to_string());
        judge(expectations, error, |key| match key {
            "body" => escape(&self.body),
            "subject" => or_none(self.subject.as_deref()),
            "did" => or_none(did.next().map(String::as_str)),
            "status" => or_none(error.and_then(Error::status).map(|status| status.to_string())),
            "unknown" => error.is_some_and(Error::is_delivery_unknown).to_string(),
            "enhanced" => or_none(self.enhanced.clone().or_else(of_error)),
            _ => panic!("no meaning for `=> {key}`"),
        })
    }
}

/// The server of a script, and how to trust it.
pub struct Stage {
    server: ScriptServer,
    net: NetOptions,
    scheme: String,
}

impl Stage {
    pub fn set(script: &Script, delivery: Delivery, scheme: &str) -> Self {
        let mut stage = Self::without_certificate(script, delivery, scheme);
        if script.header("certificate").is_some() {
            let folder = tempfile::tempdir().expect("a folder");
            let files = Authority::new().issue_client("me").write_to(folder.path());
            let ours = Identity::from_files(&files.certificate, &files.key, None);
            stage.net.tls.identity = Some(ours.expect("a certificate"));
        }
        stage
    }

    fn without_certificate(script: &Script, delivery: Delivery, scheme: &str) -> Self {
        if script.header("tls").is_some() {
            let authority = Authority::new();
            let builder = Server::builder().tls(&authority.issue(&["127.0.0.1"]));
            let server = script.serve_on(builder, delivery);
            return Self {
                server,
                net: trusting(authority.ca_der()),
                scheme: format!("{scheme}s"),
            };
        }
        let server = script.serve_with(delivery);
        let net = server.authority().map_or_else(NetOptions::default, |it| trusting(it.ca_der()));
        Self { server, net, scheme: scheme.to_owned() }
    }

    pub fn url(&self, path: &str) -> String {
        self.server.url_for(&self.scheme, path)
    }

    fn judge(self, came: &Came) -> Result<(), String> {
        let verdict = came.judge(&self.server.expectations());
        self.server.finish().map_err(|mismatch| mismatch.to_string()).and(verdict)
    }
}

/// The text of a line of the head, unescaped.
pub fn text(script: &Script, name: &str) -> Option<String> {
    script.header(name).map(unescaped)
}

pub fn unescaped(word: &str) -> String {
    String::from_utf8(unescape(word).expect("escapes")).expect("UTF-8")
}

/// All lines of the head with this name.
pub fn all<'a>(script: &'a Script, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = script.headers().iter().filter(move |(one, _)| one == name);
    lines.map(|(_, words)| words.as_str())
}

pub fn security(script: &Script) -> Security {
    match script.header("security") {
        Some("tried") => Security::Tried,
        Some("required") => Security::Required,
        _ => Security::Off,
    }
}

pub fn sasl(script: &Script) -> sasl::Options {
    let mut sasl = sasl::Options::default();
    sasl.only = script.header("only").map(Mechanisms::of);
    sasl.initial_response = script.header("initial").is_some();
    sasl.act_as = script.header("act-as").unwrap_or_default().to_owned();
    sasl.bearer = script.header("bearer").and_then(|it| it.split(' ').nth(1)).map(str::to_owned);
    sasl
}

fn login(script: &Script) -> Option<Login> {
    let pair = |name| script.header(name).map(|pair| pair.split_once(' ').unwrap_or((pair, "")));
    pair("login")
        .map(|(user, password)| Login::new(user, password))
        .or_else(|| pair("bearer").map(|(user, _)| Login::new(user, "")))
}

faces! {
    /// An opener for this stage.
    pub async fn opener_for(stage: &Stage, script: &Script) -> face::Opener {
        let opener = opener().net(stage.net.clone()).timeouts(timeouts(|all| all.total = ms(3000)));
        match login(script) {
            Some(login) => opener.login(login),
            None => opener,
        }
    }

    /// Visits the URLs of the script; whether there were any.
    pub async fn visit(
        opener: &face::Opener,
        stage: &Stage,
        script: &Script,
        upload: impl Fn() -> Upload,
        came: &mut Came
    ) -> bool {
        let mut has_visited = false;
        for (name, path) in script.headers() {
            let url = stage.url(path);
            let visited = match name.as_str() {
                "open" => w!(read(opener, &url, came)),
                "info" => w!(opener.info(&url)).map(|info| came.note_facts(&info)),
                "store" => w!(opener.store(&url, upload(), StoreMode::Replace)).map(drop),
                _ => continue,
            };
            (came.error, has_visited) = (visited.err(), true);
            if came.error.is_some() {
                break;
            }
        }
        has_visited
    }

    async fn read(opener: &face::Opener, url: &str, came: &mut Came) -> landline::Result<()> {
        let mut document = w!(opener.open(url))?;
        let read = w!(document.read_to_end(&mut came.body));
        came.note_facts(document.info());
        read.map(drop).map_err(Error::from)
    }

    /// What is wrong with what came, once everybody has left.
    pub async fn verdict(opener: face::Opener, stage: Stage, came: Came) -> Result<(), String> {
        w!(opener.quit());
        stage.judge(&came)
    }
}
