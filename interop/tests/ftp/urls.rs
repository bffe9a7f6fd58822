//! Documents by URL.

use std::io::Read;

use landline::ftp::{ActiveAddress, CwdMethod, DataMode};
use landline::{ByteRange, ErrorKind, Opener, StoreMode, Upload};
use landline_interop::{FtpServer, big};

use crate::{opener_for, read, stored};

on_both! {
    None: reads_files_byte_for_byte, reads_names_that_are_no_words, reads_parts, tells_facts,
        says_what_is_missing, stores_appends_and_resumes, makes_folders_for_what_it_stores,
        stays_on_one_connection, goes_on_after_a_document_that_was_dropped, lists_a_folder,
        opens_data_connections_in_four_ways, finds_files_by_every_method, finds_absolute_paths,
        reads_text, logs_in_only_with_the_right_password;
}

fn plain() -> Opener {
    Opener::new().unwrap()
}

fn reads_files_byte_for_byte(server: &FtpServer) {
    let opener = plain();
    assert_eq!(read(&opener, &server.url("/small.txt")), b"hello\n");
    assert_eq!(read(&opener, &server.url("/empty")), b"");
    let mut document = opener.open(&server.url("/big")).unwrap();
    assert_eq!(document.announced_len(), Some(20_000_000));
    assert!(document.read_to_vec().unwrap() == big(), "it came out changed");
}

fn reads_names_that_are_no_words(server: &FtpServer) {
    let opener = plain();
    assert_eq!(read(&opener, &server.url("/folder/a%20name%20with%20spaces")), b"spaces");
    assert_eq!(read(&opener, &server.url("/folder/-leading%20dash")), b"dash");
    assert_eq!(read(&opener, &server.url("/folder/gr%C3%BC%C3%9Fe%20%E2%9C%93")), b"utf-8");
}

fn reads_parts(server: &FtpServer) {
    let part = |range| read(&plain().range(range), &server.url("/big"));
    assert!(part(ByteRange::From(19_000_000)) == big()[19_000_000..]);
    assert!(part(ByteRange::Between(1_000_000, 1_000_999)) == big()[1_000_000..1_001_000]);
    assert!(part(ByteRange::Last(10)) == big()[19_999_990..]);
}

fn tells_facts(server: &FtpServer) {
    let info = plain().info(&server.url("/small.txt")).unwrap();
    assert_eq!(info.get("content-length"), Some("6"));
    let time = std::fs::metadata(server.root().join("small.txt")).unwrap().modified().unwrap();
    assert_eq!(info.get("last-modified"), Some(&*httpdate::fmt_http_date(time)));
}

fn says_what_is_missing(server: &FtpServer) {
    let opener = plain();
    let error = opener.open(&server.url("/none")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let error = opener.open(&server.url("/none/of/these")).unwrap_err();
    assert_eq!((error.kind(), error.command()), (ErrorKind::Denied, Some("CWD")), "{error}");
    // The connection has survived it.
    assert_eq!(read(&opener, &server.url("/small.txt")), b"hello\n");
}

fn stores_appends_and_resumes(server: &FtpServer) {
    let opener = plain();
    let url = server.url("/up/a%20new%20one");
    let store = |upload, mode| drop(opener.store(&url, upload, mode).unwrap());
    store(Upload::bytes(&big()[..3_000_000]), StoreMode::Replace);
    assert!(stored(server, "up/a new one") == big()[..3_000_000]);
    let rest = std::io::Cursor::new(&big()[3_000_000..3_001_000]);
    store(Upload::reader(rest, None), StoreMode::Append);
    assert!(stored(server, "up/a new one") == big()[..3_001_000]);
    store(Upload::bytes(*b"short"), StoreMode::Replace);
    assert_eq!(stored(server, "up/a new one"), b"short");
    // As after an interrupted upload: the rest.
    std::fs::write(server.root().join("up/a new one"), &big()[..500_000]).unwrap();
    store(Upload::bytes(&big()[500_000..800_000]), StoreMode::ResumeAt(500_000));
    assert!(stored(server, "up/a new one") == big()[..800_000]);
}

fn makes_folders_for_what_it_stores(server: &FtpServer) {
    let url = server.url("/up/one/two/file");
    let upload = || Upload::bytes(*b"found");
    let error = plain().store(&url, upload(), StoreMode::Replace).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied, "{error}");
    let opener = opener_for(server, |ftp| ftp.create_folders = true);
    opener.store(&url, upload(), StoreMode::Replace).unwrap();
    assert_eq!(stored(server, "up/one/two/file"), b"found");
}

