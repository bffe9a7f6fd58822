//! A control connection, step by step.

use std::io::{Read, Write};
use std::time::{Duration, SystemTime};

use landline::ftp::{Connection, TransferKind};
use landline::wire::listing::{EntryKind, ListingParser};
use landline::{ErrorKind, Login};
use landline_interop::{FtpServer, big};

use crate::stored;

on_both! {
    None: makes_renames_and_removes, tells_size_and_time, lists_names, lists_alike_for_people_and_programs,
        survives_transfers_that_are_broken_off, writes_in_pieces, answers_raw_commands;
}

fn connect(server: &FtpServer) -> Connection {
    let mut ftp = Connection::connect(&server.authority()).unwrap();
    let login = server.login().map(|(name, password)| Login::new(name, password));
    ftp.login(login.as_ref()).unwrap();
    ftp.set_kind(TransferKind::Image).unwrap();
    ftp
}

fn all_of(mut reader: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    bytes
}

fn makes_renames_and_removes(server: &FtpServer) {
    let mut ftp = connect(server);
    let home = ftp.pwd().unwrap();
    ftp.mkdir("up/a folder").unwrap();
    ftp.cwd("up/a folder").unwrap();
    assert_eq!(ftp.pwd().unwrap(), format!("{home}/up/a folder"));
    let mut writer = ftp.store("-first", 0).unwrap();
    writer.write_all(b"content").unwrap();
    writer.finish().unwrap();
    ftp.rename("-first", "gr\u{fc}\u{df}e").unwrap();
    assert_eq!(stored(server, "up/a folder/gr\u{fc}\u{df}e"), b"content");
    assert_eq!(ftp.delete("-first").unwrap_err().kind(), ErrorKind::NotFound);
    ftp.delete("gr\u{fc}\u{df}e").unwrap();
    ftp.cdup().unwrap();
    ftp.rmdir("a folder").unwrap();
    assert!(ftp.rmdir("a folder").is_err());
    assert_eq!(std::fs::read_dir(server.root().join("up")).unwrap().count(), 0);
    ftp.quit().unwrap();
}

fn tells_size_and_time(server: &FtpServer) {
    let mut ftp = connect(server);
    assert_eq!(ftp.size("big").unwrap(), 20_000_000);
    let facts = std::fs::metadata(server.root().join("big")).unwrap();
    let age = facts.modified().unwrap().duration_since(ftp.modified("big").unwrap()).unwrap();
    assert!(age < Duration::from_secs(1), "{age:?}");
    assert_eq!(ftp.size("none").unwrap_err().kind(), ErrorKind::NotFound);
    if ftp.features().unwrap().has("MFMT") {
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        ftp.set_modified("small.txt", then).unwrap();
        let facts = std::fs::metadata(server.root().join("small.txt")).unwrap();
        assert_eq!(facts.modified().unwrap(), then);
        assert_eq!(ftp.modified("small.txt").unwrap(), then);
    }
}

fn lists_names(server: &FtpServer) {
    let mut ftp = connect(server);
    ftp.cwd("folder").unwrap();
    let names = String::from_utf8(all_of(ftp.names("").unwrap())).unwrap();
    let mut names: Vec<&str> = names.lines().collect();
    names.sort_unstable();
    assert_eq!(names, ["-leading dash", "a name with spaces", "gr\u{fc}\u{df}e \u{2713}", "inner"]);
    // What looks like an option of `ls` is a file.
    let one = String::from_utf8(all_of(ftp.list("-leading dash").unwrap())).unwrap();
    assert_eq!(one.lines().count(), 1, "{one}");
}

/// Names, kinds and sizes.
fn entries(ftp: &mut Connection, machine: bool) -> Vec<(String, EntryKind, Option<u64>)> {
    let list = if machine { ftp.machine_list("") } else { ftp.list("") };
    let mut parser = ListingParser::new(SystemTime::now());
    let lines = all_of(list.unwrap());
    let lines = lines.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let mut entries: Vec<_> = lines
        .filter_map(|line| parser.push_line(line))
        .map(|entry| (entry.name_lossy().into_owned(), entry.kind, entry.size))
        .collect();
    assert_eq!(parser.skipped(), 0);
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries
}

fn lists_alike_for_people_and_programs(server: &FtpServer) {
    let mut ftp = connect(server);
    let file = |name: &str, size| (name.to_owned(), EntryKind::File, Some(size));
    let folder = |name: &str| (name.to_owned(), EntryKind::Folder, None);
    let top = [
        folder("folder"),
        file("big", 20_000_000),
        file("empty", 0),
        file("small.txt", 6),
        folder("up"),
    ];
    let inner = [
        file("-leading dash", 4),
        file("a name with spaces", 6),
        file("gr\u{fc}\u{df}e \u{2713}", 5),
        folder("inner"),
    ];
    let ways: &[bool] =
        if ftp.features().unwrap().has_machine_lists() { &[false, true] } else { &[false] };
    for machine in ways {
        let mut expected = top.to_vec();
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(entries(&mut ftp, *machine), expected);
        ftp.cwd("folder").unwrap();
        assert_eq!(entries(&mut ftp, *machine), inner);
        ftp.cdup().unwrap();
    }
}

fn survives_transfers_that_are_broken_off(server: &FtpServer) {
    let mut ftp = connect(server);
    for _ in 0..3 {
        ftp.retrieve("big", 0).unwrap().read_exact(&mut [0; 100]).unwrap();
        ftp.noop().unwrap();
        ftp.store("up/half", 0).unwrap().write_all(&[7; 100]).unwrap();
        assert_eq!(all_of(ftp.retrieve("small.txt", 2).unwrap()), b"llo\n");
    }
}

fn writes_in_pieces(server: &FtpServer) {
    let mut ftp = connect(server);
    let mut writer = ftp.store("up/pieces", 0).unwrap();
    for piece in big()[..1_000_000].chunks(7_001) {
        writer.write_all(piece).unwrap();
    }
    writer.finish().unwrap();
    assert!(stored(server, "up/pieces") == big()[..1_000_000]);
    let mut writer = ftp.append("up/pieces").unwrap();
    writer.write_all(b"end").unwrap();
    writer.finish().unwrap();
    assert_eq!(ftp.size("up/pieces").unwrap(), 1_000_003);
}

fn answers_raw_commands(server: &FtpServer) {
    let mut ftp = connect(server);
    assert_eq!(ftp.command("HELP").unwrap().code(), Some(214));
    assert_eq!(ftp.command("XYZZY").unwrap().code(), Some(500));
    let error = ftp.command("NOOP\r\nDELE small.txt").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    ftp.noop().unwrap();
    assert_eq!(stored(server, "small.txt"), b"hello\n");
}
