//! What each refused command does to the exit code, beside curl's.

use landline_testkit::ftp::{Answer, Builder, End};
use landline_testkit::tls::Authority;

use crate::twin::{Leave, house, same};

type Row<'a> = (fn(Builder) -> Builder, &'a [&'a str]);

/// The same with both for each server, whether they say farewell or not.
fn same_codes(rows: &[Row<'_>]) {
    for (quirk, line) in rows {
        same(|_| quirk(house()), Leave::NoMatter, &[line]);
    }
}

#[test]
fn of_the_login() {
    same_codes(&[
        (|b| b.greeting("530 no"), &["U/file.txt"]),
        (|b| b.greeting("421 later"), &["U/file.txt"]),
        (|b| b.answer("USER", "530 no"), &["U/file.txt"]),
        (|b| b.answer("USER", "421 later"), &["U/file.txt"]),
        (|b| b.answer("USER", "230 in"), &["U/file.txt"]),
        (|b| b.answer("PASS", "530 no"), &["-u", "me:secret", "U/file.txt"]),
        (|b| b.answer("PASS", "331 again"), &["U/file.txt"]),
        (|b| b.account("acc"), &["U/file.txt"]),
        (|b| b.account("acc"), &["--ftp-account", "other", "U/file.txt"]),
        (|b| b.answer("USER", "530 no"), &["--ftp-alternative-to-user", "SITE X", "U/file.txt"]),
        (|b| b.answer("PASS", Answer::nothing().then(End::Fin)), &["U/file.txt"]),
        (|b| b.greeting("230 in"), &["U/file.txt"]),
    ]);
}

#[test]
fn of_the_way_to_the_file() {
    same_codes(&[
        (|b| b.answer("CWD", "550 no"), &["U/a/file.txt"]),
        (|b| b.answer("CWD", "450 no"), &["U/a/file.txt"]),
        (|b| b.answer("CWD", "550 no"), &["--ftp-create-dirs", "U/a/file.txt"]),
        (|b| b.answer("PWD", "550 no"), &["U/a/file.txt"]),
        (|b| b.answer("PWD", "257 nothing"), &["U/a/file.txt"]),
        (|b| b.answer("TYPE", "500 no"), &["U/file.txt"]),
        (|b| b.answer("TYPE", "500 no"), &["U/"]),
        (|b| b.answer("SIZE", "550 no"), &["U/file.txt"]),
        (|b| b.answer("SIZE", "500 no"), &["U/file.txt"]),
        (|b| b.answer("SIZE", "213 many"), &["U/file.txt"]),
        (|b| b.answer("REST", "502 no"), &["-r", "5-", "U/file.txt"]),
        (|b| b.answer("DELE", "550 no"), &["-Q", "DELE x", "U/file.txt"]),
        (|b| b.answer("DELE", "450 no"), &["-Q", "+DELE x", "U/file.txt"]),
        (|b| b.answer("DELE", "550 no"), &["-Q", "-DELE x", "U/file.txt"]),
        (|b| b.answer("PRET", "500 no"), &["--ftp-pret", "U/file.txt"]),
    ]);
}

#[test]
fn of_the_data_connection() {
    same_codes(&[
        (|b| b.without("EPSV").without("PASV"), &["U/file.txt"]),
        (|b| b.answer("EPSV", "229 odd"), &["U/file.txt"]),
        (|b| b.answer("EPSV", "229 (|||99999|)"), &["U/file.txt"]),
        (|b| b.answer("EPSV", "200 odd"), &["U/file.txt"]),
        (|b| b.answer("EPSV", "229 (|||1|)"), &["U/file.txt"]),
        (|b| b.answer("PASV", "227 odd"), &["--no-epsv", "U/file.txt"]),
        (|b| b.answer("PASV", "227 (300,1,1,1,1,1)"), &["--no-epsv", "U/file.txt"]),
        (|b| b.answer("PASV", "227 (127,0,0,1,0,1)"), &["--no-epsv", "U/file.txt"]),
        (|b| b.without("EPRT").without("PORT"), &["-P", "-", "U/file.txt"]),
    ]);
}

#[test]
fn of_the_transfer() {
    same_codes(&[
        (|b| b.answer("RETR", "550 no"), &["U/file.txt"]),
        (|b| b.answer("RETR", "551 no"), &["U/file.txt"]),
        (|b| b.answer("RETR", "450 no"), &["U/file.txt"]),
        (|b| b.answer("RETR", "425 no"), &["U/file.txt"]),
        (|b| b.answer("RETR", "421 no"), &["U/file.txt"]),
        (|b| b.answer("LIST", "550 no"), &["U/a/"]),
        (|b| b.answer("LIST", "450 no"), &["U/a/"]),
        (|b| b.answer("NLST", "450 no"), &["-l", "U/a/"]),
        (|b| b.without("MLSD"), &["-X", "MLSD", "U/a/"]),
        (|b| b, &["-X", "BOGUS", "U/a/"]),
        (|b| b.answer("STOR", "550 no"), &["-T", "ten", "U/new"]),
        (|b| b.answer("STOR", "452 full"), &["-T", "ten", "U/new"]),
        (|b| b.answer("RETR", Answer::nothing().then(End::Fin)), &["U/file.txt"]),
        (|b| b.final_reply("426 broken"), &["U/file.txt"]),
        (|b| b.final_reply("451 broken"), &["U/lines;type=a"]),
        (|b| b.final_reply("250 fine"), &["U/file.txt"]),
        (|b| b.final_reply("426 broken"), &["-T", "ten", "U/new"]),
        (|b| b.final_reply("552 quota"), &["-T", "ten", "U/new"]),
    ]);
}

#[test]
fn of_tls() {
    let plain = |_: &Authority| house().without("AUTH");
    same(
        plain,
        Leave::NoMatter,
        &[&["--ssl-reqd", "U/file.txt"], &["--ftp-ssl-control", "U/file.txt"]],
    );
    let no_prot = |authority: &Authority| {
        house().tls(&authority.issue(&["127.0.0.1"])).answer("PROT", "500 no")
    };
    same(no_prot, Leave::NoMatter, &[&["--ssl-reqd", "--cacert", "CA", "U/file.txt"]]);
    let injecting = |authority: &Authority| {
        house().tls(&authority.issue(&["127.0.0.1"])).inject_after_auth("230 in\r\n")
    };
    same(injecting, Leave::NoMatter, &[&["--ssl-reqd", "--cacert", "CA", "U/file.txt"]]);
}
