//! `-w`: text with facts about the transfer filled in.
//!
//! A [`Template`] is parsed once and rendered after each transfer from [`Facts`], which are
//! plain values. Rendering does no I/O; [`Piece`]s say where their bytes go.

mod json;
mod template;
mod time;
mod urls;
mod variables;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use landline::net::{Peer, PeerCertificate};
use landline::wire::head::Version;

pub(crate) use template::Template;

use landline::Location;

use crate::messages::printable;

/// What is known when a transfer has ended.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    /// What the peer has shown.
    pub(crate) certificates: Vec<PeerCertificate>,
    pub(crate) content_type: Option<String>,
    pub(crate) errormsg: Option<String>,
    pub(crate) exitcode: u8,
    pub(crate) filename_effective: Option<String>,
    /// The number of the connection within the run; -1 where there was none.
    pub(crate) conn_id: i64,
    /// The folder an FTP login led to.
    pub(crate) ftp_entry_path: Option<String>,
    /// 0 where no reply came.
    pub(crate) http_code: u16,
    /// The status of a proxy's answer to `CONNECT`.
    pub(crate) http_connect: u16,
    /// `None` where no reply came.
    pub(crate) http_version: Option<Version>,
    /// The last reply's headers, as received.
    pub(crate) headers: Vec<(String, String)>,
    /// The URL as typed, and the one that was read in the end.
    pub(crate) location: Option<Location>,
    pub(crate) effective: Option<Location>,
    pub(crate) local: Option<SocketAddr>,
    pub(crate) method: String,
    pub(crate) num_connects: u64,
    pub(crate) num_redirects: u64,
    pub(crate) num_retries: u64,
    /// 0 is success.
    pub(crate) proxy_ssl_verify_result: u64,
    pub(crate) proxy_used: bool,
    pub(crate) redirect_url: Option<String>,
    pub(crate) referer: Option<String>,
    pub(crate) remote: Option<Peer>,
    /// In lower case.
    pub(crate) scheme: Option<String>,
    /// Bytes of the document, decoded.
    pub(crate) size_delivered: u64,
    pub(crate) size_download: u64,
    pub(crate) size_header: u64,
    pub(crate) size_request: u64,
    pub(crate) size_upload: u64,
    /// 0 is success.
    pub(crate) ssl_verify_result: u64,
    pub(crate) time_appconnect: Duration,
    pub(crate) time_connect: Duration,
    pub(crate) time_namelookup: Duration,
    pub(crate) time_posttransfer: Duration,
    pub(crate) time_pretransfer: Duration,
    pub(crate) time_redirect: Duration,
    pub(crate) time_starttransfer: Duration,
    pub(crate) time_total: Duration,
    /// As typed, after globbing, with what flags have added.
    pub(crate) url: String,
    pub(crate) urlnum: u64,
    /// The number of the transfer within the run.
    pub(crate) xfer_id: i64,
}

impl Facts {
    /// Bytes per second over the whole transfer.
    fn speed(&self, bytes: u64) -> u64 {
        let micros = self.time_total.as_micros().max(1);
        u64::try_from(u128::from(bytes) * 1_000_000 / micros).unwrap_or(u64::MAX)
    }

    /// `name` gives the first of this name, `name:all:SEPARATOR` all of them.
    fn header(&self, asked: &str) -> String {
        let (name, separator) = match asked.split_once(":all:") {
            Some((name, separator)) => (name, Some(separator)),
            None => (asked, None),
        };
        let named = self.headers.iter().filter(|header| header.0.eq_ignore_ascii_case(name));
        let values: Vec<&str> = named.map(|header| header.1.trim()).collect();
        match separator {
            Some(separator) => values.join(separator),
            None => values.first().copied().unwrap_or_default().to_owned(),
        }
    }
}

/// Where a piece of the output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Stdout,
    Stderr,
    /// `%output{name}`; `append` for `%output{>>name}`.
    File {
        path: PathBuf,
        append: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) target: Target,
    pub(crate) text: String,
}

impl Template {
    /// Fills the facts in. `terminal` tells for each target whether a terminal shows it: what
    /// came from a server is made harmless there.
    pub(crate) fn render(&self, facts: &Facts, terminal: impl Fn(&Target) -> bool) -> Vec<Piece> {
        let mut pieces = vec![Piece { target: Target::Stdout, text: String::new() }];
        for part in &self.parts {
            match part {
                template::Part::Target(target) => {
                    pieces.push(Piece { target: target.clone(), text: String::new() });
                }
                template::Part::OnError if facts.exitcode == 0 => break,
                template::Part::OnError => {}
                part => {
                    if let Some(piece) = pieces.last_mut() {
                        let harmless = terminal(&piece.target);
                        fill(&mut piece.text, part, facts, harmless);
                    }
                }
            }
        }
        pieces.retain(|piece| !piece.text.is_empty() || is_new_file(&piece.target));
        pieces
    }
}

/// `%output{name}` makes the file even when nothing is written to it.
fn is_new_file(target: &Target) -> bool {
    matches!(target, Target::File { .. })
}

