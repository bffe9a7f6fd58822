use std::time::{Duration, SystemTime};

use crate::ftp::*;

fn moment(milliseconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds)
}

#[test]
fn the_folder_stands_between_quotation_marks() {
    for (text, folder) in [
        (r#""/home/anna""#, Some("/home/anna")),
        (r#""/" is the current directory"#, Some("/")),
        (r#"the folder is "/pub", as you see"#, Some("/pub")),
        (r#""/say ""hello"" now" is cwd"#, Some(r#"/say "hello" now"#)),
        (r#""""" here"#, Some(r#"""#)),
        (r#""C:\inetpub""#, Some(r"C:\inetpub")),
        (r#""'USER.ANNA.'" is working directory"#, Some("'USER.ANNA.'")),
        (r#""/żółw""#, Some("/żółw")),
        (r#""" is empty"#, None),
        (r#""/not ended"#, None),
        (r#""/not ended"""#, None),
        ("/home/anna", None),
        ("", None),
        ("\"/a\nb\"", None),
        ("\"/a\x1bb\"", None),
        ("\"/a\0b\"", None),
    ] {
        assert_eq!(parse_pwd(text).as_deref(), folder, "{text:?}");
    }
}

#[test]
fn a_size_is_the_last_word() {
    for (text, size) in [
        ("0", Some(0)),
        ("12345", Some(12345)),
        ("  12345 ", Some(12345)),
        ("File size is 12345", Some(12345)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("99999999999999999999999999999999", None),
        ("-1", None),
        ("+5", None),
        ("0x10", None),
        ("1,024", None),
        ("12345 bytes", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
        (" ", None),
    ] {
        assert_eq!(parse_size(text), size, "{text:?}");
    }
}

#[test]
fn a_size_may_be_announced_with_the_data() {
    for (text, size) in [
        ("Opening BINARY mode data connection for a (b).txt (1234 bytes).", Some(1234)),
        ("Opening data connection for a (5 bytes) (0 bytes)", Some(0)),
        ("Opening data connection for a (3 bytes).bin", None),
        ("Opening data connection (12 bytes remaining of 99 bytes)", None),
        ("(18446744073709551616 bytes)", None),
        ("( bytes)", None),
        ("(-1 bytes)", None),
        ("(٣ bytes)", None),
        ("5 bytes", None),
        ("Here it comes", None),
    ] {
        assert_eq!(parse_announced_size(text), size, "{text:?}");
    }
}

#[test]
fn times_are_read_as_rfc_3659_writes_them() {
    for (text, milliseconds) in [
        ("19700101000000", 0),
        ("19980615100045.014", 897_904_845_014),
        ("19990929003355.237", 938_565_235_237),
        ("20200112100500", 1_578_823_500_000),
        ("20000229235960", 951_868_800_000),
        (" 20200112100500 ", 1_578_823_500_000),
        ("20200112100500 /pub/file", 1_578_823_500_000),
        ("20200112100500.5", 1_578_823_500_500),
        ("20200112100500.0001234567890123", 1_578_823_500_000),
    ] {
        let time = parse_time(text).unwrap_or_else(|| panic!("{text}"));
        let rest = time.duration_since(moment(milliseconds)).unwrap();
        assert!(rest < Duration::from_millis(1), "{text}");
    }
    let before = parse_time("16010101000000").unwrap();
    assert_eq!(SystemTime::UNIX_EPOCH.duration_since(before).unwrap().as_secs(), 11_644_473_600);
}

#[test]
fn other_times_are_not_guessed() {
    for text in [
        "",
        "2020",
        "2020011210050",
        "202001121005000",
        // The bug of the year 2000: "19", then the years since 1900.
        "191000112100500",
        "20200012100500",
        "20201312100500",
        "20200132100500",
        "20210229100500",
        "20200112240500",
        "20200112106000",
        "20200112100561",
        "20200112100500.",
        "20200112100500.x",
        "20200112100500,5",
        "-20200112100500",
        "2020-01-12T10:05:00",
        "Jan 12 2020",
        "file 20200112100500",
        "٢٠٢٠٠١١٢١٠٠٥٠٠",
    ] {
        assert_eq!(parse_time(text), None, "{text}");
    }
}

#[test]
fn times_written_out_read_back() {
    for seconds in [0, 1, 951_868_799, 951_868_800, 1_578_823_500, 253_402_300_799] {
        let time = moment(seconds * 1000 + 999);
        let written = render_time(time).unwrap();
        assert_eq!(parse_time(&written), Some(moment(seconds * 1000)), "{written}");
    }
    let before = SystemTime::UNIX_EPOCH - Duration::from_millis(1);
    assert_eq!(render_time(before).as_deref(), Some("19691231235959"));
    assert_eq!(render_time(moment(253_402_300_800_000)), None);
}
