use crate::ftp::*;
use crate::reply::{ReplyReader, ReplyStyle};

fn features(reply: &str) -> Features {
    let mut reader = ReplyReader::new(ReplyStyle::Ftp);
    let mut replies = reply.lines().filter_map(|line| reader.push_line(line.as_bytes()).unwrap());
    Features::from_lines(replies.next().unwrap().lines())
}

const FULL: &str = "211-Features:\n AUTH TLS\n EPRT\n EPSV\n MDTM\n MFMT\n \
    MLST type*;Size*;modify*;perm;UNIX.mode*;\n PASV\n PBSZ\n PROT\n REST STREAM\n SIZE\n TVFS\n \
    UTF8\n PRET\n CLNT\n LANG en-US*;ru-RU\n X-Own a b\n211 End";

#[test]
fn features_are_known_by_name() {
    let features = features(FULL);
    for name in [
        "AUTH", "EPRT", "EPSV", "MDTM", "MFMT", "MLST", "SIZE", "TVFS", "UTF8", "PRET", "CLNT",
        "epsv", "x-own",
    ] {
        assert!(features.has(name), "{name}");
    }
    for name in ["", "EPS", "EPSV2", "Features:", "End", "TYPE", "STREAM"] {
        assert!(!features.has(name), "{name}");
    }
    assert!(features.can_restart() && features.has_machine_lists());
    assert_eq!(features.parameters("lang").collect::<Vec<_>>(), ["en-US*;ru-RU"]);
    assert_eq!(features.lines().len(), 17);
    assert_eq!(features.lines()[16], "X-Own a b");
}

#[test]
fn facts_have_a_star_when_they_are_given_unasked() {
    let features = features(FULL);
    let facts: Vec<_> = features.mlst_facts().map(|fact| (fact.name, fact.is_enabled)).collect();
    let expected =
        [("type", true), ("Size", true), ("modify", true), ("perm", false), ("UNIX.mode", true)];
    assert_eq!(facts, expected);
}

#[test]
fn auth_mechanisms_stand_in_one_line_or_in_several() {
    for (reply, mechanisms) in [
        ("211-F\n AUTH TLS\n211 E", &["TLS"][..]),
        ("211-F\n AUTH TLS\n AUTH SSL\n211 E", &["TLS", "SSL"]),
        ("211-F\n AUTH TLS;TLS-C;SSL;TLS-P;\n211 E", &["TLS", "TLS-C", "SSL", "TLS-P"]),
        ("211-F\n auth SSL, tls\n211 E", &["SSL", "tls"]),
        ("211-F\n AUTH\n211 E", &[]),
    ] {
        let features = features(reply);
        assert_eq!(features.auth_mechanisms().collect::<Vec<_>>(), mechanisms, "{reply}");
        assert_eq!(features.has_auth("TLS"), !mechanisms.is_empty(), "{reply}");
    }
}

#[test]
fn replies_of_other_shapes_are_read_too() {
    for (reply, lines) in [
        ("211 No features", &[][..]),
        ("211-Features:\n211 End", &[]),
        ("211-Features:\n211-MDTM\n211-REST STREAM\n211 End", &["MDTM", "REST STREAM"]),
        ("211-Extensions supported:\n\tSIZE \n\n  mlsd\n211 END", &["SIZE", "mlsd"]),
    ] {
        assert_eq!(features(reply).lines(), lines, "{reply}");
    }
    assert!(!features("211-F\n REST\n211 E").can_restart());
    assert!(features("211-F\n rest stream\n211 E").can_restart());
    assert!(features("211-F\n MLSD\n211 E").has_machine_lists());
    assert_eq!(Features::from_lines::<&str>(&[]), Features::default());
}
