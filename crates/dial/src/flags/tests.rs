//! Tests that walk the table, and command lines.

use super::parse::Parsed;
use super::*;
use crate::exit::{Code, Manner};
use crate::settings::*;
use std::ffi::OsString;
use std::time::Duration;

/// The flags of `shared/CLI.md`, in its order: by how many real repositories use them.
const RANKED: &str = "
    -s -L -o -S -H -f -X -d -O -I -v -w -k -u -i -m --retry -D --data-binary -c
    -b --data-urlencode --connect-timeout -A --proto --tlsv1.2 -V --retry-delay -T -F
    --unix-socket --compressed -C --data-raw --cacert -G -q -h --retry-max-time -x
    -E --cert --resolve -N -n --fail-with-body -e -g --retry-connrefused --key -4
    -# -J -Y -y -l --http1.1 --create-dirs --http2 --connect-to -K -Z
    --tlsv1.3 -p --max-redirs --noproxy --json --limit-rate -R --negotiate -1 --ciphers
    --tls-max --url-query -z --http3 -r --interface --max-filesize --retry-all-errors
    --http2-prior-knowledge --raw --output-dir --keepalive-time -j --no-progress-meter
    --proto-redir --stderr -6 -M -U --digest --mail-rcpt --mail-from -: --next --netrc-file -P
    --anyauth --variable -Q --netrc-optional --ftp-method --ssl-reqd --ssl --trace-ascii --trace
    --url --tr-encoding --no-clobber --remote-name-all --etag-save --etag-compare --hsts
    --pinnedpubkey --alt-svc --location-trusted -0 --http0.9 --proto-default --socks5
    --socks5-hostname --proxy-header --proxy-anyauth --proxy-digest --expect100-timeout
    --request-target --follow --skip-existing --remove-on-error --rate --parallel-max
    --parallel-max-host --parallel-immediate --oauth2-bearer --aws-sigv4 --login-options --sasl-ir --sasl-authzid
    --capath --ca-native --crlfile --cert-type --key-type --pass --doh-url --dns-servers
    --happy-eyeballs-timeout-ms --abstract-unix-socket --haproxy-protocol --path-as-is --post301
    --post302 --post303 --form-string --form-escape --crlf -B -a --preproxy --proxy1.0 --socks4
    --socks4a --proxy-cacert --proxy-insecure --local-port --tcp-nodelay --tcp-fastopen --xattr
    --trace-time --fail-early --disable-epsv --disable-eprt --ftp-create-dirs --ftp-pasv
    --ftp-account --ftp-ssl-control --ftp-pret --ftp-skip-pasv-ip --ignore-content-length
    --mail-auth --mail-rcpt-allowfails --tftp-blksize --tftp-no-options --telnet-option
    --upload-flags";

fn words(line: &[&str]) -> Vec<OsString> {
    line.iter().map(OsString::from).collect()
}

fn parsed(line: &[&str]) -> Parsed {
    parse(&words(line), None)
}

fn low(line: &[&str]) -> LowArgs {
    let parsed = parsed(line);
    assert_eq!(parsed.failure, None, "{line:?}");
    parsed.low
}

fn refused(line: &[&str]) -> String {
    let failure = parsed(line).failure.expect("a failure");
    assert_eq!(failure.code, Code::USAGE, "{line:?}");
    failure.text
}

#[test]
fn the_table_has_every_ranked_flag() {
    for name in RANKED.split_whitespace() {
        let found = match name.strip_prefix("--") {
            Some(long) => find_long(long).is_ok(),
            None => name.chars().nth(1).and_then(find_short).is_some(),
        };
        assert!(found, "{name} is missing");
    }
}

#[test]
fn names_are_unique_and_every_table_is_sorted() {
    let mut longs: Vec<&str> = all().map(|flag| flag.long).collect();
    let mut shorts: Vec<char> = all().filter_map(|flag| flag.short).collect();
    let counts = (longs.len(), shorts.len());
    longs.sort_unstable();
    longs.dedup();
    shorts.sort_unstable();
    shorts.dedup();
    assert_eq!(counts, (longs.len(), shorts.len()));
    for table in TABLES {
        assert!(table.is_sorted_by_key(|flag| flag.long), "near {}", table[0].long);
    }
}

#[test]
fn every_flag_is_documented() {
    for flag in all() {
        assert!(!flag.help.is_empty() && flag.help.len() <= 50, "help of --{}", flag.long);
        assert!(!flag.help.ends_with('.'), "help of --{}", flag.long);
        assert_eq!(flag.doc.is_empty(), !flag.is_built(), "doc of --{}", flag.long);
        assert!(flag.doc.is_empty() || flag.doc.ends_with('.'), "doc of --{}", flag.long);
        assert!(!flag.doc.contains("  "), "doc of --{}", flag.long);
        let plain = |text: &str| text.bytes().all(|b| (b' '..0x7f).contains(&b) || b >= 0x80);
        assert!(plain(flag.help) && plain(flag.doc), "--{}", flag.long);
    }
}

