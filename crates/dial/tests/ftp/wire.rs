//! The commands of every sort of transfer, beside curl's.

use landline_testkit::ftp::Builder;
use landline_testkit::tls::Authority;

use crate::twin::{Leave, house, same, same_at};

#[test]
fn files_are_reached_through_their_folders() {
    same_at(
        house,
        &[
            &["U/file.txt"],
            &["U/a/b/file.txt"],
            &["--ftp-method", "nocwd", "U/a/b/file.txt"],
            &["--ftp-method", "singlecwd", "U/a/b/file.txt"],
            &["U//a/file.txt"],
            &["U/%2Fa/b/file.txt"],
            &["--ftp-method", "nocwd", "U/%2Fa/b/file.txt"],
            &["--ftp-method", "singlecwd", "U/%2Fa/b/file.txt"],
            &["U/a//b/./x/../file.txt"],
            &["U/blank%20name/file.txt"],
            &["U/lines;type=a"],
            &["-B", "U/lines"],
            &["U/file.txt;type=i"],
            &["-O", "U/a/file.txt"],
            &["--ignore-content-length", "U/a/file.txt"],
            &["-O", "U/a/file.txt;type=i"],
            &["-o", "#1.txt", "U/{five,twelve}"],
        ],
    );
}

#[test]
fn a_connection_is_used_again() {
    same_at(
        house,
        &[
            &["U/a/file.txt", "U/a/file.txt"],
            &["U/a/file.txt", "U/c/d/file.txt"],
            &["U/a/file.txt", "U/file.txt"],
            &["U/a/", "U/a/file.txt", "U/a/"],
            &["U/lines;type=a", "U/file.txt"],
            &["--ftp-method", "nocwd", "U/a/file.txt", "U/c/d/file.txt"],
            &["--ftp-method", "singlecwd", "U/a/file.txt", "U/c/d/file.txt"],
            &["-T", "{five,ten}", "U/a/"],
            &["U/none", "U/file.txt"],
            &["U/none/file.txt", "U/file.txt"],
            &["-I", "U/a/file.txt", "U/file.txt"],
        ],
    );
    same_at(|| house().without("EPSV"), &[&["U/file.txt", "U/file.txt"]]);
    same_at(|| house().without("EPRT"), &[&["-P", "-", "U/file.txt", "U/file.txt"]]);
    same_at(|| house().home("/a"), &[&["U/b/file.txt", "U/file.txt", "U//file.txt"]]);
}

#[test]
fn folders_are_listed() {
    same_at(
        house,
        &[
            &["U/"],
            &["ftp://127.0.0.1:PORT"],
            &["U/a/"],
            &["U//"],
            &["--ftp-method", "nocwd", "U/a/b/"],
            &["--ftp-method", "singlecwd", "U/a/b/"],
            &["-l", "U/a/"],
            &["--list-only", "U/a/file.txt"],
            &["U/a/;type=d"],
            &["-X", "MLSD", "U/a/"],
            &["-X", "NLST -a", "U/a/"],
            &["-l", "-X", "MLSD", "U/a/"],
            &["-i", "U/a/"],
        ],
    );
}

#[test]
fn files_are_stored() {
    same_at(
        house,
        &[
            &["-T", "ten", "U/a/new"],
            &["-T", "ten", "U/a/"],
            &["-T", "ten", "ftp://127.0.0.1:PORT"],
            &["-T", "-", "U/a/new"],
            &["-T", "lines", "-B", "U/a/new"],
            &["-T", "lines", "U/a/new;type=a"],
            &["-T", "/dev/null", "U/a/new"],
            &["-a", "-T", "ten", "U/five"],
            &["-a", "-T", "-", "U/a/new"],
            &["--crlf", "-T", "lines", "U/a/new"],
            &["--crlf", "-B", "-T", "lines", "U/a/new"],
            &["-T", "ten", "--ftp-create-dirs", "U/a/x/y/new"],
            &["-T", "ten", "--ftp-create-dirs", "--ftp-method", "singlecwd", "U/a/x/new"],
            &["-T", "ten", "U/none/new"],
            &["-u", "me:secret", "-T", "ten", "U/a/"],
        ],
    );
}

#[test]
fn parts_begin_where_they_are_asked_for() {
    same_at(
        house,
        &[
            &["-r", "5-", "U/file.txt"],
            &["-C", "5", "U/file.txt"],
            &["-C", "10", "U/file.txt"],
            &["-C", "-", "-o", "five", "U/file.txt"],
            &["-C", "-", "-o", "ten", "U/file.txt"],
            &["-C", "-", "-o", "nothing", "U/file.txt"],
        ],
    );
}

