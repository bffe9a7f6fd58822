use std::net::SocketAddr;

use crate::ftp::*;

#[test]
fn a_port_is_found_in_replies_to_epsv() {
    for (text, port) in [
        ("Entering Extended Passive Mode (|||6446|)", 6446),
        ("Entering Extended Passive Mode (|||1|).", 1),
        ("(|||65535|)", 65535),
        ("(|||00021|)", 21),
        ("(!!!6446!)", 6446),
        ("(~~~6446~)", 6446),
        ("(1115551)", 555),
        ("(|||6446|", 6446),
        ("ok (really) (|||6446|)", 6446),
        ("one\nEntering (|||6446|)\nend", 6446),
    ] {
        assert_eq!(parse_epsv(text), Ok(port), "{text}");
    }
}

/// Row 61.
#[test]
fn bad_replies_to_epsv_are_refused() {
    for text in [
        "",
        "(",
        "(|||",
        "Entering Extended Passive Mode",
        "Entering Extended Passive Mode |||6446|",
        "(|||0|)",
        "(|||65536|)",
        "(|||4294973742|)",
        "(|||-1|)",
        "(|||+80|)",
        "(||| 80|)",
        "(|||80 |)",
        "(||||)",
        "(((((6446()",
        "(|||80)",
        "(||!80|)",
        "(|1|192.0.2.1|6446|)",
        "(   6446 )",
        "(\u{e9}\u{e9}\u{e9}6446\u{e9})",
        "Entering Passive Mode (192,0,2,1,25,46)",
    ] {
        assert!(matches!(parse_epsv(text), Err(FtpFormatError::Epsv { .. })), "{text}");
    }
    let error = parse_epsv("no\r\n\x1b[2J").unwrap_err();
    assert_eq!(error.to_string(), r#"no port in the reply to EPSV "no\r\n\x1b[2J""#);
}

#[test]
fn an_address_is_found_in_replies_to_pasv() {
    for text in [
        "Entering Passive Mode (192,0,2,1,25,46)",
        "Entering Passive Mode (192,0,2,1,25,46).",
        "Entering Passive Mode. 192,0,2,1,25,46",
        "Data transfer will passively listen to 192,0,2,1,25,46",
        "=192,0,2,1,25,46",
        "192,0,2,1,25,46",
        "Entering Passive Mode (192,000,002,001,025,046)",
        "Mode 1,2,3 (a,b) 1,2,3,4,5 256,1,1,1,1,1x(192,0,2,1,25,46)",
        "one\nEntering Passive Mode (192,0,2,1,25,46)\nend",
    ] {
        let (address, port) = parse_pasv(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((address.octets(), port), ([192, 0, 2, 1], 6446), "{text}");
    }
}

/// Row 61.
#[test]
fn bad_replies_to_pasv_are_refused() {
    for text in [
        "",
        "Entering Passive Mode",
        "(192,0,2,1,25)",
        "(192,0,2,1,25,)",
        "(192,0,2,1,25,256)",
        "(1920,0,2,1,25,46)",
        "(192,0,2,1,0,0)",
        "(192,0,2,1,+5,46)",
        "(192,0,2,-1,25,46)",
        "(192.0.2.1.25.46)",
        "(192, 0, 2, 1, 25, 46)",
        "(192,0,2,1,,25,46)",
        "(|||6446|)",
    ] {
        assert!(matches!(parse_pasv(text), Err(FtpFormatError::Pasv { .. })), "{text}");
    }
}

#[test]
fn addresses_of_our_own_are_written_out() {
    assert_eq!(port_argument("132.235.1.2:6275".parse().unwrap()), "132,235,1,2,24,131");
    assert_eq!(port_argument("0.0.0.0:0".parse().unwrap()), "0,0,0,0,0,0");
    for (address, argument) in [
        ("132.235.1.2:6275", "|1|132.235.1.2|6275|"),
        ("[1080::8:800:200C:417A]:5282", "|2|1080::8:800:200c:417a|5282|"),
        ("[::ffff:132.235.1.2]:6275", "|1|132.235.1.2|6275|"),
        ("[fe80::1%3]:21", "|2|fe80::1|21|"),
    ] {
        assert_eq!(eprt_argument(address.parse::<SocketAddr>().unwrap()), argument);
    }
}

#[test]
fn what_is_written_for_port_is_read_from_pasv() {
    for (address, port) in [([0, 0, 0, 0], 1), ([255; 4], 65535), ([192, 0, 2, 1], 256)] {
        let written = port_argument(std::net::SocketAddrV4::new(address.into(), port));
        assert_eq!(parse_pasv(&written), Ok((address.into(), port)));
    }
}