#[test]
fn every_built_flag_parses_by_all_its_names() {
    for flag in all().filter(|flag| flag.is_built()) {
        let value = sample(flag);
        let mut spellings = vec![format!("--{}", flag.long)];
        spellings.extend(flag.short.map(|letter| format!("-{letter}")));
        if flag.value.is_reversible() {
            spellings.push(format!("--no-{}", flag.long));
        }
        for spelling in spellings {
            let mut line = vec!["http://a/", spelling.as_str()];
            line.extend(value);
            line.push("http://b/");
            // Some are known to be refused, with words of their own.
            let failure = parsed(&line).failure;
            assert!(failure.is_none_or(|why| why.code == Code::NOT_BUILT_IN), "{line:?}");
        }
    }
}

/// A value the flag accepts.
fn sample(flag: &Flag) -> Option<&'static str> {
    flag.value.metavar().map(|metavar| match (flag.long, metavar) {
        ("config", _) => "/dev/null",
        ("tls-max", _) => "1.3",
        ("format", _) => "json",
        ("generate", _) => "man",
        ("proto-default", _) | ("proto" | "proto-redir", _) => "https",
        ("haproxy-clientip" | "dns-ipv6-addr", _) => "::1",
        ("dns-servers" | "dns-ipv4-addr", _) => "127.0.0.1",
        ("ip-tos" | "local-port" | "vlan-priority", _) => "7",
        ("create-file-mode", _) => "644",
        ("checksum", _) => {
            "sha256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        }
        (_, "seconds" | "num" | "rate" | "speed" | "bytes" | "offset" | "milliseconds") => "7",
        ("form" | "form-string", _) => "a=x",
        _ => "x",
    })
}

#[test]
fn every_unbuilt_flag_names_itself() {
    for flag in all().filter(|flag| !flag.is_built()) {
        for line in [vec![flag.shown()], vec![flag.shown(), "x".into()]] {
            let line: Vec<&str> = line.iter().map(String::as_str).collect();
            let failure = parsed(&line).failure.expect("a failure");
            let never;
            let words = match (flag.is_dropped(), flag.is_not_built_in()) {
                _ if flag.why_never().is_some() => {
                    let why = flag.why_never().unwrap_or_default();
                    never = format!("is a curl option that dial does not have: {why}");
                    &*never
                }
                (true, _) => "was taken out of curl, and dial does not have it",
                (_, true) => "is a curl option for Kerberos or NTLM, which are not built in",
                _ => "is a curl option that dial does not have yet",
            };
            let words = format!("{} {words}", flag.shown());
            assert_eq!((failure.text, failure.code), (words, Code::USAGE));
            assert_eq!(failure.manner, Manner::Numbered);
        }
    }
    assert!(refused(&["--krb", "a", "http://a/"]).starts_with("--krb is a curl option"));
}