#[test]
fn commands_of_the_users_own_have_their_places() {
    same_at(
        || house().file("/x", "").file("/y", "").file("/z", ""),
        &[
            &["-Q", "DELE x", "-Q", "-DELE /y", "-Q", "+DELE /z", "U/a/file.txt"],
            &["-Q", "*DELE none", "-Q", "-*DELE none", "-Q", "+*DELE none", "U/a/file.txt"],
            &["-Q", "RNFR x", "-Q", "RNTO w", "U/file.txt"],
            &["-Q", "DELE x", "-Q", "-DELE /y", "-Q", "+DELE /z", "-T", "ten", "U/a/new"],
            &["-Q", "DELE x", "-Q", "-DELE /y", "U/a/"],
            &["-I", "-Q", "DELE x", "-Q", "-DELE /y", "-Q", "+DELE /z", "U/a/"],
            &["-Q", "NOOP", "U/file.txt", "U/file.txt"],
            &["-Q", "CWD a", "U/b/file.txt"],
        ],
    );
}

#[test]
fn data_connections_are_made_as_asked() {
    same_at(
        house,
        &[
            &["--disable-epsv", "U/file.txt"],
            &["--no-epsv", "U/file.txt"],
            &["--ftp-pasv", "U/file.txt"],
            &["--ftp-skip-pasv-ip", "U/file.txt"],
            &["-P", "-", "U/file.txt"],
            &["-P", "-", "U/a/"],
            &["-P", "-", "-T", "ten", "U/a/new"],
            &["-P", "127.0.0.1", "U/file.txt"],
            &["-P", "localhost", "-4", "U/file.txt"],
            &["-P", "lo", "U/file.txt"],
            &["-P", "-", "--disable-eprt", "U/file.txt"],
            &["-P", "-", "--no-eprt", "U/file.txt"],
            &["-P", "-", "--ftp-pasv", "U/file.txt"],
        ],
    );
    let pret = || house().demand_pret();
    same_at(pret, &[&["--ftp-pret", "U/a/file.txt"], &["--ftp-pret", "U/a/"]]);
    same_at(pret, &[&["--ftp-pret", "-l", "U/a/"], &["--ftp-pret", "-T", "ten", "U/a/new"]]);
    same_at(pret, &[&["--ftp-pret", "--ftp-method", "nocwd", "U/a/file.txt"]]);
}

#[test]
fn logins_are_those_of_the_line_or_the_url() {
    let guarded = || house().no_anonymous();
    same_at(guarded, &[&["-u", "me:secret", "U/file.txt"]]);
    same_at(guarded, &[&["ftp://me:secret@127.0.0.1:PORT/file.txt"]]);
    same_at(guarded, &[&["ftp://%6de:s%65cret@127.0.0.1:PORT/file.txt"]]);
    same_at(guarded, &[&["-u", "me:secret", "ftp://you:x@127.0.0.1:PORT/file.txt"]]);
    same_at(|| guarded().login("you", ""), &[&["ftp://you@127.0.0.1:PORT/file.txt"]]);
    same_at(|| house().account("acc"), &[&["--ftp-account", "acc", "U/file.txt"]]);
    same_at(house, &[&["--ftp-account", "acc", "U/file.txt"]]);
    let odd = || house().answer("USER", "530 no").answer("SITE", "230 in");
    let line = ["--ftp-alternative-to-user", "SITE AUTH", "U/file.txt"];
    same(|_| odd(), Leave::NoMatter, &[&line]);
}

#[test]
fn what_is_known_of_a_file_is_asked_for() {
    same_at(
        house,
        &[
            &["-I", "U/a/file.txt"],
            &["-I", "U/a/"],
            &["-i", "U/a/"],
            &["-R", "-o", "got", "U/a/file.txt"],
            &["-D", "heads", "-o", "got", "U/a/file.txt"],
            &["-D", "heads", "U/a/", "U/file.txt"],
            &["-i", "U/a/file.txt"],
        ],
    );
    same_at(
        || house().without("MDTM"),
        &[&["-I", "U/file.txt"], &["-R", "-o", "got", "U/file.txt"]],
    );
}

fn secure(authority: &Authority) -> Builder {
    house().tls(&authority.issue(&["127.0.0.1"]))
}

#[test]
fn tls_begins_before_the_login() {
    same(
        secure,
        Leave::Said,
        &[
            &["--ssl-reqd", "--cacert", "CA", "U/a/file.txt"],
            &["--ssl", "--cacert", "CA", "U/a/"],
            &["--ssl-reqd", "--cacert", "CA", "-T", "ten", "U/a/new"],
            &["--ftp-ssl-reqd", "--cacert", "CA", "U/file.txt"],
            &["--ftp-ssl-control", "--cacert", "CA", "U/file.txt"],
            &["--ssl-reqd", "-k", "U/file.txt"],
            &["--ssl-reqd", "--cacert", "CA", "U/a/file.txt", "U/file.txt"],
        ],
    );
    let implicit = |authority: &Authority| secure(authority).implicit();
    same(implicit, Leave::Said, &[&["--cacert", "CA", "U/file.txt"], &["--cacert", "CA", "U/"]]);
}
