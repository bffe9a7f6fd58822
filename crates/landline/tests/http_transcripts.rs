//! Every dialogue of `transcripts/http` comes out the same under both faces, whole and byte by
//! byte.
//!
//! The header lines of a transcript say what is asked; `with` lines belong to the `call` above
//! them, and expectations to the call named by `=> call N` (the first unless told).
//!
//! | line | meaning |
//! |---|---|
//! | `delivery: whole` | never byte by byte |
//! | `call: METHOD URL` | a request; a URL without scheme begins at `http://{host}:{port}` |
//! | `with: header NAME: VALUE` | a field more |
//! | `with: without NAME` | a field less |
//! | `with: bytes TEXT`, `with: zeros N` | a body of known length |
//! | `with: reader TEXT` | a body of unknown length, readable once |
//! | `with: short N TEXT` | a body that ends before its length of N |
//! | `with: type`, `agent`, `range`, `referer`, `target`, `bearer`, `basic USER PASSWORD` | as named |
//! | `with: digest USER PASSWORD`, `any USER PASSWORD`, `any-bearer TOKEN` | told when asked for |
//! | `with: expect ABOVE MS` | ask for 100 Continue above so many bytes, be patient so long |
//! | `with: http09`, `raw`, `te`, `no-length` | how the reply is read |
//! | `with: http10`, `nofollow`, `trust-all`, `keep-post`, `max-redirects N` | as named |
//! | `with: unread` | drop the reply without reading its body |
//! | `=> status`, `body`, `header`, `headers`, `reason`, `version`, `url`, `trailer`, `length` | of the reply |
//! | `=> redirects N`, `connects N` | of its counts |
//! | `=> error KIND PHASE`, `says TEXT` | instead of a reply, or of its body |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use landline::http::{AuthScheme, HttpVersion, RedirectPolicy, Upload};
use landline::{Error, Limits, Login};
use landline_testkit::transcript::{Delivery, Expectation, Script, ScriptServer};
use support::{any_host, faces, ms, timeouts};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/http");

/// One request of a transcript: the line that makes it, its options, and what must come of it.
struct Call {
    method: String,
    url: String,
    options: Vec<String>,
    expectations: Vec<Expectation>,
}

fn calls(script: &Script, server: &ScriptServer) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for (name, value) in script.headers() {
        let value = server.fill(value);
        match (name.as_str(), calls.last_mut()) {
            ("call", _) => {
                let (method, url) = value.split_once(' ').expect("call: METHOD URL");
                let url = match url.contains("://") {
                    true => url.to_owned(),
                    false => server.url_for("http", url),
                };
                let method = method.to_owned();
                calls.push(Call { method, url, options: Vec::new(), expectations: Vec::new() });
            }
            ("with", Some(call)) => call.options.push(value),
            ("name" | "delivery", _) => {}
            _ => panic!("{}: no meaning for the line `{name}`", script.name()),
        }
    }
    let mut at = 0;
    for expectation in server.expectations() {
        match expectation.key.as_str() {
            "call" => at = expectation.value.parse::<usize>().expect("a number") - 1,
            _ => calls[at].expectations.push(expectation),
        }
    }
    assert!(calls.iter().all(|call| !call.expectations.is_empty()), "{}", script.name());
    calls
}

/// Both, unless the transcript asks for one: then it says why.
fn deliveries(script: &Script) -> &'static [Delivery] {
    match script.header("delivery") {
        Some("whole") => &[Delivery::Whole],
        _ => &Delivery::ALL,
    }
}

fn body(option: &str, text: &str) -> Upload {
    match option {
        "bytes" => Upload::bytes(text.as_bytes()),
        "zeros" => Upload::bytes(vec![b'0'; text.parse().expect("a count")]),
        "reader" => Upload::reader(std::io::Cursor::new(text.to_owned()), None),
        _ => {
            let (length, text) = text.split_once(' ').expect("a length and a text");
            Upload::reader(std::io::Cursor::new(text.to_owned()), length.parse().ok())
        }
    }
}

fn policy(options: &[String]) -> RedirectPolicy {
    let mut policy = RedirectPolicy::default();
    for option in options {
        match option.as_str() {
            "nofollow" => policy.follow = false,
            "trust-all" => policy.trust_all = true,
            "keep-post" => {
                policy.keep_post_301 = true;
                policy.keep_post_302 = true;
                policy.keep_post_303 = true;
            }
            "keep-method" => policy.keep_method = true,
            _ => {
                if let Some(max) = option.strip_prefix("max-redirects ") {
                    policy.max = max.parse().ok();
                }
            }
        }
    }
    policy
}

/// What came of a call, whichever face made it.
struct Came {
    head: Option<Head>,
    body: Vec<u8>,
    error: Option<Error>,
}

struct Head {
    status: u16,
    reason: String,
    version: String,
    headers: landline::Headers,
    trailers: landline::Headers,
    url: String,
    length: Option<u64>,
    redirects: usize,
    connects: usize,
}