#[test]
fn variables_expand_in_every_option_that_takes_a_value() {
    let url = |line: &[&str]| low(line).group.slots[0].url.clone().expect("a URL");
    let set = |rest: &[&'static str]| [&["--variable", "a=b c"], rest].concat();
    assert_eq!(url(&set(&["--expand-url", "h/{{a:url}}"])), "h/b%20c");
    assert_eq!(url(&set(&["--expand-url=h/{{a:url}}"])), "h/b%20c");
    assert_eq!(url(&set(&["--url", "{{a}}"])), "{{a}}");
    let line = set(&["--expand-variable", "d={{a}}{{a}}", "--expand-user", "{{d}}:x", "u"]);
    let user = low(&line).group.user.expect("a user");
    assert_eq!(user.reveal(), "b cb c:x");
    for wrong in [&["--expand-silent"][..], &["--expand-url"], &["--expand-url", "{{a:x}}"]] {
        refused(wrong);
    }
    assert!(refused(&["--expand-nothing", "x"]).contains("is unknown"));
}

#[test]
fn values_come_joined_or_apart() {
    for line in [
        &["-o", "f", "-m10", "u"][..],
        &["-of", "-m", "10", "u"],
        &["--output=f", "--max-time=10", "u"],
        &["u", "--output", "f", "--max-time", "10"],
        &["-om", "-m10", "--output", "x", "u"],
    ] {
        let low = low(line);
        assert_eq!(low.group.timeouts.total, Some(Duration::from_secs(10)), "{line:?}");
        assert!(matches!(low.group.slots[0].output, Some(Out::File(_))), "{line:?}");
    }
    let data = &low(&["-d=x", "-d", "", "u"]).group.data;
    assert_eq!(data[0].value, "=x");
    assert_eq!(data[1].value, "");
}

#[test]
fn switches_join_and_reverse() {
    let low = low(&["-sSfLk", "--no-silent", "--no-insecure", "-N", "--no-keepalive", "u"]);
    assert!(!low.global.silent && low.global.show_error);
    assert!(!low.group.tls.insecure && low.group.redirects.follow);
    assert!(low.group.connection.no_keepalive);
    assert_eq!(low.group.fail, Fail::WithoutBody);
}

#[test]
fn beginnings_of_names_are_enough_when_they_fit_one() {
    assert!(low(&["--sil", "u"]).global.silent);
    assert!(low(&["--insec", "u"]).group.tls.insecure);
    assert_eq!(low(&["--fail-with", "u"]).group.fail, Fail::WithBody);
    assert_eq!(refused(&["--ver", "u"]), "option --ver: is ambiguous (--verbose, --version)");
    assert!(refused(&["--ma", "u"]).starts_with("option --ma: is ambiguous (--mail-auth, "));
    assert!(refused(&["--cook", "u"]).starts_with("option --cook: is ambiguous"));
}

#[test]
fn bad_words_are_refused_in_curls_words() {
    let cases: [(&[&str], &str); 12] = [
        (&["--foo"], "option --foo: is unknown"),
        (&["--hedaer"], "option --hedaer: is unknown (did you mean --header?)"),
        (&["-?"], "option -?: is unknown"),
        (&["-"], "option -: is unknown"),
        (&["-s", "-o"], "option -o: requires parameter"),
        (
            &["--no-output", "x"],
            "option --no-output: used '--no-' for option that is not a boolean",
        ),
        (&["--silent=x"], "option --silent=x: had unsupported trailing garbage"),
        (&["-m", "abc"], "option -m: expected a proper numerical parameter"),
        (&["--retry", "-1"], "option --retry: expected a positive numerical parameter"),
        (&["-o", ""], "option -o: blank argument where content is expected"),
        (&["--next", "u"], "option --next: missing URL before --next"),
        (
            &["--tlsv1.3", "--tls-max", "1.2"],
            "option --tls-max: set lower than the minimum accepted version",
        ),
    ];
    for (line, text) in cases {
        assert_eq!(refused(line), text);
    }
    let failure = parsed(&["--proto-default", "foo"]).failure.expect("a failure");
    assert_eq!(failure.code, Code::UNSUPPORTED_SCHEME);
}

#[test]
fn options_that_exclude_each_other_are_refused() {
    for line in [
        ["-C", "-", "-r", "1-2"],
        ["-r", "1-2", "-C", "-"],
        ["-C", "-", "--remove-on-error", "u"],
        ["--no-clobber", "-C", "-", "u"],
    ] {
        assert!(refused(&line).contains("mutually exclusive"), "{line:?}");
    }
}

#[test]
fn the_nth_output_belongs_to_the_nth_url() {
    let slots = low(&["-o", "a", "u1", "u2", "u3", "-O", "-T", "up", "-o", "c"]).group.slots;
    let shown: Vec<_> = slots.iter().map(|slot| (&slot.url, &slot.output)).collect();
    assert_eq!(shown[0], (&Some("u1".into()), &Some(Out::File("a".into()))));
    assert_eq!(shown[1], (&Some("u2".into()), &Some(Out::Remote)));
    assert_eq!(shown[2], (&Some("u3".into()), &Some(Out::File("c".into()))));
    assert_eq!(slots[0].upload, Some("up".into()));
}

#[test]
fn a_double_dash_ends_the_options() {
    let low = low(&["-s", "--", "-o", "u"]);
    let urls: Vec<_> = low.group.slots.iter().map(|slot| slot.url.clone()).collect();
    assert_eq!(urls, [Some("-o".into()), Some("u".into())]);
}

#[test]
fn next_begins_with_fresh_options() {
    let low = low(&["-s", "-k", "u1", "-:", "-X", "PUT", "u2"]);
    assert!(low.global.silent);
    assert!(low.closed[0].tls.insecure && !low.group.tls.insecure);
    assert_eq!(low.group.method.as_deref(), Some("PUT"));
}

#[test]
fn help_and_version_stop_the_reading() {
    let special = |line: &[&str]| low(line).special.expect("something special");
    assert_eq!(special(&["-V", "--nonsense"]), Special::Version);
    assert_eq!(special(&["-h"]), Special::Help(None));
    assert_eq!(special(&["-h", "all"]), Special::Help(Some("all".into())));
    assert_eq!(special(&["-htls"]), Special::Help(Some("tls".into())));
    assert_eq!(special(&["--help", "--output"]), Special::Help(Some("--output".into())));
    assert_eq!(special(&["--generate", "man"]), Special::Generate(Generate::Man));
}

#[test]
fn a_file_that_looks_like_a_flag_is_warned_about() {
    assert_eq!(low(&["-o", "-s", "u"]).warnings.len(), 1);
    assert_eq!(low(&["-o", "-", "u"]).warnings.len(), 0);
}

#[test]
fn referer_and_range_are_read_as_curl_does() {
    let group = low(&["-e", "http://a/;auto", "-r", "5", "u"]).group;
    assert_eq!((group.referer.as_deref(), group.auto_referer), (Some("http://a/"), true));
    assert_eq!(group.range.as_deref(), Some("5-"));
    let group = low(&["-e", ";auto", "--max-redirs", "-1", "u"]).group;
    assert_eq!((group.referer, group.auto_referer), (None, true));
    assert_eq!(group.redirects.max, MaxRedirects::Unlimited);
}

#[test]
fn config_files_are_read_in_their_place() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("list");
    let text = "url = http://a/\n-o \"out 1\"\nsilent\nnext\nurl: http://b/\n--max-time=5\n-sS\n";
    std::fs::write(&file, text).expect("written");
    let path = file.to_str().expect("text");
    let low = low(&["-k", "-K", path, "http://c/"]);
    assert!(low.global.silent && low.closed[0].tls.insecure);
    assert_eq!(low.closed[0].slots[0].output, Some(Out::File("out 1".into())));
    assert_eq!(low.group.timeouts.total, Some(Duration::from_secs(5)));
    assert_eq!(low.group.slots.len(), 2);
}