fn fill(text: &mut String, part: &template::Part, facts: &Facts, harmless: bool) {
    let value = match part {
        template::Part::Text(plain) => {
            text.push_str(plain);
            return;
        }
        template::Part::Variable(variable) => (variable.value)(facts).to_string(),
        template::Part::Header(name) => facts.header(name),
        template::Part::Time(format) => time::format(format, SystemTime::now()),
        template::Part::Json => json::facts(facts),
        template::Part::HeaderJson => json::headers(facts),
        template::Part::Target(_) | template::Part::OnError => return,
    };
    text.push_str(&if harmless { printable(&value) } else { value });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            http_code: 200,
            http_version: Some(Version::Http11),
            method: "GET".into(),
            content_type: Some("text/plain".into()),
            headers: vec![
                ("Server".into(), "x".into()),
                ("Set-Cookie".into(), "a=\"1\"".into()),
                ("set-cookie".into(), "b".into()),
            ],
            size_download: 3000,
            time_total: Duration::from_millis(1500),
            url: "a.test".into(),
            ..Facts::default()
        }
    }

    fn stdout(template: &str, facts: &Facts) -> String {
        let pieces = Template::parse(template).render(facts, |_| false);
        let to_stdout = pieces.into_iter().filter(|piece| piece.target == Target::Stdout);
        to_stdout.map(|piece| piece.text).collect()
    }

    #[test]
    fn variables_have_curls_formats() {
        let facts = facts();
        assert_eq!(stdout(r"%{http_code} %{response_code}\n", &facts), "200 200\n");
        assert_eq!(stdout("%{time_total}|%{time_connect}", &facts), "1.500000|0.000000");
        assert_eq!(stdout("%{speed_download} %{size_upload}", &facts), "2000 0");
        assert_eq!(stdout("%{http_version} %{method} %{num_headers}", &facts), "1.1 GET 3");
        assert_eq!(stdout("%{http_code} %{http_version}", &Facts::default()), "000 0");
        let old = Facts { http_version: Some(Version::Http10), ..Facts::default() };
        assert_eq!(stdout("%{http_version}", &old), "1", "curl's name for HTTP/1.0");
        assert_eq!(stdout("[%{redirect_url}%{errormsg}]", &facts), "[]");
        assert_eq!(
            stdout("%header{SERVER}|%header{none}|%header{set-cookie}", &facts),
            "x||a=\"1\""
        );
        assert_eq!(stdout("%header{set-cookie:all:, }", &facts), "a=\"1\", b");
    }

    #[test]
    fn other_text_is_itself() {
        let facts = facts();
        assert_eq!(stdout(r"100%% %q \t\r\q \", &facts), "100% %q \t\r\\q \\");
        assert_eq!(stdout("%{open %", &facts), "%{open %");
        assert_eq!(stdout("%header{open", &facts), "%header{open");
        assert_eq!(stdout("é%{method}é", &facts), "éGETé");
    }

    #[test]
    fn unknown_variables_are_told_and_print_nothing() {
        let template = Template::parse("a%{foo}b%{url}");
        assert_eq!(template.unknown, ["foo"]);
        assert_eq!(stdout("a%{foo}b", &facts()), "ab");
    }

    #[test]
    fn the_output_can_be_sent_elsewhere() {
        let template = Template::parse("a%{stderr}b%{stdout}c%output{f}d%output{>>g}");
        let pieces = template.render(&facts(), |_| false);
        let shown: Vec<_> =
            pieces.iter().map(|piece| (&piece.target, piece.text.as_str())).collect();
        let file = |path: &str, append| Target::File { path: path.into(), append };
        assert_eq!(
            shown,
            [
                (&Target::Stdout, "a"),
                (&Target::Stderr, "b"),
                (&Target::Stdout, "c"),
                (&file("f", false), "d"),
                (&file("g", true), ""),
            ]
        );
    }

    #[test]
    fn onerror_hides_the_rest_of_a_success() {
        let mut facts = facts();
        assert_eq!(stdout("a%{onerror}b%{exitcode}", &facts), "a");
        facts.exitcode = 22;
        assert_eq!(stdout("a%{onerror}b%{exitcode}", &facts), "ab22");
    }

    #[test]
    fn urls_are_taken_apart() {
        let mut facts = facts();
        facts.location = Location::parse("https://me:pw@[::1]/a/b?c=d#e").ok();
        facts.effective = Location::parse("http://a.test:8080/").ok();
        let all = "%{url.scheme} %{url.user} %{url.password} %{url.host} %{url.port} %{url.path} \
                   %{url.query} %{url.fragment}|%{urle.host} %{urle.port} %{urle.user}%{urle.query}";
        let shown = "https me pw [::1] 443 /a/b c=d e|a.test 8080 ";
        assert_eq!(stdout(all, &facts), shown);
        // Nobody who asks for all asks for the password.
        assert!(stdout("%{json}", &facts).contains("\"url.password\":null,"));
        assert_eq!(stdout("%time{at %Y}", &facts).len(), "at 2026".len());
    }

    #[test]
    fn json_holds_every_variable_in_order() {
        let json = stdout("%{json}", &facts());
        assert!(json.starts_with(
            "{\"certs\":\"\",\"conn_id\":0,\"content_type\":\"text/plain\",\"errormsg\":null,"
        ));
        assert!(json.contains("\"http_code\":200,") && json.contains("\"time_total\":1.500000,"));
        assert!(json.contains("\"http_version\":\"1.1\",") && json.contains("\"urlnum\":0,"));
        assert!(json.ends_with("\"}"), "{json}");
    }

    #[test]
    fn header_json_groups_by_name() {
        let json = stdout("%{header_json}", &facts());
        assert_eq!(json, "{\"server\":[\"x\"],\n\"set-cookie\":[\"a=\\\"1\\\"\",\"b\"]\n}");
        assert_eq!(stdout("%{header_json}", &Facts::default()), "{\n}");
    }

    #[test]
    fn a_terminal_gets_no_control_bytes_of_a_server() {
        let mut facts = facts();
        facts.content_type = Some("a\x1b[2J".into());
        let template = Template::parse("\x1b[1m%{content_type}");
        assert_eq!(template.render(&facts, |_| true)[0].text, "\x1b[1ma\\x1b[2J");
    }
}