impl Came {
    /// The fact that an expectation is about, as text.
    fn fact(&self, key: &str, wanted: &str) -> String {
        let head = || self.head.as_ref().ok_or("no reply");
        let field = |of: fn(&Head) -> &landline::Headers| match head() {
            Err(none) => none.to_owned(),
            Ok(head) => {
                let name = wanted.split(": ").next().unwrap_or_default();
                let value = of(head).get(name).unwrap_or("none");
                format!("{name}: {value}")
            }
        };
        match key {
            "header" => return field(|head| &head.headers),
            "trailer" => return field(|head| &head.trailers),
            "body" => return landline_testkit::transcript::escape(&self.body),
            "error" => {
                let facts = self.error.as_ref().map(|e| format!("{:?} {:?}", e.kind(), e.phase()));
                return facts.unwrap_or("none".to_owned());
            }
            "says" => {
                let chain = self.error.as_ref().map_or("nothing".to_owned(), Error::chain);
                return if chain.contains(wanted) { wanted.to_owned() } else { chain };
            }
            "about" => {
                let url = self.error.as_ref().and_then(Error::url);
                return url.unwrap_or("none").to_owned();
            }
            _ => {}
        }
        let Ok(head) = head() else { return "no reply".to_owned() };
        match key {
            "status" => head.status.to_string(),
            "reason" => head.reason.clone(),
            "version" => head.version.clone(),
            "url" => head.url.clone(),
            "length" => head.length.map_or("unknown".to_owned(), |length| length.to_string()),
            "redirects" => head.redirects.to_string(),
            "connects" => head.connects.to_string(),
            "headers" => landline_testkit::transcript::escape(head.headers.as_bytes()),
            _ => panic!("no meaning for `=> {key}`"),
        }
    }

    fn judge(&self, number: usize, expectations: &[Expectation]) -> Result<(), String> {
        for Expectation { line, key, .. } in expectations {
            let one = expectations.iter().find(|one| one.line == *line).expect("itself");
            let wanted = match key.as_str() {
                "body" | "headers" => landline_testkit::transcript::escape(&one.bytes()),
                _ => one.text(),
            };
            let got = self.fact(key, &wanted);
            if got != wanted {
                let error = self.error.as_ref().map_or(String::new(), |e| format!(" ({e:?})"));
                return Err(format!(
                    "line {line}, call {number}: {key} is\n  {got}\ninstead of\n  {wanted}{error}"
                ));
            }
        }
        let is_failure = expectations.iter().any(|one| one.key == "error");
        match &self.error {
            Some(error) if !is_failure => Err(format!("call {number}: {}", error.chain())),
            _ => Ok(()),
        }
    }
}

faces! {
    async fn make(client: &face::http::Client, call: &Call) -> Came {
        let mut request =
            client.request(&call.method, &call.url).redirects(policy(&call.options));
        for option in &call.options {
            let (name, value) = option.split_once(' ').unwrap_or((option, ""));
            request = match name {
                "header" => {
                    let (field, value) = value.split_once(':').expect("header NAME: VALUE");
                    request.header(field, value.trim_start())
                }
                "without" => request.without_header(value),
                "bytes" | "zeros" | "reader" | "short" => request.body(body(name, value)),
                "type" => request.content_type(value),
                "agent" => request.user_agent(value),
                "range" => request.range(value),
                "referer" => request.referer(value),
                "target" => request.request_target(value),
                "bearer" => request.bearer_auth(value),
                "basic" => {
                    let (user, password) = value.split_once(' ').expect("basic USER PASSWORD");
                    request.basic_auth(user, password)
                }
                "digest" | "any" => {
                    let (user, password) = value.split_once(' ').expect("USER PASSWORD");
                    let scheme = if name == "any" { AuthScheme::Any } else { AuthScheme::Digest };
                    request.login(Login::new(user, password)).auth(scheme)
                }
                "any-bearer" => request.bearer_auth(value).auth(AuthScheme::Any),
                "expect" => {
                    let (above, ms) = value.split_once(' ').expect("expect ABOVE MS");
                    let patience = Duration::from_millis(ms.parse().expect("milliseconds"));
                    request.expect_continue(above.parse().expect("bytes"), patience)
                }
                "http10" => request.version(HttpVersion::Http10),
                "http09" => request.allow_http09(true),
                "raw" => request.raw(true),
                "te" => request.transfer_codings(true),
                "no-length" => request.ignore_content_length(true),
                _ => request,
            };
        }
        let mut reply = match w!(request.send()) {
            Ok(reply) => reply,
            Err(error) => return Came { head: None, body: Vec::new(), error: Some(error) },
        };
        let mut body = Vec::new();
        let mut error = None;
        if !call.options.iter().any(|option| option == "unread") {
            error = w!(reply.read_to_end(&mut body)).err().map(Error::from);
        }
        let counts = reply.counts();
        let head = Head {
            status: reply.status(),
            reason: reply.reason().to_owned(),
            version: format!("{:?}", reply.version()),
            headers: reply.headers().clone(),
            trailers: trailers(&reply),
            url: reply.location().without_secrets(),
            length: announced(&reply),
            redirects: counts.redirects,
            connects: counts.connects,
        };
        Came { head: Some(head), body, error }
    }

    async fn play(script: &Script, delivery: Delivery) -> Result<(), String> {
        let server = script.serve_with(delivery);
        let limits = Limits::default();
        // A request that the script does not have would be waited for in vain.
        let deadlines = timeouts(|all| all.total = ms(3000));
        let client = client_with(any_host(server.port()), deadlines, limits);
        let mut verdict = Ok(());
        for (index, call) in calls(script, &server).iter().enumerate() {
            let came = w!(make(&client, call));
            verdict = verdict.and(came.judge(index + 1, &call.expectations));
        }
        drop(client);
        let played = server.finish().map_err(|mismatch| mismatch.to_string());
        match (played, verdict) {
            (Err(mismatch), Err(why)) => Err(format!("{mismatch}\n{why}")),
            (played, verdict) => played.and(verdict),
        }
    }

    fn every_transcript_comes_out_as_written_in_each_delivery() {
        let mut failures = Vec::new();
        for script in Script::from_folder(FOLDER) {
            for &delivery in deliveries(&script) {
                // Shown when the watchdog barks.
                println!("{} ({delivery:?})", script.name());
                if let Err(why) = w!(play(&script, delivery)) {
                    failures.push(format!("{} ({delivery:?}): {why}", script.name()));
                }
            }
        }
        assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
    }
}
