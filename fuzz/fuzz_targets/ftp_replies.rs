//! Invariants: a port is never 0, and an address written out as PORT wants it reads back from PASV. A folder
//! holds no control characters and reads back when it is quoted again. A time written out reads back, cut
//! to its second. A size is what its digits say. Every feature is known by its own name, in any case of
//! letters. What is shown is harmless.
#![no_main]

use std::net::SocketAddrV4;
use std::time::Duration;

use landline_fuzz::assert_harmless;
use landline_wire::ftp::{
    Features, eprt_argument, parse_announced_size, parse_epsv, parse_pasv, parse_pwd, parse_size,
    parse_time, port_argument, render_time,
};
use libfuzzer_sys::fuzz_target;

fn check_passive(text: &str) {
    match parse_epsv(text) {
        Ok(port) => {
            assert!(port > 0);
            assert_eq!(parse_epsv(&format!("(|||{port}|)")), Ok(port));
        }
        Err(error) => assert_harmless(&error),
    }
    match parse_pasv(text) {
        Ok((ip, port)) => {
            assert!(port > 0);
            let address = SocketAddrV4::new(ip, port);
            assert_eq!(parse_pasv(&port_argument(address)), Ok((ip, port)));
            assert_eq!(eprt_argument(address.into()), format!("|1|{ip}|{port}|"));
        }
        Err(error) => assert_harmless(&error),
    }
}

fn check_values(text: &str) {
    if let Some(folder) = parse_pwd(text) {
        assert!(!folder.is_empty() && !folder.contains(char::is_control));
        let quoted = format!("\"{}\" is the folder", folder.replace('"', "\"\""));
        assert_eq!(parse_pwd(&quoted), Some(folder));
    }
    if let Some(time) = parse_time(text) {
        let written = render_time(time);
        let again = written.as_deref().and_then(parse_time);
        // A leap second at the end of the year 9999 is in the year 10000.
        let lost = again.map_or(Duration::ZERO, |again| time.duration_since(again).expect("cut"));
        assert!(lost < Duration::from_secs(1));
        assert!(again.is_some() || text.trim_start().starts_with("99991231235960"));
    }
    if let Some(size) = parse_announced_size(text) {
        let digits = text.chars().filter(char::is_ascii_digit).collect::<String>();
        assert!(digits.contains(&size.to_string()));
    }
    if let Some(size) = parse_size(text) {
        assert!(text.trim_ascii().ends_with(&size.to_string()));
    }
}

fn check_features(text: &str) {
    let lines: Vec<&str> = text.split('\n').collect();
    let features = Features::from_lines(&lines);
    assert!(features.lines().len() <= lines.len().saturating_sub(2));
    for line in features.lines() {
        let name = line.split(' ').next().expect("a first part");
        assert!(features.has(name) && features.has(&name.to_ascii_uppercase()));
        assert!(features.parameters(name).any(|parameters| line.ends_with(parameters)));
    }
    assert!(features.mlst_facts().all(|fact| !fact.name.contains(';')));
    assert!(features.auth_mechanisms().all(|mechanism| features.has_auth(mechanism)));
    assert!(!features.can_restart() || features.has("rest"));
}

fuzz_target!(|text: &str| {
    check_passive(text);
    check_values(text);
    check_features(text);
});