#[test]
fn a_bad_line_of_a_config_file_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("list");
    let path = file.to_str().expect("text");
    for (text, words) in [
        ("silent\nfoo = bar\n", ":2: option foo: is unknown"),
        (
            "krb = \"a\"\n",
            ":1: --krb is a curl option for Kerberos or NTLM, which are not built in",
        ),
        ("silent = yes\n", ":1: option silent: had unsupported trailing garbage"),
        ("\n\noutput\n", ":3: option output: requires parameter"),
    ] {
        std::fs::write(&file, text).expect("written");
        assert_eq!(refused(&["-K", path]), format!("{path}{words}"));
    }
    std::fs::write(&file, format!("-K {path}")).expect("written");
    assert!(refused(&["-K", path]).contains("nested"));
    let missing = dir.path().join("x").display().to_string();
    let failure = parsed(&["-K", &missing]).failure.expect("a failure");
    assert_eq!(failure.code, Code::READ);
    assert!(failure.text.starts_with(&format!("cannot read config from '{missing}'")));
}

#[test]
fn the_default_config_is_read_first_unless_disabled() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join(".curlrc");
    std::fs::write(&file, "silent\nuser-agent = \"me\"\n").expect("written");
    let with = |line: &[&str]| parse(&words(line), Some(&file)).low;
    assert!(with(&["u"]).global.silent);
    assert!(with(&["u", "-q"]).global.silent);
    assert!(!with(&["-q", "u"]).global.silent && !with(&["-qL", "u"]).global.silent);
    assert!(!with(&["--disable", "u"]).global.silent);
}

#[test]
fn whole_lines_people_type_parse() {
    for line in [
        "-fsSL http://a/x.sh",
        "--proto =https --tlsv1.2 -sSf https://a/",
        "-s -o /dev/null -w %{http_code} http://a/",
        "-sSf -m 10 --retry 3 --retry-delay 1 http://a/",
        "-C - -O http://a/f",
        "-u user:pass -T file ftp://host/dir/",
        "-X POST -H Content-Type:application/json -d @body.json http://a/",
        "--disable --cookie /dev/null --globoff --show-error --user-agent X --fail --retry 3 http://a/",
        "-Z --remote-name-all http://a/",
        "-4 -# -J -O --create-dirs --output-dir d -y 1 -Y 2 http://a/f",
    ] {
        low(&line.split(' ').collect::<Vec<_>>());
    }
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_survive() {
    use std::os::unix::ffi::OsStringExt;
    let name = OsString::from_vec(b"-o\xff\xfe".to_vec());
    let parsed = parse(&[name, "u".into()], None);
    let expected = Out::File(OsString::from_vec(vec![0xff, 0xfe]));
    assert_eq!(parsed.low.group.slots[0].output, Some(expected));
    let odd = OsString::from_vec(b"--\xff".to_vec());
    assert!(parse(&[odd], None).failure.is_some());
}