fn stays_on_one_connection(server: &FtpServer) {
    let opener = plain();
    for path in ["/small.txt", "/folder/inner/deep", "/empty", "/folder/"].repeat(3) {
        read(&opener, &server.url(path));
    }
    opener.store(&server.url("/up/x"), Upload::bytes(*b"x"), StoreMode::Replace).unwrap();
    assert_eq!(read(&opener, &server.url("/up/x")), b"x");
    assert_eq!(server.count("USER"), 1, "{:?}", server.commands());
}

fn goes_on_after_a_document_that_was_dropped(server: &FtpServer) {
    let opener = plain();
    for _ in 0..3 {
        let mut document = opener.open(&server.url("/big")).unwrap();
        document.read_exact(&mut [0; 1000]).unwrap();
        drop(document);
        assert_eq!(read(&opener, &server.url("/small.txt")), b"hello\n");
    }
}

fn lists_a_folder(server: &FtpServer) {
    let text = String::from_utf8(read(&plain(), &server.url("/folder/"))).unwrap();
    for name in ["-leading dash", "a name with spaces", "gr\u{fc}\u{df}e \u{2713}", "inner"] {
        assert!(text.lines().any(|line| line.ends_with(name)), "{name} in {text}");
    }
    let opener = opener_for(server, |ftp| ftp.names_only = true);
    let names = String::from_utf8(read(&opener, &server.url("/folder/inner/"))).unwrap();
    assert_eq!(names.trim_end(), "deep");
    assert_eq!(read(&plain(), &server.url("/folder/inner/deep")), b"deep");
}

fn opens_data_connections_in_four_ways(server: &FtpServer) {
    let active = || DataMode::Active(ActiveAddress::default());
    for command in ["EPSV", "PASV", "EPRT", "PORT"] {
        let opener = opener_for(server, |ftp| match command {
            "PASV" => ftp.no_epsv = true,
            "EPRT" => ftp.mode = active(),
            "PORT" => (ftp.mode, ftp.no_eprt) = (active(), true),
            _ => (),
        });
        assert_eq!(read(&opener, &server.url("/small.txt")), b"hello\n", "{command}");
        let upload = Upload::bytes(&big()[..100_000]);
        opener.store(&server.url("/up/file"), upload, StoreMode::Replace).unwrap();
        assert!(stored(server, "up/file") == big()[..100_000], "{command}");
        assert_eq!(server.count(command), 2, "{:?}", server.commands());
    }
}

fn finds_files_by_every_method(server: &FtpServer) {
    for method in [CwdMethod::Multi, CwdMethod::Single, CwdMethod::None] {
        let opener = opener_for(server, |ftp| ftp.path_method = method);
        assert_eq!(read(&opener, &server.url("/folder/inner/deep")), b"deep", "{method:?}");
        assert_eq!(read(&opener, &server.url("/small.txt")), b"hello\n", "{method:?}");
        let listing = read(&opener, &server.url("/folder/inner/"));
        assert!(listing.trim_ascii_end().ends_with(b"deep"), "{method:?}");
    }
}

fn finds_absolute_paths(server: &FtpServer) {
    let path = server.root().join("small.txt");
    let opener = plain();
    assert_eq!(read(&opener, &server.url("/folder/inner/deep")), b"deep");
    assert_eq!(read(&opener, &server.url(&format!("/{}", path.display()))), b"hello\n");
    assert_eq!(read(&opener, &server.url("/small.txt")), b"hello\n", "relative to the login again");
}

fn reads_text(server: &FtpServer) {
    let opener = plain();
    assert_eq!(read(&opener, &server.url("/small.txt;type=a")), b"hello\n");
    assert_eq!(read(&opener, &server.url("/small.txt;type=i")), b"hello\n");
}

fn logs_in_only_with_the_right_password(server: &FtpServer) {
    let stranger = format!("ftp://nobody:wrong@{}/small.txt", server.authority());
    let error = plain().open(&stranger).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Login, "{error}");
    assert!(!format!("{error:?}").contains("wrong"));
}
